"""What chance and governments make of a deal: the merger wave, the province, the holder of state assets, the review."""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Annotated

import numpy as np

from sim.core.arrays import Floats, exact_sum, total_by
from sim.decisions.buy.survey import Proposal
from sim.facts import Fact, Facts
from sim.sight.buyers import provinces_of, push_for
from sim.sight.selling import Target, smelters_of
from sim.strategy import consents
from sim.strategy.approving import BLOCKED, LEVELS, Stance, Step, must_file, odds, outcome, screen, step
from sim.world import dealbook
from sim.world.books import YearBook
from sim.world.kinds import Happened
from sim.world.owners import PROVINCIAL, STATE_TYPES
from sim.world.world import World


def climate(book: YearBook, debt_mcny: float) -> consents.Climate:
    """The climate of a year from its book and the debt of all groups."""
    made = np.maximum(book.made_mt, 0.0)
    total = max(exact_sum(made), 1e-9)
    sold = book.sold_mt > 1e-9
    price = np.divide(book.revenue_mcny, book.sold_mt, out=np.zeros(len(made)), where=sold)
    cost = np.divide(book.cost_mcny, made, out=np.zeros(len(made)), where=made > 1e-9)
    margin, weight = price - cost, made * sold
    mean = exact_sum(weight * margin) / total
    spread = math.sqrt(exact_sum(weight * (margin - mean) ** 2) / total)
    return consents.Climate(spread, exact_sum(book.earned_mcny) / max(debt_mcny, 1e-9))


def move_wave(world: World) -> None:
    """Move the merger wave on by a year."""
    market, debt = world.plant_market, exact_sum(world.groups.debt_mcny)
    if market.usual is None:
        market.usual = climate(world.base_book, debt)
    first, last = (
        bisect_left(world.events, year, key=attrgetter("year")) for year in (world.year - 1, world.year)
    )
    before = [event.kind for event in world.events[first:last]].count(Happened.DEAL)
    luck = float(world.streams.normals("merger wave", world.year, ["wave"])[0])
    market.wave = consents.next_wave(
        market.wave, climate(world.book, debt), market.usual, before, luck, world.parameters.deals
    )


UNASKED, GIVEN, WITHHELD = "not asked", "given", "withheld"


@dataclass(frozen=True, slots=True)
class Scrutiny:
    """What a deal meets with.

    Attributes:
        around: what bears on its closing.
        chance_share: chance that it comes about this year, before governments are asked.
        province_share: chance that the province refuses, zero where it is not asked.
        sasac_share: chance that the holder of state assets refuses, zero where it is not asked.
        seen: what the deal does to concentration of all capacity.
        level: how closely the authority looks, over both markets.
        stance: how the authority is disposed.
    """

    around: consents.Circumstances
    chance_share: float
    province_share: float
    sasac_share: float
    seen: Step
    level: str
    stance: Stance


@dataclass(frozen=True)
class Answers(Facts):
    """The odds and draws of governments over a deal that both sides want; a fact lacks where nobody was asked."""

    sasac_refusal_share: Annotated[
        Floats, Fact("the chance that the holder of state assets refuses", optional=True)
    ]
    sasac_luck_share: Annotated[Floats, Fact("its draw, which refuses below that chance", optional=True)]
    province_refusal_share: Annotated[Floats, Fact("the chance that the province refuses", optional=True)]
    province_luck_share: Annotated[
        Floats, Fact("the province's draw, which refuses below that chance", optional=True)
    ]
    review_pass_share: Annotated[
        Floats, Fact("the chance that the antitrust authority lets it pass", optional=True)
    ]
    review_luck_share: Annotated[
        Floats, Fact("the authority's draw, which blocks above that chance", optional=True)
    ]


