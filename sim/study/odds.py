"""The odds of a run: a small ensemble of its scenario that differs by luck alone, kept beside the run's folder.

It is a study like any other, in `RUN.odds`, so that a run that is replaced keeps the odds that still hold for it.
"""

import json
from pathlib import Path

from sim.core.errors import UsageError
from sim.scenario.load import Scenario
from sim.study.ensemble import ensemble
from sim.study.store import FILE
from sim.study.study import Study

DESIGN = "seeds"


def beside(folder: Path) -> Path:
    """Where the odds of a run's folder are kept.

    >>> beside(Path("outputs/baseline/0")).as_posix()
    'outputs/baseline/0.odds'
    """
    return folder.with_name(f"{folder.name}.odds")


def play_odds(scenario: Scenario, folder: Path, runs: int, *, quiet: bool = True) -> Study:
    """Play a scenario with so many seeds beside a run's folder; odds of another scenario there are begun anew.

    Raises:
        UsageError: what is there is another study than odds.
        MachineError: the disk or the workers refuse.
    """
    place = beside(folder)
    try:
        return ensemble(scenario, runs, design=DESIGN, out=place, quiet=quiet)
    except UsageError:
        about = Study(place).about if (place / FILE).is_file() else {}
        if (about.get("kind"), about.get("design")) != ("ensemble", DESIGN):
            raise
    return ensemble(scenario, runs, design=DESIGN, out=place, quiet=quiet, force=True)


def odds_of(folder: Path) -> Study | None:
    """The odds beside a run's folder; None when there are none, or none of the scenario and pack of the run."""
    study, manifest = Study(beside(folder)), folder / "manifest.json"
    if not study.path.is_file() or not manifest.is_file():
        return None
    known = json.loads(manifest.read_text(encoding="utf-8"))
    kept = study.rows("SELECT spec_sha256, pack_sha256 FROM scenarios")
    return study if kept == [(known["scenario_sha256"], known["pack_sha256"])] else None
