"""Where capacity is, what it is tied to and what ore it uses."""

from sim.metrics.catalogue import OWN, Picture, metric


def _share(picture: Picture, part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else 0.0


@metric("coastal_share", "share", OWN, label="capacity at the coast")
def coastal_share(picture: Picture) -> float:
    """Share of installed capacity at or near a seaport."""
    plants = picture.industry.refineries
    return _share(
        picture, picture.total(plants.nameplate_mt * plants.coastal), picture.total(plants.nameplate_mt)
    )


@metric("guangxi_share", "share", OWN, label="capacity in Guangxi")
def guangxi_share(picture: Picture) -> float:
    """Share of installed capacity in Guangxi, coast and inland."""
    nameplate = picture.by_region(picture.industry.refineries.nameplate_mt)
    inside = [row.province == "Guangxi" for row in picture.industry.pack.regions]
    return _share(picture, float(nameplate[inside].sum()), float(nameplate.sum()))


@metric("integrated_share", "share", OWN, label="capacity with own smelters")
def integrated_share(picture: Picture) -> float:
    """Share of installed capacity whose controlling group also has smelters."""
    industry = picture.industry
    plants, smelters = industry.refineries, industry.smelters
    metal = smelters.capacity_mt > 0.0
    owners = [False] * len(industry.groups)
    for group in smelters.group[metal].tolist():
        owners[group] = True
    tied = [owners[group] for group in plants.group.tolist()]
    return _share(picture, picture.total(plants.nameplate_mt * tied), picture.total(plants.nameplate_mt))


@metric("imported_ore_share", "share", OWN, label="imported ore")
def imported_ore_share(picture: Picture) -> float:
    """Share of the ore used that is imported, by dry tonnes."""
    industry = picture.industry
    imported = picture.total(industry.book.imported_ore_mt)
    domestic = picture.total(industry.book.domestic_ore_mt)
    return _share(picture, imported, imported + domestic)
