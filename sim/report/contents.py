"""What stands in the tables of a run's page, as rows of text; the page knows only how it looks.

Each function gives a `Table`. Cells are plain text, escaped later by the template, so a name from a pack can
never become part of the page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.core.words import number, percent
from sim.report.naming import Names
from sim.report.wording import bearer
from sim.results import Results
from sim.strategy.finance import BEARERS
from sim.world.kinds import Happened

Row = Mapping[Any, Any]
LARGEST = 10
MOST_ROWS = 40
CHANGE = "change"
WIDTHS = (6, 25, 13, 21, 29, 6)
SYNTHETIC = "\u00a0◇"
"""Behind the name of a plant or group that stands for real ones that are not identified."""


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        caption: what it shows, in words.
        head: names of the columns.
        rows: cells as text.
        words: how many leading columns are text, set to the left.
        note: what to keep in mind, or nothing.
        widths: widths of the columns in per cent of the page, where tables should line up.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1
    note: str = ""
    widths: tuple[int, ...] = ()


Cell = tuple[str, Callable[[Row], float], Callable[[float], str]]


def _plain(decimals: int) -> Callable[[float], str]:
    return lambda value: number(value, decimals)


def _points(share: float) -> str:
    return percent(share, 1)


def _of(name: str) -> Callable[[Row], float]:
    return lambda row: float(row[name])


def _stocks(row: Row) -> float:
    return float(row["stock_refineries_mt"]) + float(row["stock_smelters_mt"])


KEY_NUMBERS: tuple[Cell, ...] = (
    ("Installed capacity, Mt/yr", _of("capacity_mt"), _plain(1)),
    ("Operating capacity, Mt/yr", _of("operating_mt"), _plain(1)),
    ("Operating rate", _of("operating_rate"), _points),
    ("Output, Mt", _of("production_mt"), _plain(1)),
    ("Use by smelters, Mt", _of("demand_mt"), _plain(1)),
    ("Imports, Mt", _of("imports_mt"), _plain(1)),
    ("of these from Indonesia, Mt", _of("imports_indonesia_mt"), _plain(1)),
    ("Exports, Mt", _of("exports_mt"), _plain(1)),
    ("Stocks of refineries and smelters, Mt", _stocks, _plain(1)),
    ("Price, mean of the year, CNY/t", _of("price_cny_per_t"), _plain(0)),
    ("Mean cash cost, CNY/t", _of("cash_cost_mean_cny_per_t"), _plain(0)),
    ("Cash cost P10, CNY/t", _of("cash_cost_p10_cny_per_t"), _plain(0)),
    ("Cash cost P90, CNY/t", _of("cash_cost_p90_cny_per_t"), _plain(0)),
    ("Plants with a cash cost above the price, last quarter", _of("share_below_cash_cost"), _points),
    ("HHI by control, points", _of("hhi_control"), _plain(0)),
    ("Share of the five largest groups (CR5)", _of("cr5"), _points),
    ("Share of integrated groups", _of("integrated_share"), _points),
    ("Share at the coast", _of("coastal_share"), _points),
    ("Imported share of ore", _of("imported_ore_share"), _points),
    ("Red mud made, Mt", _of("red_mud_mt"), _plain(1)),
    ("Share of red mud used", _of("red_mud_used_share"), _points),
    ("CO2, t per t of alumina", _of("co2_t_per_t"), _plain(2)),
)  # fmt: skip
"""Rows of the first table: what, value, and how it is written."""


def chosen_years(results: Results) -> list[int]:
    """The first, the middle and the last year, each once."""
    years = [int(year) for year in results.years["year"]]
    return list(dict.fromkeys((years[0], years[len(years) // 2], years[-1])))


def key_numbers(results: Results) -> Table:
    """The key numbers of the first, middle and last year, and the change from first to last."""
    shown = chosen_years(results)
    years = {int(row["year"]): row for row in results.years.to_dict("records")}
    change = len(shown) > 1
    rows = []
    for words, value, form in KEY_NUMBERS:
        values = [value(years[year]) for year in shown]
        cells = [form(each) for each in values]
        if change:
            cells.append(_signed(form(values[-1] - values[0])))
        rows.append((words, *cells))
    head = ("", *(str(year) for year in shown))
    if not change:
        return Table("The year", head, tuple(rows))
    note = "Changes of shares are in percentage points."
    return Table("First, middle and last year", (*head, CHANGE), tuple(rows), note=note)


def _signed(text: str) -> str:
    """A difference with its sign; a difference of shares loses its per cent."""
    bare = text.removesuffix(" %")
    return bare if bare.startswith("-") or not any(digit in bare for digit in "123456789") else f"+{bare}"


def moves(results: Results, kind: Happened, caption: str) -> Table:
    """The plants to which one kind of event happened, in order of time, with region and owner."""
    names, events = Names(results), results.events
    events = events[events["kind"] == kind]
    plants = results.refineries.drop_duplicates("refinery", keep="last").set_index("refinery")
    rows = []
    for event in events.head(MOST_ROWS).to_dict("records"):
        agent = event["agent"]
        plant = plants.loc[agent] if agent in plants.index else None
        where = "" if plant is None else names.regions.get(plant["region"], plant["region"])
        owner = "" if plant is None else names.groups.get(plant["group"], plant["group"])
        marked = SYNTHETIC if plant is not None and plant["synthetic"] else ""
        name = f"{names.plants.get(agent, agent)}{marked}"
        rows.append((str(event["year"]), name, where, owner, event["reason"], number(event["amount"], 1)))
    head = ("Year", "Plant", "Region", "Owner", "Why", "Mt/yr")
    return Table(caption, head, tuple(rows), words=5, note=_rest(len(events)), widths=WIDTHS)


def disruption_table(results: Results) -> Table:
    """The disruptions of the run."""
    names, events = Names(results), results.events
    events = events[events["kind"] == Happened.DISRUPTION].sort_values(["year", "quarter"], kind="stable")
    rows = []
    for event in events.head(MOST_ROWS).to_dict("records"):
        where = ", ".join(names.regions.get(each, each) for each in event["counterpart"].split(", ") if each)
        size = (
            percent(event["amount"])
            if event["unit"] == "share"
            else f"{number(event['amount'], 2)} {event['unit']}"
        )
        when = f"{event['year']} Q{event['quarter']}"
        rows.append((when, event["agent"].replace("_", " "), where, event["reason"].replace("_", " "), size))
    head = ("When", "What", "Where", "How", "Size")
    return Table("Disruptions", head, tuple(rows), words=4, note=_rest(len(events)))


KINDS = {
    Happened.APPROVE: "plants begun",
    Happened.APPROVE_BLIND: "plants begun that would lose at that day's prices",
    Happened.DEAL_BLOCKED: "purchases blocked",
    Happened.DEAL_REFUSED: "purchases refused consent",
    Happened.DEAL_UNFUNDED: "purchases that nobody would fund",
    Happened.MINORITY: "minority stakes",
    Happened.MUD_USE: "uses of red mud taken up",
    Happened.PERMIT: "ponds permitted",
    Happened.PLAN_DENIED: "plans denied by the nation",
    Happened.PLAN_REFUSED: "plans refused by a province",
    Happened.POND: "ponds opened",
    Happened.POND_COVERED: "ponds covered",
    Happened.POND_LEFT: "ponds left to local government",
    Happened.RELIEF: "plants given pond space in relief",
    Happened.REORGANISE: "reorganisations by creditors",
    Happened.WIND_UP: "firms wound up",
    Happened.RESTRUCTURE: "moves inside owners",
    Happened.RETROFIT: "retrofits",
    Happened.SLIP: "projects a year late",
    Happened.START_ABROAD: "starts abroad",
    Happened.SUPPORT: "years of local support",
    Happened.VENTURE: "joint ventures",
    Happened.WRITE_OFF: "plants written off",
}
"""Kinds of events as the report calls them, where the log's word is not plain."""


