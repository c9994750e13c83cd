"""Red mud, curbs and carbon."""

from sim.metrics.catalogue import OWN, Picture, metric


@metric("red_mud_mt", "Mt", OWN)
def red_mud(picture: Picture) -> float:
    """Red mud made in the year, dry."""
    return picture.total(picture.industry.book.mud_mt)


@metric("red_mud_used_share", "share", OWN)
def red_mud_used_share(picture: Picture) -> float:
    """Share of the year's red mud that was used."""
    industry = picture.industry
    made = industry.book.made_mt * industry.recipe.mud_t
    total = picture.total(made)
    return picture.total(made * industry.book.mud_use_share) / total if total > 0.0 else 0.0


@metric("red_mud_stock_mt", "Mt", OWN)
def red_mud_stock(picture: Picture) -> float:
    """Red mud put on ponds since the start of 2026, dry."""
    return picture.total(picture.industry.refineries.mud_stock_mt)


@metric("curbed_by_mud_mt", "Mt", OWN)
def curbed_by_mud(picture: Picture) -> float:
    """Runnable capacity that ponds kept from running."""
    return picture.total(picture.industry.book.curbed_mud_mt)


@metric("curbed_by_region_mt", "Mt", OWN)
def curbed_by_region(picture: Picture) -> float:
    """Runnable capacity that regional curbs kept from running."""
    return picture.total(picture.industry.book.curbed_region_mt)


@metric("co2_mt", "Mt", "IPCC 2006 coal factor and the grid factor of the pack")
def co2(picture: Picture) -> float:
    """CO2 from fuel and electricity."""
    return picture.total(picture.industry.book.made_mt * picture.industry.recipe.co2_t)


@metric("co2_t_per_t", "t/t", OWN)
def co2_per_tonne(picture: Picture) -> float:
    """CO2 per tonne of alumina."""
    return co2(picture) / picture.made_mt if picture.made_mt > 0.0 else 0.0
