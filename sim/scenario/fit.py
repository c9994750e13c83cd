"""Whether a scenario fits the industry that it is about, beyond what the schema can see.

The schema knows what a region's name looks like, the pack knows which regions there are. Each check gives
problems at the place where the scenario wrote the value; rows against rows are judged in `sense.py`.
"""

from collections.abc import Iterator

from sim.scenario.columns import columns_of
from sim.scenario.fact_fit import misfits
from sim.scenario.merge import Node
from sim.scenario.pack import Pack
from sim.scenario.places import PLACE_FIELDS, known_places
from sim.scenario.problems import Path, Problem, nearest_name, problem_at, shown
from sim.scenario.schema import PRICE, ScenarioSpec

QUARTERS = 4
CEILING_SLACK_RATIO = 1.05
"""Smelters may add up to so much of the ceiling on aluminium: not all of them run at once."""


def fit_problems(spec: ScenarioSpec, pack: Pack, tree: Node) -> list[Problem]:
    """Everything in a scenario that its pack does not have, or that contradicts itself."""
    return [
        *_starts_after_the_base_year(spec, pack, tree),
        *_numbers_of_inputs(spec, pack, tree),
        *_numbers_out_of_range(spec, pack, tree),
        *_unknown_names(spec, pack, tree),
        *_numbers_of_unknown_regions(spec, pack, tree),
        *_ends_before_starts(spec, tree),
        *_announced_after_start(spec, tree),
        *_expected_backwards(spec, tree),
        *_impossible_facts(spec, pack, tree),
    ]


def remarks_on(spec: ScenarioSpec, pack: Pack, tree: Node) -> list[Problem]:
    """Every policy and shock that does nothing, and numbers of another size than the pack."""
    first, last = spec.years.start_year, spec.years.end_year
    found = []
    if spec.drivers != "drawn" and not pack.drivers_after(pack.base_year):
        found.append(
            _at(tree, ("drivers",), "drivers", f"does nothing: no driver is on record after {pack.base_year}")
        )
    for number, policy in enumerate(spec.policies):
        heard = policy.start_year if policy.announce_year is None else policy.announce_year
        over = last if policy.end_year is None else policy.end_year
        if heard > last or over < first:
            path: Path = ("policies", number, "start_year")
            message = f"does nothing: it holds from {policy.start_year}"
            message += "" if policy.end_year is None else f" to {policy.end_year}"
            found.append(
                _at(tree, path, f"policies.{policy.id}", f"{message}, the run goes from {first} to {last}")
            )
    for number, shock in enumerate(spec.shocks):
        begin = shock.start_year * QUARTERS + shock.start_quarter - 1
        if shock.start_year > last or begin + shock.duration_quarters <= first * QUARTERS:
            message = f"does nothing: it starts in {shock.start_year}, the run goes from {first} to {last}"
            found.append(_at(tree, ("shocks", number, "start_year"), f"shocks.{shock.id}", message))
    return [
        *found,
        *_displaced(spec, tree),
        *_nobody_to_sell_to(spec, pack, tree),
        *_smelting_above_its_ceiling(spec, pack, tree),
        *_expected_outside_the_horizon(spec, tree),
    ]


def _nobody_to_sell_to(spec: ScenarioSpec, pack: Pack, tree: Node) -> Iterator[Problem]:
    """A remark on each policy on standing exports of a pack that has no such market."""
    if any(row.is_standing for row in pack.markets):
        return
    for number, policy in enumerate(spec.policies):
        if policy.type == "standing_exports":
            message = "does nothing: the pack has no market of standing exports"
            yield _at(tree, ("policies", number, "type"), f"policies.{policy.id}", message)


def _smelting_above_its_ceiling(spec: ScenarioSpec, pack: Pack, tree: Node) -> Iterator[Problem]:
    """A remark when smelters could make more than the ceiling on aluminium, which may be that of another country."""
    total, cap = sum(row.capacity_mt for row in pack.smelters), spec.parameters.market.metal_cap_mt
    if total > CEILING_SLACK_RATIO * cap:
        path = ("parameters", "market", "metal_cap_mt")
        message = f"{cap:g} Mt/yr holds smelters of {total:.4g} Mt/yr back from the first year"
        yield _at(tree, path, "market.metal_cap_mt", message)


