"""What a scenario shows of itself at the end of a notebook cell: its question, what it changes, and when."""

from collections.abc import Iterator

from sim.core.card import Card, bars
from sim.core.words import plural
from sim.scenario.merge import Node, leaves
from sim.scenario.pack import Pack
from sim.scenario.problems import dotted, printable
from sim.scenario.schema import ScenarioSpec

QUARTERS = 4
MOST = 8
"""Rows of a list."""


def scenario_card(name: str, spec: ScenarioSpec, pack: Pack, tree: Node) -> Card:
    """The card of a scenario, with its policies, shocks and facts along its years."""
    first, last = spec.years.start_year, spec.years.end_year
    own = [f"{path} = {printable(str(value))}" for path, value in _own_parameters(pack, tree)]
    plants = pack.say()(plural(len(pack.refineries), "refinery", "refineries"))
    facts = [
        ("industry", f"{spec.pack}: {plants}, {first}-{last}"),
        ("policies", ", ".join(f"{each.id} ({each.type})" for each in spec.policies) or "none"),
        ("shocks", ", ".join(f"{each.id} ({each.variable})" for each in spec.shocks) or "none of its own"),
    ]
    if spec.facts:
        facts.append(("facts", ", ".join(f"{each.id} ({each.what})" for each in spec.facts)))
    if own:
        more = f" and {len(own) - MOST} more" if len(own) > MOST else ""
        facts.append(("parameters set", ", ".join(own[:MOST]) + more))
    chart = bars(list(_spans(spec))[: 2 * MOST], f"When: {first} to {last}", (first, last + 1.0))
    return Card(
        f"Scenario {name}", spec.question, tuple(facts), chart, ".resolved .origins() .pack .remarks .hash"
    )


def _own_parameters(pack: Pack, tree: Node) -> Iterator[tuple[str, object]]:
    """The parameters that are not as the pack has them, by path."""
    known = {path: node.place for path, node in leaves(pack.parameter_layer)}
    for path, node in leaves(tree):
        if path[:1] == ("parameters",) and known.get(path) != node.place:
            yield dotted(path[1:]), node.value


def _spans(spec: ScenarioSpec) -> Iterator[tuple[str, float, float]]:
    """Name, start and end of all that has a date, cut to the scenario's years."""
    first, last = spec.years.start_year, spec.years.end_year + 1
    dated = [(f"{each.id}: {each.type}", float(each.start_year), float(each.end_year or last - 1) + 1.0)
             for each in spec.policies]  # fmt: skip
    for shock in spec.shocks:
        start = shock.start_year + (shock.start_quarter - 1) / QUARTERS
        dated.append((f"{shock.id}: {shock.variable}", start, start + shock.duration_quarters / QUARTERS))
    dated += [(f"{each.id}: {each.what}", float(each.year), each.year + 0.25) for each in spec.facts]
    for name, start, end in dated:
        if start < last and end > first:
            yield name, max(start, first), min(end, last)
