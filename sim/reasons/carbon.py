"""What a carbon price took, from the ledgers of plants: by year and by any grouping of plants.

Accounts of one run at the prices that came: what would have come without the charge is told by paired runs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sim.core.words import joined, number, plural
from sim.reasons.finding import concerning
from sim.reasons.record import PLANT, Agent, Record, Row
from sim.reasons.text import Grid, Section
from sim.reasons.verdict import verdict
from sim.world.kinds import LEFT

LEAST_CNY_PER_T = 1e-9
COST = "cost_cny_per_t"
"""The fact that a plant's choice to close rests on and that the charge is part of."""
HEAD = (
    "plants that ran",
    "made, Mt",
    "t CO2/t",
    "CNY/t",
    "million CNY",
    "below cost by it",
    "idle by it, Mt",
)


@dataclass(frozen=True)
class Bill:
    """What plants paid for carbon.

    Attributes:
        made_mt: what they made.
        co2_mt: what they emitted.
        paid_mcny: what they paid, less what plants below the benchmark earned.
        losing_mt: what was made below cash cost and would not have been without the charge, prices as they were.
        idle_mt: what stood idle at plants that would have covered their cash cost without the charge.
    """

    made_mt: float
    co2_mt: float
    paid_mcny: float
    losing_mt: float
    idle_mt: float

    @property
    def cny_per_t(self) -> float:
        """The charge a tonne of alumina."""
        return self.paid_mcny / self.made_mt if self.made_mt > 0.0 else 0.0

    @property
    def co2_t_per_t(self) -> float:
        """The emission a tonne of alumina."""
        return self.co2_mt / self.made_mt if self.made_mt > 0.0 else 0.0


def charge_of(row: Row) -> float:
    """What carbon costs a plant, CNY/t; zero for a process that has no such part."""
    return float(row.get("carbon_cny_per_t", 0.0))


def bill(record: Record, plants: Iterable[Row]) -> Bill:
    """The bill of rows of the table of refineries."""
    rows = list(plants)
    made = [row for row in rows if row["made_mt"] > 0.0]
    short = [row for row in rows if 0.0 < -_margin(record, row) <= charge_of(row)]
    return Bill(
        made_mt=sum(row["made_mt"] for row in made),
        co2_mt=sum(row["co2_mt"] for row in made),
        paid_mcny=sum(row["made_mt"] * charge_of(row) for row in made),
        losing_mt=sum(row["made_mt"] for row in short),
        idle_mt=sum(max(row["runnable_mt"] - row["made_mt"], 0.0) for row in short if row["nameplate_mt"]),
    )


def _margin(record: Record, row: Row) -> float:
    """What a plant got, or where it made nothing the price of its region, over its cash cost, CNY/t."""
    price = row["price_cny_per_t"]
    if not row["made_mt"]:
        place = record.row("regions", year=row["year"], region=row["region"])
        price = place["price_cny_per_t"] if place else price
    return float(price - row["cash_cost_cny_per_t"])


def bills_by_year(record: Record, plants: Iterable[Row]) -> dict[int, Bill]:
    """The bill of each year."""
    by_year: dict[int, list[Row]] = {}
    for row in plants:
        by_year.setdefault(int(row["year"]), []).append(row)
    return {year: bill(record, rows) for year, rows in by_year.items()}


def is_charged(bills: Mapping[int, Bill]) -> bool:
    """Whether carbon cost or earned anybody anything."""
    return any(abs(each.paid_mcny) > LEAST_CNY_PER_T for each in bills.values())


def closed_by_the_charge(record: Record) -> tuple[list[Row], list[Row]]:
    """Events of plants that left while carbon had a price, and those of them that the charge tipped.

    A plant was tipped when, all else as it was, it would have held on at its cash cost without the charge.
    """
    charges = {(row["year"], row["refinery"]): charge_of(row) for row in record.tables["refineries"]}
    left, tipped = [], []
    for event in record.tables["events"]:
        key, year = str(event["agent"]), int(event["year"])
        charge = max(charges.get((each, key), 0.0) for each in (year - 1, year))
        if event["kind"] not in LEFT or charge <= 0.0:
            continue
        left.append(event)
        told = [verdict(each, record) for each in concerning(record, Agent(key, PLANT, key), year)]
        ways = [way for each in told if not each.waits for way in each.tippings if way.name == COST]
        if any(0.0 <= way.now - way.tipped <= charge for way in ways):
            tipped.append(event)
    return left, tipped


def ledger(record: Record, year: int | None) -> Section:
    """What the charge took, by year and by region, and which plants it tipped."""
    plants = [row for row in record.tables["refineries"] if year in (None, row["year"])]
    bills = bills_by_year(record, plants)
    regions = dict.fromkeys(str(row["region"]) for row in plants)
    places = {key: bill(record, [row for row in plants if row["region"] == key]) for key in regions}
    rows = [(str(each), found) for each, found in bills.items()]
    rows += [
        (record.called(key), found)
        for key, found in sorted(places.items(), key=lambda item: -item[1].cny_per_t)
        if found.made_mt > 0.0
    ]
    grid = Grid(HEAD, tuple((name, *_cells(each)) for name, each in rows))
    left, tipped = closed_by_the_charge(record)
    said = joined([f"{record.called(str(each['agent']))} ({each['year']})" for each in tipped]) or "none"
    return Section(
        "What it took",
        (
            f"{plural(len(left), 'plant')} left while it was charged; at a cash cost without it, all else as it was, "
            f"these would have held on: {said}.",
            grid,
        ),
    )


def _cells(each: Bill) -> Iterator[str]:
    yield number(each.made_mt, 1)
    yield number(each.co2_t_per_t, 2)
    yield number(each.cny_per_t)
    yield number(each.paid_mcny)
    yield number(each.losing_mt, 1)
    yield number(each.idle_mt, 1)
