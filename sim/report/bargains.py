"""The deals of a run as a table of its page: who bought what from whom, at what price a tonne."""

from sim.core.words import number, percent
from sim.report.contents import MOST_ROWS, Table
from sim.report.naming import Names
from sim.results import Results
from sim.world.dealbook import AGREED, CLOSED, RESTRUCTURING

INSIDE = (RESTRUCTURING, AGREED)
"""Kinds of deals that stay inside one owner or were agreed before the start, and change no control."""


def deals_table(results: Results) -> Table:
    """The closed deals between owners, in order of time, and how many were refused or fell through."""
    names, book = Names(results), results.deals
    between = book[~book["kind"].isin(INSIDE)]
    closed = between[between["outcome"] == CLOSED]
    called = dict(names.groups) | dict(names.plants)
    rows = []
    for deal in closed.head(MOST_ROWS).to_dict("records"):
        tonnes = deal["stake_share"] * deal["size_mt"]
        paid = number(deal["price_mcny"] / tonnes, 0) if tonnes > 0.0 else ""
        rows.append(
            (
                str(deal["year"]),
                called.get(deal["target"], deal["target"]),
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
        "companies of one owner. All are in deals.csv. Price with the debt that comes along, over the tonnes bought."
    )
    return Table("Deals between owners", head, tuple(rows), words=5, note=note)
