"""The ledgers of red mud, of ponds and of carbon, year by year.

What a carbon price did in a run: what it took by year, by kind of plant and by province, and whom it tipped.
"""

from collections.abc import Mapping
from typing import Any

from sim.core.words import number, percent
from sim.reasons.carbon import Bill, bill, bills_by_year, closed_by_the_charge, is_charged
from sim.report.page.facts import Facts, Row
from sim.report.page.parts import Figure, Section, Table, bars, cell, frame, marks, section, signed

LEAST_COST = 0.5


def ledgers_section(facts: Facts) -> Section:
    """The section of the three ledgers."""
    words = facts.words

    def among(name: str, decimals: int = 2) -> str:
        return facts.among(name, facts.years[-1], decimals)

    made = {}
    if facts.has("residue"):
        made["mud"] = frame(_mud_finding(facts), *_mud(facts), among("red_mud_used_share", 0))
        made["ponds"] = frame(_pond_finding(facts), *_ponds(facts), among("curbed_by_mud_mt"))
    made |= {"carbon": frame(_carbon_finding(facts), *_carbon(facts), among("co2_t_per_t"))}
    notes = {"ponds": words("ledgers.ponds_note")}
    figures = tuple(Figure(name, (), {"": each}, 320, notes.get(name, "")) for name, each in made.items())
    parts = tuple(figure.id for figure in figures)
    return Section("ledgers", words("ledgers.label"), parts, figures, lead=words("ledgers.lead"))


def _series(facts: Facts, name: str, decimals: int = 3) -> list[float]:
    return [round(float(row[name]), decimals) for row in facts.annual.values()]


def _bar(facts: Facts, key: str, values: list[float], colour: str, unit: str) -> dict[str, Any]:
    hover = f"{facts.words(key)}, %{{x}}: %{{y:.2f}} {unit}<extra></extra>"
    tonnes = [round(facts.words.per_mt * each, 3) for each in values]
    return bars(facts.years, tonnes, colour, name=facts.words(key), hovertemplate=hover)


def _line(facts: Facts, key: str, values: list[float], colour: str, unit: str) -> dict[str, Any]:
    hover = f"{facts.words(key)}, %{{x}}: %{{y:.2f}} {unit}<extra></extra>"
    look = {"yaxis": "y2", "line": {"color": colour, "width": 2.4}, "marker": {"size": 6}}
    return marks(facts.years, values, "lines+markers", name=facts.words(key), hovertemplate=hover, **look)


def _layout(left: str, right: str = "", top: float = 0.0) -> dict[str, Any]:
    second = {"overlaying": "y", "side": "right", "showgrid": False, "tickmode": "auto", "nticks": 5}
    second |= {"rangemode": "tozero", "title": {"text": right}} | ({"range": [0, top]} if top else {})
    y = {"title": {"text": left}, "rangemode": "tozero"}
    layout = {"barmode": "stack", "xaxis": {"tickformat": "d"}, "yaxis": y}
    return layout | ({"yaxis2": second} if right else {})


def _mud(facts: Facts) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    mt = facts.words("units.mt")
    made, share = _series(facts, "red_mud_mt"), _series(facts, "red_mud_used_share", 5)
    used = [mud * part for mud, part in zip(made, share, strict=True)]
    stacked = [mud - part for mud, part in zip(made, used, strict=True)]
    sides = (("used", used, "@coast"), ("stacked", stacked, "@inland"))
    return [_bar(facts, f"ledgers.{name}", each, colour, mt) for name, each, colour in sides], _layout(mt)


def _mud_finding(facts: Facts) -> str:
    first, last = facts.annual[facts.years[0]], facts.annual[facts.years[-1]]
    made, stock = (facts.words.mt(last[name], 0) for name in ("red_mud_mt", "red_mud_stock_mt"))
    before, share = (percent(each["red_mud_used_share"]) for each in (first, last))
    known = {"year": facts.years[-1], "start": facts.years[0], "made": made, "stock": stock}
    return facts.words("ledgers.mud_finding", share=share, before=before, **known)


def _ponds(facts: Facts) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    mt, per_mt = facts.words("units.mt"), facts.words.per_mt
    space = [sum(row["pond_space_mt"] for row in facts.regions[year]) for year in facts.years]
    curbed = [round(per_mt * each, 3) for each in _series(facts, "curbed_by_mud_mt")]
    data = [
        _bar(facts, "ledgers.stock", _series(facts, "red_mud_stock_mt"), "@inland", mt),
        _bar(facts, "ledgers.space", space, "@coast-veil", mt),
        _line(facts, "ledgers.curbed", curbed, "@ink", mt),
    ]
    top = 2.0 * max(*curbed, 0.5 * facts.words.per_mt)
    return data, _layout(mt, facts.words("ledgers.curbed_axis"), top)


