"""The measures of a base year that `targets.csv` may hold a published figure of."""

from collections.abc import Iterable, Iterator

from sim.scenario.problems import Problem, nearest_name, shown
from sim.scenario.register import Register
from sim.scenario.rows import RegionRow, TargetRow

NATIONAL = {
    "installed_mt": "installed capacity",
    "operating_mt": "output of a quarter at an annual rate",
    "price_index_cny_per_t": "mill price",
    "cash_cost_mean_cny_per_t": "mean cash cost",
    "share_below_cash_cost": "share of plants whose cash cost is above the price",
    "stock_refineries_mt": "stock of refineries",
    "stock_smelters_mt": "stock of smelters",
    "imports_mt": "alumina imported",
    "exports_mt": "alumina exported",
    "cr5_with_overseas_share": "share of the five largest groups, plants abroad counted",
}
YEARLY = ("installed_mt", "imports_mt", "exports_mt", "cr5_with_overseas_share")
"""Those of a whole year; all others are of a quarter."""
PROVINCIAL = {
    "rate_PROVINCE": "part of the installed capacity that ran",
    "cash_PROVINCE": "mean cash cost",
    "price_gap_PROVINCE_OTHER": "mill price less that of another province",
}
"""Those of a province, which is written in small letters with underscores."""


def province_id(row: RegionRow) -> str:
    """The province of a region as an id: small letters, with underscores."""
    return row.province.lower().replace(" ", "_")


def rate_of(province: str) -> str:
    """The name of the rate of a province."""
    return f"rate_{province}"


def cash_of(province: str) -> str:
    """The name of the cash cost of a province."""
    return f"cash_{province}"


def price_gap_of(dear: str, cheap: str) -> str:
    """The name of the gap between prices of two provinces."""
    return f"price_gap_{dear}_{cheap}"


def target_measures(provinces: Iterable[str]) -> list[str]:
    """All measures that a target can name, from the provinces of a pack as ids."""
    known = list(provinces)
    return [
        *NATIONAL,
        *map(rate_of, known),
        *map(cash_of, known),
        *(price_gap_of(one, other) for one in known for other in known if one != other),
    ]


def is_played(target: TargetRow) -> bool:
    """Whether a target is of the years that are simulated, and not of the base year before them."""
    return int(target.period[:4]) >= target.start_year


def published_problems(register: Register) -> Iterator[Problem]:
    """A problem with each target of a base year that names no measure of it, or another period than the measure's."""
    if not register.whole(RegionRow):
        return
    known = target_measures(dict.fromkeys(map(province_id, register.rows(RegionRow))))
    for entry in register.of(TargetRow):
        target = entry.row
        if is_played(target):
            continue
        if target.measure not in known:
            near = nearest_name(target.measure, known)
            message = f"no measure {shown(target.measure)} of the base year"
            yield entry.problem("measure", message, near)
        elif (target.measure in YEARLY) == ("Q" in target.period):
            step = "year" if target.measure in YEARLY else "quarter"
            message = f"{shown(target.measure)} is told by {step}, and '{target.period}' is none"
            right = target.period[:4] + ("" if step == "year" else "-Q4")
            yield entry.problem("period", message, right)
