"""The deals of a run as tables of its page: who bought what from whom and at what price, and what moved the HHI."""

from sim.aftermath import INSIDE, plants_bought
from sim.core.words import joined, number, percent
from sim.metrics import METRICS
from sim.report.contents import MOST_ROWS, Table
from sim.report.naming import Names
from sim.results import Results
from sim.world.dealbook import CLOSED, RESTRUCTURING


def deals_table(results: Results) -> Table:
    """The closed deals between owners, in order of time, and how many were refused or fell through."""
    names, book = Names(results), results.deals
    between = book[~book["kind"].isin(INSIDE)]
    closed = between[between["outcome"] == CLOSED]
    called = dict(names.groups) | dict(names.plants)
    held = plants_bought(results.world, results.refineries)
    rows = []
    for deal in closed.head(MOST_ROWS).to_dict("records"):
        tonnes, whole = deal["stake_share"] * deal["size_mt"], deal["seller"] == deal["target"]
        priced = 0.0 if deal["smelting_mt"] > 0.0 else deal["size_mt"] if whole else tonnes
        paid = number(deal["price_mcny"] / priced, 0) if priced > 0.0 else ""
        plants = joined([names.plants.get(key, key) for key in held.get(deal["id"], ())])
        rows.append(
            (
                str(deal["year"]),
                (f"all of it: {plants}" if plants else "all of it, no refinery")
                if whole
                else called.get(deal["target"], deal["target"]),
                names.groups.get(deal["buyer"], deal["buyer"]),
                names.groups.get(deal["seller"], deal["seller"]),
                str(deal["kind"]),
                percent(deal["stake_share"]),
                number(tonnes, 2),
                number(deal["price_mcny"], 0),
                paid,
                number(deal["hhi_after"], 0),
            )
        )
    head = ("Year", "What", "Buyer", "Seller", "Kind", "Stake", "Mt/yr", "million CNY", "CNY/t", "HHI after")
    fell = len(between) - len(closed)
    inside = int((book["kind"] == RESTRUCTURING).sum())
    note = (
        f"{fell} more came up and were not agreed, refused or not funded; {inside} plants or smelters moved between "
        "companies of one owner. All are in deals.csv. Price with the debt that comes along, over the tonnes bought; "
        "of a whole firm that of all of it, over all its tonnes, whatever part of its equity was bought; none is "
        "given per tonne of alumina where smelters come along."
    )
    return Table("Deals between owners", head, tuple(rows), words=5, note=note)


CLASSES = {"central": "central state", "provincial": "local state", "standalone": "private, alone"}
"""What classes of owners are called where their own word says too little."""


def classes_table(results: Results) -> Table:
    """Who bought from whom, by class of owner, over all kinds of deals between owners."""
    book = results.deal_classes
    pairs = book[~book["kind"].isin(INSIDE)].groupby(["buyer_class", "seller_class"], as_index=False)
    summed = pairs[["deals_count", "bought_mt", "price_mcny"]].sum()
    rows = [
        (
            CLASSES.get(row["buyer_class"], row["buyer_class"]),
            CLASSES.get(row["seller_class"], row["seller_class"]),
            number(row["deals_count"], 0),
            number(row["bought_mt"], 2),
            number(row["price_mcny"], 0),
        )
        for row in summed.to_dict("records")
    ]
    note = "By kind, and with how it was paid, in deal_classes.csv; what became of it in deal_outcomes.csv."
    head = ("Buyer", "Seller", "Deals", "Mt/yr", "million CNY")
    return Table("Who bought from whom", head, tuple(rows), words=2, note=note)


def causes_table(results: Results) -> Table:
    """What moved the HHI of control over the years of the run, cause by cause."""
    steps = [name for name in results.years.columns if name.startswith("hhi_by_")]
    total = results.years[steps].sum().sort_values(key=abs, ascending=False, kind="stable")
    rows = [
        (METRICS.get(str(name)).label.removeprefix("HHI by "), f"{points:+.1f}")
        for name, points in total.items()
        if points != 0.0
    ]
    note = "Each year is replayed in its order; the parts add up to the change of the HHI."
    return Table("What moved the HHI of control", ("By", "Points"), tuple(rows), words=1, note=note)
