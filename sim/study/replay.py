"""One run of a study again, in full: the store knows its scenario, its inputs, its seed and its digest."""

import re
import tempfile
from pathlib import Path

from sim.agents.cast import Minds
from sim.core.errors import ModelCheckError, UsageError
from sim.results import Results
from sim.run import Run, simulate
from sim.scenario.load import Scenario
from sim.study.design import packed, restored, with_inputs
from sim.study.engine import named_agents
from sim.study.playing import digest_of, fingerprint, kept_of
from sim.study.store import quoted, told
from sim.study.study import Study, open_study

LAW = "a replay gives what the study keeps"


def find_run(address: str) -> tuple[Study, int]:
    """The study and the run that `FOLDER:NUMBER` names.

    Raises:
        UsageError: it names none.
    """
    folder, colon, number = address.rpartition(":")
    if not colon or not re.fullmatch(r"[0-9]{1,15}", number):
        raise UsageError(
            f"'{address}' does not name a run; write FOLDER:NUMBER, such as outputs/studies/mine:12"
        )
    return open_study(folder), int(number)


def kept_scenario(study: Study, label: str) -> tuple[Scenario, tuple[str, ...]]:
    """A scenario of a study as it was when the study was begun, and the parameters that it sets itself.

    Raises:
        UsageError: the study does not hold what is needed.
        MachineError: the file cannot be read, or the folder for temporary files not written.
    """
    with study.opened() as link, told(study.path):
        (own,) = link.execute("SELECT own FROM scenarios WHERE label = ?", (label,)).fetchone()
        kept = packed(link, label)
    with told(Path(tempfile.gettempdir())):
        return restored(kept), tuple(own.split())


def scenario_of(study: Study, run: int) -> tuple[Scenario, int]:
    """The scenario of a run with its inputs in it, and its seed.

    Raises:
        UsageError: the study has no such run, or does not hold what is needed.
    """
    found = study.rows(
        "SELECT label, sample, seed FROM runs JOIN scenarios ON scenarios.id = runs.scenario WHERE run = ?",
        run,
    )
    if not found:
        raise UsageError(f"{study.folder} has no run {run}; it has 1 to {sum(study.count.values())}")
    label, sample, seed = found[0]
    scenario, own = kept_scenario(study, label)
    paths = [path for path in study.parameters if path not in own]
    columns = ", ".join(["sample", *(quoted(path) for path in paths)])
    values = study.rows(f"SELECT {columns} FROM inputs WHERE sample = ?", sample)[0][1:]
    return with_inputs(scenario, dict(zip(paths, values, strict=True))), int(seed)


def replay(study: Study, run: int, *, agents: Minds | None = None, progress: bool | None = None) -> Run:
    """Play a run of a study again, and check it against the digest that the study keeps.

    Raises:
        UsageError: there is no such run, or it was played with other agents than are given.
        ModelCheckError: it comes out otherwise, or fails as it did before.
    """
    scenario, seed = scenario_of(study, run)
    kept, given = study.about.get("agents", ""), named_agents(agents).get("agents", "")
    if kept != given:
        raise UsageError(
            f"run {run} was played with agents of its own ({kept or 'none'}), not {given or 'the usual'}"
        )
    finished = simulate(scenario, seed, agents=agents, progress=progress)
    check(study, run, finished)
    return finished


def check(study: Study, run: int, finished: Results) -> None:
    """See that a finished run is what the study keeps of it; a run that has not been played has nothing kept."""
    kept = study.rows("SELECT digest FROM runs WHERE run = ?", run)[0][0]
    if kept and kept != digest_of(kept_of(finished.world, finished.recorder)):
        before = study.about.get("fingerprint", "")
        cause = "" if before == fingerprint() else f" (then {before}; now {fingerprint()})"
        raise ModelCheckError(law=LAW + cause, amount=1.0, agents=(f"run {run}",))
