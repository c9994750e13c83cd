"""The short table that a run prints on the screen: a handful of years, and three lines in words.

Plain text of at most 80 columns, made of ASCII alone, so that it reads the same on every terminal, in a log
and in a mail.
"""

import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from sim.core.words import number, percent, plain, plural
from sim.report.naming import Names
from sim.report.wording import bearer, clipped, milestones, short_plant
from sim.results import Results
from sim.strategy.finance import BEARERS
from sim.world.kinds import Happened

WIDTH = 80
STEPS = (3, 6)
LARGEST = 3
STOCKS = ("stock_refineries_mt", "stock_smelters_mt")

Row = Mapping[Any, Any]


def _column(name: str, decimals: int = 0) -> Callable[[Row], str]:
    return lambda row: number(row[name], decimals)


def _share(name: str) -> Callable[[Row], str]:
    return lambda row: number(row[name] * 100.0, 1)


LINES: tuple[tuple[str, str, Callable[[Row], str]], ...] = (
    ("installed capacity", "Mt/yr", _column("capacity_mt", 1)),
    ("operating capacity", "Mt/yr", _column("operating_mt", 1)),
    ("operating rate", "%", _share("operating_rate")),
    ("operating rate, live lines", "%", _share("operating_rate_live")),
    ("price, mean of the year", "CNY/t", _column("price_cny_per_t")),
    ("mean cash cost", "CNY/t", _column("cash_cost_mean_cny_per_t")),
    ("plants: cash cost over price, Q4", "%", _share("share_below_cash_cost")),
    (
        "stocks, refineries and smelters",
        "Mt",
        lambda row: number(sum(float(row[name]) for name in STOCKS), 2),
    ),
    ("imports", "Mt", _column("imports_mt", 2)),
    ("exports", "Mt", _column("exports_mt", 2)),
    ("five largest groups, CR5", "%", _share("cr5")),
    ("HHI by control", "points", _column("hhi_control")),
    ("coastal share of capacity", "%", _share("coastal_share")),
    ("exits since the start", "Mt/yr", _column("exited_mt", 1)),
)
"""Rows of the table: what, unit, and how its cell is written."""


def summary(results: Results) -> str:
    """A run in a few lines of plain text, without a line break at the end."""
    years = results.years.assign(exited_mt=results.years["exits_mt"].cumsum())
    shown = milestones([int(year) for year in years["year"]], STEPS)
    rows = [row for row in years.to_dict("records") if int(row["year"]) in shown]
    head = f"{_ascii(results.scenario.name)}, seed {results.seed}: {_ascii(results.scenario.question)}"
    banner = _ascii(results.scenario.pack.banner())
    lines = [
        *textwrap.wrap(banner, WIDTH),
        *textwrap.wrap(head, WIDTH),
        "",
        f"{'':42}" + "".join(f"{year:>9}" for year in shown),
    ]
    say = results.scenario.pack.say()
    for what, unit, cell in LINES:
        lines.append(f"{say(what):<34}{unit:<8}" + "".join(f"{cell(row):>9}" for row in rows))
    words = (_exits(results), _price(results), _losses(results.groups))
    lines.append("")
    for text in words:
        lines.extend(textwrap.wrap(say(text), WIDTH, subsequent_indent="  "))
    return "\n".join([*lines, "One run of one seed, not a forecast."])


def _ascii(text: str) -> str:
    """A text on one line with every sign beyond ASCII replaced."""
    return plain(text).encode("ascii", "replace").decode("ascii")


def _exits(results: Results) -> str:
    events = results.events
    gone = events[events["kind"] == Happened.EXIT]
    gone = gone.sort_values(["amount", "year"], ascending=[False, True], kind="stable")
    if gone.empty:
        return "Exits: none."
    names = Names(results).plants
    largest = [
        f"{clipped(_ascii(short_plant(names.get(row['agent'], row['agent']))), 36, '...')} "
        f"({number(row['amount'], 1)}, {int(row['year'])})"
        for row in gone.head(LARGEST).to_dict("records")
    ]
    total = f"{plural(len(gone), 'plant')}, {number(gone['amount'].sum(), 1)} Mt/yr"
    return f"Exits: {total}{'; largest: ' if len(gone) > 1 else ': '}{', '.join(largest)}."


def _price(results: Results) -> str:
    quarters = results.quarters
    high, low = (quarters.loc[quarters["price_cny_per_t"].agg(which)] for which in ("idxmax", "idxmin"))
    words = [
        f"{name} {number(row['price_cny_per_t'])} CNY/t in Q{int(row['quarter'])} {int(row['year'])}"
        for name, row in (("highest", high), ("lowest", low))
    ]
    return f"Quarterly price: {', '.join(words)}."


def _losses(groups: pd.DataFrame) -> str:
    borne = {name: float(groups[f"loss_{name}_mcny"].sum()) for name in BEARERS}
    total = sum(borne.values())
    if total < 1.0:
        return "Losses: none."
    most = sorted(borne.items(), key=lambda item: -item[1])[:LARGEST]
    parts = [f"{bearer(name)} {percent(value / total)}" for name, value in most if value / total >= 0.005]
    return f"Losses of {number(total / 1000.0, 1)} bn CNY were borne by: {'; '.join(parts)}."