def _displaced(spec: ScenarioSpec, tree: Node) -> Iterator[Problem]:
    """A remark on each policy of an instrument that holds once, in years in which an earlier one of it holds too."""
    last = spec.years.end_year
    for number, policy in enumerate(spec.policies):
        for other in spec.policies[:number] if policy.holds_once else ():
            first = max(policy.start_year, other.start_year)
            if policy.type == other.type and first <= min(policy.end_year or last, other.end_year or last):
                message = (
                    f"holds in place of {shown(other.id)} from {first}: there is one {policy.type} at a time"
                )
                yield _at(tree, ("policies", number, "start_year"), f"policies.{policy.id}", message)


def _starts_after_the_base_year(spec: ScenarioSpec, pack: Pack, tree: Node) -> Iterator[Problem]:
    first, base = spec.years.start_year, pack.base_year
    if first != base + 1:
        message = f"{first} is not {base + 1}, the year after the base year of the data"
        yield _at(tree, ("years", "start_year"), "years.start_year", message)


def _numbers_of_inputs(spec: ScenarioSpec, pack: Pack, tree: Node) -> Iterator[Problem]:
    """A problem for each level, motion and number of the process that the pack has no use for, or that is missing."""
    inputs, given = pack.trade.inputs, spec.parameters.inputs
    own = list(columns_of(pack.trade.known.numbers))
    for below, known, names in (
        (("inputs", "levels"), [each.price for each in inputs], list(given.levels)),
        (("inputs", "motions"), [each.id for each in inputs], list(given.motions)),
        (("process",), own, list(spec.parameters.process)),
    ):
        path = ("parameters", *below)
        for name in names:
            if name not in known:
                place = _deepest(tree, (*path, name)).key_place
                message = (
                    f"no {below[0].rstrip('s')} of this pack has it; there are: {', '.join(known) or 'none'}"
                )
                yield problem_at(place, ".".join((*path, name)), message, nearest_name(name, known))
        for name in known:
            if name not in names:
                yield _at(tree, path, ".".join((*path, name)), "is missing")


def _numbers_out_of_range(spec: ScenarioSpec, pack: Pack, tree: Node) -> Iterator[Problem]:
    """A problem for each level of an input, and number of the process, beyond what is possible."""
    given, own = spec.parameters, columns_of(pack.trade.known.numbers).values()
    for numbers, path, name, low, high, unit in (
        *(
            (given.inputs.levels, ("inputs", "levels"), each.price, each.low, each.high, each.unit)
            for each in pack.trade.inputs
        ),
        *((given.process, ("process",), each.name, each.low, each.high, each.unit) for each in own),
    ):
        number = numbers.get(name, low)
        if not low <= number <= high:
            bound = f"below the minimum {low:g}" if number < low else f"above the maximum {high:g}"
            full = ("parameters", *path, name)
            message = f"{number:g} is {bound} {unit} (allowed {low:g} to {high:g})"
            yield _at(tree, full, ".".join(full), message)


def _names_of(pack: Pack) -> dict[str, dict[str, tuple[str, str, list[str]]]]:
    """What shocks and policies may name, by field: what it is, where the pack has it, and which there are."""
    places = dict.fromkeys(PLACE_FIELDS, ("region", "in", known_places(pack)))
    mines = sorted({row.country for row in pack.mines if row.country})
    policies = {
        **places,
        **dict.fromkeys(("groups", "giver", "taker"), ("owner", "in", [row.id for row in pack.groups])),
        "countries": ("country", "under origins of", [row.id for row in pack.trade.origins]),
        "port": ("port", "in", [row.id for row in pack.ports]),
    }
    return {"shocks": {**places, "countries": ("mine in", "in", mines)}, "policies": policies}


