"""What a carbon price did, from pairs of runs with and without it."""

from collections.abc import Iterator
from typing import Any

from sim.core.words import number, percent
from sim.policies.carbon import PATH_YEAR, CarbonTrading
from sim.report.answer_comparison import CLEAR
from sim.report.measures import unit_shown
from sim.report.page.pairs import Told
from sim.report.page.parts import Section, Table, section

COST, PRICE = "cash_cost_mean_cny_per_t", "price_cny_per_t"
MOVED = (
    *((name, "mean") for name in (COST, PRICE, "margin_cny_per_t", "operating_rate", "co2_t_per_t")),
    *((name, "total") for name in ("production_mt", "imports_mt", "exits_mt", "exits")),
)
"""What a carbon price may move, over all years."""


def charge_section(told_of: Told) -> Iterator[Section]:
    """The section of the carbon price, none where all scenarios have the same."""
    first = _prices(told_of, told_of.first)
    charged = [label for label in told_of.others if _prices(told_of, label) != first]
    if charged:
        words = told_of.words
        tables = [_table(told_of, label) for label in charged]
        lead = words("charge.pairs_lead", base=told_of.base)
        said = "".join(_set(told_of, label) for label in (told_of.first, *charged))
        yield section("charge", words("charge.label"), tables, said + lead)


def _set(told_of: Told, label: str) -> str:
    """What a scenario has carbon cost, and how much of it is free."""
    words, prices, named = told_of.words, _prices(told_of, label), told_of.words.scenario(label)
    if not prices:
        return words("charge.uncharged", label=named)
    said = ""
    for each in prices:
        later = each.later_price_cny_per_tco2
        known = {"price": number(each.price_cny_per_tco2), "start": each.start_year, "label": named}
        known["later"] = "" if later is None else words("charge.later", price=number(later), year=PATH_YEAR)
        known["benchmark"] = f"{each.benchmark_tco2_per_t * (1.0 - each.paid_share):.3g}"
        said += words("charge.set", decline=percent(each.decline_per_year, 1), **known)
    return said


def _prices(told_of: Told, label: str) -> list[CarbonTrading]:
    policies = told_of.found.kept[label].spec.policies
    return [each for each in policies if isinstance(each, CarbonTrading)]


def _table(told_of: Told, label: str) -> Table:
    words, outcomes = told_of.words, told_of.of(told_of.found.outcomes, label)
    found = {(row["measure"], row["when"]): row for row in outcomes}
    rows = [found[key] for key in MOVED if key in found]
    cells = [
        [words.of("measures", row["measure"]), words(f"comparison.{row['when']}"), *told_of.of_measure(row)]
        for row in rows
    ]
    head = told_of.heads(label, "outcome", "when")
    caption = _sentence(told_of, label, found)
    return Table(f"charge {label}", caption, head, cells, 3, scenario=told_of.scenario(label))


def _sentence(told_of: Told, label: str, found: dict[tuple[str, str], dict[str, Any]]) -> str:
    """Cost, price and how much of the cost it carries; what moved besides and what may be luck."""
    words = told_of.words
    sides: dict[bool, list[str]] = {True: [], False: []}
    (cost, cost_span), (price, price_span) = (
        told_of.change(found[name, "mean"], 1.0) for name in (COST, PRICE)
    )
    for key in MOVED[2:]:
        if key in found:
            row, is_clear = found[key], found[key]["verdict"] in CLEAR
            change, _ = told_of.change(row, words.scale(key[0]), unit_shown(key[0]))
            named = words.of("measures", key[0])
            sides[is_clear].append(f"{named} {change}" if is_clear else named)
    added = float(found[COST, "mean"]["change"])
    carried = percent(float(found[PRICE, "mean"]["change"]) / added) if added > 0.0 else "–"
    known = {"cost": cost, "cost_span": cost_span, "price": price, "price_span": price_span}
    price_is = told_of.verdict(found[PRICE, "mean"])
    said = [words("charge.did", carried=carried, price_is=price_is, **known)]
    said += [
        words(f"charge.{name}", names=words("names.and").join(sides[is_clear]))
        for name, is_clear in (("moved", True), ("unmoved", False))
        if sides[is_clear]
    ]
    own = tuple(
        f"policies.{each.id}." for each in (*_prices(told_of, label), *_prices(told_of, told_of.first))
    )
    inputs = told_of.of(told_of.found.inputs, label)
    others = sum(not str(row["value"]).startswith(own) for row in inputs)
    return "".join([*said, words("charge.others", count=others) if others else ""])
