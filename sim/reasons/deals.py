"""Why a deal came about or did not: the buyer's value, the seller's least price, and what stood in the way.

Deals that nobody gains from are not on record, so each decision here is a deal worth doing: what decides is
the surplus, luck, the province and the authority.
"""

import math
from collections.abc import Mapping

from sim.reasons.names import called, names
from sim.reasons.numbers import figure, joined, plain
from sim.reasons.record import Record
from sim.reasons.tipping import Lever, agrees, tippings
from sim.reasons.verdict import EXPLAINERS, Verdict
from sim.report.wording import percent
from sim.strategy.deals import bargain
from sim.world.books import Decision

MCNY = "million CNY"
CLOSED = ("clear", "conditional")
VALUE, LEAST, PRICE, SECOND = (
    "value_to_buyer_mcny",
    "reservation_mcny",
    "price_mcny",
    "second_bidder_mcny",
)
PARTS = {
    "stand_alone_mcny": "the plants by themselves {}",
    "integration_mcny": "alumina for its own smelters {}",
    "ore_mcny": "cheaper ore {}",
    "overhead_mcny": "less overhead {}",
    "coast_mcny": "a move to the coast {}",
    "policy_mcny": "favours of government {}",
}
CHANCES = ("chance", "closing_chance_share", "chance_share")
"""Names under which the chance of closing may be on record."""
LUCKS = ("closing_luck_share", "luck_share")


@EXPLAINERS.register("buy")
def buy(decision: Decision, record: Record) -> Verdict:
    """Explain why an owner bought plants, or why the deal did not come about.

    Source: value, reservation and bargaining, equations (6.1) and (6.2) of the model description.
    """
    known, target = names(record), decision.kind.partition(" ")[2]
    numbers = {**decision.options, **decision.facts}
    told = [*_valued(numbers), *_parts(numbers), *_stood_in_the_way(decision, numbers)]
    closed = decision.choice in CLOSED
    again = {}
    if all(name in decision.options for name in (VALUE, LEAST, PRICE, SECOND)):
        least, value, second = (decision.options[name] for name in (LEAST, VALUE, SECOND))
        price = bargain(least, value, second, record.parameters.deals)
        again = {PRICE: price} if agrees(price, decision.options[PRICE]) else {}
    return Verdict(
        decision,
        f"buy {called(known, target)}?",
        _answer(decision, called(known, decision.agent), called(known, target)),
        tuple(told),
        "not have been worth doing",
        tippings(_levers(numbers)) if closed else (),
        again,
    )


def _answer(decision: Decision, buyer: str, target: str) -> str:
    """Give what became of the deal, a sentence."""
    match decision.choice:
        case "clear":
            return f"{buyer} bought {target}."
        case "conditional":
            return f"{buyer} bought {target}, under conditions of the authority."
        case "refused":
            return f"{buyer} and {target} had agreed, but a government withheld its consent."
        case "blocked":
            return f"{buyer} and {target} had agreed, but the antitrust authority blocked the deal."
        case "not agreed":
            return f"{buyer} made an offer for {target}, and they did not agree that year."
    return f"{buyer} made an offer for {target}: {plain(decision.choice)}."


def _valued(numbers: Mapping[str, float]) -> list[str]:
    """Give value, least price, price and the second bidder, as far as they are on record."""
    told = []
    if VALUE in numbers and LEAST in numbers:
        gain = numbers[VALUE] - numbers[LEAST]
        told.append(
            f"It was worth {figure(numbers[VALUE], MCNY)} to the buyer, and the seller wanted at least "
            f"{figure(numbers[LEAST], MCNY)}: a gain of {figure(gain, MCNY)} to share."
        )
    if PRICE in numbers:
        second = numbers.get(SECOND, 0.0)
        pushed = second > 0.0 and agrees(second, numbers[PRICE])
        why = "what the second-best bidder would have paid" if pushed else "the gain split between them"
        told.append(f"The price would be {figure(numbers[PRICE], MCNY)}: {why}.")
    return told


def _parts(numbers: Mapping[str, float]) -> list[str]:
    """Give what the value to the buyer was made of."""
    parts = [
        words.format(figure(numbers[name], MCNY))
        for name, words in PARTS.items()
        if abs(numbers.get(name, 0.0)) >= 0.5
    ]
    return (
        [f"What the buyer saw in it, before it counts what may not come true: {joined(parts)}."]
        if parts
        else []
    )


def _stood_in_the_way(decision: Decision, numbers: Mapping[str, float]) -> list[str]:
    """Give chance, luck, and the reason on record."""
    told = []
    chance = next((numbers[name] for name in CHANCES if name in numbers), None)
    luck = next((numbers[name] for name in LUCKS if name in numbers), None)
    if chance is not None:
        drawn = "" if luck is None else f"; the year's draw was {luck:.2f}, and it closes below {chance:.2f}"
        told.append(f"A deal like this closes with a chance of {percent(chance)} a year{drawn}.")
    if decision.choice != "not agreed":
        reason = plain(decision.rule.rpartition("; ")[2])
        told.append(f"{reason[:1].upper()}{reason[1:]}.")
    return told


def _levers(numbers: Mapping[str, float]) -> list[Lever]:
    """Give the numbers on which it rests that a deal is worth doing at all."""
    if VALUE not in numbers or LEAST not in numbers:
        return []
    value, least = numbers[VALUE], numbers[LEAST]
    far = 10.0 * max(abs(value), abs(least), 1.0)
    found = [
        Lever(VALUE, "its worth to the buyer", MCNY, value, 0.0, far, lambda other: other - least),
        Lever(LEAST, "the seller's least price", MCNY, least, 0.0, far, lambda other: value - other),
    ]
    return [each for each in found if math.isfinite(each.now) and each.now > 0.0]