UNKNOWN = dict.fromkeys(Answers.declared(), math.nan)
"""Answers before anybody is asked."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a proposal.

    Attributes:
        outcome: closed, or why not.
        luck_share: the draw against its chance of closing; a smaller one closes. None where it did not come to that.
        province: what the province said.
        sasac: what the holder of state assets said.
        review_outcome: what the authority said.
        asked: odds and draws of those who were asked, as named in `Answers`.
    """

    outcome: str
    luck_share: float | None = None
    province: str = UNASKED
    sasac: str = UNASKED
    review_outcome: str = ""
    asked: Mapping[str, float] = field(default_factory=dict)


def is_state(world: World, group: int) -> bool:
    """Whether a group belongs to the state."""
    return int(world.groups.owner_type[group]) in STATE_TYPES


def circumstances(world: World, target: Target, buyer: int, surplus_share: float) -> consents.Circumstances:
    """What besides price bears on a deal."""
    push = push_for(world, buyer)
    own = ((world.refineries.group == buyer) & (world.refineries.nameplate_mt > 0.0)).nonzero()[0].tolist()
    homes = provinces_of(world, own, smelters_of(world, buyer))
    return consents.Circumstances(
        surplus_share=surplus_share,
        distressed=target.distressed,
        wave=world.plant_market.wave,
        push_share=push.weight_share if push else 0.0,
        same_province=homes >= provinces_of(world, target.rows, target.smelters),
        across=is_state(world, buyer) != is_state(world, target.seller),
    )


def scrutiny(world: World, target: Target, buyer: int, surplus_share: float = 0.0) -> Scrutiny:
    """What a deal meets with; who has agreed to the authority's condition sells, and its holder asks no more.

    The surplus bears on the chance alone, of which whole groups have their own.
    """
    around = circumstances(world, target, buyer, surplus_share)
    asked = is_state(world, target.seller) and not target.ordered
    discipline, deals = world.rules.discipline_share, world.parameters.deals
    refusal = consents.sasac_refusal(not is_state(world, buyer), target.distressed, discipline, deals)
    seen, level = screened(world, target, buyer)
    return Scrutiny(
        around=around,
        chance_share=1.0 if target.ordered else consents.closing_chance(around, deals),
        province_share=0.0 if around.same_province else province_share(world, target, buyer),
        sasac_share=refusal if asked else 0.0,
        seen=seen,
        level=level,
        stance=stance(world, buyer),
    )


def province_share(world: World, target: Target, buyer: int) -> float:
    """The chance that the target's province refuses a buyer from outside; smelters are no part of its refining."""
    plants, rows, push = world.refineries, list(target.rows), push_for(world, buyer)
    here = plants.region == plants.region[rows[0]] if rows else plants.nameplate_mt < 0.0
    share = float(plants.nameplate_mt[rows].sum()) / max(exact_sum(plants.nameplate_mt[here]), 1e-9)
    return consents.province_refusal(
        min(share, 1.0),
        int(world.groups.owner_type[target.seller]) == PROVINCIAL,
        world.rules.discipline_share,
        push.kept_tax_share if push else 0.0,
        world.parameters.deals,
    )


def stance(world: World, buyer: int) -> Stance:
    """How the authority is disposed to a buyer this year."""
    push, control = push_for(world, buyer), world.rules.merger_control
    return Stance(
        strictness_share=control.strictness_share if control else 0.0,
        shift_logit=push.review_shift_logit if push else 0.0,
        banned_share=control.banned_share if control else 0.0,
    )


def screened(world: World, target: Target, buyer: int) -> tuple[Step, str]:
    """What a deal does to all capacity, and the closest look over all capacity and what is sold to others."""
    plants, rows, count = world.refineries, list(target.rows), len(world.groups)
    seen = capacity_step(world, target, buyer)
    if not must_file(*turnovers(world, target, buyer), world.parameters.review):
        return seen, "exempt"
    sold = plants.nameplate_mt * (1.0 - world.promises.captive_share)
    merchant = total_by(plants.group, sold, count)
    on_market = step(merchant, buyer, target.seller, float(sold[rows].sum()))
    smelting = total_by(world.smelters.group, world.smelters.capacity_mt, count)
    refining = total_by(plants.group, plants.nameplate_mt, count)
    vertical = bool(smelting[buyer] > 0.0 or (target.smelters and refining[buyer] > 0.0))
    disposed, terms = stance(world, buyer), world.parameters.review
    levels = (screen(seen, False, disposed, terms), screen(on_market, vertical, disposed, terms))
    return seen, max(levels, key=LEVELS.index)


