"""What the declarations say about a parameter: its meaning, and those of the sections that it stands in."""

from types import NoneType
from typing import Any, get_args, get_origin

from sim.core.units import fields_of
from sim.scenario.parameters import Parameters
from sim.scenario.trade import Trade


def meanings_of(path: str, trade: Trade | None = None) -> tuple[str, ...]:
    """The meanings from the section down to the parameter, by its dotted path below `parameters`.

    A parameter by region ends with the region in brackets; one of an input is called as the pack calls the input, one
    of a process as the process declares it.
    Nothing is given for a path that is not declared.
    """
    meanings: list[str] = []
    current: Any = Parameters
    for part in path.split("."):
        declared = fields_of(current).get(part) if hasattr(current, "model_fields") else None
        if declared is not None:
            meanings.append(declared.description or part)
            # A section that some industries lack is one or none.
            kinds = get_args(declared.annotation)
            current = kinds[0] if NoneType in kinds else declared.annotation
        elif meanings and current is not None:
            called = _input(path, part, trade) or _own(path, trade)
            if called:
                meanings.append(called)
            else:
                meanings[-1] = f"{meanings[-1].rstrip('.')} ({part})."
            current = get_args(current)[1] if get_origin(current) is dict else None
        else:
            return ()
    return tuple(meanings)


def _input(path: str, part: str, trade: Trade | None) -> str:
    """What a pack calls an input, by its price or its id; nothing for anything else."""
    for each in trade.inputs if trade else ():
        if path == f"inputs.levels.{part}" and each.price == part:
            return each.means
        if path.startswith(f"inputs.motions.{part}.") and each.id == part:
            return f"{each.name}."
    return ""


def _own(path: str, trade: Trade | None) -> str:
    """What the process of a pack says of a number of its own; nothing of anything else."""
    section, _, name = path.partition(".")
    declared = fields_of(trade.known.numbers).get(name) if trade and section == "process" else None
    return (declared.description or name) if declared else ""
