"""One scenario and one seed in, one run out; the only place that knows file formats.

A run is written aside and renamed when it is whole, so that a folder under its final name is always complete.
Wall times go to `timing.json`, apart from everything else, because all other files of a run are the same
bytes whenever the same scenario is run with the same seed.
"""

import json
import platform
import shutil
import subprocess
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from sim.agents.cast import Minds
from sim.checks import Conservation
from sim.core.cells import shielded
from sim.core.errors import MachineError, UsageError
from sim.core.progress import Bar
from sim.industry import Industry, release
from sim.reasons.explain import explain
from sim.reasons.record import Record, record_of
from sim.reasons.text import Explanation
from sim.report.page import write_page
from sim.report.plots import Plots, write_figures
from sim.results import Results
from sim.scenario.load import Scenario, loaded, with_policies
from sim.scenario.writer import yaml_text
from sim.world.world import World
from sim.year import YEAR

if TYPE_CHECKING:
    import pandas as pd

TABLES = (
    *("years", "quarters", "refineries", "groups", "regions", "flows"),
    *("events", "decisions", "deals", "deal_classes", "deal_outcomes"),
)
PACKAGES = ("mesa", "networkx", "numpy", "scipy", "pandas", "matplotlib", "pydantic", "PyYAML")


@dataclass(frozen=True)
class Run(Results):
    """One finished run, with its pictures."""

    @property
    def plot(self) -> Plots:
        """Figures of the run, each a matplotlib figure: `run.plot.cost_curve(year=2030)`."""
        return Plots(self)

    def explain(self, name: str = "", year: int | None = None) -> Explanation:
        """Why the price was what it was, an agent did what it did, or what a policy did; print it to read it.

        Args:
            name: id or name of a plant, group, smelter, importer, region, province, deal or policy; nothing or `price`
                for the run as a whole.
            year: only this year; otherwise the whole run.

        Raises:
            UsageError: nothing of that name takes part in the run, or several, or it does not in that year.
        """
        record = record_of(self)
        return explain(record, name, year, lambda policy: without_policy(record, policy))


def run(
    scenario: Scenario | Path | str, seed: int = 0, *, agents: Minds | None = None, progress: bool = False
) -> Run:
    """The run of a scenario with a seed.

    Args:
        scenario: from `sim.load`, or the name or file of one.
        seed: the run's luck, from 0.
        agents: classes that decide in place of the usual ones, `{sim.OwnerGroup: MyGroup}`.
        progress: show a progress bar on stderr.

    Raises:
        ModelCheckError: a law of the model is broken; it names the year, the phase, the law and the agents.
    """
    scenario = loaded(scenario)
    industry = Industry(scenario, seed, agents)
    conservation = Conservation(industry.world)
    seconds = dict.fromkeys((phase.name for phase in YEAR), 0.0)
    clock = time.perf_counter()

    def tick(_: World, phase: str) -> None:
        nonlocal clock
        now = time.perf_counter()
        seconds[phase] += now - clock
        clock = now

    industry.checkers.extend((conservation, tick))
    years = range(scenario.spec.years.start_year, scenario.spec.years.end_year + 1)
    bar = Bar(years, desc=scenario.name, unit="year", is_quiet=not progress)
    try:
        for year in bar:
            bar.set_postfix_str(str(year))
            industry.step()
    finally:
        release(industry)
    return Run(scenario, seed, industry.world, industry.recorder, conservation.residuals, seconds)


def without_policy(record: Record, policy: str) -> Record:
    """The record of the same run with the strength of a policy at zero; the agents are the usual ones."""
    scenario = with_policies(record.scenario, record.name, {policy: {"strength_share": 0.0}})
    return record_of(run(scenario, record.seed))


simulate = run
"""Another name for `run`, for those who import it from this module."""


def write_run(finished: Run, folder: Path, *, force: bool = False) -> Path:
    """Write a run to a folder, aside first, and give the folder.

    Raises:
        UsageError: the folder exists and `force` is not given.
        MachineError: the disk refuses.
    """
    if folder.exists() and not force:
        raise UsageError(f"{folder} exists; --force replaces it, --out writes elsewhere")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "manifest.json").is_file():
        raise UsageError(f"{folder} is not the folder of a run; --force replaces only runs")
    aside, replaced = (folder.with_name(f".{folder.name}.{what}") for what in ("part", "replaced"))
    try:
        shutil.rmtree(aside, ignore_errors=True)
        if folder.exists():
            shutil.rmtree(replaced, ignore_errors=True)
        aside.mkdir(parents=True)
        _write_files(finished, aside)
        if folder.exists():
            folder.rename(replaced)
        aside.rename(folder)
    except OSError as error:
        raise MachineError(f"cannot write {folder}: {error.strerror or error}") from error
    finally:
        # An end between the two renames, now or in a process before, must not lose the run that was there.
        if replaced.exists() and not folder.exists():
            replaced.rename(folder)
        for left in (aside, replaced):
            shutil.rmtree(left, ignore_errors=True)
    return folder


def _write_files(finished: Run, folder: Path) -> None:
    for name in TABLES:
        write_csv(getattr(finished, name), folder / f"{name}.csv")
    (folder / "scenario.yaml").write_text(yaml_text(finished.scenario.tree), encoding="utf-8")
    (folder / "manifest.json").write_text(_json(manifest(finished)), encoding="utf-8")
    (folder / "timing.json").write_text(_json({"seconds_by_phase": finished.seconds}), encoding="utf-8")
    nx.write_graphml(finished.world.ownership.to_graphml_graph(), folder / "ownership.graphml")
    plots = finished.plot
    write_figures(finished, folder / "figures", plots)
    write_page(finished, folder / "report.html", plots)


def write_csv(frame: "pd.DataFrame", path: Path) -> None:
    """Write a table so that no text cell can act as a formula in a spreadsheet."""
    safe = frame.copy()
    for name in safe.columns:
        if safe[name].dtype.kind not in "biuf":
            safe[name] = [shielded(value) if isinstance(value, str) else value for value in safe[name]]
    safe.to_csv(path, index=False, lineterminator="\n", float_format="%.12g")


def manifest(finished: Run) -> dict[str, Any]:
    """What identifies a run: scenario, seed, versions, sources of inputs, conservation."""
    scenario = finished.scenario
    statuses = [known.status for known in scenario.pack.provenance.values()]
    return {
        "scenario": scenario.name,
        "question": scenario.question,
        "scenario_sha256": scenario.hash,
        "pack_sha256": scenario.pack.digest,
        "seed": finished.seed,
        "first_year": scenario.spec.years.start_year,
        "last_year": scenario.spec.years.end_year,
        "shakeout": package_version("shakeout"),
        "commit": commit(),
        "python": platform.python_version(),
        "packages": {name: package_version(name) for name in PACKAGES},
        "parameters_by_status": {
            status: statuses.count(status) for status in sorted(dict.fromkeys(statuses))
        },
        "synthetic_plants": sum(row.status == "synthetic" for row in scenario.pack.refineries),
        "largest_conservation_gaps": finished.residuals,
    }


def package_version(name: str) -> str:
    """The installed version of a package, or `unknown`."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


def commit() -> str:
    """The commit of the checkout that runs, with `+` when it has changes, or `unknown`."""
    place = Path(__file__).resolve().parent
    command = ["git", "-C", str(place), "describe", "--always", "--dirty=+", "--abbrev=12"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return found.stdout.strip() or "unknown"


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
