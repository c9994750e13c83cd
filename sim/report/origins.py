"""What a scenario changes, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from sim.core.words import plural
from sim.results import Results


def scenario_changes(results: Results) -> list[list[str]]:
    """What the scenario says beyond its pack: kind, name and values of policies, shocks, facts, parameters and rows."""
    spec = results.scenario.spec
    rows: list[list[str]] = []
    for policy in spec.policies:
        until = f" to {policy.end_year}" if policy.end_year is not None else " on"
        skipped = {"id", "type", "start_year", "end_year"}
        rows.append(
            ["policy", f"{policy.id} ({policy.type}), {policy.start_year}{until}", _settings(policy, skipped)]
        )
    for shock in spec.shocks:
        when = f"{shock.start_year} Q{shock.start_quarter}, {plural(shock.duration_quarters, 'quarter')}"
        size = f"{shock.size_ratio:g} {', '.join(shock.regions)}"
        rows.append(["shock", f"{shock.id} ({shock.variable}), {when}", size])
    for fact in spec.facts:
        rows.append(
            ["fact", f"{fact.id} ({fact.what}), {fact.year}", _settings(fact, {"id", "what", "year"})]
        )
    for path, value, usual in _changed_parameters(results):
        rows.append(["parameter", path, f"{value:g} instead of {usual:g}"])
    for table, entries in spec.rows.items():
        for key, columns in entries.items():
            rows.append(
                ["row", f"{table}: {key}", ", ".join(f"{name} {value}" for name, value in columns.items())]
            )
    return rows


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
