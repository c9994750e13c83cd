"""What a plant cost to run, part by part, against the industry and the price in its region."""

from sim.core.words import number
from sim.process.base import process_of
from sim.reasons.record import Record, Row
from sim.reasons.text import Grid

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
