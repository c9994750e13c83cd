"""Where a run comes from: what its scenario changes, what its numbers rest on, and how well its books close."""

from collections.abc import Iterator, Mapping
from typing import Any

from sim.report.contents import SYNTHETIC, Table
from sim.report.wording import number
from sim.results import Results

STATUSES = {
    "data": "a source states it",
    "derived": "worked out from a source",
    "literature": "from published studies",
    "assumption": "nobody knows; a plausible value",
    "synthetic": "a filler for something real that is not identified",
}


def scenario_changes(results: Results) -> Table:
    """Give what the scenario says beyond its pack: policies, shocks, parameters and rows."""
    spec = results.scenario.spec
    rows: list[tuple[str, str, str]] = []
    for policy in spec.policies:
        until = f" to {policy.end_year}" if policy.end_year is not None else " on"
        skipped = {"id", "type", "start_year", "end_year"}
        rows.append(("policy", f"{policy.id} ({policy.type}), {policy.start_year}{until}", _settings(policy, skipped)))
    for shock in spec.shocks:
        when = f"{shock.start_year} Q{shock.start_quarter}, {shock.duration_quarters} quarters"
        rows.append(("shock", f"{shock.id} ({shock.variable}), {when}", f"{shock.size_ratio:g} {', '.join(shock.regions)}"))
    for path, value, usual in _changed_parameters(results):
        rows.append(("parameter", path, f"{value:g} instead of {usual:g}"))
    for table, entries in spec.rows.items():
        for key, columns in entries.items():
            rows.append(("row", f"{table}: {key}", ", ".join(f"{name} {value}" for name, value in columns.items())))
    return Table("What this scenario changes", ("Kind", "What", "How"), tuple(rows), words=3)


def _settings(policy: Any, skipped: set[str]) -> str:
    values = policy.model_dump(exclude=skipped)
    return ", ".join(f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}" for name, value in values.items())


def _changed_parameters(results: Results) -> Iterator[tuple[str, float, float]]:
    """Give path, value and the pack's value of each parameter that the scenario sets anew."""
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
    """Give how many parameters and how many plants rest on what kind of evidence."""
    pack = results.scenario.pack
    parameters = [known.status for known in pack.provenance.values()]
    plants = [row.status for row in pack.refineries]
    size = {status: sum(row.nameplate_mt for row in pack.refineries if row.status == status) for status in STATUSES}
    rows = [
        (f"{status}: {words}", number(parameters.count(status)), number(plants.count(status)), number(size[status], 1))
        for status, words in STATUSES.items()
    ]
    rows.append(("All", number(len(parameters)), number(len(plants)), number(sum(size.values()), 1)))
    return Table("What the numbers rest on", ("Evidence", "parameters", "plants", "of Mt/yr"), tuple(rows))


def synthetic_plants(results: Results) -> Table:
    """Give the plants and projects that stand for real ones that are not identified."""
    pack = results.scenario.pack
    regions = {row.id: row.name for row in pack.regions}
    plants = [(row.name, row.region, row.nameplate_mt, row.note) for row in pack.refineries if row.status == "synthetic"]
    plants += [
        (f"{row.name} (project)", row.region, row.capacity_mt, row.note)
        for row in pack.projects
        if row.status == "synthetic" and row.kind == "refinery"
    ]
    rows = tuple((f"{name}{SYNTHETIC}", regions.get(region, region), note, number(size, 1)) for name, region, size, note in plants)
    return Table("Synthetic plants", ("Plant", "Region", "What it stands for", "Mt/yr"), rows, words=3)


def conservation(results: Results) -> Table:
    """Give the largest gap of each conservation law over the whole run."""
    rows = tuple((law, f"{gap:.1e}" if gap else "0") for law, gap in results.residuals.items())
    note = "Largest gap over all phases of all years; a run with a larger one than rounding stops."
    return Table("Conservation laws", ("Law", "largest gap"), rows, note=note)
