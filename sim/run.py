"""One scenario and one seed in, one run out; the only place that knows file formats.

A run is written aside and renamed when it is whole, so that a folder under its final name is always complete.
Wall times go to `timing.json`, apart from everything else, because all other files of a run are the same
bytes whenever the same scenario is run with the same seed.
"""

import json
import os
import platform
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx

from sim.agents.cast import Minds
from sim.checks import Conservation
from sim.core.card import Card, Shown
from sim.core.cells import write_csv
from sim.core.errors import MachineError, ModelCheckError, UsageError
from sim.core.lock import only_writer
from sim.core.progress import progress as shown_progress
from sim.core.versions import version_of
from sim.industry import Industry
from sim.reasons.explain import explain
from sim.reasons.record import Record, record_of
from sim.reasons.text import Explanation
from sim.report import bods, exchange
from sim.report.answer_tables import Runs
from sim.report.dictionary import DICTIONARY, TABLES, dictionary, named_tables
from sim.report.exchange import OWNERSHIP
from sim.report.page import write_page
from sim.report.plots import Plots, write_figures
from sim.report.workbook import FILE as WORKBOOK
from sim.results import Results
from sim.scenario.load import Scenario, load, with_policies
from sim.scenario.pack import FILES, files_of
from sim.scenario.settings import Settings
from sim.scenario.shelf import shipped_folder
from sim.scenario.subject import SUBJECT_FILE
from sim.scenario.writer import meant, yaml_text
from sim.world.world import World
from sim.year import YEAR

FIGURES, PAGE, MANIFEST = "figures", "report.html", "manifest.json"
DRAWN = ("cost_curve", "price", "capacity", "concentration")
"""Figures of a run's folder."""
WRITTEN = (
    *(f"{name}.csv" for name in (*TABLES, DICTIONARY)),
    *("scenario.yaml", MANIFEST, "timing.json", OWNERSHIP, PAGE),
)
"""Files that a run writes into its folder, besides figures and a copy of a pack that is not shipped."""
OWN_FILES = frozenset((*WRITTEN, WORKBOOK, bods.FILE, exchange.IAMC))
"""Those that its reports write there as well."""
PACKAGES = ("mesa", "networkx", "numpy", "scipy", "pandas", "matplotlib", "pydantic", "PyYAML")


@dataclass(frozen=True, repr=False)
class Run(Shown, Results):
    """One finished run, with its pictures."""

    @property
    def plot(self) -> Plots:
        """Figures of the run, each matplotlib axes: `run.plot.cost_curve(year=2030)`, `run.plot.price(ax=mine)`."""
        return Plots(self)

    def card(self) -> Card:
        """What it shows of itself."""
        from sim.report.cards import run_card

        return run_card(self)

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
    scenario: Scenario | Path | str,
    seed: int = 0,
    *,
    set: Settings = (),
    agents: Minds | None = None,
    progress: bool | None = None,
) -> Run:
    """The run of a scenario with a seed.

    Args:
        scenario: from `sim.load`, or the name or file of one.
        seed: the run's luck, from 0.
        set: changes of the scenario, as for `sim.load`: `{"years.end_year": 2030}` or `["years.end_year=2030"]`.
        agents: classes that decide in place of the usual ones, `{sim.OwnerGroup: MyGroup}`.
        progress: whether to show progress; by default in a notebook only.

    Raises:
        UsageError: an argument makes no sense.
        InvalidScenarioError: the scenario cannot be used.
        ModelCheckError: a law of the model is broken; it names the year, the phase, the law and the agents.
    """
    scenario = load(scenario, set=set)
    industry = Industry(scenario, seed, agents)
    conservation = Conservation(industry.world)
    industry.checkers.append(conservation)
    seconds = _timed(industry)
    years = range(scenario.spec.years.start_year, scenario.spec.years.end_year + 1)
    is_quiet = None if progress is None else not progress
    bar = shown_progress(years, desc=scenario.name, unit="year", is_quiet=is_quiet)
    with industry:
        for year in bar:
            bar.set_postfix_str(str(year))
            industry.step()
    return Run(scenario, seed, industry.world, industry.recorder, conservation.residuals, seconds)


