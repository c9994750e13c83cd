"""Reading a run's folder back: its tables, its scenario, its name and seed.

A folder may come from a stranger. Nothing in it is trusted: what is missing or damaged is told in one line.
"""

import csv
import json
from pathlib import Path
from typing import Any

from sim.core.cells import unshielded
from sim.core.errors import UsageError
from sim.reasons.record import TABLES, Record, Row
from sim.report.dictionary import ENDING
from sim.scenario.load import load

MANIFEST, SCENARIO = "manifest.json", "scenario.yaml"
TEXTS = (
    *("refinery", "group", "region", "state", "origin", "market", "kind", "agent", "counterpart", "unit"),
    *("value_unit", "replaces", "subject", "figures", "about", "because"),
    *("reason", "choice", "role", "name", "rule", "id", "buyer", "seller", "target", "outcome", "province"),
    *("sasac", "review", "review_outcome", "remedy", "seller_state", "buyer_class", "seller_class"),
)
"""Columns that hold text; all others hold numbers or truth values."""
NEEDED = {
    "refineries": "year refinery region group state nameplate_mt runnable_mt running_share made_mt cash_cost_cny_per_t",
    "groups": "year group nameplate_mt cash_mcny debt_mcny distressed",
    "regions": "year region nameplate_mt made_mt price_cny_per_t",
    "flows": "year origin market shipped_mt",
    "events": "year quarter kind agent counterpart amount unit reason",
    "decisions": "year agent kind choice role name value unit margin rule decision_id",
    "deals": "year id kind buyer seller target outcome",
    "years": "year price_cny_per_t",
    "quarters": "year quarter price_cny_per_t",
}
"""Columns without which nothing can be explained."""
YES_NO = {"True": True, "False": False}


def read_record(folder: Path) -> Record:
    """The record of a run from its folder.

    Raises:
        UsageError: there is no run in the folder, or a file of it is missing or damaged.
        ScenarioError: its scenario can no longer be read.
    """
    if not (folder / MANIFEST).is_file():
        raise UsageError(f"{folder} is not the folder of a run: it has no {MANIFEST}")
    known = _manifest(folder / MANIFEST)
    if not (folder / SCENARIO).is_file():
        raise UsageError(f"{folder} is not a whole run: {SCENARIO} is missing")
    scenario = load(folder / SCENARIO)
    tables = {name: read_table(folder, name) for name in TABLES}
    if not tables["years"]:
        raise UsageError(f"{folder} is not a whole run: years.csv has no years")
    changed = [known.get("scenario_sha256"), known.get("pack_sha256")] != [
        scenario.hash,
        scenario.pack.digest,
    ]
    gaps = known.get("largest_conservation_gaps", {})
    return Record(str(known["scenario"]), int(known["seed"]), scenario, tables, changed, gaps)


def _manifest(path: Path) -> dict[str, Any]:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise UsageError(f"{path} is damaged: it is not JSON") from None
    if not isinstance(known, dict) or not isinstance(known.get("seed"), int) or "scenario" not in known:
        raise UsageError(f"{path} is damaged: it names no scenario and seed")
    return known


def read_table(folder: Path, name: str) -> tuple[Row, ...]:
    """The rows of a table of a run.

    Raises:
        UsageError: it is missing or damaged.
    """
    path, needed = folder / f"{name}.csv", NEEDED.get(name, "").split()
    if not path.is_file():
        raise UsageError(f"{path.parent} is not a whole run: {path.name} is missing")
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            if missing:
                raise UsageError(f"{path} is damaged: it has no column {missing[0]}")
            return tuple(_row(row, path, reader.line_num) for row in reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path} is damaged: {error}") from None


def _row(row: dict[str, str], path: Path, line: int) -> Row:
    try:
        return {name: _value(name, text) for name, text in row.items()}
    except (ValueError, TypeError, AttributeError):
        raise UsageError(f"{path} is damaged: line {line} does not fit its columns") from None


def _value(name: str, text: str) -> str | float | bool | int:
    if name in TEXTS or name.endswith(ENDING):
        return unshielded(text)
    if text in YES_NO:
        return YES_NO[text]
    if name in ("year", "quarter"):
        return int(text)
    return float(text) if text else float("nan")
