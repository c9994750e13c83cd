"""What a plant cost to run, part by part, against the industry and the price in its region.

What a supply region is, what became of its capacity, and why it gained or lost: its costs against the industry.

Why a plant ran or stood still: its cash cost and the thresholds around it, against the price at its gate.
"""

from typing import Any

from sim.core.words import figure, joined, number, percent, plural
from sim.process.base import process_of
from sim.reasons.record import Record, Row
from sim.reasons.text import Entry, Grid
from sim.strategy.running import half_band
from sim.world.kinds import Happened

LEAST_MT = 1e-6


def cost_year(record: Record, plant: str, year: int | None) -> Row | None:
    """The row of a year, or without a year that of the last one in which the plant made alumina."""
    rows = record.rows("refineries", refinery=plant)
    if year is not None:
        return next((row for row in rows if row["year"] == year), None)
    made = [row for row in rows if row["made_mt"] > LEAST_MT]
    return made[-1] if made else next((row for row in reversed(rows) if row["nameplate_mt"] > 0.0), None)


def cost_table(record: Record, row: Row, whose: str = "this plant") -> Grid:
    """Cash cost by component beside the mean of the industry, weighted by output, and prices."""
    others = [each for each in record.rows("refineries", year=row["year"]) if each["made_mt"] > LEAST_MT]
    labels = process_of(record.scenario.pack).labels
    rows, total, usual = [], 0.0, 0.0
    for name in components(record):
        column = f"{name}_cny_per_t"
        own, mean = float(row[column]), weighted(others, column)
        total, usual = total + own, usual + mean
        if abs(own) >= 0.5 or abs(mean) >= 0.5:
            rows.append(
                (labels.get(name, name.replace("_", " ")), number(own), number(mean), _signed(own - mean))
            )
    rows.append(("cash cost", number(total), number(usual), _signed(total - usual)))
    region = record.row("regions", year=row["year"], region=row["region"])
    if region is not None:
        rows.append(("price in its region, last quarter", number(region["last_price_cny_per_t"]), "", ""))
    got, mean = float(row["price_cny_per_t"]), weighted(others, "price_cny_per_t")
    if got > 0.0:
        rows.append(("price that it got", number(got), number(mean), _signed(got - mean)))
        rows.append(
            ("cash margin", number(got - total), number(mean - usual), _signed(got - total - mean + usual))
        )
    return Grid((f"CNY/t, {row['year']}", whose, "industry", "difference"), tuple(rows))


def rank(record: Record, row: Row) -> tuple[float, int]:
    """Which share of the year's output was made at a lower cost, and the number of plants that made it."""
    others = [each for each in record.rows("refineries", year=row["year"]) if each["made_mt"] > LEAST_MT]
    cost = _cost(record, row)
    cheaper = sum(each["made_mt"] for each in others if _cost(record, each) < cost)
    return cheaper / max(sum(each["made_mt"] for each in others), LEAST_MT), len(others)


def weighted(rows: list[Row], column: str) -> float:
    """The mean of a column, weighted by output."""
    made = sum(each["made_mt"] for each in rows)
    return float(sum(each["made_mt"] * each[column] for each in rows) / made) if made > 0.0 else 0.0


def components(record: Record) -> tuple[str, ...]:
    """The names of the parts of cash cost."""
    return process_of(record.scenario.pack).components


def _cost(record: Record, row: Row) -> float:
    return float(sum(row[f"{name}_cny_per_t"] for name in components(record)))


def _signed(value: float) -> str:
    shown = number(value)
    return shown if value < 0.0 or shown == "0" else f"+{shown}"


MT = "Mt/yr"
LEAST_MOVED_MT = 0.005
Told = tuple[str | Entry | Grid, ...]


def region_told(record: Record, key: str, year: int | None) -> tuple[Told, dict[str, Any]]:
    """Sentences and tables on a region at the end of a year or of the run, and their numbers as plain values."""
    rows = record.rows("regions", region=key)
    last = next(each for each in reversed(rows) if year in (None, each["year"]))
    plants = record.rows("refineries", region=key, year=last["year"])
    standing = [each for each in plants if each["nameplate_mt"] > 0.0]
    told: list[str | Entry | Grid] = [
        f"A supply region with {plural(len(standing), 'refinery', 'refineries')} of "
        f"{figure(last['nameplate_mt'], MT)} at the end of {last['year']}."
    ]
    if year is None:
        told += [_years(rows), *_moved(record, key, rows)]
    told += _costs(record, key, last["year"])
    kept = ("nameplate_mt", "made_mt", "price_cny_per_t", "cash_cost_cny_per_t")
    return (*told, *_held_back(rows, year)), {name: last[name] for name in kept} | {"year": last["year"]}