def _timed(industry: Industry) -> dict[str, float]:
    """The wall time of each phase of an industry, as it comes to be played."""
    seconds = dict.fromkeys((phase.name for phase in YEAR), 0.0)
    clock = time.perf_counter()

    def tick(_: World, phase: str) -> None:
        nonlocal clock
        now = time.perf_counter()
        seconds[phase] += now - clock
        clock = now

    industry.checkers.append(tick)
    return seconds


def without_policy(record: Record, policy: str) -> Record:
    """The record of the same run with the strength of a policy at zero; the agents are the usual ones."""
    scenario = with_policies(record.scenario, record.name, {policy: {"strength_share": 0.0}})
    return record_of(run(scenario, record.seed))


simulate = run
"""Another name for `run`, for those who import it from this module."""


def check_place(folder: Path, *, force: bool = False) -> None:
    """See that a run may be written to a folder.

    Raises:
        UsageError: something is there and `force` is not given, or it holds what no run has written.
    """
    if not folder.exists():
        return
    if not force:
        raise UsageError(f"{folder} exists; --force replaces it, --out writes elsewhere")
    if not folder.is_dir():
        raise UsageError(f"{folder} is not the folder of a run; --force replaces only runs")
    files = sorted(path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())
    strangers = [str(path.relative_to(folder)) for path in files if not _is_written(path, folder)]
    if files and (strangers or not (folder / MANIFEST).is_file()):
        why = f"holds {strangers[0]}" if strangers else "has no manifest.json"
        raise UsageError(f"{folder} is not the folder of a run: it {why}; --force replaces only runs")


def _is_written(path: Path, folder: Path) -> bool:
    """Whether a file has a name that a run writes."""
    inner = path.relative_to(folder)
    if path.is_symlink() or len(inner.parts) > 2:
        return False
    if len(inner.parts) == 1:
        return inner.name in OWN_FILES
    if inner.parts[0] == FIGURES:
        return path.stem in DRAWN and path.suffix in (".csv", ".png", ".svg")
    if inner.parts[0] == exchange.PARQUET:
        return path.stem in TABLES and path.suffix == ".parquet"
    return inner.name in FILES and (path.parent / SUBJECT_FILE).is_file()


def write_run(
    finished: Run, folder: Path, *, force: bool = False, figures: bool = False, lang: str = "en"
) -> Path:
    """Write a run to a folder, aside first, and give the folder; a link is followed.

    Args:
        finished: the run.
        folder: where to.
        force: replace a run that is there.
        figures: draw the figures as files, too, which needs matplotlib.
        lang: language of the page, `en` or `zh`.

    Raises:
        UsageError: the folder exists and `force` is not given, or it holds what no run has written.
        MachineError: the disk refuses, or another process is writing there.
    """
    check_place(folder, force=force)
    with _held(folder) as place:
        check_place(place, force=force)
        _replace(finished, place, figures=figures, lang=lang)
    return folder


def write_odds(finished: Run, folder: Path, study: Runs, lang: str = "en") -> None:
    """Write the page of a run's folder again, with odds, unless another run has taken its place meanwhile.

    Args:
        finished: the run.
        folder: where it was written.
        study: runs of the same scenario, which tell the odds.
        lang: language of the page, `en` or `zh`.

    Raises:
        MachineError: the disk refuses, or another process is writing there.
    """
    with _held(folder) as place:
        if (place / MANIFEST).read_text(encoding="utf-8") == _json(manifest(finished)):
            aside = place.with_name(f".{place.name}.page")
            try:
                write_page(finished, aside, lang, study)
                aside.replace(place / PAGE)
            finally:
                aside.unlink(missing_ok=True)


@contextmanager
def _held(folder: Path) -> Iterator[Path]:
    """The place of a run, a link followed, which nobody else writes meanwhile."""
    place = Path(os.path.realpath(folder)) if folder.is_symlink() else folder
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with only_writer(place.parent, f".{place.name}.lock"):
            yield place
    except OSError as error:
        raise MachineError(f"cannot write {folder}: {error.strerror or error}") from error


