"""The ledgers of red mud, of ponds and of carbon, year by year."""

from typing import Any

from sim.core.words import number, percent
from sim.reasons.carbon import bill
from sim.report.page.facts import Facts
from sim.report.page.parts import Figure, Section, frame

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
    made |= {
        "carbon": frame(_carbon_finding(facts), *_carbon(facts), among("co2_t_per_t")),
    }
    notes = {"ponds": words("ledgers.ponds_note")}
    figures = tuple(Figure(name, (), {"": each}, 320, notes.get(name, "")) for name, each in made.items())
    parts = tuple(figure.id for figure in figures)
    return Section("ledgers", words("ledgers.label"), parts, figures, lead=words("ledgers.lead"))


def _series(facts: Facts, name: str, decimals: int = 3) -> list[float]:
    return [round(float(row[name]), decimals) for row in facts.annual.values()]


def _bar(facts: Facts, key: str, values: list[float], colour: str, unit: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": facts.words(key),
        "x": facts.years,
        "y": [round(facts.words.per_mt * each, 3) for each in values],
        "marker": {"color": colour},
        "hovertemplate": f"{facts.words(key)}, %{{x}}: %{{y:.2f}} {unit}<extra></extra>",
    }


def _line(facts: Facts, key: str, values: list[float], colour: str, unit: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": facts.words(key),
        "x": facts.years,
        "y": values,
        "yaxis": "y2",
        "line": {"color": colour, "width": 2.4},
        "marker": {"size": 6},
        "hovertemplate": f"{facts.words(key)}, %{{x}}: %{{y:.2f}} {unit}<extra></extra>",
    }


def _layout(left: str, right: str = "", top: float = 0.0) -> dict[str, Any]:
    second = {
        "overlaying": "y",
        "side": "right",
        "showgrid": False,
        "tickmode": "auto",
        "nticks": 5,
        "rangemode": "tozero",
        "title": {"text": right},
    }
    if top:
        second["range"] = [0, top]
    return {
        "barmode": "stack",
        "xaxis": {"tickformat": "d"},
        "yaxis": {"title": {"text": left}, "rangemode": "tozero"},
        **({"yaxis2": second} if right else {}),
    }


def _mud(facts: Facts) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    mt = facts.words("units.mt")
    made, share = _series(facts, "red_mud_mt"), _series(facts, "red_mud_used_share", 5)
    used = [mud * part for mud, part in zip(made, share, strict=True)]
    stacked = [mud - part for mud, part in zip(made, used, strict=True)]
    data = [
        _bar(facts, "ledgers.used", used, "@coast", mt),
        _bar(facts, "ledgers.stacked", stacked, "@inland", mt),
    ]
    return data, _layout(mt)


def _mud_finding(facts: Facts) -> str:
    first, last = facts.annual[facts.years[0]], facts.annual[facts.years[-1]]
    return facts.words(
        "ledgers.mud_finding",
        year=facts.years[-1],
        start=facts.years[0],
        made=facts.words.mt(last["red_mud_mt"], 0),
        share=percent(last["red_mud_used_share"]),
        before=percent(first["red_mud_used_share"]),
        stock=facts.words.mt(last["red_mud_stock_mt"], 0),
    )


def _space(facts: Facts) -> list[float]:
    return [sum(row["pond_space_mt"] for row in facts.regions[year]) for year in facts.years]


def _ponds(facts: Facts) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    mt, per_mt = facts.words("units.mt"), facts.words.per_mt
    curbed = [round(per_mt * each, 3) for each in _series(facts, "curbed_by_mud_mt")]
    data = [
        _bar(facts, "ledgers.stock", _series(facts, "red_mud_stock_mt"), "@inland", mt),
        _bar(facts, "ledgers.space", _space(facts), "@coast-veil", mt),
        _line(facts, "ledgers.curbed", curbed, "@ink", mt),
    ]
    top = 2.0 * max(*curbed, 0.5 * facts.words.per_mt)
    return data, _layout(mt, facts.words("ledgers.curbed_axis"), top)


def _pond_finding(facts: Facts) -> str:
    curbed, short = _series(facts, "curbed_by_mud_mt"), _series(facts, "short_ponds_share")
    most = max(range(len(curbed)), key=lambda place: curbed[place])
    known = {
        "curbed": facts.words.mt(sum(curbed)),
        "worst": facts.years[most],
        "most": facts.words.mt(curbed[most], 2),
        "short": percent(short[-1]),
        "year": facts.years[-1],
    }
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
    return facts.words(
        "ledgers.carbon_finding" if max(cost) >= LEAST_COST else "ledgers.carbon_free",
        start=facts.years[0],
        year=facts.years[-1],
        before=number(first["co2_t_per_t"], 2),
        after=number(last["co2_t_per_t"], 2),
        mt=facts.words.mt(last["co2_mt"], 0),
        cost=number(cost[-1]),
    )
