"""What is told of the run as a whole, which is why the price was what it was, and of a policy of its scenario."""

import math
from collections.abc import Callable, Iterator
from typing import Any

from sim.core.errors import UsageError
from sim.core.units import Unit
from sim.core.words import figure, joined, number, percent, plain, spans, worded
from sim.metrics import METRICS
from sim.metrics.catalogue import LEVEL
from sim.policies.carbon import CarbonTrading
from sim.policies.policy import Policy
from sim.reasons.carbon import ledger
from sim.reasons.costs import STILL, WHOLE
from sim.reasons.record import Agent, Record, Row
from sim.reasons.text import Entry, Grid, Section
from sim.world.kinds import LEFT, Happened

UNIT = "CNY/t"
LEAST_MT = 0.05
MOST = 3
EFFECTS = (
    *("price_cny_per_t", "margin_cny_per_t", "capacity_mt", "operating_rate", "imports_mt", "coastal_share"),
    *("hhi_control", "exits_mt", "deals_mt", "curbed_by_mud_mt", "red_mud_used_share", "co2_t_per_t"),
)
"""Measures in which a policy is told, besides those that it is for, where the industry has them."""
Without = Callable[[str], Record]
"""Gives the record of the same run without a policy."""
Told = tuple[list[Section], dict[str, Any]]


def run_told(record: Record, year: int | None) -> Told:
    """Why the price was what it was, year by year or in one year."""
    if year is not None and year not in record.years:
        raise UsageError(f"the run has no year {year}; it covers {spans(record.years)}")
    rows = [_year(record, each) for each in record.tables["years"]]
    shown = [row for row in rows if year in (None, row["year"])]
    entries = [_entry(record, row) for row in shown]
    sections = [
        Section("In short", tuple(_short(record, shown, rows))),
        Section("The years", (_grid(shown),)),
        Section("What moved the price, and which plant was at the margin", tuple(entries)),
    ]
    return sections, {
        "years": [{key: value for key, value in row.items() if key != "before"} for row in shown]
    }


def _year(record: Record, row: Row) -> dict[str, Any]:
    """The numbers of a year with those of the year before, and the plant at the margin."""
    money = ("price_cny_per_t", "cash_cost_mean_cny_per_t", "margin_cny_per_t")
    tonnes = ("operating_rate", "production_mt", "demand_mt", "imports_mt", "exports_mt")
    found = {name: row[name] for name in ("year", *money, *tonnes)}
    found["stock_mt"] = row["stock_refineries_mt"] + row["stock_smelters_mt"]
    found["before"] = record.row("years", year=row["year"] - 1)
    return found | {"at_the_margin": at_the_margin(record, int(row["year"]))}


def at_the_margin(record: Record, year: int) -> dict[str, Any]:
    """The plant whose cash cost was nearest to its price, of those that ran in part if there are any."""
    made = [row for row in record.rows("refineries", year=year) if row["made_mt"] >= LEAST_MT]
    if _is_locked(record, year):
        # What contracts pay is no reason to run; the spot price of the last quarter is.
        spot = {row["region"]: row["last_price_cny_per_t"] for row in record.rows("regions", year=year)}
        last = ("last_cash_cost_cny_per_t", "cash_cost_cny_per_t")
        made = [{**row, last[1]: row[last[0]], "price_cny_per_t": spot[row["region"]]} for row in made]
    part = [row for row in made if STILL < row["running_share"] < WHOLE]
    row = min(
        part or made,
        key=lambda each: abs(each["cash_cost_cny_per_t"] - each["price_cny_per_t"]),
        default=None,
    )
    kept = ("refinery", "region", "group", "cash_cost_cny_per_t", "price_cny_per_t", "running_share")
    return {} if row is None else {name: row[name] for name in kept}


def _is_locked(record: Record, year: int) -> bool:
    """Whether contracts lock a price of their own."""
    return "benchmark_cny_per_t" in (record.row("years", year=year) or {})


