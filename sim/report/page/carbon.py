"""What a carbon price did in a run: what it took by year, by kind of plant and by province, and whom it tipped."""

from collections.abc import Mapping
from typing import Any

from sim.core.words import number
from sim.reasons.carbon import Bill, bill, bills_by_year, closed_by_the_charge, is_charged
from sim.report.page.facts import Facts, Row
from sim.report.page.parts import Section, Table, cell, section, signed

HALF = 0.5


def carbon_section(facts: Facts) -> Section | None:
    """The section of the carbon price, None where nobody pays for carbon."""
    bills = bills_by_year(facts.record, facts.record.tables["refineries"])
    if not is_charged(bills):
        return None
    tables = [_by_year(facts, bills), *(_by_place(facts, year) for year in facts.years)]
    return section("charge", facts.words("charge.label"), tables, _lead(facts, bills))


def _lead(facts: Facts, bills: Mapping[int, Bill]) -> str:
    """What was paid, where it is dearest and cheapest, and which plants closed for it."""
    words, last = facts.words, bills[facts.years[-1]]
    parts = {key: bill(facts.record, rows) for key, rows in _places(facts, facts.years[-1]).items()}
    parts = {key: each for key, each in parts.items() if each.made_mt > 0.0} or parts
    dear, cheap = (pick(parts, key=lambda key: parts[key].cny_per_t) for pick in (max, min))
    left, tipped = closed_by_the_charge(facts.record)
    paid = words(
        "charge.paid",
        paid=words.billions(sum(each.paid_mcny for each in bills.values())),
        first=next(year for year, each in bills.items() if each.paid_mcny),
        year=facts.years[-1],
        cost=number(last.cny_per_t),
        dear=facts.called(dear),
        most=number(parts[dear].cny_per_t),
        cheap=facts.called(cheap),
        least=number(parts[cheap].cny_per_t),
    )
    names = words("names.and").join(facts.called(str(each["agent"])) for each in tipped)
    told = words(
        "charge.tipped" if tipped else "charge.none_tipped",
        left=len(left),
        mt=words.mt(sum(float(each["amount"]) for each in left)),
        tipped=len(tipped),
        tipped_mt=words.mt(sum(float(each["amount"]) for each in tipped)),
        names=names,
    )
    return f"{paid} {told} {words('charge.pairs')}"


def _by_year(facts: Facts, bills: Mapping[int, Bill]) -> Table:
    words, rows = facts.words, []
    for year, each in bills.items():
        rules = facts.record.rules(year)
        price, benchmark = rules.carbon_price_cny_per_tco2, rules.carbon_benchmark_tco2_per_t
        rows.append(
            [
                str(year),
                cell(price, number(price)),
                cell(benchmark, number(benchmark, 2)),
                *_cells(facts, each),
            ]
        )
    head = ["year", "price", "benchmark", *COLUMNS]
    return _table(facts, "charge-years", words("charge.by_year"), head, rows)


COLUMNS = ("made", "co2", "cost", "billion", "losing", "idle")


def _table(
    facts: Facts, name: str, caption: str, head: list[str], rows: list[list[Any]], year: int = 0
) -> Table:
    note = "" if year else facts.words("charge.note")
    return Table(name, caption, [facts.words(f"charge.{each}") for each in head], rows, note=note, year=year)


def _cells(facts: Facts, each: Bill) -> list[Any]:
    return [
        cell(each.made_mt, facts.words.mt(each.made_mt)),
        cell(each.co2_t_per_t, number(each.co2_t_per_t, 2)),
        cell(each.cny_per_t, signed(each.cny_per_t)),
        cell(each.paid_mcny, facts.words.billions(each.paid_mcny, 2)),
        cell(each.losing_mt, facts.words.mt(each.losing_mt)),
        cell(each.idle_mt, facts.words.mt(each.idle_mt)),
    ]


def _by_place(facts: Facts, year: int) -> Table:
    """The bill of a year by kind of plant and by province, the dearest first."""
    words = facts.words
    groups = {words(f"charge.{name}"): rows for name, rows in _kinds(facts, year).items()}
    groups |= {facts.called(key): rows for key, rows in _places(facts, year).items()}
    bills = {name: bill(facts.record, rows) for name, rows in groups.items()}
    rows = [[name, *_cells(facts, each)] for name, each in bills.items()]
    return _table(
        facts, f"charge-places {year}", words("charge.by_place", year=year), ["where", *COLUMNS], rows, year
    )


def _kinds(facts: Facts, year: int) -> dict[str, list[Row]]:
    """The plants that ran by side of the country and by where most of their ore comes from."""
    found: dict[str, list[Row]] = {}
    for row in facts.plants[year]:
        ore = row["imported_ore_mt"] + row["domestic_ore_mt"]
        side = "coast" if row["coastal"] else "inland"
        source = "imported" if row["imported_ore_mt"] > HALF * ore else "home"
        if row["nameplate_mt"] > 0.0:
            found.setdefault(f"{side}_{source}", []).append(row)
    return dict(sorted(found.items()))


def _places(facts: Facts, year: int) -> dict[str, list[Row]]:
    """The plants that ran by region, the dearest charge first."""
    found: dict[str, list[Row]] = {}
    for row in facts.plants[year]:
        if row["nameplate_mt"] > 0.0:
            found.setdefault(row["region"], []).append(row)
    return dict(sorted(found.items(), key=lambda item: -bill(facts.record, item[1]).cny_per_t))
