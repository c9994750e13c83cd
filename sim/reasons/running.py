"""Why a plant ran or stood still: its cash cost and the thresholds around it, against the price at its gate."""

from sim.core.words import figure, joined, number, percent
from sim.reasons.record import Record, Row
from sim.reasons.text import Entry, Grid
from sim.strategy.running import half_band

UNIT = "CNY/t"
WHOLE, STILL, MOVED = 0.98, 0.02, 0.1
LEAST_MT = 0.005


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
    if row.get("curbed_by_region_mt", 0.0) > LEAST_MT:
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