def _short(record: Record, shown: list[dict[str, Any]], rows: list[dict[str, Any]]) -> Iterator[str]:
    """Three sentences: the price, what of its change was cost, who was at the margin."""
    first, last = shown[0], shown[-1]
    if first is last:
        yield f"Alumina was at {figure(first['price_cny_per_t'], UNIT)} in {first['year']}."
    else:
        high, low = (pick(shown, key=lambda row: row["price_cny_per_t"]) for pick in (max, min))
        yield (
            f"Alumina went from {figure(first['price_cny_per_t'], UNIT)} in {first['year']} to "
            f"{figure(last['price_cny_per_t'], UNIT)} in {last['year']}, highest in {high['year']} "
            f"({figure(high['price_cny_per_t'], UNIT)}) and lowest in {low['year']} "
            f"({figure(low['price_cny_per_t'], UNIT)})."
        )
    before = last["before"] if first is last else first
    if before is None:
        yield f"It is the first year; mean cash cost was {figure(last['cash_cost_mean_cny_per_t'], UNIT)}."
    else:
        price, cost = (last[name] - before[name] for name in ("price_cny_per_t", "cash_cost_mean_cny_per_t"))
        parts = f"{cost:+,.0f} was cash cost and {price - cost:+,.0f} margin"
        yield f"Of the change of {price:+,.0f} {UNIT} since {before['year']}, {parts}."
    count: dict[str, list[int]] = {}
    for row in shown:
        if row["at_the_margin"]:
            count.setdefault(row["at_the_margin"]["refinery"], []).append(row["year"])
    most = sorted(count.items(), key=lambda item: -len(item[1]))[:MOST]
    said = [f"{record.called(key)} ({spans(years)})" for key, years in most]
    yield (
        f"At the margin, where cash cost met the price, stood {joined(said)}."
        if said
        else "Nothing was made."
    )


def _grid(shown: list[dict[str, Any]]) -> Grid:
    head = ("year", "price", "cash cost", "margin", "rate", "made, Mt", "used, Mt", "imports", "stocks")
    cells = [
        (
            str(row["year"]),
            *(number(row[f"{name}_cny_per_t"]) for name in ("price", "cash_cost_mean", "margin")),
            percent(row["operating_rate"]),
            *(number(row[name], 1) for name in ("production_mt", "demand_mt", "imports_mt", "stock_mt")),
        )
        for row in shown
    ]
    return Grid(head, tuple(cells))


def _entry(record: Record, row: dict[str, Any]) -> Entry:
    """A year: the change of the price, cost and margin, the balance, the plant at the margin, what happened."""
    before, year = row["before"], row["year"]
    lead = f"{year}: {figure(row['price_cny_per_t'], UNIT)}"
    told = []
    if before is not None:
        price, cost = (row[name] - before[name] for name in ("price_cny_per_t", "cash_cost_mean_cny_per_t"))
        lead = f"{lead} ({price:+,.0f} on {before['year']})"
        stock = row["stock_mt"] - before["stock_refineries_mt"] - before["stock_smelters_mt"]
        told.append(
            f"Mean cash cost moved by {cost:+,.0f}, the margin by {price - cost:+,.0f}; stocks by {stock:+,.2f} Mt."
        )
    told.append(
        f"Plants ran at {percent(row['operating_rate'], 1)}, smelters used {number(row['demand_mt'], 1)} Mt, imports "
        f"were {number(row['imports_mt'], 1)} and exports {number(row['exports_mt'], 1)} Mt."
    )
    at = row["at_the_margin"]
    if at:
        spot = ("a spot price of ", " in the last quarter") if _is_locked(record, year) else ("", "")
        told.append(
            f"At the margin was {record.called(at['refinery'])} in {record.called(at['region'])}, of "
            f"{record.called(at['group'])}: cash cost {figure(at['cash_cost_cny_per_t'], UNIT)} against "
            f"{spot[0]}{figure(at['price_cny_per_t'], UNIT)}{spot[1]}, {percent(at['running_share'])} of it running."
        )
    return Entry(lead, (*told, *_happened(record, year)))


def _happened(record: Record, year: int) -> Iterator[str]:
    """What happened in a year that moves the price: starts, closures, disruptions."""
    for words, kinds in (("Started", (Happened.START, Happened.START_ABROAD)), ("Left", LEFT)):
        rows = [row for row in record.rows("events", year=year) if row["kind"] in kinds]
        rows.sort(key=lambda row: -row["amount"])
        said = [f"{record.called(row['agent'])} ({figure(row['amount'], 'Mt/yr')})" for row in rows[:MOST]]
        more = f" and {len(rows) - MOST} more" if len(rows) > MOST else ""
        if said:
            yield f"{words}: {', '.join(said)}{more}."
    shocks = record.rows("events", year=year, kind=Happened.DISRUPTION)
    said = [f"{worded(str(row['agent']))} {figure(row['amount'], str(row['unit']))}" for row in shocks[:MOST]]
    if said:
        yield f"Disruptions: {', '.join(said)}{f' and {len(shocks) - MOST} more' if len(shocks) > MOST else ''}."


