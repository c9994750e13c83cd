"""Which values of a scenario the model reads, which are for its reader alone, and in which of them scenarios differ."""

from collections.abc import Mapping

import pandas as pd
from pydantic import BaseModel

from sim.report.parameter_names import input_name
from sim.scenario.load import Scenario
from sim.scenario.merge import difference

SAID = ("question", "expects")
"""What a scenario says to its reader and not to the model."""
REMARKS = ("id", "name", "name_zh", "source", "source_date", "note")
"""Fields of policies, shocks and rows that no phase reads."""


def is_read(path: str) -> bool:
    """Whether the model reads the value under a path of a resolved scenario.

    >>> is_read("shocks.stop.size_ratio"), is_read("shocks.stop.id"), is_read("expects[0].measure")
    (True, False, False)
    """
    first, *between = path.replace("[", ".").split(".")
    if first in SAID:
        return False
    return (
        first not in ("policies", "shocks", "facts", "rows")
        or between[-1:] == []
        or between[-1] not in REMARKS
    )


def differing(scenarios: Mapping[str, Scenario]) -> pd.DataFrame:
    """One row a value that the model reads and that a scenario sets otherwise than the first.

    `called` is what the value is, in words, and `unit` its unit.
    """
    first, *others = scenarios.items()
    rows = [
        (label, each.path, each.before, each.after, *input_name(each.path, declared, scenario.pack.trade))
        for label, scenario in others
        for declared in [_items(first[1], scenario)]
        for each in difference(first[1].tree, scenario.tree)
        if is_read(each.path)
    ]
    return pd.DataFrame(rows, columns=["scenario", "value", "before", "after", "called", "unit"])


def _items(*scenarios: Scenario) -> dict[str, type[BaseModel]]:
    """What declares the policies, shocks and facts of scenarios, by path."""
    return {
        f"{section}.{each.id}": type(each)
        for scenario in scenarios
        for section in ("policies", "shocks", "facts")
        for each in getattr(scenario.spec, section)
    }
