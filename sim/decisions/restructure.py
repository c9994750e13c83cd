"""Restructure: the company that has most of a group's plants of a kind gathers those of its sisters, or leaves them.

The group thinks in this order. Which of my companies has most of my refineries, and which most of my smelters? Which
plants do its sisters hold that are mine alone? What a joint venture holds stays with it, for it is not the group's
alone. Does the time of a move come this year? Only that is luck; groups are asked in the order of their keys, and for
refineries before smelters. So Chalco gathered those of Chinalco, and Hongchuang gathers those of Hongqiao.

Such moves change edges of the ownership graph and leave control as it is: headline deals and concentration are
different statistics. The price is book value and is written down only: the group has one account, so none of its cash
moves.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated

import numpy as np

from sim.acts.holdings import enter
from sim.agents.cast import Cast
from sim.choice import DECISIONS, Story
from sim.core.arrays import Floats
from sim.core.words import figure, percent
from sim.decisions.ways import TwoWays, Way
from sim.facts import Fact, Facts, Term
from sim.scenario.parameters import Parameters
from sim.sight.view import View
from sim.world.books import Decision
from sim.world.dealbook import RESTRUCTURING
from sim.world.kinds import Happened
from sim.world.owners import WHOLE_PPM
from sim.world.ownership import Block, float_of
from sim.world.world import World

GATHER, LEAVE_IT = "gather", "leave"


@dataclass(frozen=True)
class RestructureFacts(Facts):
    """What the choice of a group between gathering a plant of its own and leaving it where it is rests on."""

    luck_share: Annotated[Floats, Fact("the year's draw", 0.0, 1.0)]
    held_share: Annotated[Floats, Fact("the part that the sister holds")]
    size_mt: Annotated[Floats, Fact("its capacity")]
    book_mcny: Annotated[Floats, Fact("the book value of that part")]


@dataclass(slots=True)
class Asset:
    """One plant or smelter and the company that holds most of it.

    Attributes:
        key: its id.
        node: its node in the ownership graph.
        holder: the company.
        ppm: what the company holds.
        size_mt: capacity.
        refinery: whether it is a refinery.
    """

    key: str
    node: str
    holder: str
    ppm: int
    size_mt: float
    refinery: bool


def sister_assets(world: World, top: dict[str, str]) -> dict[tuple[str, int], list[Asset]]:
    """Standing plants that an owner holds through several companies, by key, of each owner and kind.

    Kinds are numbered, refineries 0 and smelters 1.
    """
    found: dict[tuple[str, int], list[Asset]] = {}
    plants, smelters = world.refineries, world.smelters
    for kind, (table, sizes) in enumerate(((plants, plants.nameplate_mt), (smelters, smelters.capacity_mt))):
        nodes, rows = world.holdings.nodes(table.keys), (sizes > 0.0).nonzero()[0].tolist()
        held: dict[str, dict[int, Block]] = {}
        for row, block in zip(rows, world.holdings.main_blocks([nodes[row] for row in rows]), strict=True):
            owner = top[nodes[row]]
            if top.get(block.holder) == owner:
                held.setdefault(owner, {})[row] = block
        for owner, blocks in held.items():
            if len({block.holder for block in blocks.values()}) > 1:
                found[owner, kind] = [
                    Asset(table.keys[row], nodes[row], holder, ppm, float(sizes[row]), table is plants)
                    for row, (holder, ppm, _, _) in blocks.items()
                ]
    return {each: sorted(found[each], key=attrgetter("key")) for each in sorted(found)}


def measure(world: World, assets: list[Asset], luck: Floats) -> RestructureFacts:
    """What a group sees of plants that its core company could gather; `luck` is uniform in 0-1, (assets,)."""
    return RestructureFacts(
        luck_share=luck,
        held_share=np.array([asset.ppm / WHOLE_PPM for asset in assets]),
        size_mt=np.array([asset.size_mt for asset in assets]),
        book_mcny=np.array([book_value(world, asset) for asset in assets]),
    )


def book_value(world: World, asset: Asset) -> float:
    """The book value of what a company holds of an asset, million CNY."""
    finance = world.parameters.finance
    book = finance.refinery_asset_cny_per_t if asset.refinery else finance.smelter_asset_cny_per_t
    return book * asset.size_mt * asset.ppm / WHOLE_PPM


class Restructure(TwoWays[RestructureFacts]):
    """Gather a plant of a sister company when the year's luck is below the chance of it.

    Source: deals of 2018-2026 inside one owner, as behind the parameter `deals.restructuring_share`.
    """

    name = "restructure"
    rule = "the company that has most of a kind gathers a sister's plant when the year's luck is below the usual chance"
    unit = "share"
    facts = RestructureFacts
    question = "gather {}?"
    acts = Way(GATHER, "Its core company gathered it.", "have gathered it")
    rests = Way(LEAVE_IT, "It was left where it is.", "have left it")
    terms = (
        Term(
            "deals.restructuring_share", "the yearly chance of a move between sisters", 0.0, 1.0, by_case=True
        ),
    )

    def weigh(self, facts: RestructureFacts, parameters: Parameters) -> dict[str, Floats]:
        """The chance of a move, and the year's luck, which speaks for leaving the plant, (cases,)."""
        chance = np.full(len(facts.luck_share), parameters.deals.restructuring_share)
        return {GATHER: chance, LEAVE_IT: facts.luck_share}

    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """What the sister company holds, and the chance of a move."""
        if not again:
            return ()
        return (
            f"A sister company holds {percent(decision.facts['held_share'])} of it, at a book value of "
            f"{figure(decision.facts['book_mcny'], 'million CNY')}.",
            f"The chance of a move was {percent(again[GATHER])} a year; the year's draw was {again[LEAVE_IT]:.2f}.",
        )


