"""Whether a study that is there is the one that is asked for, and if not, what differs."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from sim.core.errors import UsageError
from sim.scenario.merge import difference
from sim.scenario.problems import InvalidScenarioError
from sim.study.packs import unpacked
from sim.study.plan import Plan, count_of
from sim.study.playing import fingerprint
from sim.study.soundness import refuse_unsound
from sim.study.store import measures_of, told
from sim.study.tables import FORMAT


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
