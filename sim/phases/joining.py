"""Joint ventures: an owner for whose purse a coastal plant is large takes in a partner that is short of alumina.

The partner pays its part of the investment and holds its part of a company that is founded for the plant; the leader
keeps the majority, so control measures give the leader all of it and look-through measures each its part. Where an old
plant goes for the new one, the partner also pays the leader its part of what is given up with it, so that both weigh
their parts on one basis. Equipment taken along is part of the old plant and not paid a second time. The
alumina that comes with the part is written down and not simulated: tonnes still find their market by price.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import Floats
from sim.phases.applying import pledge, unspent
from sim.phases.bidding import freight_saved, smelter_needs
from sim.phases.closing import control_index
from sim.phases.parts import alumina_gaps
from sim.phases.prospects import Prospects, Wish, facts_of, state_owned, venture_of
from sim.phases.selling import LEAST_MT, find_bidders
from sim.strategy.building import build_ratio, demanded_ratio, venture_worth
from sim.strategy.funding import Payment
from sim.strategy.partners import Purse, is_large, partner_share
from sim.world.books import Decision
from sim.world.dealbook import VENTURE, Deal
from sim.world.owners import WHOLE_PPM
from sim.world.ownership import Node, Stake, float_of

if TYPE_CHECKING:
    from sim.industry import Industry

RULE = (
    "join when net present value over investment of one's part, less its part of what goes for it, beats what one "
    "asks for, and the money is there"
)
ASKED = 3
"""Partners that an owner asks, those to whom the place is worth most first."""
KEPT_SHARE = 0.51
"""Part that the leader of a venture keeps."""
OLD_FACTS = ("hold_old_cny_per_t", "close_old_cny_per_t", "old_per_new_ratio", "subsidy_cny_per_t")
"""What a partner's answer rests on besides where an old plant goes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one partner answered.

    Attributes:
        partner: row of the group.
        share: part that it would take.
        ratio: net present value over investment of that part.
        demanded: ratio that it asks for.
        offtake_mt: alumina that comes with the part, Mt a year.
        facts: what this rests on.
    """

    partner: int
    share: float
    ratio: float
    demanded: float
    offtake_mt: float
    facts: dict[str, float]

    @property
    def joins(self) -> bool:
        """Whether it joins."""
        return self.ratio > self.demanded


@dataclass(frozen=True, slots=True)
class Backing:
    """What came of looking for a partner; empty where nobody was asked.

    Attributes:
        answers: of those who were asked, the last of whom may have joined.
    """

    answers: tuple[Answer, ...] = ()

    @property
    def partner(self) -> Answer | None:
        """Who joined, if anybody."""
        return self.answers[-1] if self.answers and self.answers[-1].joins else None

    def facts(self, wish: Wish) -> dict[str, float]:
        """Give what the leader's record keeps of it."""
        if not self.answers:
            return {}
        share = self.partner.share if self.partner else 0.0
        return {
            "partners_asked_count": float(len(self.answers)),
            "partner_share": share,
            "partner_pays_mcny": share * invested(wish) + compensation(wish, share),
            "partner_compensates_mcny": compensation(wish, share),
        }


def invested(wish: Wish) -> float:
    """Give the investment in a plan, million CNY."""
    return wish.capex_cny_per_t * wish.size_mt


def compensation(wish: Wish, share: float) -> float:
    """Give what a partner pays the leader for its part of what is given up with the old plant, million CNY."""
    return share * wish.given_up_cny_per_t * wish.size_mt


def seek_partner(industry: "Industry", shared: Prospects, wish: Wish) -> Backing:
    """Give what comes of looking for a partner in a new coastal plant that is large for its owner's purse.

    Projects of the register have the owners that the register names.
    """
    building = industry.parameters.building
    if wish.kind == "project" or not industry.geography.shore[wish.region]:
        return Backing()
    lead = Purse(invested(wish) - pledge(industry, wish), unspent(industry, wish.group))
    most = 1.0 - KEPT_SHARE / max(held_by_lead(industry, wish), KEPT_SHARE)
    if building.partner_most_share < building.partner_least_share or not is_large(lead, building):
        return Backing()
    gaps, answers = alumina_gaps(industry), list[Answer]()
    whole = invested(wish) + compensation(wish, 1.0) - pledge(industry, replace(wish, old=-1))
    for partner in partners_for(industry, shared, wish, gaps)[:ASKED]:
        purse = Purse(whole, unspent(industry, partner))
        share = partner_share(lead, purse, most, building)
        if share > 0.0:
            answers.append(weigh_joining(industry, shared, wish, (partner, share, float(gaps[partner]))))
            if answers[-1].joins:
                break
    return Backing(tuple(answers))


