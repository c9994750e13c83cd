"""Where a run comes from: what its scenario changes, what its numbers rest on, and how well its books close."""

from collections.abc import Iterator, Mapping
from typing import Any

from sim.core.words import number, plural
from sim.report.contents import SYNTHETIC, Table
from sim.results import Results

STATUSES = {
    "data": "a source states it",
    "derived": "worked out from a source",
    "literature": "from published studies",
    "assumption": "nobody knows; a plausible value",
    "synthetic": "a filler for something real that is not identified",
}


def scenario_changes(results: Results) -> Table:
    """What the scenario says beyond its pack: policies, shocks, parameters and rows."""
    spec = results.scenario.spec
    rows: list[tuple[str, str, str]] = []
    for policy in spec.policies:
        until = f" to {policy.end_year}" if policy.end_year is not None else " on"
        skipped = {"id", "type", "start_year", "end_year"}
        rows.append(
            ("policy", f"{policy.id} ({policy.type}), {policy.start_year}{until}", _settings(policy, skipped))
        )
    for shock in spec.shocks:
        when = f"{shock.start_year} Q{shock.start_quarter}, {plural(shock.duration_quarters, 'quarter')}"
        size = f"{shock.size_ratio:g} {', '.join(shock.regions)}"
        rows.append(("shock", f"{shock.id} ({shock.variable}), {when}", size))
    for fact in spec.facts:
        rows.append(
            ("fact", f"{fact.id} ({fact.what}), {fact.year}", _settings(fact, {"id", "what", "year"}))
        )
    for path, value, usual in _changed_parameters(results):
        rows.append(("parameter", path, f"{value:g} instead of {usual:g}"))
    for table, entries in spec.rows.items():
        for key, columns in entries.items():
            rows.append(
                ("row", f"{table}: {key}", ", ".join(f"{name} {value}" for name, value in columns.items()))
            )
    return Table("What this scenario changes", ("Kind", "What", "How"), tuple(rows), words=3)


def _settings(policy: Any, skipped: set[str]) -> str:
    """What a policy sets, but for what it leaves as it is when nothing is said."""
    values = policy.model_dump(exclude=skipped, exclude_defaults=True)
    return ", ".join(f"{name.replace('_', ' ')} {_shown(value)}" for name, value in values.items())


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " and ".join(_shown(each) for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")


def _changed_parameters(results: Results) -> Iterator[tuple[str, float, float]]:
    """Path, value and the pack's value of each parameter that the scenario sets anew."""
    usual = results.scenario.pack.provenance
    for path, value in _leaves(results.scenario.spec.parameters.model_dump(), ""):
        if path in usual and float(usual[path].value) != value:
            yield path, value, float(usual[path].value)


def _leaves(tree: Mapping[str, Any], path: str) -> Iterator[tuple[str, float]]:
    for name, value in tree.items():
        here = f"{path}.{name}" if path else str(name)
        if isinstance(value, Mapping):
            yield from _leaves(value, here)
        elif isinstance(value, int | float):
            yield here, float(value)


def evidence(results: Results) -> Table:
    """How many parameters and how many installed plants rest on what kind of evidence."""
    pack = results.scenario.pack
    plants = [row for row in pack.refineries if row.installed]
    rows = []
    for status, words in STATUSES.items():
        parameters = sum(known.status == status for known in pack.provenance.values())
        sizes = [row.nameplate_mt for row in plants if row.status == status]
        rows.append((f"{status}: {words}", number(parameters), number(len(sizes)), number(sum(sizes), 1)))
    whole = number(sum(row.nameplate_mt for row in plants), 1)
    rows.append(("All", number(len(pack.provenance)), number(len(plants)), whole))
    return Table("What the numbers rest on", ("Evidence", "parameters", "plants", "of Mt/yr"), tuple(rows))


def synthetic_plants(results: Results) -> Table:
    """The plants and projects that stand for real ones that are not identified."""
    pack = results.scenario.pack
    regions = {row.id: row.name for row in pack.regions}
    found = [
        (row.name, row.region, row.note, row.nameplate_mt)
        for row in pack.refineries
        if row.status == "synthetic"
    ]
    found += [
        (f"{row.name} (project)", row.region, row.note, row.capacity_mt)
        for row in pack.projects
        if row.status == "synthetic" and row.kind == "refinery"
    ]
    rows = tuple(
        (f"{each[0]}{SYNTHETIC}", regions.get(each[1], each[1]), each[2], number(each[3], 1))
        for each in found
    )
    return Table("Synthetic plants", ("Plant", "Region", "What it stands for", "Mt/yr"), rows, words=3)


def conservation(results: Results) -> Table:
    """The largest gap of each conservation law over the whole run."""
    rows = tuple((law, f"{gap:.1e}" if gap else "0") for law, gap in results.residuals.items())
    note = "Largest gap over all phases of all years; a run with a larger one than rounding stops."
    return Table("Conservation laws", ("Law", "largest gap"), rows, note=note)
