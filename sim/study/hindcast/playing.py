"""The runs of a hindcast, kept one by one, so that the same call goes on where an earlier one was interrupted."""

import json
from collections.abc import Mapping
from pathlib import Path

from sim.core.errors import ModelCheckError, UsageError
from sim.core.lock import only_writer
from sim.core.progress import progress
from sim.scenario.load import Scenario
from sim.study.design import left_to_pack, sampled, uncertain_parameters, with_inputs
from sim.study.hindcast.seen import Key, seen
from sim.study.playing import fingerprint
from sim.study.store import told

ABOUT = "about.json"
BETWEEN = "|"
FAILED = "failed"
"""Stands for a run that broke a law of the model, with the reason."""


def play(
    arms: Mapping[str, Scenario], runs: int, folder: Path, *, quiet: bool = False, force: bool = False
) -> dict[str, list[dict[Key, float]]]:
    """The numbers of so many runs of each arm, with the same sampled inputs and luck for all; failed runs have none.

    Args:
        arms: a scenario for each.
        runs: samples, each with a seed of its own.
        folder: where runs are kept.
        quiet: whether to show no progress.
        force: whether to begin anew where another hindcast is kept.

    Raises:
        UsageError: the folder holds another hindcast.
        MachineError: the disk refuses.
    """
    known = uncertain_parameters(list(arms.values()))
    samples = sampled(known, "lhs", runs).tolist()
    tasks = [(arm, seed) for seed in range(runs) for arm in arms]
    found: dict[str, list[dict[Key, float]]] = {arm: [] for arm in arms}
    with told(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with only_writer(folder), told(folder):
        _begin(folder, arms, runs, force)
        for arm, seed in progress(tasks, unit="run", desc="runs", is_quiet=quiet):
            path = folder / f"{arm}-{seed:04d}.json"
            if not path.is_file():
                inputs = dict(zip((each.path for each in known), samples[seed], strict=True))
                reached = {name: value for name, value in inputs.items() if left_to_pack(arms[arm], name)}
                _keep(path, _numbers(with_inputs(arms[arm], reached), seed))
            found[arm].append(_kept(path))
    return {arm: [numbers for numbers in several if numbers] for arm, several in found.items()}


def _numbers(scenario: Scenario, seed: int) -> dict[Key, float] | str:
    """The numbers of a run, or why it failed."""
    try:
        return seen(scenario, seed).numbers()
    except ModelCheckError as broken:
        return str(broken)


def _begin(folder: Path, arms: Mapping[str, Scenario], runs: int, force: bool) -> None:
    """Say in the folder what it holds, or see that it is the same."""
    about = {"runs": runs, "arms": {arm: each.hash for arm, each in arms.items()}, "code": fingerprint()}
    path = folder / ABOUT
    if path.is_file() and json.loads(path.read_text(encoding="utf-8")) != about:
        if not force:
            raise UsageError(f"{folder} holds another hindcast; --out writes elsewhere, --force begins anew")
        for each in folder.glob("*-*.json"):
            each.unlink()
    path.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def _keep(path: Path, numbers: dict[Key, float] | str) -> None:
    """Write a run aside first, so that it is whole or not there."""
    aside = path.with_suffix(".part")
    content = (
        {FAILED: numbers}
        if isinstance(numbers, str)
        else {BETWEEN.join(key): value for key, value in numbers.items()}
    )
    aside.write_text(json.dumps(content), encoding="utf-8")
    aside.replace(path)


def _kept(path: Path) -> dict[Key, float]:
    content = json.loads(path.read_text(encoding="utf-8"))
    return {} if FAILED in content else {tuple(key.split(BETWEEN)): value for key, value in content.items()}


def failures(folder: Path) -> list[tuple[str, str, str]]:
    """Arm, seed and reason of the runs in a folder that failed."""
    found = []
    for path in sorted(folder.glob("*-*.json")):
        reason = json.loads(path.read_text(encoding="utf-8")).get(FAILED)
        if reason:
            arm, _, seed = path.stem.rpartition("-")
            found.append((arm, str(int(seed)), str(reason)))
    return found
