"""What deals came to, worked out when a run is over: who buys from whom, and what became of what was bought.

Nothing here knows kinds of deals but those that stay inside one owner: a deal is an entry of the book that closed, and
what it moved is what the log of the ownership graph has under its name.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from sim.core.arrays import Bools, Floats, Ints
from sim.world.dealbook import AGREED, CLOSED, RESTRUCTURING
from sim.world.owners import OWNER_TYPES
from sim.world.world import World

if TYPE_CHECKING:
    import pandas as pd

INSIDE = (RESTRUCTURING, AGREED)
"""Kinds of deals that stay inside one owner or were agreed before the start."""
AFTER_YEARS = 3
"""Years after a deal for which what was bought is followed: integration takes two to three."""
LEAST_MT = 1e-6
"""A tonne: a plant that made less has no cost of the year."""
MONEY = ("price_mcny", "paid_cash_mcny", "paid_debt_mcny", "paid_shares_mcny", "debt_assumed_mcny")
MEASURED = ("cash_cost_cny_per_t", "utilisation_share", "margin_cny_per_t")
"""What is followed at the plants that were bought."""
TOLD = ("id", "year", "kind", "buyer", "seller")
SIZES = ("plants_count", "bought_mt", "standing_share")

Bought = Mapping[str, tuple[str, ...]]
"""Keys of the plants that came under another group by a deal, by its id."""


def owner_classes(world: World) -> dict[str, str]:
    """Who stands behind each group, holder and company: central, provincial, private or foreign.

    A group that the pack does not list is called by its kind of accounts, which takes its place from its plants.
    """
    named = zip(world.groups.keys, world.groups.owner_type.tolist(), strict=True)
    return {
        **{key: OWNER_TYPES[kind] for key, kind in named},
        **{row.id: row.owner_type for row in world.pack.groups},
    }


def table_of_classes(deals: "pd.DataFrame", classes: Mapping[str, str]) -> "pd.DataFrame":
    """One row a kind of deal, class of buyer and class of seller: how many closed, with tonnes and money.

    Args:
        deals: the book of deals.
        classes: of buyers and sellers; who is missing is `other`.

    Returns:
        `deals_count`; `bought_mt`, stake times capacity; sums of price, cash, loan and debt taken over in million CNY.
    """
    closed = deals[deals["outcome"] == CLOSED]
    sides = {f"{side}_class": closed[side].map(classes).fillna("other") for side in ("buyer", "seller")}
    tonnes = closed["stake_share"] * closed["size_mt"]
    frame = closed.assign(**sides, deals_count=1, bought_mt=tonnes)
    by = ["kind", "buyer_class", "seller_class"]
    return frame.groupby(by, as_index=False)[["deals_count", "bought_mt", *MONEY]].sum()


def plants_bought(world: World, plants: "pd.DataFrame") -> Bought:
    """The plants that each closed deal brought under its buyer, by the id of the deal, in the order of the book.

    Args:
        world: the world at the end of the run.
        plants: the table of refineries.
    """
    top, keys = world.holdings.controllers(), world.refineries.keys
    node = dict(zip(keys, world.holdings.nodes(keys), strict=True))
    owner = plants[plants["nameplate_mt"] > 0.0].set_index(["year", "refinery"])["group"].to_dict()
    found = {}
    for deal in world.deals:
        if deal.outcome != CLOSED or deal.kind in INSIDE:
            continue
        moved = {each.held for each in world.ownership.changes if each.deal == deal.id}
        graph = world.ownership.at(deal.year)
        below = moved.union(*(nx.descendants(graph, held) for held in moved))
        side = {deal.buyer, top.get(deal.buyer, deal.buyer)}
        came = [
            key
            for key in keys
            if node[key] in below
            and owner.get((deal.year, key)) in side
            and owner.get((deal.year - 1, key)) not in side
        ]
        if came:
            found[deal.id] = tuple(came)
    return found


def table_of_outcomes(deals: "pd.DataFrame", plants: "pd.DataFrame", bought: Bought) -> "pd.DataFrame":
    """One row a deal and year after it: what changed at the plants bought since the year of the deal, equation (6.15).

    A deal closes when the year has been traded, so that its own year is the last of the old owner. Peers of a plant
    are the standing plants of its region that stayed with their group and were not bought; where a region has none,
    those of the nation. It describes and does not explain: buyers choose what they buy.

    Args:
        deals: the book of deals.
        plants: the table of refineries.
        bought: the plants of each deal.

    Returns:
        `standing_share`: part of what was bought that still stands; `<measure>_change_<unit>` and
        `<measure>_against_peers_<unit>`, nan where there is nothing to compare.
    """
    import pandas as pd

    seen = _followed(plants)
    sold = np.isin(seen.keys, [key for keys in bought.values() for key in keys])
    rows = []
    closed = deals[(deals["outcome"] == CLOSED) & deals["id"].isin(list(bought))]
    for deal in closed.to_dict("records"):
        told, then = {name: deal[name] for name in TOLD}, seen.years.index(deal["year"])
        mine = np.isin(seen.keys, bought[deal["id"]]).nonzero()[0]
        for after in range(1, min(AFTER_YEARS + 1, len(seen.years) - then)):
            rows.append({**told, "after_years": after, **_outcome(seen, then, then + after, mine, sold)})
    changes = [_named(measure, what) for measure in MEASURED for what in ("change", "against_peers")]
    return pd.DataFrame(rows, columns=[*TOLD, "after_years", *SIZES, *changes])


@dataclass(frozen=True)
class _Followed:
    """The table of refineries as arrays of years and plants; nan where a plant does not stand or there is no value.

    Attributes:
        years: the years.
        keys: (plants,) their keys.
        region: (plants,) their regions.
        group: (years, plants) who controls them.
        size_mt: (years, plants) nameplate.
        measured: what is followed, (years, plants) each.
    """

    years: list[int]
    keys: NDArray[np.str_]
    region: NDArray[np.str_]
    group: NDArray[np.object_]
    size_mt: Floats
    measured: dict[str, Floats]


def _followed(plants: "pd.DataFrame") -> _Followed:
    """Make the arrays, of plants that stand."""
    ran = plants["made_mt"] > LEAST_MT
    cost = plants["cash_cost_cny_per_t"].where(ran)
    price = plants["price_cny_per_t"].where(ran & (plants["sold_mt"] > LEAST_MT))
    frame = plants.assign(
        cash_cost_cny_per_t=cost,
        utilisation_share=plants["made_mt"] / plants["nameplate_mt"],
        margin_cny_per_t=price - cost,
    )[plants["nameplate_mt"] > 0.0]
    wide = {
        name: frame.pivot(index="year", columns="refinery", values=name)
        for name in ("group", "nameplate_mt", *MEASURED)
    }
    keys = wide["group"].columns
    region = frame.drop_duplicates("refinery").set_index("refinery")["region"]
    return _Followed(
        wide["group"].index.tolist(),
        keys.to_numpy(dtype=np.str_),
        region[keys].to_numpy(dtype=np.str_),
        wide["group"].to_numpy(),
        wide["nameplate_mt"].to_numpy(dtype=np.float64),
        {name: wide[name].to_numpy(dtype=np.float64) for name in MEASURED},
    )


def _named(measure: str, what: str) -> str:
    """The name of a change of a measure, with its unit at the end."""
    end = next(end for end in ("_cny_per_t", "_share") if measure.endswith(end))
    return f"{measure.removesuffix(end)}_{what}{end}"


def _outcome(seen: _Followed, then: int, now: int, mine: Ints, sold: Bools) -> dict[str, float]:
    """What became of plants between two years, by itself and against their peers."""
    size, standing = seen.size_mt[then], np.isfinite(seen.size_mt[then] + seen.size_mt[now])
    peers = standing & (seen.group[then] == seen.group[now]) & ~sold
    left = mine[standing[mine]]
    bought = float(size[mine].sum())
    found = {
        "plants_count": mine.size,
        "bought_mt": bought,
        "standing_share": float(size[left].sum()) / bought,
    }
    for measure, values in seen.measured.items():
        change = values[now] - values[then]
        usual = np.array([_usual(seen, change, size, peers, row) for row in left.tolist()])
        found[_named(measure, "change")] = _mean(change[left], size[left])
        found[_named(measure, "against_peers")] = _mean(change[left] - usual, size[left])
    return found


def _usual(seen: _Followed, change: Floats, size: Floats, peers: Bools, row: int) -> float:
    """The mean change by nameplate of the peers of a plant: those of its region, or all where it has none."""
    known = peers & np.isfinite(change)
    here = known & (seen.region == seen.region[row])
    chosen = here if here.any() else known
    return _mean(change[chosen], size[chosen])


def _mean(values: Floats, size: Floats) -> float:
    """The mean by size of the values that are known, nan for none."""
    known = np.isfinite(values)
    total = float(size[known].sum())
    return float((values * size)[known].sum()) / total if total > 0.0 else math.nan
