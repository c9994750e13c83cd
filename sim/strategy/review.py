"""Antitrust review of a deal: screen by the HHI after and its step, then an outcome.

The screen follows the structure of China's horizontal merger guidelines of December 2024; the thresholds are
from secondary sources and the odds are assumptions.
"""

from dataclasses import dataclass

CLEAR, CONDITIONAL, BLOCKED = "clear", "conditional", "blocked"

LOW_HHI, HIGH_HHI = 1000.0, 1800.0
SMALL_STEP, LARGE_STEP = 100.0, 200.0
DOMINANT_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Screen:
    """What the authority sees.

    Attributes:
        level: `clear`, `review` or `presumption`.
        hhi_after: HHI after the deal.
        step: rise of the HHI.
    """

    level: str
    hhi_after: float
    step: float


ODDS = {"clear": (1.0, 0.0), "review": (0.93, 0.06), "presumption": (0.55, 0.35)}
"""Chance of a clear and of a conditional outcome; the rest is blocked."""


def screen(hhi_before: float, share_buyer: float, share_target: float) -> Screen:
    """Give the screen of a deal from the HHI before (points) and both shares of capacity (0-1).

    Source: SAMR horizontal merger guidelines, in force December 2024, after law-firm summaries (to be verified).
    """
    step = 2.0 * share_buyer * share_target * 1e4
    after = hhi_before + step
    if share_buyer + share_target >= DOMINANT_SHARE or (after > HIGH_HHI and step > LARGE_STEP):
        return Screen("presumption", after, step)
    if after < LOW_HHI or step < SMALL_STEP:
        return Screen("clear", after, step)
    return Screen("review", after, step)


def outcome(seen: Screen, luck: float) -> str:
    """Give the authority's answer; `luck` is uniform in 0-1."""
    clear, conditional = ODDS[seen.level]
    if luck < clear:
        return CLEAR
    return CONDITIONAL if luck < clear + conditional else BLOCKED
