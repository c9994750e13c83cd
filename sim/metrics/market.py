"""Capacity, output, trade, stocks and price."""

from sim.metrics.catalogue import FLOW, OWN, Picture, metric, sum_in_order

QUARTERS = 4


@metric("capacity_mt", "Mt/yr", OWN, label="installed capacity")
def capacity(picture: Picture) -> float:
    """Installed nameplate at the end of the year."""
    return picture.installed_mt


@metric("runnable_mt", "Mt/yr", OWN, label="capacity that could run")
def runnable(picture: Picture) -> float:
    """Capacity that could run, cold lines counted."""
    return picture.total(picture.world.refineries.runnable_mt)


@metric(
    "operating_mt",
    "Mt/yr",
    "SMM counts operating capacity as output at an annual rate",
    label="operating capacity",
)
def operating(picture: Picture) -> float:
    """Operating capacity: output of the last quarter at an annual rate."""
    return picture.world.book.quarters[-1]["production_mt"] * QUARTERS


@metric("operating_rate", "share", OWN, label="operating rate")
def operating_rate(picture: Picture) -> float:
    """Operating over installed capacity."""
    installed = picture.installed_mt
    return operating(picture) / installed if installed > 0.0 else 0.0


@metric("operating_rate_live", "share", OWN, label="operating rate of live capacity")
def operating_rate_live(picture: Picture) -> float:
    """Operating over installed capacity whose lines are warm."""
    plants = picture.world.refineries
    live = picture.total(plants.nameplate_mt * plants.warm_share)
    return operating(picture) / live if live > 0.0 else 0.0


@metric("production_mt", "Mt", OWN, label="production", kind=FLOW)
def production(picture: Picture) -> float:
    """Alumina made."""
    return picture.made_mt


@metric("demand_mt", "Mt", OWN, label="demand of smelters", kind=FLOW)
def demand(picture: Picture) -> float:
    """Alumina used by smelters at home."""
    return float(picture.world.book.used_mt.sum())


@metric("imports_mt", "Mt", OWN, label="imports", kind=FLOW)
def imports(picture: Picture) -> float:
    """Alumina imported."""
    return float(picture.world.book.flows_mt[-1].sum())


@metric("imports_near_mt", "Mt", OWN, label="imports from next door", kind=FLOW, needs="near")
def imports_near(picture: Picture) -> float:
    """Alumina imported from producers next door."""
    return picture.world.book.imports_near_mt


@metric("exports_mt", "Mt", OWN, label="exports", kind=FLOW)
def exports(picture: Picture) -> float:
    """Alumina exported."""
    geography = picture.world.geography
    return float(picture.world.book.flows_mt[:, geography.abroad].sum())


@metric("stock_refineries_mt", "Mt", OWN, label="alumina stock of refineries")
def stock_refineries(picture: Picture) -> float:
    """Alumina stock of refineries at the end of the year."""
    return float(picture.world.prices.stock_refineries_mt.sum())


@metric("stock_smelters_mt", "Mt", OWN, label="alumina stock of smelters")
def stock_smelters(picture: Picture) -> float:
    """Alumina stock of smelters at the end of the year."""
    return float(picture.world.prices.stock_smelters_mt.sum())


@metric("price_cny_per_t", "CNY/t", OWN, label="mill price")
def price(picture: Picture) -> float:
    """Mill price including VAT, mean of the year weighted by output."""
    return picture.price


@metric("price_high_cny_per_t", "CNY/t", OWN, label="highest quarterly price")
def price_high(picture: Picture) -> float:
    """Highest quarterly price of the year."""
    return max(each["price_cny_per_t"] for each in picture.world.book.quarters)


@metric("price_low_cny_per_t", "CNY/t", OWN, label="lowest quarterly price")
def price_low(picture: Picture) -> float:
    """Lowest quarterly price of the year."""
    return min(each["price_cny_per_t"] for each in picture.world.book.quarters)


@metric("withheld_mt", "Mt", OWN, label="capacity withheld by agreement", kind=FLOW)
def withheld(picture: Picture) -> float:
    """Capacity that could have run and that owners left idle by agreement."""
    return picture.total(picture.world.book.withheld_mt)


@metric("benchmark_cny_per_t", "CNY/t", OWN, label="price of the year in contracts", needs="benchmark")
def benchmark(picture: Picture) -> float:
    """Price that annual contracts lock."""
    return picture.world.prices.benchmark_cny_per_t


@metric("fob_usd_per_t", "USD/t", OWN, label="world price FOB", needs="world price")
def fob(picture: Picture) -> float:
    """World price FOB, mean of the quarters."""
    return sum_in_order([each["fob_usd_per_t"] for each in picture.world.book.quarters]) / QUARTERS


@metric("feed_usd_per_t", "USD/t", OWN, label="imported ore, landed", needs="paid feed")
def feed_price(picture: Picture) -> float:
    """Imported ore as it is landed, mean of the quarters."""
    price = picture.world.pack.trade.feed_price
    return sum_in_order([each[price] for each in picture.world.book.quarters]) / QUARTERS
