"""Red mud, curbs and carbon."""

import numpy as np

from sim.environment.red_mud import pond_life
from sim.metrics.catalogue import EVENT, FLOW, OWN, Picture, metric, sum_in_order
from sim.world.kinds import Happened

SHORT_YEARS = 2.0


@metric("red_mud_mt", "Mt", OWN, label="red mud made", kind=FLOW, needs="residue")
def red_mud(picture: Picture) -> float:
    """Red mud made in the year, dry."""
    return picture.total(picture.world.book.mud_mt)


@metric("red_mud_used_share", "share", OWN, label="red mud used", needs="residue")
def red_mud_used_share(picture: Picture) -> float:
    """Share of the year's red mud that was used."""
    book = picture.world.book
    total = picture.total(book.mud_mt)
    return picture.total(book.mud_mt * book.mud_use_share) / total if total > 0.0 else 0.0


@metric("red_mud_stock_mt", "Mt", OWN, label="red mud stock since the start", needs="residue")
def red_mud_stock(picture: Picture) -> float:
    """Red mud put on ponds since the start, dry."""
    return picture.total(picture.world.refineries.mud_stock_mt)


@metric("curbed_by_mud_mt", "Mt", OWN, label="capacity curbed by ponds", kind=FLOW, needs="residue")
def curbed_by_mud(picture: Picture) -> float:
    """Runnable capacity that ponds kept from running."""
    return picture.total(picture.world.book.curbed_mud_mt)


@metric("curbed_by_region_mt", "Mt", OWN, label="capacity curbed by regions", kind=FLOW)
def curbed_by_region(picture: Picture) -> float:
    """Runnable capacity that regional curbs kept from running."""
    return picture.total(picture.world.book.curbed_region_mt)


@metric("curb_quarters", "quarters", OWN, label="quarters under a curb", kind=EVENT)
def curb_quarters(picture: Picture) -> float:
    """Quarters under a curb, summed over regions; heating-season limits and ceilings are not counted."""
    return sum_in_order(picture.world.book.curb_quarters.tolist())


@metric(
    "mud_shadow_price_cny_per_t",
    "CNY/t",
    "Hotelling 1931; the scarcity of pond space",
    label="shadow price of pond space",
    needs="residue",
)
def mud_shadow_price(picture: Picture) -> float:
    """Shadow price of pond space per tonne of mud, weighted by runnable capacity."""
    plants = picture.world.refineries
    total = picture.total(plants.runnable_mt)
    return picture.total(plants.runnable_mt * plants.space_cny_per_t) / total if total > 0.0 else 0.0


@metric("short_ponds_share", "share", OWN, label="capacity short of ponds", needs="residue")
def short_ponds_share(picture: Picture) -> float:
    """Share of runnable capacity whose ponds last less than two years at full output."""
    world, plants = picture.world, picture.world.refineries
    life = pond_life(plants.pond_space_mt, world.recipe.residue_t, plants.mud_use_share, plants.runnable_mt)
    total = picture.total(plants.runnable_mt)
    short = np.where(life < SHORT_YEARS, plants.runnable_mt, 0.0)
    return picture.total(short) / total if total > 0.0 else 0.0


@metric("retrofits", "count", OWN, label="retrofits", kind=EVENT, needs="retrofits")
def retrofits(picture: Picture) -> float:
    """Retrofits of standing plants."""
    return picture.count(Happened.RETROFIT)


@metric(
    "retrofit_capex_mcny", "million CNY", OWN, label="investment in retrofits", kind=EVENT, needs="retrofits"
)
def retrofit_capex(picture: Picture) -> float:
    """Investment in retrofits."""
    return picture.amount(Happened.RETROFIT)


@metric("pond_cover_mcny", "million CNY", OWN, label="ponds covered by owners", kind=EVENT, needs="residue")
def pond_cover(picture: Picture) -> float:
    """What owners paid for covering ponds that were full or whose plant went."""
    return picture.amount(Happened.POND_COVERED)


@metric("pond_left_mcny", "million CNY", OWN, label="ponds left to government", kind=EVENT, needs="residue")
def pond_left(picture: Picture) -> float:
    """What local governments paid for ponds that their owners could not cover."""
    return picture.amount(Happened.POND_LEFT)


@metric("class_a_share", "share", OWN, label="capacity in class A", needs="class A")
def class_a_share(picture: Picture) -> float:
    """Share of nameplate whose calciners and boilers are in environmental class A."""
    plants = picture.world.refineries
    total = picture.installed_mt
    return picture.total(plants.nameplate_mt * plants.class_a) / total if total > 0.0 else 0.0


@metric(
    "co2_mt", "Mt", "IPCC 2006 coal factor and the grid factor of the pack", label="CO2 emitted", kind=FLOW
)
def co2(picture: Picture) -> float:
    """CO2 from fuel and electricity."""
    return picture.total(picture.world.book.made_mt * picture.world.recipe.co2_t)


@metric("co2_t_per_t", "t/t", OWN, label="CO2 per tonne of alumina")
def co2_per_tonne(picture: Picture) -> float:
    """CO2 per tonne of alumina."""
    return co2(picture) / picture.made_mt if picture.made_mt > 0.0 else 0.0
