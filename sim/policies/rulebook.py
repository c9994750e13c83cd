"""The rules of one year, frozen: all that governments lay down, and nothing about the world.

Policies write it, one after the other, at the start of each year; phases obey it. A rulebook without any
policy is the law as it stands at the end of 2025.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rulebook:
    """The rules of one year.

    Attributes:
        duty_share: import duty on alumina, share of the landed price.
        carbon_price_cny_per_tco2: price of an allowance; zero while refining is not covered.
        carbon_benchmark_tco2_per_t: emission per tonne of alumina that is allotted free.
        discipline_share: national discipline against local support of losing plants, 0-1.
    """

    duty_share: float = 0.0
    carbon_price_cny_per_tco2: float = 0.0
    carbon_benchmark_tco2_per_t: float = 0.0
    discipline_share: float = 0.0