def _unknown_names(spec: ScenarioSpec, pack: Pack, tree: Node) -> Iterator[Problem]:
    """A problem for each place, country, port and owner that a shock or a policy names and the pack does not have."""
    prices = [each.shock for each in pack.trade.inputs if each.shock]
    for number, shock in enumerate(spec.shocks):
        if shock.variable.endswith(PRICE) and shock.variable not in prices:
            message = (
                f"no input of this pack has the shock {shown(shock.variable)}; there are: {', '.join(prices)}"
            )
            place = ("shocks", number, "variable")
            yield _at(
                tree, place, f"shocks.{shock.id}.variable", message, nearest_name(shock.variable, prices)
            )
    for kind, fields in _names_of(pack).items():
        for number, item in enumerate(getattr(spec, kind)):
            for field, (what, where, known) in fields.items():
                named = getattr(item, field, None) or ()
                for index, name in enumerate([named] if isinstance(named, str) else named):
                    if name not in known:
                        there = "" if what == "owner" else f"; there are: {', '.join(known) or 'none'}"
                        message = f"no {what} {shown(name)} {where} this pack{there}"
                        path, said = (kind, number, field, index), f"{kind}.{item.id}.{field}"
                        yield _at(tree, path, said, message, nearest_name(name, known))


def _numbers_of_unknown_regions(spec: ScenarioSpec, pack: Pack, tree: Node) -> Iterator[Problem]:
    """A problem for each parameter by region whose region the pack does not have."""
    known = [region.id for region in pack.regions]
    for field in ("region_shift_cny_per_t", "runnable_share"):
        path = ("parameters", "calibrated", field)
        for name in getattr(spec.parameters.calibrated, field):
            if name not in known:
                message = f"no region {shown(name)} in this pack; there are: {', '.join(known)}"
                yield _at(tree, (*path, name), ".".join((*path, name)), message, nearest_name(name, known))


def _announced_after_start(spec: ScenarioSpec, tree: Node) -> Iterator[Problem]:
    for number, policy in enumerate(spec.policies):
        if policy.announce_year is not None and policy.announce_year > policy.start_year:
            message = f"{policy.announce_year} is after the start_year {policy.start_year}"
            yield _at(
                tree, ("policies", number, "announce_year"), f"policies.{policy.id}.announce_year", message
            )


def _expected_backwards(spec: ScenarioSpec, tree: Node) -> Iterator[Problem]:
    for number, item in enumerate(spec.expects):
        if item.start_year and item.end_year and item.start_year > item.end_year:
            message = f"{item.end_year} is before the start_year {item.start_year}"
            yield _at(tree, ("expects", number, "end_year"), f"expects[{number}].end_year", message)


def _expected_outside_the_horizon(spec: ScenarioSpec, tree: Node) -> Iterator[Problem]:
    """A remark on each expectation of years that are not played."""
    first, last = spec.years.start_year, spec.years.end_year
    for number, item in enumerate(spec.expects):
        start, end = item.start_year or first, item.end_year or last
        if not first <= start <= end <= last:
            message = f"is not judged: years {start} to {end} are not inside {first} to {last}"
            yield _at(tree, ("expects", number), f"expects[{number}]", message)


def _impossible_facts(spec: ScenarioSpec, pack: Pack, tree: Node) -> Iterator[Problem]:
    years = spec.years
    for number, key, message, near in misfits(spec.facts, years.start_year, years.end_year, pack):
        yield _at(tree, ("facts", number, key), f"facts.{spec.facts[number].id}.{key}", message, near)


def _ends_before_starts(spec: ScenarioSpec, tree: Node) -> Iterator[Problem]:
    for number, policy in enumerate(spec.policies):
        if policy.end_year is not None and policy.end_year < policy.start_year:
            message = f"{policy.end_year} is before the start_year {policy.start_year}"
            yield _at(tree, ("policies", number, "end_year"), f"policies.{policy.id}.end_year", message)


def _at(tree: Node, path: Path, said: str, message: str, near: str | None = None) -> Problem:
    """A problem where something was written, or as near to it as was written, under the name that is told."""
    return problem_at(_deepest(tree, path).place, said, message, near)


def _deepest(tree: Node, path: Path) -> Node:
    """The node at a path, or the innermost one on the way that was written."""
    node = tree
    for part in path:
        child = node.child(part)
        if child is None:
            return node
        node = child
    return node
