"""Antitrust review of a deal: who must file, the screen by shares and the HHI, then an outcome.

The screen follows the structure of China's horizontal merger guidelines of December 2024; the thresholds are
from secondary sources and the odds are assumptions. Deals inside one owner are exempt.
"""

import math
from dataclasses import dataclass

from sim.core.arrays import Floats
from sim.market.concentration import hhi, shares

CLEAR, CONDITIONAL, BLOCKED = "clear", "conditional", "blocked"
LEVELS = ("exempt", "clear", "review", "presumption")
"""How closely the authority looks, from not at all."""

LOW_HHI, HIGH_HHI = 1000.0, 1800.0
SMALL_STEP, LARGE_STEP = 100.0, 200.0
DOMINANT_SHARE, CLOSE_SHARE = 0.5, 0.35
FILING_MCNY, PARTY_MCNY = 4000.0, 800.0
"""Turnover in China from which a deal must be filed: of both together, and of each of two.

Source: State Council, thresholds of January 2024, after law-firm summaries."""
STRICT_LOGIT, STRICT_CUT_SHARE = 3.0, 0.5
"""What full strictness adds to the odds against a deal, and cuts from the thresholds of the HHI."""


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
    """Give what moving a volume from a seller to a buyer does to a market.

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


def must_file(buyer_mcny: float, target_mcny: float) -> bool:
    """Tell whether a deal must be filed, from the turnover of both, million CNY."""
    return buyer_mcny + target_mcny > FILING_MCNY and min(buyer_mcny, target_mcny) > PARTY_MCNY


def screen(seen: Step, vertical: bool, stance: Stance) -> str:
    """Give how closely the authority looks at a deal on one market, a word of `LEVELS`.

    Args:
        seen: what the deal does there.
        vertical: whether it joins refineries and smelters that were apart.
        stance: how the authority is disposed.

    Source: SAMR horizontal merger guidelines, in force December 2024, and non-horizontal ones of December
    2025, after law-firm summaries (to be verified).
    """
    cut = 1.0 - STRICT_CUT_SHARE * stance.strictness_share
    if vertical and seen.buyer_share >= CLOSE_SHARE:
        return "review"
    if not seen.overlap:
        return "clear"
    if seen.buyer_share >= DOMINANT_SHARE or (seen.after > HIGH_HHI * cut and seen.rise > LARGE_STEP * cut):
        return "presumption"
    small = seen.after < LOW_HHI * cut or (seen.after < HIGH_HHI * cut and seen.rise < SMALL_STEP * cut)
    return "clear" if small and seen.buyer_share < CLOSE_SHARE else "review"


ODDS = {"exempt": (1.0, 0.0), "clear": (1.0, 0.0), "review": (0.93, 0.06), "presumption": (0.55, 0.35)}
"""Chance of a clear and of a conditional outcome; the rest is blocked."""


def odds(level: str, stance: Stance) -> tuple[float, float]:
    """Give the chance of a clear and of a conditional outcome; the rest is blocked."""
    clear, conditional = ODDS[level]
    shift = STRICT_LOGIT * stance.strictness_share + stance.shift_logit
    if shift != 0.0 and clear < 1.0:
        blocked_part = _shifted((1.0 - clear - conditional) / (1.0 - clear), shift)
        clear = 1.0 - _shifted(1.0 - clear, shift)
        conditional = (1.0 - clear) * (1.0 - blocked_part)
    if stance.banned_share > 0.0:
        heard = 1.0 - stance.banned_share
        clear, conditional = heard * clear, heard * conditional
    return clear, conditional


def _shifted(chance: float, logit: float) -> float:
    """Give a chance whose odds are moved by some logits."""
    ratio = chance / (1.0 - chance) * math.exp(logit)
    return ratio / (1.0 + ratio)


def outcome(level: str, stance: Stance, luck: float) -> str:
    """Give the authority's answer; `luck` is uniform in 0-1."""
    clear, conditional = odds(level, stance)
    if luck < clear:
        return CLEAR
    return CONDITIONAL if luck < clear + conditional else BLOCKED