def write_broken(scenario: Scenario, seed: int, broken: ModelCheckError, folder: Path) -> str:
    """Keep what replays a run that a law has ended, beside where its folder would be; give the command that does.

    Raises:
        MachineError: the disk refuses.
    """
    place = folder.with_name(f"{folder.name}.broken")
    try:
        place.mkdir(parents=True, exist_ok=True)
        (place / "scenario.yaml").write_text(yaml_text(scenario.tree), encoding="utf-8")
        _write_pack(scenario, place)
        told: dict[str, Any] = {"seed": seed, "year": broken.year, "phase": broken.phase, "law": broken.law}
        told |= {"amount": repr(broken.amount), "agents": broken.agents, "commit": commit()}
        (place / "broken.json").write_text(_json(told), encoding="utf-8")
    except OSError as error:
        raise MachineError(f"cannot write {place}: {error.strerror or error}") from error
    return f"shakeout run {place / 'scenario.yaml'} --seed {seed}"


def _replace(finished: Run, folder: Path, *, figures: bool, lang: str) -> None:
    """Write a run aside and put it in its place; nobody else does so at the same time."""
    aside, replaced = (folder.with_name(f".{folder.name}.{what}") for what in ("part", "replaced"))
    try:
        shutil.rmtree(aside, ignore_errors=True)
        if folder.exists():
            shutil.rmtree(replaced, ignore_errors=True)
        aside.mkdir()
        _write_files(finished, aside, lang)
        if figures:
            write_figures(finished, aside / FIGURES)
        if folder.exists():
            folder.rename(replaced)
        aside.rename(folder)
    finally:
        # An end between the two renames, now or in a process before, must not lose the run that was there.
        if replaced.exists() and not folder.exists():
            replaced.rename(folder)
        for left in (aside, replaced):
            shutil.rmtree(left, ignore_errors=True)


def _write_files(finished: Run, folder: Path, lang: str) -> None:
    tables = named_tables(finished)
    for name, table in (tables | {DICTIONARY: dictionary(tables, finished.scenario.pack)}).items():
        write_csv(table, folder / f"{name}.csv")
    (folder / "scenario.yaml").write_text(yaml_text(meant(finished.scenario)), encoding="utf-8")
    (folder / MANIFEST).write_text(_json(manifest(finished)), encoding="utf-8")
    (folder / "timing.json").write_text(_json({"seconds_by_phase": _told(finished)}), encoding="utf-8")
    nx.write_graphml(finished.world.ownership.to_graphml_graph(), folder / OWNERSHIP)
    _write_pack(finished.scenario, folder)
    write_page(finished, folder / PAGE, lang)


def _told(finished: Run) -> dict[str, float]:
    """The wall time of each phase that means something to the industry."""
    stores = () if finished.scenario.pack.has("residue") else ("open_ponds", "fill_ponds")
    return {name: seconds for name, seconds in finished.seconds.items() if name not in stores}


def _write_pack(scenario: Scenario, folder: Path) -> None:
    """Copy a pack that does not ship with the program beside the scenario, where it is looked for first."""
    pack = scenario.pack
    shipped = shipped_folder() / pack.folder.name
    if (
        not shipped.is_dir()
        or {name: (shipped / name).read_bytes() for name in files_of(shipped)} != pack.files
    ):
        (folder / pack.folder.name).mkdir(exist_ok=True)
        for name, content in pack.files.items():
            (folder / pack.folder.name / name).write_bytes(content)


def manifest(finished: Run) -> dict[str, Any]:
    """What identifies a run: scenario, seed, versions, sources of inputs, conservation."""
    scenario = finished.scenario
    statuses = [known.status for known in scenario.pack.provenance.values()]
    say = scenario.pack.say()
    return {
        "scenario": scenario.name,
        "question": scenario.question,
        **({"demonstration": scenario.pack.banner()} if scenario.pack.banner() else {}),
        "scenario_sha256": scenario.hash,
        "pack_sha256": scenario.pack.digest,
        "seed": finished.seed,
        "first_year": scenario.spec.years.start_year,
        "last_year": scenario.spec.years.end_year,
        "shakeout": version_of("shakeout"),
        "commit": commit(),
        "python": platform.python_version(),
        "packages": {name: version_of(name) for name in PACKAGES},
        "parameters_by_status": {
            status: statuses.count(status) for status in sorted(dict.fromkeys(statuses))
        },
        "synthetic_plants": sum(row.status == "synthetic" for row in scenario.pack.refineries),
        "largest_conservation_gaps": {say(law): gap for law, gap in finished.residuals.items()},
    }


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
