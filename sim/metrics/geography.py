"""Where capacity is, what it is tied to and what ore it uses."""

from sim.metrics.catalogue import FLOW, OWN, Picture, metric
from sim.metrics.ownership import group_smelting


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else 0.0


@metric("coastal_share", "share", OWN, label="capacity at the coast")
def coastal_share(picture: Picture) -> float:
    """Share of installed capacity at or near a seaport."""
    plants = picture.world.refineries
    return _share(picture.total(plants.nameplate_mt * plants.coastal), picture.installed_mt)


@metric("watched_share", "share", OWN, label="capacity in the watched province", needs="watched province")
def watched_share(picture: Picture) -> float:
    """Share of installed capacity in the province that the pack watches."""
    nameplate = picture.by_region(picture.world.refineries.nameplate_mt)
    watched = picture.world.pack.subject.watched_province
    inside = [province == watched for province in picture.world.geography.provinces]
    return _share(float(nameplate[inside].sum()), float(nameplate.sum()))


@metric("integrated_share", "share", OWN, label="capacity with own smelters")
def integrated_share(picture: Picture) -> float:
    """Share of installed capacity whose controlling group also has smelters."""
    plants = picture.world.refineries
    owned = (group_smelting(picture) > 0.0)[plants.group]
    return _share(picture.total(plants.nameplate_mt * owned), picture.installed_mt)


@metric("ore_imports_mt", "Mt", OWN, label="ore imports", kind=FLOW)
def ore_imports(picture: Picture) -> float:
    """Imported ore used, in dry tonnes; customs count wet ones as they are landed, 5-15 % more or less."""
    return picture.total(picture.world.book.imported_ore_mt)


@metric("imported_ore_share", "share", OWN, label="imported ore")
def imported_ore_share(picture: Picture) -> float:
    """Share of the ore used that is imported, by dry tonnes."""
    world = picture.world
    imported = picture.total(world.book.imported_ore_mt)
    domestic = picture.total(world.book.domestic_ore_mt)
    return _share(imported, imported + domestic)
