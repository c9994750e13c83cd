"""What the declarations say about a parameter: its meaning, and those of the sections that it stands in."""

from typing import Any

from sim.scenario.parameters import Parameters


def meanings_of(path: str) -> tuple[str, ...]:
    """Give the meanings from the section down to the parameter, by its dotted path below `parameters`.

    A parameter by region ends with the region in brackets. Nothing is given for a path that is not declared.
    """
    meanings: list[str] = []
    current: Any = Parameters
    for part in path.split("."):
        declared = getattr(current, "model_fields", {}).get(part)
        if declared is not None:
            meanings.append(declared.description or part)
            current = declared.annotation
        elif meanings and current is not None:
            meanings[-1] = f"{meanings[-1].rstrip('.')} ({part})."
            current = None
        else:
            return ()
    return tuple(meanings)
