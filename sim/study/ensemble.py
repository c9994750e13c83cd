"""An ensemble: scenarios under many samples of what is uncertain and many seeds, kept run by run.

The same call goes on where an earlier one was interrupted; a changed call is refused and told what differs.

Whether a study that is there is the one that is asked for, and if not, what differs.

The odds of a run: a small ensemble of its scenario that differs by luck alone, kept beside the run's folder.

It is a study like any other, in `RUN.odds`, so that a run that is replaced keeps the odds that still hold for it.
"""

import json
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.core.errors import ShakeoutError, UsageError, whole
from sim.core.lock import only_writer
from sim.core.progress import progress
from sim.scenario.load import Scenario
from sim.scenario.merge import difference
from sim.scenario.problems import InvalidScenarioError
from sim.scenario.settings import Settings
from sim.study.crew import by_crew
from sim.study.design import sampled, uncertain_parameters, unpacked
from sim.study.engine import (
    Plan,
    Work,
    count_of,
    labelled,
    named_agents,
    one_by_one,
    processors,
    seeds_of,
    work_of,
)
from sim.study.playing import Outcome, fingerprint
from sim.study.store import (
    DONE,
    FAILED,
    FILE,
    FORMAT,
    PLANNED,
    Store,
    measures_of,
    recover,
    refuse_unsound,
    told,
)

if TYPE_CHECKING:
    from sim.agents.cast import Minds
    from sim.study.study import Study


def changes(path: Path, plan: Plan) -> list[str]:
    """How a plan differs from the study in a file, in words; empty if the study can be resumed."""
    with told(path), closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as link:
        refuse_unsound(link, path)
        return list(_changes(link, plan))


def _changes(link: sqlite3.Connection, plan: Plan) -> Iterator[str]:
    meta = dict(link.execute("SELECT key, value FROM meta"))
    wanted = {"format": FORMAT, "fingerprint": fingerprint(), **plan.about}
    for key in dict.fromkeys([*meta, *wanted]):
        if meta.get(key) != wanted.get(key):
            yield f"{key}: {meta.get(key, 'none')} -> {wanted.get(key, 'none')}"
    yield from _scenario_changes(link, plan)
    before = list(link.execute("SELECT path, low, high, dist FROM uncertain ORDER BY path"))
    after = sorted((each.path, each.low, each.high, each.dist) for each in plan.uncertain)
    for row in sorted({*before} ^ {*after}):
        yield f"uncertain {row[0]}: {'no longer' if row in before else 'now'} {row[1]:g} to {row[2]:g} {row[3]}"
    columns = [row[1] for row in link.execute("PRAGMA table_info (outcomes)")][2:]
    if columns != measures_of(plan):
        yield "measures: " + ", ".join(sorted({*columns} ^ {*measures_of(plan)}))
    if before == after and not _same_inputs(link, plan):
        yield "inputs: the sampled values"
    count = link.execute("SELECT COUNT(*) FROM runs").fetchone()[0]
    if count != count_of(plan):
        yield f"runs: {count} -> {count_of(plan)}"


def _scenario_changes(link: sqlite3.Connection, plan: Plan) -> Iterator[str]:
    rows = link.execute("SELECT label, spec_sha256, pack_sha256 FROM scenarios ORDER BY id")
    kept = {row[0]: row[1:] for row in rows}
    if list(kept) != list(plan.scenarios):
        yield f"scenarios: {', '.join(kept)} -> {', '.join(plan.scenarios)}"
        return
    for label, (spec, pack) in kept.items():
        now = plan.scenarios[label]
        if pack != now.pack.digest:
            yield f"{label}: files of the pack {now.pack.folder.name}"
        if spec != now.hash:
            try:
                before = unpacked(link, label)
            except (InvalidScenarioError, UsageError) as error:
                yield f"{label}: the kept scenario cannot be read any more: {error}"
                continue
            rows_now = difference(before.tree, now.tree)
            yield from (f"{label}: {row.path}: {row.before} -> {row.after}" for row in rows_now)


def _same_inputs(link: sqlite3.Connection, plan: Plan) -> bool:
    rows = [row[1:] for row in link.execute("SELECT * FROM inputs ORDER BY sample")]
    return np.array_equal(np.array(rows, dtype=np.float64).reshape(len(rows), -1), plan.inputs)


HOME = Path("outputs") / "studies"