def other_events(results: Results, told: tuple[Happened, ...]) -> str:
    """How often every other kind of event happened, in one line."""
    kinds = [kind for kind in results.events["kind"] if kind not in told]
    counts = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    return ", ".join(
        f"{KINDS.get(kind, kind.replace('_', ' '))} {number(count)}" for kind, count in counts.items()
    )


def _rest(count: int) -> str:
    return f"{count - MOST_ROWS} more in events.csv." if count > MOST_ROWS else ""


def losses(results: Results) -> Table:
    """Who bore the losses of plants, in billion CNY, by chosen years and in all."""
    groups, shown = results.groups, chosen_years(results)
    columns = {name: groups.groupby("year")[f"loss_{name}_mcny"].sum() / 1000.0 for name in BEARERS}
    total = sum(float(column.sum()) for column in columns.values())
    rows = []
    for name, column in sorted(columns.items(), key=lambda item: -float(item[1].sum())):
        cells = [*(float(column[year]) for year in shown), float(column.sum())]
        share = percent(cells[-1] / total if total > 0.0 else 0.0, 1)
        rows.append((_capital(bearer(name)), *(number(cell, 2) for cell in cells), share))
    sums = [*(sum(float(column[year]) for column in columns.values()) for year in shown), total]
    rows.append(("All", *(number(each, 2) for each in sums), percent(1.0 if total > 0.0 else 0.0, 1)))
    head = ("billion CNY", *(str(year) for year in shown), "all years", "share")
    note = "Cash losses of plants that sold below cash cost, and upkeep of idle ones, without VAT."
    return Table("Losses of plants by who bore them", head, tuple(rows), note=note)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def largest_groups(results: Results) -> Table:
    """The owner groups that are among the ten largest in the first or the last year, by final size."""
    names, groups = Names(results), results.groups
    years = list(dict.fromkeys((int(results.years["year"].iloc[0]), int(results.years["year"].iloc[-1]))))
    sizes = {year: groups[groups["year"] == year].set_index("group")["nameplate_mt"] for year in years}
    last = groups[groups["year"] == years[-1]].set_index("group")
    large = dict.fromkeys(
        group for size in sizes.values() for group in size[size > 0.0].nlargest(LARGEST).index
    )
    synthetic = _synthetic_groups(results)
    rows = []
    for group in sorted(large, key=lambda each: (-float(sizes[years[-1]][each]), str(each))):
        cells = [f"{names.groups.get(group, group)}{SYNTHETIC if group in synthetic else ''}"]
        for size in sizes.values():
            cells += [
                number(float(size[group]), 1),
                percent(float(size[group]) / max(float(size.sum()), 1e-12), 1),
            ]
        cells += [
            number(float(last["made_mt"][group]), 1),
            number(float(last["debt_mcny"][group]) / 1000.0, 1),
        ]
        rows.append(tuple(cells))
    spans = [cell for year in years for cell in (f"{year}, Mt/yr", "share")]
    head = ("Group", *spans, f"output {years[-1]}, Mt", "debt, bn CNY")
    return Table("Largest owner groups by installed capacity", head, tuple(rows))


def _synthetic_groups(results: Results) -> frozenset[str]:
    """The owner groups all of whose plants are synthetic."""
    owned: pd.Series = results.refineries.groupby("group")["synthetic"].all()
    return frozenset(str(group) for group in owned[owned].index)
