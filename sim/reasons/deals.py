"""Why a deal came about or did not: worth to the buyer, the seller's least price, and what stood in the way.

A proposal is on record only when somebody would pay more than the seller wants. What decides then is luck
against a chance that surplus, distress, waves and policy move, lenders, the province, the holder of state
assets and the antitrust authority.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields

import numpy as np

from sim.reasons.names import called, names
from sim.reasons.numbers import figure, joined, plain
from sim.reasons.record import Record
from sim.reasons.tipping import Lever, Tipping, agrees, tippings
from sim.reasons.verdict import EXPLAINERS, Verdict
from sim.report.wording import percent
from sim.scenario.deal_parameters import Deals
from sim.strategy.consents import Circumstances, closing_chance
from sim.strategy.deals import Synergies, bargain, expected_gain, most_to_pay, worth_of_buying
from sim.strategy.partners import Stake, worth_of_stake
from sim.world import dealbook
from sim.world.books import Decision

MCNY = "million CNY"
FAR = 10.0
PARTS = {
    "stand_alone_mcny": "the plants by themselves {}",
    "integration_mcny": "alumina for its own smelters {}",
    "ore_mcny": "cheaper ore {}",
    "overhead_mcny": "less overhead {}",
    "coast_mcny": "a move to the coast {}",
    "policy_mcny": "favours of government {}",
}
WORTH_FACTS = (*PARTS, "liabilities_mcny", "price_mcny", "reservation_mcny", "second_mcny", "room_mcny")
CHANCE_FACTS = (
    *("surplus_share", "wave_logit", "distressed_count", "same_province_count", "across_count", "push_share"),
    *("chance_share", "chance_luck_share"),
)
STAKE_FACTS = (
    *("stake_share", "to_buyer_mcny", "to_seller_mcny", "runnable_mt", "gap_mt", "freight_cny_per_t"),
    "annuity_ratio",
)


def worth(facts: Mapping[str, float], deals: Deals) -> float:
    """Give what plants are worth to a buyer with all that it expects, by its facts, million CNY."""
    gains = Synergies(**{field.name: np.array([facts[field.name]]) for field in fields(Synergies)})
    return facts["stand_alone_mcny"] + float(expected_gain(gains, deals)[0]) - facts["liabilities_mcny"]


def most(facts: Mapping[str, float], deals: Deals) -> float:
    """Give the most that a buyer would and can pay, million CNY."""
    value, room = np.array([worth(facts, deals)]), np.array([facts["room_mcny"]])
    return float(most_to_pay(value, room, deals)[0])


def price(facts: Mapping[str, float], deals: Deals) -> float:
    """Give the price of a deal by its facts, million CNY; the seller's least where the buyer cannot raise that."""
    best, least = most(facts, deals), facts["reservation_mcny"]
    return bargain(least, best, facts["second_mcny"], deals) if best > least else least


def chance(facts: Mapping[str, float], deals: Deals) -> float:
    """Give the chance that a deal closes by its facts."""
    around = Circumstances(
        surplus_share=facts["surplus_share"],
        distressed=facts["distressed_count"] > 0.0,
        wave=facts["wave_logit"],
        push_share=facts["push_share"],
        same_province=facts["same_province_count"] > 0.0,
        across=facts["across_count"] > 0.0,
    )
    return closing_chance(around, deals)


@EXPLAINERS.register("buy")
def buy(decision: Decision, record: Record) -> Verdict:
    """Explain why an owner bought plants, or why the deal did not come about.

    Source: equations (6.1) and (6.2) of the model description.
    """
    known, target = names(record), decision.kind.partition(" ")[2]
    facts, deals = decision.facts, record.parameters.deals
    outcome = plain(decision.rule.rpartition("; ")[2])
    again: dict[str, float] = {}
    if all(name in facts for name in WORTH_FACTS):
        again = {"buy": worth_of_buying(worth(facts, deals), price(facts, deals), deals)}
    same = bool(again) and agrees(again["buy"], decision.options.get("buy", np.nan))
    told = [*_valued(facts, again, deals), *_parts(facts), *_stood_in_the_way(facts, outcome)]
    ways: tuple[Tipping, ...] = ()
    if same and outcome in (dealbook.CLOSED, dealbook.NOT_AGREED, dealbook.NOT_FUNDED):
        ways = tippings(_levers(facts, outcome, deals))
    bought = decision.choice == "buy"
    return Verdict(
        decision,
        f"buy {called(known, target)}?",
        _answer(outcome, called(known, decision.agent), called(known, target), bought),
        tuple(told),
        "not have come to that" if bought else "have closed",
        ways,
        again,
    )


