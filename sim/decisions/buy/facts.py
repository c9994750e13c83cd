"""What a purchase rests on, and what follows from it: worth, price, the most that a buyer pays, the chance to close."""

from dataclasses import dataclass, fields
from typing import Annotated

import numpy as np

from sim.core.arrays import Floats
from sim.decisions.buy.judging import UNKNOWN, Answers, Scrutiny
from sim.decisions.buy.survey import Proposal, Survey
from sim.decisions.ways import one_case
from sim.facts import Fact
from sim.scenario.deal_parameters import Deals
from sim.strategy.consents import Circumstances, closing_chance
from sim.strategy.deals import Synergies, bargain, expected_gain, most_to_pay, worth_of_buying
from sim.world.dealbook import OUTCOMES


@dataclass(frozen=True)
class BuyFacts(Answers):
    """What a proposal rests on; what ends in `count` is one or none, and a draw closes below the chance."""

    stand_alone_mcny: Annotated[Floats, Fact("the worth of the plants by themselves")]
    liabilities_mcny: Annotated[Floats, Fact("the care for its ponds")]
    integration_mcny: Annotated[Floats, Fact("the worth of alumina for the buyer's own smelters")]
    ore_mcny: Annotated[Floats, Fact("the worth of cheaper ore")]
    overhead_mcny: Annotated[Floats, Fact("the worth of less overhead")]
    coast_mcny: Annotated[Floats, Fact("the worth of a move to the coast")]
    policy_mcny: Annotated[Floats, Fact("the worth of favours of government")]
    price_mcny: Annotated[Floats, Fact("the purchase price")]
    own_mcny: Annotated[Floats, Fact("the worth of the plants to the seller")]
    own_coast_mcny: Annotated[Floats, Fact("the worth of a move to the coast to the seller")]
    closing_mcny: Annotated[Floats, Fact("what the site gives without the plant")]
    appraised_mcny: Annotated[Floats, Fact("what an appraiser puts down for the plants")]
    reservation_mcny: Annotated[Floats, Fact("the seller's least price")]
    second_mcny: Annotated[Floats, Fact("what the second-best bidder would pay")]
    room_mcny: Annotated[Floats, Fact("the money that the buyer could raise")]
    fed_mt: Annotated[Floats, Fact("the alumina that changes from the market to own smelters")]
    surplus_share: Annotated[Floats, Fact("the surplus over the price", 0.0, 1.0)]
    wave_logit: Annotated[Floats, Fact("the year's merger wave", -4.0, 4.0)]
    distressed_count: Annotated[Floats, Fact("whether the seller was in distress")]
    same_province_count: Annotated[Floats, Fact("whether the buyer had a plant in the province")]
    across_count: Annotated[Floats, Fact("whether one side was the state's and the other private")]
    push_share: Annotated[Floats, Fact("the national push for mergers", 0.0, 1.0)]
    ordered_count: Annotated[Floats, Fact("whether the antitrust authority asked for the sale")]
    chance_share: Annotated[Floats, Fact("the chance of closing")]
    chance_luck_share: Annotated[Floats, Fact("the draw against that chance", optional=True)]
    hhi_before_points: Annotated[Floats, Fact("the HHI before")]
    hhi_step_points: Annotated[Floats, Fact("the step of the HHI")]
    outcome_index: Annotated[
        Floats, Fact("what became of it, by its place in the book of deals", optional=True)
    ]


def measure(seen: Survey, proposal: Proposal, met: Scrutiny) -> BuyFacts:
    """What a proposal rests on, as far as it is known before anybody has answered it."""
    place, bidder, around, stakes = proposal.place, proposal.bidder, met.around, seen.stakes
    numbers = {
        **UNKNOWN,
        **seen.parts(place, bidder),
        "price_mcny": proposal.price_mcny,
        "own_mcny": stakes.own_mcny[place],
        "own_coast_mcny": stakes.coast_mcny[place],
        "closing_mcny": stakes.closing_mcny[place],
        "appraised_mcny": stakes.appraised_mcny[place],
        "reservation_mcny": seen.least_mcny[place],
        "second_mcny": proposal.second_mcny,
        "room_mcny": seen.room_mcny[place, bidder],
        "fed_mt": seen.fed_mt[place, bidder],
        "surplus_share": around.surplus_share,
        "wave_logit": around.wave,
        "distressed_count": around.distressed,
        "same_province_count": around.same_province,
        "across_count": around.across,
        "push_share": around.push_share,
        "ordered_count": seen.targets[place].ordered,
        "chance_share": met.chance_share,
        "chance_luck_share": np.nan,
        "province_refusal_share": met.province_share,
        "sasac_refusal_share": met.sasac_share,
        "hhi_before_points": met.seen.before,
        "hhi_step_points": met.seen.rise,
        "outcome_index": np.nan,
    }
    return one_case(BuyFacts, **{name: float(value) for name, value in numbers.items()})


def worth(facts: BuyFacts, deals: Deals) -> Floats:
    """What plants are worth to their buyers with all that they expect, (cases,) million CNY."""
    gains = Synergies(**{field.name: getattr(facts, field.name) for field in fields(Synergies)})
    return np.asarray(facts.stand_alone_mcny + expected_gain(gains, deals) - facts.liabilities_mcny)


def most(facts: BuyFacts, deals: Deals) -> Floats:
    """The most that the buyers would and can pay, (cases,) million CNY."""
    return most_to_pay(worth(facts, deals), facts.room_mcny, deals)


def price(facts: BuyFacts, deals: Deals) -> Floats:
    """The prices, (cases,) million CNY; the seller's least where the buyer cannot raise that."""
    sides = zip(
        facts.reservation_mcny.tolist(), most(facts, deals).tolist(), facts.second_mcny.tolist(), strict=True
    )
    return np.array(
        [bargain(least, best, second, deals) if best > least else least for least, best, second in sides]
    )


def left_to_buyer(facts: BuyFacts, deals: Deals) -> Floats:
    """What buying leaves the buyers over leaving it, (cases,) million CNY."""
    pairs = zip(worth(facts, deals).tolist(), price(facts, deals).tolist(), strict=True)
    return np.array([worth_of_buying(value, paid, deals) for value, paid in pairs])


def chance(facts: BuyFacts, deals: Deals) -> Floats:
    """The chance that deals come about if governments let them, (cases,); who has to sell does."""
    around = zip(
        facts.surplus_share.tolist(),
        (facts.distressed_count > 0.0).tolist(),
        facts.wave_logit.tolist(),
        facts.push_share.tolist(),
        (facts.same_province_count > 0.0).tolist(),
        (facts.across_count > 0.0).tolist(),
        strict=True,
    )
    usual = np.array([closing_chance(Circumstances(*each), deals) for each in around])
    return np.where(facts.ordered_count > 0.0, 1.0, usual)


def outcome_of(recorded: dict[str, float]) -> str:
    """What became of a proposal by its recorded facts, nothing where they do not say it."""
    place = recorded.get("outcome_index")
    return OUTCOMES[int(place)] if place is not None and 0 <= place < len(OUTCOMES) else ""
