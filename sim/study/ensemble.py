"""An ensemble: scenarios under many samples of what is uncertain and many seeds, kept run by run.

The same call goes on where an earlier one was interrupted; a changed call is refused and told what differs.
"""

from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

from sim.agents.cast import Minds
from sim.core.arguments import whole
from sim.core.errors import ShakeoutError, UsageError
from sim.core.lock import only_writer
from sim.core.progress import progress
from sim.scenario.load import Scenario
from sim.scenario.settings import Settings
from sim.study.crew import by_crew
from sim.study.design import sampled, uncertain_parameters
from sim.study.engine import Work, one_by_one, processors, work_of
from sim.study.plan import Plan, count_of, labelled, named_agents, seeds_of
from sim.study.playing import Outcome
from sim.study.resume import changes
from sim.study.store import DONE, FAILED, FILE, PLANNED, Store, recover, told
from sim.study.study import Study

HOME = Path("outputs") / "studies"


def ensemble(
    scenarios: str | Path | Scenario | Sequence[str | Path | Scenario],
    runs: int = 500,
    *,
    seeds: int = 1,
    design: str = "lhs",
    out: Path | str | None = None,
    agents: Minds | None = None,
    set: Settings = (),
    **work: Any,
) -> Study:
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
        UsageError: the folder holds another study, or an argument makes no sense.
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


def conduct(plan: Plan, folder: Path, work: Work) -> Study:
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
