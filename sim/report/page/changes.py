"""What a scenario changes, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from sim.report.naming import PackNames
from sim.report.page.words import Words
from sim.results import Results


def scenario_changes(results: Results, words: Words) -> list[list[str]]:
    """What the scenario says beyond its pack: kind, name and values of policies, shocks, facts, parameters and rows."""
    spec = results.scenario.spec
    rows: list[list[str]] = []
    places = PackNames(results.scenario.pack, words.lang).regions
    for policy in spec.policies:
        span = "changes.on" if policy.end_year is None else "changes.span"
        when = words(span, first=policy.start_year, last=policy.end_year)
        skipped = {"id", "type", "start_year", "end_year"}
        rows.append(
            [
                words("changes.policy"),
                f"{words.of('policies', policy.type)} ({policy.id}), {when}",
                _settings(policy, skipped, words, places),
            ]
        )
    for shock in spec.shocks:
        start = {"year": shock.start_year, "quarter": shock.start_quarter}
        when = words("changes.when", count=shock.duration_quarters, **start)
        size = f"{shock.size_ratio:g} {', '.join(places.get(each, each) for each in shock.regions)}"
        rows.append([words("changes.shock"), f"{shock.id} ({shock.variable}), {when}", size])
    for fact in spec.facts:
        how = _settings(fact, {"id", "what", "year"}, words, places)
        rows.append([words("changes.fact"), f"{fact.id} ({fact.what}), {fact.year}", how])
    for path, value, usual in _changed_parameters(results):
        how = words("changes.instead", value=f"{value:g}", usual=f"{usual:g}")
        rows.append([words("changes.parameter"), path, how])
    for table, entries in spec.rows.items():
        for key, columns in entries.items():
            how = ", ".join(f"{name} {value}" for name, value in columns.items())
            rows.append([words("changes.row"), f"{table}: {key}", how])
    return rows


def _settings(policy: Any, skipped: set[str], words: Words, places: Mapping[str, str]) -> str:
    """What a policy sets, but for what it leaves as it is when nothing is said."""
    values = policy.model_dump(exclude=skipped, exclude_defaults=True)
    space = words("changes.space")
    return ", ".join(f"{name.replace('_', space)} {_shown(value, places)}" for name, value in values.items())


def _shown(value: Any, places: Mapping[str, str]) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_shown(each, places) for each in value)
    return f"{value:g}" if isinstance(value, float) else places.get(str(value), str(value).replace("_", " "))


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
