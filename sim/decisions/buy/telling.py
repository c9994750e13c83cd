"""What is told of a purchase: worth, least price and price, what the value was made of, and what stood in the way."""

from collections.abc import Iterator, Mapping
from typing import Any

from sim.choice import Grounds, Lever, agrees, fact_levers
from sim.core.arrays import Floats
from sim.core.units import unit_of
from sim.core.words import figure, joined, percent
from sim.decisions.buy.facts import BuyFacts, chance, left_to_buyer, most, worth
from sim.scenario.deal_parameters import Deals
from sim.world import dealbook

MCNY = "million CNY"
FAR = 10.0
"""Sums are turned up to this many times the largest of them where it is asked what would have tipped the choice."""
PARTS = {
    "stand_alone_mcny": "the plants by themselves {}",
    "integration_mcny": "alumina for its own smelters {}",
    "ore_mcny": "cheaper ore {}",
    "overhead_mcny": "less overhead {}",
    "coast_mcny": "a move to the coast {}",
    "policy_mcny": "favours of government {}",
}


def answered(outcome: str, buyer: str, target: str) -> str:
    """What became of a proposal, a sentence."""
    words = {
        dealbook.CLOSED: f"{buyer} bought {target}.",
        dealbook.NOT_AGREED: f"{buyer} made an offer for {target}, and they did not agree that year.",
        dealbook.NOT_FUNDED: f"{buyer} wanted {target}, but no lender would fund what its owner asks.",
        dealbook.REFUSED_BY_PROVINCE: f"{buyer} and {target} had agreed, but the province withheld its consent.",
        dealbook.REFUSED_BY_SASAC: f"{buyer} and {target} had agreed, but the holder of state assets withheld "
        "its consent.",
        dealbook.BLOCKED_IN_REVIEW: f"{buyer} and {target} had agreed, but the antitrust authority blocked it.",
        dealbook.ABOVE_CEILING: f"{buyer} and {target} had agreed, but no group may be as large as both together.",
        dealbook.PASSED: f"{buyer} could have bought {target} and let it pass.",
        dealbook.KEPT: f"{buyer} made an offer for {target}, and its owner kept it.",
    }
    return words.get(outcome, f"{buyer} made an offer for {target}.")


def valued(facts: BuyFacts, deals: Deals) -> list[str]:
    """Worth, least price, price, and what the buyer gains."""
    columns = (worth(facts, deals), facts.room_mcny, facts.reservation_mcny, facts.price_mcny)
    value, room, least, paid = (float(column[0]) for column in columns)
    second, left = float(facts.second_mcny[0]), float(left_to_buyer(facts, deals)[0])
    why = "the gain is split between them"
    if second > 0.0 and agrees(second, paid):
        why = "it is what the second-best bidder would have paid"
    return [
        f"It was worth {figure(value, MCNY)} to the buyer, which could raise {figure(room, MCNY)}; "
        f"the seller wanted at least {figure(least, MCNY)}.",
        f"The price would be {figure(paid, MCNY)}: {why}. With {percent(deals.integration_share)} of the price for "
        f"integration, that leaves the buyer {figure(left, MCNY)}.",
    ]


def parts_told(facts: Mapping[str, float]) -> list[str]:
    """What the value to the buyer was made of."""
    parts = [
        words.format(figure(facts[name], MCNY))
        for name, words in PARTS.items()
        if abs(facts.get(name, 0.0)) >= 0.5
    ]
    if facts.get("liabilities_mcny", 0.0) >= 0.5:
        parts.append(f"less the care for its ponds {figure(facts['liabilities_mcny'], MCNY)}")
    told = [f"What the buyer saw in it, before what may not come true: {joined(parts)}."] if parts else []
    if (own := facts.get("own_coast_mcny", 0.0)) >= 0.5:
        told.append(
            f"Its seller could have moved it to the coast, too: that was worth {figure(own, MCNY)} to it."
        )
    return told


def stood_in_the_way(facts: Mapping[str, float], outcome: str) -> list[str]:
    """Chance and luck, and the odds and the draw of the government or authority that refused."""
    told = []
    if "chance_share" in facts and outcome != dealbook.NOT_FUNDED:
        odds, luck = facts["chance_share"], facts.get("chance_luck_share")
        drawn = "" if luck is None else f"; the year's draw was {luck:.2f}, and it closes below {odds:.2f}"
        told.append(f"A deal like this closes with a chance of {percent(odds)} a year{drawn}.")
    told += refused(facts, outcome)
    if "hhi_before_points" in facts and outcome in (dealbook.CLOSED, dealbook.BLOCKED_IN_REVIEW):
        step = facts["hhi_step_points"]
        told.append(
            f"The HHI stood at {figure(facts['hhi_before_points'], 'points', bare=True)} and "
            f"{'falls' if step < 0.0 else 'rises'} by {figure(abs(step), 'points', bare=True)} points."
        )
    return told


def refused(facts: Mapping[str, float], outcome: str) -> list[str]:
    """The odds and the draw of the government or authority that refused a deal."""
    who, odds, luck = {
        dealbook.REFUSED_BY_PROVINCE: ("The province", "province_refusal_share", "province_luck_share"),
        dealbook.REFUSED_BY_SASAC: ("The holder of state assets", "sasac_refusal_share", "sasac_luck_share"),
        dealbook.BLOCKED_IN_REVIEW: ("The antitrust authority", "review_pass_share", "review_luck_share"),
    }.get(outcome, ("", "", ""))
    if odds not in facts or luck not in facts:
        return []
    does, where = ("refuses such a sale", "below")
    if outcome == dealbook.BLOCKED_IN_REVIEW:
        does, where = ("lets such a deal pass", "above")
    drawn = f"the draw was {percent(facts[luck], 1)}, and it refuses {where} the chance"
    return [f"{who} {does} with a chance of {percent(facts[odds])}; {drawn}."]


def levers(recorded: Mapping[str, float], outcome: str, deals: Deals) -> tuple[Lever, ...]:
    """The numbers that the outcome of a proposal rests on; none where a government or an owner had the say."""
    match outcome:
        case dealbook.NOT_AGREED:
            return (*_odds(recorded, deals),)
        case dealbook.NOT_FUNDED:
            return (*_sums(recorded, ("reservation_mcny", "room_mcny"), deals),)
        case dealbook.CLOSED:
            names = ("reservation_mcny", "room_mcny", "stand_alone_mcny")
            return (*_sums(recorded, names, deals), *_odds(recorded, deals))
    return ()


def _sums(recorded: Mapping[str, float], names: tuple[str, ...], deals: Deals) -> Iterator[Lever]:
    """The sums on which it rests whether the buyer can pay what the seller wants, as levers."""

    def lead(numbers: Mapping[str, Floats], _: Any) -> Floats:
        facts = BuyFacts.holding(numbers)
        return most(facts, deals) - facts.reservation_mcny

    far = FAR * max(abs(recorded[name]) for name in ("stand_alone_mcny", "reservation_mcny", "room_mcny"))
    grounds, declared = Grounds(lead, recorded), BuyFacts.declared()
    for name in names:
        yield Lever(name, declared[name].words, unit_of(name), recorded[name], -far, far, grounds)


def _odds(recorded: Mapping[str, float], deals: Deals) -> Iterator[Lever]:
    """The numbers on which the chance of closing rests, as levers."""

    def lead(numbers: Mapping[str, Floats], _: Any) -> Floats:
        facts = BuyFacts.holding(numbers)
        return chance(facts, deals) - facts.chance_luck_share

    return fact_levers(BuyFacts, Grounds(lead, recorded))
