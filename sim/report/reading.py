"""A run from its folder, with all that figures, pages and workbooks ask of one in memory."""

from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import ParseError

import networkx as nx
import pandas as pd

from sim.core.errors import UsageError
from sim.opening import open_world
from sim.reasons.folder import read_record, read_table
from sim.recorder import Recorder
from sim.report.dictionary import ENDING, OF_PARTS, TABLES
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
    record = read_record(folder)
    if record.changed:
        raise UsageError(f"{folder}: the scenario or its pack reads differently today; run it again")
    tables = {name: read_frame(folder, name) for name in TABLES}
    world = open_world(record.scenario, record.seed)
    try:
        replay(world.ownership, read_history(folder))
        world.deals.extend(Deal(**row) for row in tables["deals"].to_dict("records"))
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{folder / OWNERSHIP} or deals.csv is damaged: {error}") from None
    scenario = replace(record.scenario, name=record.name)
    results = Results(scenario, record.seed, world, Recorder(), dict(record.residuals), {})
    for table in tables.values():
        for part, columns in OF_PARTS.items():
            # What a file leaves out, for the industry has none of it, is nought.
            if "runnable_mt" in table and not scenario.pack.has(part):
                table[[*columns]] = 0.0
    # The tables of results are kept from when they are first asked for: here they are known before.
    vars(results).update(tables)
    return results


def read_frame(folder: Path, name: str) -> pd.DataFrame:
    """A table of a run from its folder, without the names beside ids.

    Raises:
        UsageError: it is missing or damaged.
    """
    rows = read_table(folder, name)
    columns = pd.read_csv(folder / f"{name}.csv", nrows=0).columns
    return pd.DataFrame(rows, columns=[each for each in columns if not each.endswith(ENDING)])


def read_history(folder: Path) -> nx.MultiDiGraph:
    """The dated history of the ownership graph of a run from its folder.

    Raises:
        UsageError: it is missing or damaged.
    """
    try:
        return nx.read_graphml(folder / OWNERSHIP, force_multigraph=True)
    except (OSError, ParseError, KeyError, ValueError, nx.NetworkXError) as error:
        raise UsageError(f"{folder / OWNERSHIP} is missing or damaged: {error}") from None