def _answer(outcome: str, buyer: str, target: str, bought: bool) -> str:
    """Give what became of a proposal, a sentence."""
    if bought:
        return f"{buyer} bought {target}."
    words = {
        dealbook.NOT_AGREED: f"{buyer} made an offer for {target}, and they did not agree that year.",
        dealbook.NOT_FUNDED: f"{buyer} wanted {target}, but no lender would fund what its owner asks.",
        dealbook.REFUSED_BY_PROVINCE: f"{buyer} and {target} had agreed, but the province withheld its consent.",
        dealbook.REFUSED_BY_SASAC: f"{buyer} and {target} had agreed, but the holder of state assets withheld "
        "its consent.",
        dealbook.BLOCKED_IN_REVIEW: f"{buyer} and {target} had agreed, but the antitrust authority blocked it.",
    }
    return words.get(outcome, f"{buyer} made an offer for {target}: {outcome}.")


def _valued(facts: Mapping[str, float], again: Mapping[str, float], deals: Deals) -> list[str]:
    """Give worth, least price, price, and what the buyer gains, as far as they are on record."""
    if not again:
        return []
    value, least, paid = worth(facts, deals), facts["reservation_mcny"], facts["price_mcny"]
    second = facts["second_mcny"]
    why = "the gain is split between them"
    if second > 0.0 and agrees(second, paid):
        why = "it is what the second-best bidder would have paid"
    return [
        f"It was worth {figure(value, MCNY)} to the buyer, which could raise {figure(facts['room_mcny'], MCNY)}; "
        f"the seller wanted at least {figure(least, MCNY)}.",
        f"The price would be {figure(paid, MCNY)}: {why}. With {percent(deals.integration_share)} of the price for "
        f"integration, that leaves the buyer {figure(again['buy'], MCNY)}.",
    ]


def _parts(facts: Mapping[str, float]) -> list[str]:
    """Give what the value to the buyer was made of."""
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


def _stood_in_the_way(facts: Mapping[str, float], outcome: str) -> list[str]:
    """Give chance and luck, and the odds of the government or authority that refused."""
    told = []
    if "chance_share" in facts and outcome != dealbook.NOT_FUNDED:
        odds, luck = facts["chance_share"], facts.get("chance_luck_share")
        drawn = "" if luck is None else f"; the year's draw was {luck:.2f}, and it closes below {odds:.2f}"
        told.append(f"A deal like this closes with a chance of {percent(odds)} a year{drawn}.")
    refusal = {
        dealbook.REFUSED_BY_PROVINCE: ("province_refusal_share", "The province"),
        dealbook.REFUSED_BY_SASAC: ("sasac_refusal_share", "The holder of state assets"),
    }.get(outcome)
    if refusal and refusal[0] in facts:
        told.append(f"{refusal[1]} refuses such a sale with a chance of {percent(facts[refusal[0]])}.")
    if "hhi_before_points" in facts and outcome in (dealbook.CLOSED, dealbook.BLOCKED_IN_REVIEW):
        told.append(
            f"The HHI stood at {figure(facts['hhi_before_points'], 'points', bare=True)} and rises by "
            f"{figure(facts['hhi_step_points'], 'points', bare=True)} points."
        )
    return told


def _levers(facts: Mapping[str, float], outcome: str, deals: Deals) -> list[Lever]:
    """Give the numbers that the outcome of a proposal rests on."""
    if outcome == dealbook.NOT_AGREED:
        return _odds(facts, deals)

    def lead(seen: Mapping[str, float]) -> float:
        return most(seen, deals) - seen["reservation_mcny"]

    far = FAR * max(abs(facts[name]) for name in ("stand_alone_mcny", "reservation_mcny", "room_mcny"))
    words = {
        "reservation_mcny": "the seller's least price",
        "room_mcny": "the money that the buyer could raise",
    }
    if outcome == dealbook.CLOSED:
        words["stand_alone_mcny"] = "the worth of the plants by themselves"
    levers = [_lever(facts, name, told, (MCNY, -far, far), lead) for name, told in words.items()]
    return [*levers, *(_odds(facts, deals) if outcome == dealbook.CLOSED else [])]