def capacity_step(world: World, target: Target, buyer: int) -> Step:
    """What a deal does to the HHI of all capacity by controlling group."""
    plants = world.refineries
    volume = total_by(plants.group, plants.nameplate_mt, len(world.groups))
    return step(volume, buyer, target.seller, float(plants.nameplate_mt[list(target.rows)].sum()))


def turnovers(world: World, target: Target, buyer: int) -> tuple[float, float]:
    """The turnover of a buyer and of a target in the year, million CNY."""
    turnover = group_turnover(world)
    smelted = world.book.metal_mt * world.prices.now.metal_cny_per_t
    own = float(world.book.revenue_mcny[list(target.rows)].sum())
    return float(turnover[buyer]), own + float(smelted[list(target.smelters)].sum())


def group_turnover(world: World) -> Floats:
    """The sales of alumina and metal of each group in the year, (groups,) million CNY."""
    count, book = len(world.groups), world.book
    alumina = total_by(world.refineries.group, book.revenue_mcny, count)
    smelted = book.metal_mt * world.prices.now.metal_cny_per_t
    return np.asarray(alumina + total_by(world.smelters.group, smelted, count))


def judge(world: World, target: Target, buyer: int, proposal: Proposal, met: Scrutiny) -> Verdict:
    """What becomes of a proposal: lenders, chance, the holder of state assets, the province, the review."""
    closing, *luck = luck_of(world, target, buyer)
    if not proposal.funded:
        return Verdict(dealbook.NOT_FUNDED, closing)
    if closing >= met.chance_share:
        return Verdict(dealbook.NOT_AGREED, closing)
    return replace(governments(world, met, luck), luck_share=closing)


def luck_of(world: World, target: Target, buyer: int) -> list[float]:
    """Four draws of a proposal: closing, the holder of state assets, the province, the review."""
    key = f"{target.key}>{world.groups.keys[buyer]}"
    steps = [f"{key}/{step}" for step in ("close", "sasac", "consent", "review")]
    return [float(draw) for draw in world.streams.uniforms("deal", world.year, steps)]


def governments(world: World, met: Scrutiny, luck: Sequence[float]) -> Verdict:
    """What the holder of state assets, the province and the review make of what both sides want."""
    if met.seen.buyer_share > world.rules.group_ceiling_share:
        return Verdict(dealbook.ABOVE_CEILING)
    review, asked = world.parameters.review, dict[str, float]()
    if (sasac := consent(met.sasac_share, luck[0])) != UNASKED:
        asked |= {"sasac_refusal_share": met.sasac_share, "sasac_luck_share": luck[0]}
    if sasac == WITHHELD:
        return Verdict(dealbook.REFUSED_BY_SASAC, sasac=sasac, asked=asked)
    if (province := consent(met.province_share, luck[1])) != UNASKED:
        asked |= {"province_refusal_share": met.province_share, "province_luck_share": luck[1]}
    if province == WITHHELD:
        return Verdict(dealbook.REFUSED_BY_PROVINCE, province=province, sasac=sasac, asked=asked)
    answer = outcome(met.level, met.stance, luck[2], review)
    passes = math.fsum(odds(met.level, met.stance, review))
    asked |= {"review_pass_share": passes, "review_luck_share": luck[2]}
    end = dealbook.BLOCKED_IN_REVIEW if answer == BLOCKED else dealbook.CLOSED
    return Verdict(end, province=province, sasac=sasac, review_outcome=answer, asked=asked)


def consent(refusal_share: float, luck: float) -> str:
    """What a government says that refuses with some chance, zero where it is not asked."""
    if refusal_share == 0.0:
        return UNASKED
    return WITHHELD if luck < refusal_share else GIVEN
