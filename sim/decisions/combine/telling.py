"""Combinations in words: what both would save, what bore on the odds, and who kept them apart."""

from sim.core.words import figure, joined, percent, plural
from sim.decisions.combine.offers import CombineFacts, gain, least_price
from sim.scenario.parameters import Parameters
from sim.world import dealbook

MCNY = "million CNY"


def answers(outcome: str, target: str) -> str:
    """Why a group was not taken over, a sentence."""
    words = {
        dealbook.NOT_FUNDED: f"It wanted {target}, but no lender would fund it.",
        dealbook.REFUSED_BY_PROVINCE: f"They had agreed, but the province withheld its consent to {target}.",
        dealbook.REFUSED_BY_SASAC: f"They had agreed, but the holder of state assets did not part with {target}.",
        dealbook.BLOCKED_IN_REVIEW: "They had agreed, but the antitrust authority blocked it.",
        dealbook.ABOVE_CEILING: "They had agreed, but together they would have been larger than any group may be.",
        dealbook.PASSED: f"It could have taken over {target} and let it pass.",
        dealbook.KEPT: f"It made an offer for {target}, and its owners kept it.",
    }
    return words.get(outcome, "They did not come together that year.")


def weighed(seen: CombineFacts, parameters: Parameters, odds: tuple[float, float]) -> tuple[str, ...]:
    """What one combination rests on.

    Args:
        seen: facts of one case.
        parameters: the rule's.
        odds: the chance that both combine, and the year's draw.
    """
    saved, worth, owed = (float(each[0]) for each in (seen.saved_mcny, seen.worth_mcny, seen.owed_mcny))
    left, favours = float(gain(seen, parameters)[0]), float(seen.policy_mcny[0])
    owes = f"owed {figure(owed, MCNY)} more than it had in cash"
    if owed < 0.0:
        owes = f"had {figure(-owed, MCNY)} more in cash than it owed"
    policy = f", with {figure(favours, MCNY)} that favours of government are worth," if favours > 0.0 else ""
    first = f"Together they would save {figure(saved, MCNY)} a year in purchases, overhead and stocks."
    if saved <= 0.0:
        first = "Together they would save nothing."
    return (
        f"{first} What can be hoped to come true of it{policy} is worth {figure(left, MCNY)} more than it costs to put "
        "both together.",
        f"The firm was worth {figure(worth, MCNY)} with its debts and {owes}.",
        *floor(seen),
        *swayed(seen, parameters),
        f"All this made a chance of {percent(odds[0], 1)} that both come together that year; the draw was "
        f"{percent(odds[1], 1)}, and a lower one than the chance is needed.",
    )


def floor(seen: CombineFacts) -> list[str]:
    """What lenders took at least, where closing the firm would have brought them more than it was worth."""
    least = float(least_price(seen)[0])
    if least <= float(seen.worth_mcny[0]):
        return []
    return [f"Closing it would have brought its lenders {figure(least, MCNY)}, and they took no less."]


def swayed(seen: CombineFacts, parameters: Parameters) -> tuple[str, ...]:
    """What made both more and less ready for each other, up to two sentences."""
    terms, years = parameters.combining, round(float(seen.weak_years[0]))
    founder, heirs, share = seen.founder_count[0] > 0.0, seen.handover_count[0] > 0.0, seen.nation_share[0]
    ready = {
        "it was in distress": seen.distressed_count[0] > 0.0,
        f"its founder had seen {plural(years, 'year')} in which it earned less than its interest": founder
        and years > 0,
        "its founder had handed over to heirs": founder and heirs,
        "the suitor has a plant in each of its provinces": seen.same_province_count[0] > 0.0,
        "it was a year of many mergers": seen.wave_logit[0] > 0.0,
        "the nation pushed for mergers": seen.push_share[0] > 0.0,
    }
    against = {
        "a founder runs it and is proud of it": founder and not heirs and years == 0,
        "one side is the state's and the other private": seen.across_count[0] > 0.0,
        f"it is large, {percent(float(share), 1)} of the nation's capacity": share > terms.usual_size_share,
        "it was a year of few mergers": seen.wave_logit[0] < 0.0,
    }
    sides = {"made it more likely": ready, "stood against it": against}
    found = {words: [why for why, holds in reasons.items() if holds] for words, reasons in sides.items()}
    return tuple(f"What {words}: {joined(whys)}." for words, whys in found.items() if whys)