def _years(rows: list[Row]) -> Grid:
    """The region year by year."""
    cells = []
    for row in rows:
        made, size = float(row["made_mt"]), float(row["nameplate_mt"])
        price, cost = float(row["price_cny_per_t"]), float(row["cash_cost_cny_per_t"])
        runs = made > LEAST_MT
        rate = percent(made / size) if size > 0.0 else "-"
        spent = [number(cost), number(price - cost)] if runs else ["-", "-"]
        cells.append((str(row["year"]), number(size, 1), number(made, 1), rate, number(price), *spent))
    head = ("year", "Mt/yr", "made, Mt", "rate", "price, CNY/t", "cash cost", "margin")
    return Grid(head, tuple(cells))


def _moved(record: Record, key: str, rows: list[Row]) -> list[str]:
    """What became of the region's capacity after the first year: started, closed, moved away."""
    plants = {str(row["refinery"]) for row in record.rows("refineries", region=key)}
    parts = []
    for kind, words in (
        (Happened.START, "started"),
        (Happened.EXIT, "closed for good"),
        (Happened.RELOCATE, "closed to be moved"),
        (Happened.WRITE_OFF, "of cold lines struck off"),
    ):
        later = (row for row in record.rows("events", kind=kind) if row["year"] > rows[0]["year"])
        found = [row for row in later if row["agent"] in plants]
        size = sum(float(row["amount"]) for row in found)
        if size > LEAST_MOVED_MT:
            parts.append(f"{figure(size, MT)} {words} ({plural(len(found), 'plant')})")
    first, last = rows[0]["year"], rows[-1]["year"]
    if not parts:
        return [f"No plant started or closed after {first}."]
    change = float(rows[-1]["nameplate_mt"]) - float(rows[0]["nameplate_mt"])
    return [f"From the end of {first} to that of {last} {joined(parts)}: {change:+.2f} {MT} in all."]


def _costs(record: Record, key: str, year: int) -> list[str | Grid]:
    """The region's costs beside those of the industry, in the last year up to one in which it made alumina."""
    for when in reversed([each for each in record.years if each <= year]):
        rows = record.rows("refineries", region=key, year=when)
        running = [row for row in rows if row["made_mt"] > LEAST_MT]
        if running:
            columns = ("price_cny_per_t", *(f"{name}_cny_per_t" for name in components(record)))
            mean = {name: weighted(running, name) for name in columns}
            return [cost_table(record, {"year": when, "region": key, **mean}, "this region")]
    return ["No plant of it has made alumina."]


def _held_back(rows: list[Row], year: int | None) -> list[str]:
    """What held its plants back, in sentences."""
    seen = [row for row in rows if year in (None, row["year"])]
    mud = sum(float(row.get("curbed_by_mud_mt", 0.0)) for row in seen)
    region = sum(float(row["curbed_by_region_mt"]) for row in seen)
    quarters = sum(int(row["curb_quarters"]) for row in seen)
    told = []
    if mud > LEAST_MOVED_MT:
        told.append(f"Full ponds kept {figure(mud, 'Mt')} from being made.")
    if region > LEAST_MOVED_MT:
        count = f" ({plural(quarters, 'quarter')} with a curb)" if quarters else ""
        told.append(f"Curbs and winter limits kept {figure(region, 'Mt')} from being made{count}.")
    return [" ".join(told)] if told else []


UNIT = "CNY/t"
WHOLE, STILL, MOVED = 0.98, 0.02, 0.1
LEAST_RUN_MT = 0.005


def running_years(record: Record, plant: str, year: int | None) -> list[str | Entry | Grid]:
    """The years in which a plant stopped, started or changed, each with the reason; or the one year asked for."""
    rows = record.rows("refineries", refinery=plant)
    told: list[str | Entry | Grid] = []
    before: Row | None = None
    for row in rows:
        if (year is None and _worth_telling(row, before)) or row["year"] == year:
            told.append(_year(record, row, before))
        before = row
    return [_band(record), *_quarters(record, year), *told] if told else []


def _worth_telling(row: Row, before: Row | None) -> bool:
    """Whether a year says something about running that the year before did not."""
    if row["nameplate_mt"] <= 0.0:
        return False
    share, last = row["running_share"], None if before is None else before["running_share"]
    if last is None:
        return bool(share < WHOLE)
    other = before is not None and before["state"] != row["state"]
    return bool(abs(share - last) > MOVED or other)