def ensemble(
    scenarios: str | Path | Scenario | Sequence[str | Path | Scenario],
    runs: int = 500,
    *,
    seeds: int = 1,
    design: str = "lhs",
    out: Path | str | None = None,
    agents: "Minds | None" = None,
    set: Settings = (),
    **work: Any,
) -> "Study":
    """Run scenarios under the uncertainty of their pack and give the study.

    Args:
        scenarios: one or several, by name, path or loaded; all are run with the same samples and seeds.
        runs: samples of the uncertain parameters.
        seeds: runs of each sample, each with a seed of its own.
        design: `lhs` (Latin hypercube), `sobol` (runs a power of two), or `seeds` (nothing is sampled).
        out: folder of the study [outputs/studies/NAMES-DESIGN-RUNSxSEEDS]; one that exists is resumed.
        agents: classes that decide in place of the usual ones, `{sim.OwnerGroup: MyGroup}`.
        set: changes of every scenario, as for `sim.load`.
        work: the fields of `Work`: jobs, scheduler, retry_failed, quiet, force.

    Raises:
        UsageError: the folder holds another study, scenarios are of unlike industries, or an argument makes no sense.
        MachineError: the disk or the workers refuse; what is kept so far stays kept.
        ModelCheckError: one run came twice with different results.
    """
    runs, seeds = whole("runs", runs, 1), whole("seeds", seeds, 1)
    named = labelled(scenarios, set)
    known = uncertain_parameters(list(named.values())) if design != "seeds" else ()
    about = {"kind": "ensemble", "design": design, "samples": str(runs), "seeds": str(seeds)}
    about |= named_agents(agents)
    plan = Plan(named, known, sampled(known, design, runs), seeds_of(runs, seeds), about, agents)
    folder = Path(out) if out else HOME / f"{'+'.join(named)}-{design}-{runs}x{seeds}"
    return conduct(plan, folder, work_of(work))


def conduct(plan: Plan, folder: Path, work: Work) -> "Study":
    """Run what a plan still lacks in a folder, and give the study."""
    with ExitStack() as stack:
        with told(folder):
            folder.mkdir(parents=True, exist_ok=True)
        stack.enter_context(only_writer(folder))
        store = _opened(folder / FILE, plan, work)
        stack.callback(store.close)
        if work.retry_failed:
            store.retry_failed()
        _play(plan, store, work)
    # What reads a study loads data frames and the model, for which workers need not wait nor share the memory.
    from sim.study.study import Study

    return Study(folder)


def _opened(path: Path, plan: Plan, work: Work) -> Store:
    if work.force or not path.exists():
        return Store.create(path, plan)
    recover(path)
    found = changes(path, plan)
    if found:
        shown = "\n".join(f"  {line}" for line in found[:20])
        raise UsageError(
            f"{path.parent} holds another study; --out writes elsewhere, --force begins anew\n{shown}"
        )
    return Store(path)


def _play(plan: Plan, store: Store, work: Work) -> None:
    counted = store.count()
    if not counted[PLANNED]:
        return
    try:
        # Workers are sent home before anything else happens, not when the garbage is collected.
        with _bar(plan, counted, work) as bar, closing(_engine(plan, store, work)) as engine:
            failed = counted[FAILED]
            for outcomes in engine:
                store.put(outcomes)
                failed += sum(bool(each.reason) for each in outcomes)
                bar.set_postfix(failed=failed, refresh=False)
                bar.update(len(outcomes))
    except BaseException as ended:
        if not isinstance(ended, Exception):
            with suppress(ShakeoutError):
                kept = store.count()[DONE]
                runs = count_of(plan)
                ended.args = (f"interrupted; {kept} of {runs} runs are kept, the same command goes on",)
        raise


def _engine(plan: Plan, store: Store, work: Work) -> Generator[list[Outcome], None, None]:
    tasks = store.waiting(plan)
    if work.scheduler:
        from sim.study.cluster import on_cluster

        return on_cluster(plan, tasks, work.scheduler)
    jobs = work.jobs or processors()
    if jobs == 1:
        return one_by_one(plan, tasks)
    return by_crew(plan, tasks, min(jobs, store.count()[PLANNED]))


def _bar(plan: Plan, counted: dict[str, int], work: Work) -> Any:
    done = counted[DONE] + counted[FAILED]
    return progress(
        desc="runs", total=count_of(plan), initial=done, unit="run", smoothing=0.1, is_quiet=work.quiet
    )


DESIGN = "seeds"


def beside(folder: Path) -> Path:
    """Where the odds of a run's folder are kept.

    >>> beside(Path("outputs/baseline/0")).as_posix()
    'outputs/baseline/0.odds'
    """
    return folder.with_name(f"{folder.name}.odds")


def play_odds(scenario: Scenario, folder: Path, runs: int, *, quiet: bool = True) -> "Study":
    """Play a scenario with so many seeds beside a run's folder; odds of another scenario there are begun anew.

    Raises:
        UsageError: what is there is another study than odds.
        MachineError: the disk or the workers refuse.
    """
    from sim.study.study import Study

    place = beside(folder)
    try:
        return ensemble(scenario, runs, design=DESIGN, out=place, quiet=quiet)
    except UsageError:
        about = Study(place).about if (place / FILE).is_file() else {}
        if (about.get("kind"), about.get("design")) != ("ensemble", DESIGN):
            raise
    return ensemble(scenario, runs, design=DESIGN, out=place, quiet=quiet, force=True)


def odds_of(folder: Path) -> "Study | None":
    """The odds beside a run's folder; None when there are none, or none of the scenario and pack of the run."""
    from sim.study.study import Study

    study, manifest = Study(beside(folder)), folder / "manifest.json"
    if not study.path.is_file() or not manifest.is_file():
        return None
    known = json.loads(manifest.read_text(encoding="utf-8"))
    kept = study.rows("SELECT spec_sha256, pack_sha256 FROM scenarios")
    return study if kept == [(known["scenario_sha256"], known["pack_sha256"])] else None
