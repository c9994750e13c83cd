"""The numbers of a run that a record can be held against: by series, region and date, the base year first.

A province is the sum of its supply regions. An operating capacity is output at an annual rate; its rate is over
nameplate, that of a year the mean of its quarters over the mean of nameplate at both ends.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.checks import Conservation
from sim.core.arrays import Ints
from sim.industry import Industry
from sim.recorder import Recorder, table_of_plants, table_of_quarters, table_of_regions, table_of_years
from sim.scenario.load import Scenario
from sim.study.hindcast.periods import NATION, name_of

QUARTERS = 4
MEANS = ("price_cny_per_t", "cash_cost_mean_cny_per_t", "fob_usd_per_t")
FLOWS = ("production_mt", "imports_mt", "exports_mt", "ore_imports_mt")
STOCKS = ("stock_refineries_mt", "stock_smelters_mt")

Key = tuple[str, str, str]
"""Series, region and date, such as `2019` or `2019-Q3`."""


@dataclass(frozen=True)
class Seen:
    """What was seen of one run from the base year on.

    Attributes:
        years: one row a year, measures of the industry.
        quarters: one row a quarter.
        regions: one row a year and supply region.
        plants: one row a year and refinery.
        made_mt: output by province, one row a quarter.
        provinces: the province of each supply region.
    """

    years: pd.DataFrame
    quarters: pd.DataFrame
    regions: pd.DataFrame
    plants: pd.DataFrame
    made_mt: pd.DataFrame
    provinces: dict[str, str]

    def numbers(self) -> dict[Key, float]:
        """Every number by series, region and date."""
        found = {
            (name, NATION, str(int(row["year"]))): float(row[name])
            for row in self.years.to_dict("records")
            for name in map(str, self.years.columns)
            if name != "year"
        }
        return found | self._quarterly() | self._yearly() | self._made() | self._told_by_region()

    def _quarterly(self) -> dict[Key, float]:
        return _of_nation(self._national().set_axis(self._names()))

    def _names(self) -> list[str]:
        return [name_of("quarter", *when) for when in self._dates()]

    def _years(self) -> Ints:
        return np.asarray(self.quarters["year"], dtype=np.int64)

    def _dates(self) -> list[tuple[int, int]]:
        return [(int(year), int(quarter)) for year, quarter in self.quarters[["year", "quarter"]].to_numpy()]

    def _national(self) -> pd.DataFrame:
        """One column a series of the country, one row a quarter."""
        frame = self.quarters[[*MEANS, *FLOWS, *STOCKS]].astype(float)
        operating = frame["production_mt"] * QUARTERS
        return frame.assign(
            net_imports_mt=frame["imports_mt"] - frame["exports_mt"],
            operating_mt=operating,
            operating_rate=operating / self._nameplate(),
        )

    def _nameplate(self) -> list[float]:
        """Installed capacity in the middle of each quarter, between the ends of the years."""
        ends = dict(zip(self.years["year"].astype(int), self.years["capacity_mt"], strict=True))
        return [
            ends.get(year - 1, ends[year])
            + (ends[year] - ends.get(year - 1, ends[year])) * (quarter - 0.5) / QUARTERS
            for year, quarter in self._dates()
        ]

    def _yearly(self) -> dict[Key, float]:
        """Years made of quarters as the record makes them: means, sums, and of stocks the last."""
        frame = self._national()
        by_year = frame.groupby(self._years())
        sums = by_year[[*FLOWS, "net_imports_mt"]].sum()
        means = by_year[[*MEANS, "operating_mt", "operating_rate"]].mean()
        return _of_nation(sums.join(means).join(by_year[list(STOCKS)].last()))

    def _made(self) -> dict[Key, float]:
        """Output of each province and its share, by quarter and year."""
        found: dict[Key, float] = {}
        for dates, made in ((self._names(), self.made_mt), (None, self.made_mt.groupby(self._years()).sum())):
            told = {"production_mt": made, "production_share": made.div(made.sum(axis=1), axis=0)}
            for series, frame in told.items():
                for date, row in zip(dates or map(str, frame.index), frame.to_dict("records"), strict=True):
                    found |= {(series, str(province), date): float(value) for province, value in row.items()}
        return found

    def _told_by_region(self) -> dict[Key, float]:
        """Capacity, price and cash cost of provinces by year, the latter two weighted by output."""
        frame = self.regions.assign(province=self.regions["region"].map(self.provinces))
        for name in ("price_cny_per_t", "cash_cost_cny_per_t"):
            frame[name] = frame[name] * frame["made_mt"]
        summed = frame.groupby(["year", "province"], sort=False)[
            ["made_mt", "nameplate_mt", "price_cny_per_t", "cash_cost_cny_per_t"]
        ].sum()
        # The base year's accounts are not those of its plants one by one.
        is_played = summed.index.get_level_values("year") > frame["year"].min()
        weight = summed["made_mt"].where((summed["made_mt"] > 0.0) & is_played)
        told = {
            "capacity_mt": summed["nameplate_mt"],
            "price_cny_per_t": summed["price_cny_per_t"] / weight,
            "cash_cost_mean_cny_per_t": summed["cash_cost_cny_per_t"] / weight,
        }
        return {
            (name, str(province), str(year)): float(value)
            for name, column in told.items()
            for (year, province), value in column.items()
        }


def _of_nation(told: pd.DataFrame) -> dict[Key, float]:
    return {
        (str(name), NATION, str(date)): float(value)
        for name, column in told.items()
        for date, value in column.items()
    }


def seen(scenario: Scenario, seed: int) -> Seen:
    """Play a run with conservation watching, and give what was seen of it from the base year on."""
    industry = Industry(scenario, seed)
    recorder = Recorder(scenario.pack)
    regional = list(industry.world.book.regional)
    recorder(industry.world)
    industry.watchers += [recorder, lambda world: regional.extend(world.book.regional)]
    industry.checkers.append(Conservation(industry.world))
    with industry:
        industry.run_model()
    geography = industry.world.geography
    made = pd.DataFrame(regional, columns=geography.provinces).T.groupby(level=0).sum().T
    return Seen(
        table_of_years(recorder, scenario.pack),
        table_of_quarters(recorder, scenario.pack),
        table_of_regions(recorder, industry.world),
        table_of_plants(recorder, industry.world),
        made,
        dict(zip(geography.regions, geography.provinces, strict=True)),
    )


def of_region(numbers: dict[Key, float], series: str, region: str, date: str) -> float:
    """A number of a run; provinces joined by a plus sign are added up; nan where the run has none."""
    parts = [numbers.get((series, part, date), np.nan) for part in region.split("+")]
    return float(np.sum(parts))
