"""What a scenario changes, in words with units."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from sim.core.units import fields_of
from sim.report.measures import SHARE
from sim.report.page.assumptions import limit_in, parameter_name
from sim.report.page.facts import Facts
from sim.report.page.parts import Words
from sim.report.parameter_names import first_clause
from sim.scenario.judge import declared_range
from sim.scenario.schema import SHOCKS, Shock

POLICY, FACT = {"id", "type", "start_year", "end_year"}, {"id", "what", "year"}
"""What is told otherwise than as a setting."""
PLACES = {"regions", "countries"}


def scenario_changes(facts: Facts) -> list[list[str]]:
    """What the scenario says beyond its pack: kind, name and values of policies, shocks, facts, parameters and rows."""
    spec, pack, words = facts.results.scenario.spec, facts.results.scenario.pack, facts.words
    rows: list[list[str]] = []
    for policy in spec.policies:
        span = "changes.on" if policy.end_year is None else "changes.span"
        when = words(span, first=policy.start_year, last=policy.end_year)
        how = _settings(facts, type(policy), policy.model_dump(exclude=POLICY, exclude_defaults=True))
        rows.append(_titled(words, "policy", words.of("policies", policy.type), when, how))
    rows += [_shock(facts, shock) for shock in spec.shocks]
    for fact in spec.facts:
        how = _settings(facts, type(fact), fact.model_dump(exclude=FACT, exclude_defaults=True))
        rows.append(_titled(words, "fact", words(f"changes.{fact.what}"), fact.year, how))
    for path, value, usual in _changed_parameters(facts):
        ends = (limit_in(words, each, pack.provenance[path].unit) for each in (value, usual))
        how = words("changes.instead", **dict(zip(("value", "usual"), ends, strict=True)))
        rows.append([words("changes.parameter"), parameter_name(pack, words, path), how])
    for table, entries in spec.rows.items():
        kinds = {str(getattr(row, "id", "")): type(row) for row in getattr(pack, table)}
        for key, columns in entries.items():
            rows.append([words("changes.row"), facts.called(key), _settings(facts, kinds[key], columns)])
    return rows


def _shock(facts: Facts, shock: Shock) -> list[str]:
    words, start = facts.words, {"year": shock.start_year, "quarter": shock.start_quarter}
    when = words("changes.when", count=shock.duration_quarters, **start)
    moved = [each.name for each in facts.results.scenario.pack.trade.inputs if each.shock == shock.variable]
    usual = SHOCKS.get(shock.variable) or f"relative change of the price: {', '.join(moved)}"
    what = words.catalogue["shock_variables"].get(shock.variable) or usual
    size = limit_in(words, shock.size_ratio, "Mt/yr" if shock.variable == "world_balance" else SHARE)
    where = _settings(facts, type(shock), shock.model_dump(include=PLACES, exclude_defaults=True))
    told = words("names.and").join(part for part in (size, where) if part)
    return _titled(words, "shock", what, when, told)


def _titled(words: Words, kind: str, what: str, when: object, how: str) -> list[str]:
    return [words(f"changes.{kind}"), words("changes.titled", what=what, when=when), how]


def setting_name(words: Words, kind: type[BaseModel], name: str) -> str:
    """What a declared value is called in the language; without a name there it keeps its English one."""
    return words.catalogue["settings"].get(name) or first_clause(fields_of(kind)[name].description or name)


def _settings(facts: Facts, kind: type[BaseModel], values: Mapping[str, Any]) -> str:
    """Declared values with their names and units."""
    words = facts.words
    told = (
        words(
            "changes.set",
            name=setting_name(words, kind, name),
            value=_shown(facts, value, declared_range(kind.model_fields[name]).unit),
        )
        for name, value in values.items()
    )
    return words("names.and").join(told)


def _shown(facts: Facts, value: Any, unit: str) -> str:
    if isinstance(value, list | tuple):
        return facts.words("answer.names").join(_shown(facts, each, unit) for each in value)
    if isinstance(value, bool):
        return facts.words("changes.yes" if value else "changes.no")
    return limit_in(facts.words, value, unit) if isinstance(value, int | float) else facts.called(str(value))


def _changed_parameters(facts: Facts) -> Iterator[tuple[str, float, float]]:
    """Path, value and the pack's value of each parameter that the scenario sets anew."""
    usual, spec = facts.results.scenario.pack.provenance, facts.results.scenario.spec
    for path, value in _leaves(spec.parameters, ""):
        if path in usual and float(usual[path].value) != value:
            yield path, value, float(usual[path].value)


def _leaves(tree: Mapping[str, Any] | BaseModel, path: str) -> Iterator[tuple[str, float]]:
    # Not by `model_dump`, for which pydantic would first have to build a schema of all parameters.
    for name, value in tree.items() if isinstance(tree, Mapping) else tree:
        here = f"{path}.{name}" if path else str(name)
        if isinstance(value, Mapping | BaseModel):
            yield from _leaves(value, here)
        elif isinstance(value, int | float):
            yield here, float(value)
