"""What an arm of a hindcast is given: metal, border and register by date, from which nulls are reckoned as well."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from sim.market.parity import Border, export_netback, import_parity
from sim.scenario.load import Scenario
from sim.scenario.pack import Pack
from sim.study.hindcast.periods import NATION, name_of
from sim.study.hindcast.seen import Seen

OWN_WORLD, DRAWN = "recorded_own_world", "drawn"
ARMS = {
    "recorded": "world price given",
    OWN_WORLD: "world price own",
    DRAWN: "only what was known at the start",
}
"""What is recorded of the inputs of a run, in the words of the table."""
QUARTERS = 4
FOB, EXCHANGE = "fob", "exchange_rate"
FREIGHT, VAT = "world.freight_usd_per_t", "market.vat_share"


class Standing(NamedTuple):
    """What stands by the register: nameplate, and how much of it is fed with imported ore, Mt a year."""

    nameplate_mt: float
    on_imports_mt: float


@dataclass(frozen=True)
class Given:
    """What is known without the model.

    Attributes:
        base_year: the last year before the runs.
        metal_mt: metal output at an annual rate by quarter; after the base year only where it is given.
        corridor: export netback and import parity by quarter, CNY/t; empty where the world price is not given.
        standing: what stands at the end of a year by start years alone, by province and for the country.
        curve: what the dearest plant that is needed costs, by quarter, CNY/t; empty where inputs are not given.
    """

    base_year: int
    metal_mt: dict[str, float]
    corridor: dict[str, tuple[float, float]]
    standing: dict[tuple[str, str], Standing]
    curve: dict[str, float]

    def metal(self, date: str) -> float:
        """Metal output of a year or a quarter at an annual rate; the last one known where it is not given."""
        quarters = [date] if "Q" in date else [f"{date}-Q{part}" for part in range(1, QUARTERS + 1)]
        last = self.metal_mt.get(name_of("quarter", self.base_year, QUARTERS), np.nan)
        return float(np.mean([self.metal_mt.get(each, last) for each in quarters]))

    def stands(self, region: str, date: str) -> Standing:
        """What stands at the end of a year, or in the middle of a quarter between the ends of two years."""
        year, _, quarter = date.partition("-Q")
        parts = [
            self._between(part, int(year), int(quarter) if quarter else None) for part in region.split("+")
        ]
        return Standing(*np.sum(parts, axis=0).tolist())

    def _between(self, region: str, year: int, quarter: int | None) -> tuple[float, float]:
        nothing = Standing(np.nan, np.nan)
        now = self.standing.get((region, str(year)), nothing)
        if quarter is None:
            return now
        before = self.standing.get((region, str(year - 1)), now)
        gone = (quarter - 0.5) / QUARTERS
        return (
            before.nameplate_mt + gone * (now.nameplate_mt - before.nameplate_mt),
            before.on_imports_mt + gone * (now.on_imports_mt - before.on_imports_mt),
        )


def given(scenario: Scenario, arm: str, run: Seen, need_t_per_t: float) -> Given:
    """What an arm is given.

    Args:
        scenario: a scenario of the arm.
        arm: one of `ARMS`.
        run: one run of it without sampled inputs, for the costs of plants that the register has.
        need_t_per_t: tonnes of alumina for a tonne of metal.
    """
    pack, years = scenario.pack, scenario.spec.years
    last = pack.base_year if arm == DRAWN else years.end_year
    rows = {(row.series, row.year, row.quarter): row.value for row in (*pack.history, *pack.drivers)}
    span = [(year, quarter) for year in range(pack.base_year, last + 1) for quarter in range(1, QUARTERS + 1)]
    running = pack.trade.known.running
    metal = {name_of("quarter", *when): rows[running, *when] for when in span if (running, *when) in rows}
    known = Given(pack.base_year, metal, {}, dict(_standing(pack, years.end_year)), {})
    if arm == DRAWN:
        return known
    corridor = {} if arm == OWN_WORLD else dict(_corridor(scenario, rows, span))
    curve = dict(_curve(run, known, need_t_per_t))
    return Given(known.base_year, metal, corridor, known.standing, curve)


def _standing(pack: Pack, last: int) -> Iterator[tuple[tuple[str, str], Standing]]:
    """The register by start years alone, by province and for the country."""
    provinces = {row.id: row.province for row in pack.regions}
    plants = [
        (provinces[row.region], row.nameplate_mt, row.imported_share, pack.base_year)
        for row in pack.refineries
        if row.installed
    ] + [
        (provinces[row.region], row.capacity_mt, row.imported_share, row.expected_year)
        for row in pack.projects
        if row.kind == "refinery" and row.stage != "stalled"
    ]
    for year in range(pack.base_year, last + 1):
        there = [plant for plant in plants if plant[3] <= year]
        yield (NATION, str(year)), _summed(there)
        for province in dict.fromkeys(provinces.values()):
            yield (province, str(year)), _summed(plant for plant in there if plant[0] == province)


def _summed(plants: Iterable[tuple[str, float, float, int]]) -> Standing:
    sizes = [(size, size * share) for _, size, share, _ in plants]
    return Standing(sum(size for size, _ in sizes), sum(fed for _, fed in sizes))


Rows = dict[tuple[str, int, int], float]


def _corridor(
    scenario: Scenario, rows: Rows, span: list[tuple[int, int]]
) -> Iterator[tuple[str, tuple[float, float]]]:
    """Export netback and import parity of the recorded world price by quarter, CNY/t."""
    parameters = scenario.spec.parameters
    world = parameters.world
    for when in span:
        if (FOB, *when) not in rows or (EXCHANGE, *when) not in rows:
            continue
        terms = {
            "exchange_rate": rows[EXCHANGE, *when],
            "freight_usd_per_t": rows.get((FREIGHT, *when), world.freight_usd_per_t),
            "duty_share": world.duty_share,
            "vat_share": rows.get((VAT, *when), parameters.market.vat_share),
            "port_cny_per_t": world.port_cny_per_t,
            "handling_cny_per_t": world.export_handling_cny_per_t,
        }
        border = Border(**{each.name: terms.get(each.name, 0.0) for each in fields(Border)})
        fob = rows[FOB, *when]
        yield name_of("quarter", *when), (export_netback(border, fob), import_parity(border, fob))


def _curve(run: Seen, known: Given, need_t_per_t: float) -> Iterator[tuple[str, float]]:
    """The cash cost of the dearest plant of the register that is needed, by quarter, CNY/t.

    Costs of plants are known by year and moved with the mean cost of each quarter; the share of
    nameplate that can run is that of the base year.
    """
    first = run.plants[run.plants["year"] == known.base_year]
    share = first["runnable_mt"].sum() / first["nameplate_mt"].sum()
    for year, plants in run.plants[~run.plants["synthetic"].astype(bool)].groupby("year"):
        order = plants.sort_values("cash_cost_cny_per_t")
        could = order["nameplate_mt"].cumsum().to_numpy() * share
        cost = order["cash_cost_cny_per_t"].to_numpy()
        quarters = run.quarters[run.quarters["year"] == year]
        moved = quarters["cash_cost_mean_cny_per_t"] / quarters["cash_cost_mean_cny_per_t"].mean()
        for quarter, ratio in zip(quarters["quarter"].astype(int), moved, strict=True):
            date = name_of("quarter", int(year), quarter)
            place = int(np.searchsorted(could, known.metal(date) * need_t_per_t))
            yield date, float(cost[min(place, cost.size - 1)] * ratio)