def _odds(facts: Mapping[str, float], deals: Deals) -> list[Lever]:
    """Give the numbers that the chance of closing rests on."""
    if not all(name in facts for name in CHANCE_FACTS):
        return []

    def lead(seen: Mapping[str, float]) -> float:
        return chance(seen, deals) - facts["chance_luck_share"]

    return [
        _lever(facts, "surplus_share", "the surplus over the price", ("share", 0.0, 1.0), lead),
        _lever(facts, "wave_logit", "the year's merger wave", ("logit", -4.0, 4.0), lead),
        _lever(facts, "push_share", "the national push for mergers", ("share", 0.0, 1.0), lead),
    ]


def _lever(
    facts: Mapping[str, float],
    name: str,
    words: str,
    reach: tuple[str, float, float],
    lead: Callable[[Mapping[str, float]], float],
) -> Lever:
    """Give one fact as a lever; `reach` is its unit, its least and its most."""
    return Lever(
        name, words, reach[0], facts[name], reach[1], reach[2], lambda value: lead({**facts, name: value})
    )


@EXPLAINERS.register("take")
def take(decision: Decision, record: Record) -> Verdict:
    """Explain why a smelter's owner took a minority stake in a refinery, or left it.

    Source: worth of a stake, `sim/strategy/partners.py`.
    """
    known, facts, deals = names(record), decision.facts, record.parameters.deals
    plant = decision.kind.removeprefix("take a stake in ")
    took = decision.choice == "take"
    question = f"take a stake in {called(known, plant)}?"
    answer = "It took one." if took else "It left it."
    if not all(name in facts for name in STAKE_FACTS):
        return Verdict(decision, question, answer)
    again = {"take": surplus_of_stake(facts, deals)}
    told = (
        f"{percent(facts['stake_share'])} were on offer; the plant was worth {figure(facts['to_buyer_mcny'], MCNY)} "
        f"to the buyer and {figure(facts['to_seller_mcny'], MCNY)} to its owner, and the buyer's smelters lacked "
        f"{figure(max(facts['gap_mt'], 0.0), 'Mt')} of alumina a year.",
        f"At a price of {figure(facts.get('price_mcny', np.nan), MCNY)} the stake leaves the buyer "
        f"{figure(again['take'], MCNY)}.",
    )
    ways: tuple[Tipping, ...] = ()
    if agrees(again["take"], decision.options.get("take", np.nan)) and took == (again["take"] > 0.0):
        ways = tippings(_stake_levers(facts, deals))
    return Verdict(decision, question, answer, told, "have left it" if took else "have taken it", ways, again)


def surplus_of_stake(facts: Mapping[str, float], deals: Deals) -> float:
    """Give what a minority stake leaves its buyer by its facts, million CNY."""
    stake = Stake(
        share=facts["stake_share"],
        to_buyer_mcny=facts["to_buyer_mcny"],
        to_seller_mcny=facts["to_seller_mcny"],
        runnable_mt=facts["runnable_mt"],
        gap_mt=facts["gap_mt"],
        freight_cny_per_t=facts["freight_cny_per_t"],
        annuity=facts["annuity_ratio"],
    )
    return worth_of_stake(stake, deals).surplus_mcny


def _stake_levers(facts: Mapping[str, float], deals: Deals) -> list[Lever]:
    """Give the numbers that the choice over a stake rests on."""

    def lead(seen: Mapping[str, float]) -> float:
        return surplus_of_stake(seen, deals)

    far = FAR * max(abs(facts["to_buyer_mcny"]), abs(facts["to_seller_mcny"]), 1.0)
    return [
        _lever(facts, "to_buyer_mcny", "the worth of the plant to the buyer", (MCNY, -far, far), lead),
        _lever(facts, "to_seller_mcny", "its worth to its owner", (MCNY, -far, far), lead),
        _lever(facts, "gap_mt", "the alumina that its smelters lack", ("Mt", -20.0, 20.0), lead),
        _lever(facts, "freight_cny_per_t", "the freight that it saves", ("CNY/t", 0.0, 1000.0), lead),
    ]