def _quarters(record: Record, year: int | None) -> list[Grid]:
    """The quarters of a year: the national price and the mean cash cost of what was made."""
    rows = record.rows("quarters", year=year)
    cost = "cash_cost_mean_cny_per_t"
    if not rows or cost not in rows[0]:
        return []
    head = (f"{year}, CNY/t", *(f"Q{row['quarter']}" for row in rows))
    price = ("price, national", *(number(row["price_cny_per_t"]) for row in rows))
    return [Grid(head, (price, ("mean cash cost, national", *(number(row[cost]) for row in rows))))]


def _band(record: Record) -> str:
    """The rule of stopping and starting in words."""
    running, market = record.parameters.running, record.parameters.market
    band = half_band(running)
    extra = max(market.captive_premium_cny_per_t, market.contract_premium_cny_per_t)
    most = running.hope_limit_share * band
    return (
        f"Stopping and starting cost money, so a plant waits on both sides: its lines stop when the price at its "
        f"gate is more than {figure(band, UNIT)} below its cash cost and start when it is as much above; in "
        f"between they stay as they are. Hope for better prices moves both by up to {figure(most, UNIT)}, "
        f"and local support and customers who would be lost (up to {figure(extra, UNIT)}) let it hold on longer."
    )


def _year(record: Record, row: Row, before: Row | None) -> Entry:
    share = row["running_share"]
    region = record.row("regions", year=row["year"], region=row["region"])
    was = "" if before is None else f", a year before {percent(before['running_share'])}"
    lead = f"{row['year']}: {_ran(share)} at the end of the year{was} ({row['state']})"
    if row["nameplate_mt"] <= 0.0:
        return Entry(f"{row['year']}: it is gone")
    told = [] if region is None else [_place(record, row, float(region["last_price_cny_per_t"]))]
    return Entry(lead, (*told, *_other_reasons(record, row, before)))


def _cold(record: Record, row: Row) -> str:
    """Why a plant with cold lines cannot come back at once."""
    running, cold = record.parameters.running, 1.0 - row["warm_share"]
    cost = cold * row["runnable_mt"] * running.start_cost_cny_per_t
    return (
        f"It cannot come back at once: {percent(cold)} of its lines had gone cold. It brings them back above its start "
        f"price alone, {percent(running.warming_per_quarter)} of what is cold a quarter, and all of it costs "
        f"{figure(cost, 'million CNY')}."
    )


def _ran(share: float) -> str:
    if share >= WHOLE:
        return "all of its lines ran"
    return "it stood still" if share <= STILL else f"{percent(share)} of it ran"


def _place(record: Record, row: Row, price: float) -> str:
    """Where the price stood between the thresholds."""
    band = half_band(record.parameters.running)
    cost, support = float(row["last_cash_cost_cny_per_t"]), float(row.get("support_cny_per_t", 0.0))
    stop, start = cost - band - support, cost + band
    head = (
        f"In the last quarter it cost {figure(cost, UNIT)} to make a tonne and the price at the gate was "
        f"{figure(price, UNIT)}:"
    )
    if price < stop:
        held = " What still ran was held up by hope of better prices and by customers who would be lost."
        below = f"{head} below the {figure(stop, UNIT)} under which its lines stop."
        return below + (held if row["running_share"] > MOVED else "")
    if price > start:
        return f"{head} above the {figure(start, UNIT)} from which its lines start."
    return (
        f"{head} between {figure(stop, UNIT)}, where its lines stop, and {figure(start, UNIT)}, where they start, "
        f"so they stayed much as they were."
    )


def _other_reasons(record: Record, row: Row, before: Row | None) -> list[str]:
    """What besides price kept it from running."""
    why = []
    if row.get("pond_cap_share", 1.0) < WHOLE:
        why.append(f"its ponds let no more than {percent(row['pond_cap_share'])} run")
    if row.get("curbed_by_region_mt", 0.0) > LEAST_RUN_MT:
        why.append(f"limits of its region kept {figure(row['curbed_by_region_mt'], 'Mt')} idle over the year")
    owner = record.row("groups", year=row["year"], group=row["group"])
    if owner is not None and owner["distressed"]:
        why.append("its owner was in distress")
    if row["state"] == "ramping":
        why.append("it was still running in")
    told = [f"Besides, {joined(why)}."] if why else []
    if row.get("warm_share", 1.0) < WHOLE:
        told.append(_cold(record, row))
    if before is not None and abs(row["running_share"] - before["running_share"]) > MOVED:
        part = record.parameters.running.answer_per_quarter
        told.append(f"Of a change of output that a price calls for, {percent(part)} come within its quarter.")
    return told