def policy_told(record: Record, agent: Agent, year: int | None, without: Without | None) -> Told:
    """What a policy is, and what it did: the run against the same one without it."""
    policy = next(each for each in record.scenario.spec.policies if each.id == agent.key)
    until = f" to {policy.end_year}" if policy.end_year else " on"
    what = plain((type(policy).__doc__ or "").partition("\n")[0])
    short = [
        f"{what} It holds from {policy.start_year}{until}, at {percent(policy.strength_share)} of its strength."
    ]
    fields = Grid(("its numbers", "value"), tuple(_fields(policy)))
    is_it = [Section("What it is", (f"Source: {policy.source}.", fields))]
    if isinstance(policy, CarbonTrading):
        is_it.append(ledger(record, year))
    if without is None:
        short.append("What it did is told where the run can be played again without it.")
        return [Section("In short", tuple(short)), *is_it], {}
    effects = _effects(record, without(agent.key), policy, year)
    short += _in_short(policy, effects)
    rows = [(label_of(each), *_cells(each)) for each in effects]
    head = (f"{'all years' if year is None else year}", "unit", "without it", "with it", "change")
    about = (
        "The run against the same one, luck included, without the policy. Levels are means of the years, what goes "
        "on or happens is summed. One pair of runs; shakeout compare tells whether it may be luck."
    )
    did = Section("What it did", (about, Grid(head, tuple(rows))))
    return [Section("In short", tuple(short)), *is_it, did], {"effects": effects}


def _fields(policy: Policy) -> Iterator[tuple[str, str]]:
    for name, field in type(policy).model_fields.items():
        value = getattr(policy, name)
        if name in ("id", "type") or value in (None, ()):
            continue
        unit = next((each.symbol for each in field.metadata if isinstance(each, Unit)), "")
        told = f"{value} {unit.removesuffix('year')}".strip()
        shown = ", ".join(map(str, value)) if isinstance(value, tuple) else told
        yield worded(name), plain(shown)


def _effects(record: Record, other: Record, policy: Policy, year: int | None) -> list[dict[str, Any]]:
    """Each measure with and without the policy: those that it is for first."""
    aims = [lever.aim.measure for lever in policy.levers]
    found = []
    told = (name for name in dict.fromkeys([*aims, *EFFECTS]) if name in record.tables["years"][0])
    for name in told:
        values = [
            [float(row[name]) for row in side.tables["years"] if year in (None, row["year"])]
            for side in (other, record)
        ]
        if not all(values):
            raise UsageError(f"the run has no year {year}; it covers {spans(record.years)}")
        level = METRICS.get(name).kind == LEVEL
        before, after = (sum(each) / len(each) if level else sum(each) for each in values)
        found.append({"measure": name, "without": before, "with": after, "aim": name in aims})
    return found


def _in_short(policy: Policy, effects: list[dict[str, Any]]) -> Iterator[str]:
    """Two sentences: what became of what the policy is for, and what else moved most."""
    aims, others = ([each for each in effects if each["aim"] is wanted] for wanted in (True, False))
    for each in aims[:1]:
        unit, before, after, _ = _cells(each)
        yield f"What it is for, {label_of(each)}, was {after} {unit} with it and {before} {unit} without."
    moved = sorted(
        others, key=lambda each: -abs(each["with"] - each["without"]) / max(abs(each["without"]), 1e-9)
    )
    moved = [each for each in moved if not math.isclose(each["with"], each["without"], rel_tol=1e-9)][:MOST]
    said = [f"{label_of(each)} ({_cells(each)[3]} {_cells(each)[0]})" for each in moved]
    yield f"Most moved besides {joined(said)}." if said else "No other number of the run was moved by it."


def label_of(effect: dict[str, Any]) -> str:
    """What a measure is called."""
    return METRICS.get(effect["measure"]).label


def _cells(effect: dict[str, Any]) -> tuple[str, str, str, str]:
    """Unit, without, with and change of an effect, as they are written."""
    unit = METRICS.get(effect["measure"]).unit
    scale = 100.0 if unit == "share" else 1.0
    before, after = effect["without"] * scale, effect["with"] * scale
    digits = max(0, min(2, 4 - len(str(int(max(abs(before), abs(after)))))))
    shown = "%" if unit == "share" else unit
    return shown, number(before, digits), number(after, digits), f"{after - before:+,.{digits}f}"