def held_by_lead(industry: "Industry", wish: Wish) -> float:
    """Give the part of a plan that its owner would hold alone: all, or its part of the plant that goes for it."""
    if wish.old < 0:
        return 1.0
    top, lead = industry.holdings.controllers(industry), industry.groups.keys[wish.group]
    node = industry.holdings.nodes(industry, industry.refineries.keys)[wish.old]
    return sum(b.ppm for b in industry.ownership.blocks(node) if top.get(b.holder) == lead) / WHOLE_PPM


def partners_for(industry: "Industry", shared: Prospects, wish: Wish, gaps_mt: Floats) -> list[int]:
    """Give the groups short of alumina, those first that would save most freight as partners in a place.

    Weighed by the alumina that each is short of, so that a large smelter a little further away may come first.
    """
    saved = freight_saved(industry, smelter_needs(industry))[wish.region]
    able = [
        row for row in find_bidders(industry, shared.view) if row != wish.group and gaps_mt[row] > LEAST_MT
    ]
    keys = industry.groups.keys
    return sorted(able, key=lambda row: (float(gaps_mt[row] * (1.0 + saved[row])), keys[row]), reverse=True)


def weigh_joining(
    industry: "Industry", shared: Prospects, wish: Wish, part: tuple[int, float, float]
) -> Answer:
    """Give what a partner makes of a part of a plan: at its own cost of capital and by its own view of prices.

    Args:
        industry: the industry.
        shared: what all owners share.
        wish: the plan.
        part: the partner, its part, and the alumina that it is short of, Mt a year.
    """
    partner, share, gap = part
    group, size = np.array([partner]), np.array([wish.size_mt])
    cost = np.array([wish.facts["cash_cost_cny_per_t"]])
    seen = venture_of(shared, group, np.array([wish.region]), size, cost)
    venture = replace(seen, own_share=np.minimum(gap / (share * size), 1.0))
    worth = venture_worth(venture, shared.outlook) - wish.given_up_cny_per_t
    ratio = build_ratio(worth, np.array([wish.capex_cny_per_t]))
    key, state = industry.groups.keys[partner], state_owned(shared.view, group)
    mood = industry.streams.uniforms("mood", industry.year, [key])
    building, refiner = industry.parameters.building, np.zeros(1, dtype=np.bool_)
    facts = {
        **facts_of(venture, 0, wish.capex_cny_per_t),
        **{name: wish.facts[name] for name in OLD_FACTS if name in wish.facts},
        "mood_share": float(mood[0]),
        "state_owned_share": float(state[0]),
        "entrant_share": 0.0,
        "partner_share": share,
        "gap_mt": gap,
        "pays_mcny": share * invested(wish) + compensation(wish, share),
        "compensation_mcny": compensation(wish, share),
    }
    return Answer(
        partner=partner,
        share=share,
        ratio=float(ratio[0]),
        demanded=float(demanded_ratio(state, refiner, mood, building)[0]),
        offtake_mt=min(share * wish.size_mt * industry.parameters.pipeline.runnable_share, gap),
        facts=facts,
    )


def note_answers(industry: "Industry", wish: Wish, backing: Backing) -> None:
    """Put on record what those weighed who were asked to join."""
    for answer in backing.answers:
        lead = answer.ratio - answer.demanded
        industry.decisions.append(
            Decision(
                year=industry.year,
                agent=industry.groups.keys[answer.partner],
                kind=f"join {wish.key}",
                choice="join" if answer.joins else "stay out",
                rule=RULE,
                margin=abs(lead),
                unit="ratio",
                options={"join": answer.ratio, "stay out": answer.demanded},
                facts=answer.facts,
            )
        )