def _pond_finding(facts: Facts) -> str:
    curbed, short = _series(facts, "curbed_by_mud_mt"), _series(facts, "short_ponds_share")
    most = max(range(len(curbed)), key=lambda place: curbed[place])
    known = {"worst": facts.years[most], "year": facts.years[-1], "short": percent(short[-1])}
    known |= {"curbed": facts.words.mt(sum(curbed)), "most": facts.words.mt(curbed[most], 2)}
    return facts.words("ledgers.ponds_finding" if sum(curbed) > 0.005 else "ledgers.ponds_none", **known)


def _carbon_cost(facts: Facts) -> list[float]:
    """The mean cost of carbon of each year, weighted by output, CNY/t."""
    return [bill(facts.record, rows).cny_per_t for rows in facts.plants.values()]


def _carbon(facts: Facts) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    mt, cost = facts.words("units.mt"), [round(each, 1) for each in _carbon_cost(facts)]
    unit, axis = facts.words("units.cny_t"), facts.words("ledgers.co2_axis")
    data = [_bar(facts, "ledgers.co2", _series(facts, "co2_mt"), "@soft", mt)]
    if max(cost) < LEAST_COST:
        return data, _layout(axis)
    return [*data, _line(facts, "ledgers.cost", cost, "@inland", unit)], _layout(axis, unit, 1.5 * max(cost))


def _carbon_finding(facts: Facts) -> str:
    first, last = facts.annual[facts.years[0]], facts.annual[facts.years[-1]]
    cost = _carbon_cost(facts)
    before, after = (number(each["co2_t_per_t"], 2) for each in (first, last))
    known = {"start": facts.years[0], "year": facts.years[-1], "before": before, "after": after}
    known |= {"mt": facts.words.mt(last["co2_mt"], 0), "cost": number(cost[-1])}
    return facts.words(f"ledgers.carbon_{'finding' if max(cost) >= LEAST_COST else 'free'}", **known)


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
    known = {"dear": facts.called(dear), "cheap": facts.called(cheap), "year": facts.years[-1]}
    costs = {"cost": last, "most": parts[dear], "least": parts[cheap]}
    known |= {name: number(each.cny_per_t) for name, each in costs.items()}
    known["first"] = next(year for year, each in bills.items() if each.paid_mcny)
    paid = words("charge.paid", paid=words.billions(sum(each.paid_mcny for each in bills.values())), **known)
    went, fell = (words.mt(sum(float(each["amount"]) for each in rows)) for rows in (left, tipped))
    names = words("names.and").join(facts.called(str(each["agent"])) for each in tipped)
    counts = {"left": len(left), "mt": went, "tipped": len(tipped), "tipped_mt": fell, "names": names}
    told = words("charge.tipped" if tipped else "charge.none_tipped", **counts)
    return f"{paid} {told} {words('charge.pairs')}"


def _by_year(facts: Facts, bills: Mapping[int, Bill]) -> Table:
    words, rows = facts.words, []
    for year, each in bills.items():
        rules = facts.record.rules(year)
        price, benchmark = rules.carbon_price_cny_per_tco2, rules.carbon_benchmark_tco2_per_t
        terms = [cell(price, number(price)), cell(benchmark, number(benchmark, 2))]
        rows.append([str(year), *terms, *_cells(facts, each)])
    head = ["year", "price", "benchmark", *COLUMNS]
    return _table(facts, "charge-years", words("charge.by_year"), head, rows)


COLUMNS = ("made", "co2", "cost", "billion", "losing", "idle")


def _table(
    facts: Facts, name: str, caption: str, head: list[str], rows: list[list[Any]], year: int = 0
) -> Table:
    note = "" if year else facts.words("charge.note")
    return Table(name, caption, [facts.words(f"charge.{each}") for each in head], rows, note=note, year=year)


def _cells(facts: Facts, each: Bill) -> list[Any]:
    made, *idle = (cell(mt, facts.words.mt(mt)) for mt in (each.made_mt, each.losing_mt, each.idle_mt))
    rates = [
        cell(each.co2_t_per_t, number(each.co2_t_per_t, 2)),
        cell(each.cny_per_t, signed(each.cny_per_t)),
    ]
    return [made, *rates, cell(each.paid_mcny, facts.words.billions(each.paid_mcny, 2)), *idle]


def _by_place(facts: Facts, year: int) -> Table:
    """The bill of a year by kind of plant and by province, the dearest first."""
    words = facts.words
    groups = {words(f"charge.{name}"): rows for name, rows in _kinds(facts, year).items()}
    groups |= {facts.called(key): rows for key, rows in _places(facts, year).items()}
    bills = {name: bill(facts.record, rows) for name, rows in groups.items()}
    rows = [[name, *_cells(facts, each)] for name, each in bills.items()]
    caption = words("charge.by_place", year=year)
    return _table(facts, f"charge-places {year}", caption, ["where", *COLUMNS], rows, year)


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
