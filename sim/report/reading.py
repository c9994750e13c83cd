"""A run from its folder, with all that figures, pages and workbooks ask of one in memory."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import networkx as nx

from sim.core.errors import UsageError
from sim.opening import open_world
from sim.reasons.folder import read_record, read_table
from sim.recorder import Recorder
from sim.report.named import ENDING, TABLES
from sim.results import Results
from sim.world.dealbook import Deal
from sim.world.history import replay

OWNERSHIP = "ownership.graphml"


def read_results(folder: Path) -> Results:
    """The results of a run from its folder.

    The world is that at the start, with the ownership graph and the book of deals of the whole run.

    Raises:
        UsageError: there is no run in the folder, a file of it is missing or damaged, or its scenario reads
            differently today.
        ScenarioError: its scenario can no longer be read.
    """
    import pandas as pd

    record = read_record(folder)
    if record.changed:
        raise UsageError(f"{folder}: the scenario or its pack reads differently today; run it again")
    world = open_world(record.scenario, record.seed)
    try:
        replay(world.ownership, nx.read_graphml(folder / OWNERSHIP, force_multigraph=True))
        world.deals.extend(Deal(**_without_names(row)) for row in record.tables["deals"])
    except (OSError, ParseError, KeyError, TypeError, ValueError, nx.NetworkXError) as error:
        raise UsageError(f"{folder / OWNERSHIP} or deals.csv is damaged: {error}") from None
    results = Results(
        replace(record.scenario, name=record.name), record.seed, world, Recorder(), dict(record.residuals), {}
    )
    for name in TABLES:
        rows = record.tables[name] if name in record.tables else read_table(folder, name)
        columns = pd.read_csv(folder / f"{name}.csv", nrows=0).columns
        # The tables of results are kept from when they are first asked for: here they are known before.
        vars(results)[name] = pd.DataFrame(
            rows, columns=[each for each in columns if not each.endswith(ENDING)]
        )
    return results


def _without_names(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if not name.endswith(ENDING)}