RESTRUCTURE = DECISIONS.add(Restructure.name, Restructure())


def restructure(world: World, cast: Cast, view: View) -> None:
    """Let the core company of each group and kind gather plants or smelters of its sisters, where the group will."""
    free: list[tuple[str, Asset]] = []
    top = world.holdings.controllers()
    for (owner, _), assets in sister_assets(world, top).items():
        core = core_of(assets)
        apart = {asset.holder for asset in assets if asset.holder != core}
        alone = {company for company in apart if not shared_with(world, top, company, owner)}
        free += [(core, asset) for asset in assets if asset.holder in alone]
    if not free:
        return
    luck = world.streams.uniforms("restructure", world.year, [asset.key for _, asset in free])
    seen = measure(world, [asset for _, asset in free], luck)
    options = RESTRUCTURE.weigh(seen, world.parameters)
    asked = ((place, cast.groups[run_by(world, asset)], asset.key) for place, (_, asset) in enumerate(free))
    for (core, asset), way in zip(free, RESTRUCTURE.choices(asked, view, seen, options), strict=True):
        if way == GATHER:
            take_over(world, core, asset)


def core_of(assets: list[Asset]) -> str:
    """The company that has most capacity among some assets, the last by name of equals."""
    sizes: dict[str, float] = defaultdict(float)
    for asset in assets:
        sizes[asset.holder] += asset.size_mt
    return max(sizes, key=lambda company: (round(sizes[company], 9), company), default="")


def shared_with(world: World, top: dict[str, str], company: str, owner: str) -> bool:
    """Whether another owner than the group has a recorded stake in a company."""
    if company == owner:
        return False
    apart, blocks = float_of(company), world.ownership.snapshot().blocks.get(company, ())
    return any(block.holder != apart and top.get(block.holder) != owner for block in blocks)


def run_by(world: World, asset: Asset) -> int:
    """The row of the group that runs an asset."""
    table = world.refineries if asset.refinery else world.smelters
    return int(table.group[table.row(asset.key)])


def take_over(world: World, company: str, asset: Asset) -> None:
    """Move a plant or a smelter to the core company of its kind, at book value."""
    deal, price = f"{world.year}-inside-{asset.key}", book_value(world, asset)
    world.ownership.transfer(world.year, deal, asset.holder, company, asset.node, asset.ppm)
    reason = (
        f"it has most of the group's {'refining' if asset.refinery else 'smelting'} and gathers {asset.key} "
        f"from a sister company at a book value of {price:.0f} million CNY; control unchanged"
    )
    world.tell(Happened.RESTRUCTURE, company, asset.size_mt, "Mt/yr", reason, counterpart=asset.holder)
    size = asset.size_mt if asset.refinery else 0.0
    sides, share = (company, asset.holder, asset.key), asset.ppm / WHOLE_PPM
    enter(world, (deal, RESTRUCTURING), sides, stake_share=share, size_mt=size, price_mcny=price)
