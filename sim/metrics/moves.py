"""Starts, exits, deals and relocations: counts and tonnes of the year's events."""

from sim.metrics.catalogue import EVENT, OWN, Picture, metric
from sim.world.kinds import Happened
from sim.world.population import State


@metric("starts_mt", "Mt/yr", OWN, label="nameplate started", kind=EVENT)
def starts_tonnes(picture: Picture) -> float:
    """Nameplate of plants that started."""
    return picture.amount(Happened.START)


@metric("exits", "count", OWN, label="plants closed", kind=EVENT)
def exits(picture: Picture) -> float:
    """Plants closed for good."""
    return picture.count(Happened.EXIT)


@metric("exits_mt", "Mt/yr", OWN, label="nameplate closed", kind=EVENT)
def exits_tonnes(picture: Picture) -> float:
    """Nameplate closed for good."""
    return picture.amount(Happened.EXIT)


@metric("mothballed_mt", "Mt/yr", OWN, label="mothballed capacity")
def mothballed(picture: Picture) -> float:
    """Nameplate of plants that stand idle."""
    plants = picture.world.refineries
    return picture.total(plants.nameplate_mt * (plants.state == State.MOTHBALLED))


@metric("written_off_mt", "Mt/yr", OWN, label="cold lines written off", kind=EVENT)
def written_off(picture: Picture) -> float:
    """Nameplate of cold lines that were struck off the register at plants that stay."""
    return picture.amount(Happened.WRITE_OFF)


@metric("deals", "count", OWN, label="changes of control", kind=EVENT)
def deals(picture: Picture) -> float:
    """Changes of control that closed."""
    return picture.count(Happened.DEAL)


@metric("deals_mt", "Mt/yr", OWN, label="nameplate that changed hands", kind=EVENT)
def deals_tonnes(picture: Picture) -> float:
    """Nameplate that changed hands."""
    return picture.amount(Happened.DEAL)


@metric("deals_saving_cny_per_t", "CNY/t", OWN, label="what deals save")
def deals_saving(picture: Picture) -> float:
    """What deals have taken off the cash cost of a tonne made, disruption and failed deals counted."""
    world = picture.world
    made = picture.total(world.book.made_mt)
    return picture.total(world.saved.sum(axis=0) * world.book.made_mt) / made if made > 0.0 else 0.0


@metric("relocations_mt", "Mt/yr", OWN, label="nameplate moved to the coast", kind=EVENT)
def relocations(picture: Picture) -> float:
    """Nameplate retired inland to build at the coast."""
    return picture.amount(Happened.RELOCATE)


@metric("relocations", "count", OWN, label="plants moved to the coast", kind=EVENT)
def relocations_count(picture: Picture) -> float:
    """Plants retired inland to build at the coast."""
    return picture.count(Happened.RELOCATE)


@metric("approved_mt", "Mt/yr", OWN, label="nameplate approved", kind=EVENT)
def approved(picture: Picture) -> float:
    """Nameplate that owners were allowed to build and began to build."""
    return picture.amount(Happened.APPROVE) + picture.amount(Happened.APPROVE_BLIND)


@metric("blind_share", "share", OWN, label="approved at a loss")
def blind_share(picture: Picture) -> float:
    """Share of approved nameplate whose net present value is negative if prices stay as they are; none is zero."""
    total = approved(picture)
    return picture.amount(Happened.APPROVE_BLIND) / total if total > 0.0 else 0.0


@metric("denied_mt", "Mt/yr", OWN, label="nameplate denied by the nation", kind=EVENT)
def denied(picture: Picture) -> float:
    """Nameplate for which owners had the money but not the nation's approval."""
    return picture.amount(Happened.PLAN_DENIED)


@metric("refused_mt", "Mt/yr", OWN, label="nameplate refused locally", kind=EVENT)
def refused(picture: Picture) -> float:
    """Nameplate that the nation approved and the province refused."""
    return picture.amount(Happened.PLAN_REFUSED)
