"""Joint ventures that are founded: a company with its stakes, and what the book of deals keeps of it."""

from dataclasses import dataclass

from sim.acts.holdings import enter
from sim.strategy.deals import Payment
from sim.world.dealbook import VENTURE
from sim.world.kinds import Happened
from sim.world.owners import WHOLE_PPM
from sim.world.ownership import Node, Stake
from sim.world.world import World


@dataclass(frozen=True, slots=True)
class Venture:
    """A company that several owners found together.

    Attributes:
        key: its id, new to the ownership graph.
        name: name for tables and figures.
        ppm: what each holds, parts per million, by its id; the rest is a float.
        plant: key of the plant that it is to hold.
        size_mt: capacity of that plant.
        lead: group that leads it.
        partner: group that joins it.
        share: part of the partner.
        paid: how the partner pays for its part, compensation included.
        compensation_mcny: what of it the leader gets for the old plant that goes.
        offtake_mt: alumina that comes with it, Mt a year.
    """

    key: str
    name: str
    ppm: dict[str, int]
    plant: str
    size_mt: float
    lead: str
    partner: str
    share: float
    paid: Payment
    compensation_mcny: float
    offtake_mt: float


def found_venture(world: World, venture: Venture) -> None:
    """Found a joint venture with its stakes and write it down.

    Output and profit fall to the partners by their stakes under look-through measures, and the whole plant to
    the group that controls the venture under control measures. The plant joins with its row, held by the venture.

    Raises:
        ValueError: an unknown partner, more than the whole, an id that exists, or another group controls.
    """
    year, deal, ownership = world.year, f"{world.year}-venture-{venture.key}", world.ownership
    holders = sorted(venture.ppm.items(), key=lambda each: (-each[1], each[0]))
    stakes = [Stake(holder, venture.key, ppm, year) for holder, ppm in holders]
    ownership.add_company(year, deal, Node(venture.key, venture.name, "company"), stakes)
    leader = world.holdings.controllers()[venture.key]
    if leader != venture.lead:
        raise ValueError(f"{venture.lead!r} does not control the venture {venture.key!r}: {leader!r} does")
    price = venture.paid.cash_mcny + venture.paid.loan_mcny
    write_down(world, venture, deal)
    reason = ", ".join(f"{holder} {ppm / WHOLE_PPM:.0%}" for holder, ppm in holders)
    reason += f"; {venture.partner} pays {price:.0f} million CNY of the investment"
    if venture.compensation_mcny > 0.0:
        reason += (
            f" and for its part of the old plant, for which {venture.compensation_mcny:.0f} go to the leader"
        )
    world.tell(Happened.VENTURE, venture.lead, venture.size_mt, "Mt/yr", reason, counterpart=venture.partner)


def write_down(world: World, venture: Venture, deal: str) -> None:
    """Put a venture into the book of deals under its name there."""
    enter(
        world,
        (deal, VENTURE),
        (venture.lead, venture.partner, venture.plant),
        venture.paid,
        stake_share=venture.share,
        size_mt=venture.size_mt,
        price_mcny=venture.paid.cash_mcny + venture.paid.loan_mcny,
        compensation_mcny=venture.compensation_mcny,
        offtake_mt=venture.offtake_mt,
    )