def holders_of(industry: "Industry", wish: Wish, partner: Answer) -> dict[str, int]:
    """Give who holds what of a venture, parts per million: the partner its part, the others theirs of the rest."""
    own, keys = round(partner.share * WHOLE_PPM), industry.groups.keys
    if wish.old < 0:
        return {keys[wish.group]: WHOLE_PPM - own, keys[partner.partner]: own}
    node = industry.holdings.nodes(industry, industry.refineries.keys)[wish.old]
    old = {block.holder: block.ppm for block in industry.ownership.blocks(node)}
    held = {holder: ppm * (WHOLE_PPM - own) // WHOLE_PPM for holder, ppm in old.items()}
    held[max(old, key=lambda holder: (old[holder], holder))] += WHOLE_PPM - own - sum(held.values())
    held.pop(float_of(node), None)
    held[keys[partner.partner]] = held.get(keys[partner.partner], 0) + own
    return held


@dataclass(frozen=True, slots=True)
class Venture:
    """A company that several owners found together.

    Attributes:
        key: its id, new to the ownership graph.
        name: name for tables and figures.
        ppm: what each holds, parts per million, by its id; the rest is a float.
        plant: key of the plant that it is to hold.
        size_mt: capacity of that plant.
        lead: group that leads it.
        partner: group that joins it.
        share: part of the partner.
        paid: how the partner pays for its part, compensation included.
        compensation_mcny: what of it the leader gets for the old plant that goes.
        offtake_mt: alumina that comes with it, Mt a year.
    """

    key: str
    name: str
    ppm: dict[str, int]
    plant: str
    size_mt: float
    lead: str
    partner: str
    share: float
    paid: Payment
    compensation_mcny: float
    offtake_mt: float


def found_venture(industry: "Industry", venture: Venture) -> None:
    """Found a joint venture with its stakes and write it down.

    Output and profit fall to the partners by their stakes under look-through measures, and the whole plant to
    the group that controls the venture under control measures. The plant joins with its row, held by the venture.

    Raises:
        ValueError: an unknown partner, more than the whole, an id that exists, or another group controls.
    """
    year, deal, ownership = industry.year, f"{industry.year}-venture-{venture.key}", industry.ownership
    holders = sorted(venture.ppm.items(), key=lambda each: (-each[1], each[0]))
    stakes = [Stake(holder, venture.key, ppm, year) for holder, ppm in holders]
    ownership.add_company(year, deal, Node(venture.key, venture.name, "company"), stakes)
    leader = industry.holdings.controllers(industry)[venture.key]
    if leader != venture.lead:
        raise ValueError(f"{venture.lead!r} does not control the venture {venture.key!r}: {leader!r} does")
    price = venture.paid.cash_mcny + venture.paid.loan_mcny
    write_down(industry, venture, deal)
    reason = ", ".join(f"{holder} {ppm / WHOLE_PPM:.0%}" for holder, ppm in holders)
    reason += f"; {venture.partner} pays {price:.0f} million CNY of the investment"
    if venture.compensation_mcny > 0.0:
        reason += (
            f" and for its part of the old plant, for which {venture.compensation_mcny:.0f} go to the leader"
        )
    industry.tell("venture", venture.lead, venture.size_mt, "Mt/yr", reason, counterpart=venture.partner)


def write_down(industry: "Industry", venture: Venture, deal: str) -> None:
    """Put a venture into the book of deals under its name there."""
    index, paid = control_index(industry), venture.paid
    industry.deals.append(
        Deal(
            year=industry.year,
            id=deal,
            kind=VENTURE,
            buyer=venture.lead,
            seller=venture.partner,
            target=venture.plant,
            stake_share=venture.share,
            size_mt=venture.size_mt,
            price_mcny=paid.cash_mcny + paid.loan_mcny,
            paid_cash_mcny=paid.cash_mcny,
            paid_debt_mcny=paid.loan_mcny,
            compensation_mcny=venture.compensation_mcny,
            offtake_mt=venture.offtake_mt,
            hhi_before=index,
            hhi_after=index,
        )
    )
