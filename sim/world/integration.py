"""What deals save at the plants of both sides, deal by deal."""

from dataclasses import dataclass

from sim.core.arrays import Bools, Floats, Ints


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
