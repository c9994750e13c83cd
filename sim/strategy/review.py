"""Antitrust review of a deal: who must file, the screen by shares and the HHI, then an outcome.

The screen follows the structure of China's horizontal merger guidelines of December 2024; the thresholds and
odds are parameters, from secondary sources and assumed. Deals inside one owner are exempt.
"""

import math
from dataclasses import dataclass

from sim.core.arrays import Floats
from sim.market.concentration import hhi, shares
from sim.scenario.deal_parameters import Review

CLEAR, CONDITIONAL, BLOCKED = "clear", "conditional", "blocked"
LEVELS = ("exempt", "clear", "review", "presumption")
"""How closely the authority looks, from not at all."""


@dataclass(frozen=True, slots=True)
class Stance:
    """How the authority is disposed in a year.

    Attributes:
        strictness_share: 0 usual to 1 strictest.
        shift_logit: added to the odds against a deal, negative when policy favours mergers.
        banned_share: share of deals between owners that are refused unheard, filed or called in.
    """

    strictness_share: float = 0.0
    shift_logit: float = 0.0
    banned_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """What a deal does to concentration on one market, points.

    Attributes:
        before: HHI before.
        after: HHI after.
        buyer_share: share of the buyer afterwards, 0-1.
        overlap: whether both sides sell there.
    """

    before: float
    after: float
    buyer_share: float
    overlap: bool

    @property
    def rise(self) -> float:
        """Rise of the HHI."""
        return self.after - self.before


def step(volume: Floats, buyer: int, seller: int, moved_mt: float) -> Step:
    """What moving a volume from a seller to a buyer does to a market.

    Where the seller keeps nothing, the HHI rises by twice the product of both shares.

    Args:
        volume: (groups,) volume of each group before.
        buyer: row of the buyer.
        seller: row of the seller.
        moved_mt: what changes hands.

    Source: US Department of Justice and Federal Trade Commission, Merger Guidelines 2023, section 2.1.
    """
    after = volume.copy()
    after[buyer] += moved_mt
    after[seller] = max(after[seller] - moved_mt, 0.0)
    overlap = bool(volume[buyer] > 0.0 and moved_mt > 0.0)
    return Step(hhi(volume), hhi(after), float(shares(after)[buyer]), overlap)


def must_file(buyer_mcny: float, target_mcny: float, review: Review) -> bool:
    """Whether a deal must be filed, from the turnover of both, million CNY."""
    together, smaller = buyer_mcny + target_mcny, min(buyer_mcny, target_mcny)
    return together > review.filing_mcny and smaller > review.party_mcny


def screen(seen: Step, vertical: bool, stance: Stance, review: Review) -> str:
    """How closely the authority looks at a deal on one market, a word of `LEVELS`.

    Args:
        seen: what the deal does there.
        vertical: whether it joins refineries and smelters that were apart.
        stance: how the authority is disposed.
        review: thresholds.

    Source: SAMR horizontal merger guidelines, in force December 2024, and non-horizontal ones of December
    2025, after law-firm summaries (to be verified).
    """
    cut = 1.0 - review.strict_cut_share * stance.strictness_share
    high = review.high_hhi * cut
    if not seen.overlap:
        return "review" if vertical and seen.buyer_share >= review.close_share else "clear"
    large = seen.after > high and seen.rise > review.large_step_hhi * cut
    if seen.buyer_share >= review.dominant_share or large:
        return "presumption"
    low, step_below = review.low_hhi * cut, review.small_step_hhi * cut
    small = seen.after < low or (seen.after < high and seen.rise < step_below)
    return "clear" if small and seen.buyer_share < review.close_share else "review"


def usual_odds(level: str, review: Review) -> tuple[float, float]:
    """The chance of a clear and of a conditional outcome in a usual year; the rest is blocked."""
    if level == "review":
        return review.review_clear_share, review.review_conditional_share
    if level == "presumption":
        return review.presumption_clear_share, review.presumption_conditional_share
    return 1.0, 0.0


def odds(level: str, stance: Stance, review: Review) -> tuple[float, float]:
    """The chance of a clear and of a conditional outcome; the rest is blocked."""
    clear, conditional = usual_odds(level, review)
    shift = review.strict_logit * stance.strictness_share + stance.shift_logit
    if shift != 0.0 and clear < 1.0:
        blocked_part = _shifted((1.0 - clear - conditional) / (1.0 - clear), shift)
        clear = 1.0 - _shifted(1.0 - clear, shift)
        conditional = (1.0 - clear) * (1.0 - blocked_part)
    if stance.banned_share > 0.0:
        heard = 1.0 - stance.banned_share
        clear, conditional = heard * clear, heard * conditional
    return clear, conditional


def _shifted(chance: float, logit: float) -> float:
    """A chance whose odds are moved by some logits; what is certain stays so."""
    if chance >= 1.0:
        return chance
    ratio = chance / (1.0 - chance) * math.exp(logit)
    return ratio / (1.0 + ratio)


def outcome(level: str, stance: Stance, luck: float, review: Review) -> str:
    """The authority's answer; `luck` is uniform in 0-1."""
    clear, conditional = odds(level, stance, review)
    if luck < clear:
        return CLEAR
    return CONDITIONAL if luck < clear + conditional else BLOCKED
