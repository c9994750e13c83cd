"""What stands outside China: projects that have not started, and the rest of the world as Chinese trade meets it.

What deals save at the plants of both sides, deal by deal.
"""

from dataclasses import dataclass

from sim.core.arrays import Bools, Floats, Ints

NEVER = 9999
"""Year in which nothing is due."""


@dataclass(slots=True)
class Abroad:
    """One project outside China that has not started.

    Attributes:
        key: its id.
        importer: the producer that it belongs to.
        capacity_mt: Mt/yr of alumina, or of metal.
        refinery: alumina or metal.
        due_year: year in which it starts if on time.
        planned: whether it still awaits a decision.
        odds_share: its own yearly chance to start when due, None where it is as usual at its stage.
        running_in: whether half of it runs.
    """

    key: str
    importer: str
    capacity_mt: float
    refinery: bool
    due_year: int
    planned: bool
    odds_share: float | None = None
    running_in: bool = False


@dataclass(slots=True)
class Outside:
    """The rest of the world as Chinese trade meets it.

    Attributes:
        balance_mt: excess supply at the reference price, Mt/yr, output next door left out.
        near_mt: capacity next door, Mt/yr.
        near_cost_usd_per_t: mean FOB cash cost of capacity next door.
        reference_usd_per_t: the FOB price at which it is stated.
        near_spot_mt: tonnes from next door free to go anywhere, Mt/yr.
        given: whether the world price is that of a record, so that only cargoes answer to it.
        afloat_mt: cargoes that were bought for China and land next quarter, Mt.
        asked_ratio: the FOB price that Chinese refineries asked over the world's, mean of the base year.
    """

    balance_mt: float = 0.0
    near_mt: float = 0.0
    near_cost_usd_per_t: float = 0.0
    reference_usd_per_t: float = 0.0
    near_spot_mt: float = 0.0
    given: bool = False
    afloat_mt: float = 0.0
    asked_ratio: float = 0.0


@dataclass(frozen=True, slots=True)
class Integration:
    """What one deal saves, from the year after it on.

    Attributes:
        deal: its name.
        year: when it closed.
        rows: (plants,) rows of the plants of both sides.
        joined: (plants,) whether each was taken over.
        saving_cny_per_t: (3, plants) what each saves when all comes true: ore, reagent, overhead.
        realised_share: part of it that comes true.
    """

    deal: str
    year: int
    rows: Ints
    joined: Bools
    saving_cny_per_t: Floats
    realised_share: float
