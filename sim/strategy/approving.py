"""Who may build: the nation's score of an application, and whether a province wants the plant.

The nation ranks applications by energy use, ore that the owner controls, own need of alumina, environmental
room and the size of the owner, and approves from the top until its quota is full. A province then consents or
not, for jobs and tax against mud, air and those who live near; opposition grows with what stands there already.

Antitrust review of a deal: who must file, the screen by shares and the HHI, then an outcome.

The screen follows the structure of China's horizontal merger guidelines of December 2024; the thresholds and
odds are parameters, from secondary sources and assumed. Deals inside one owner are exempt.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from sim.core.arrays import Floats
from sim.market.concentration import hhi, shares
from sim.policies.rulebook import Approval
from sim.scenario.deal_parameters import Review
from sim.scenario.owner_parameters import Approvals
from sim.strategy.consents import logistic


@dataclass(frozen=True, slots=True)
class Application:
    """A plant that somebody wants to build.

    Attributes:
        size_mt: nameplate.
        replaced_mt: old capacity that goes and counts for it.
        region: id of the region.
        heat_gj_per_t: heat that it uses.
        ore_share: part of its ore that its owner controls.
        need_share: part of its output that its owner's smelters lack.
        slack_share: environmental room of the region, 0-1.
        owner_share: share of its owner in national capacity.
        jobs_share: its size over the capacity of the region with it.
        local_share: part of the old capacity that goes which stands in the same province.
        ceiling_share: chance that an announced ceiling of the region that it would pass refuses it.
        pond_refused_share: chance that it is refused because no new pond is permitted there.
        filled_share: part of the region's sites that would be taken with it, over one where there is none for it.
    """

    size_mt: float
    replaced_mt: float
    region: str
    heat_gj_per_t: float
    ore_share: float
    need_share: float
    slack_share: float
    owner_share: float
    jobs_share: float
    local_share: float = 0.0
    ceiling_share: float = 0.0
    pond_refused_share: float = 0.0
    filled_share: float = 0.0


class Bar(StrEnum):
    """What can stand against an application."""

    SWAP = "swap"
    SITE = "site"
    POND = "pond"
    CEILING = "ceiling"
    REGION = "region"
    HEAT = "heat"
    ORE = "ore"
    QUOTA = "quota"


@dataclass(frozen=True, slots=True)
class Objection:
    """Why the nation turns an application down.

    Attributes:
        bar: what stands against it.
        words: the reason in words.
    """

    bar: Bar
    words: str


def score(application: Application, weights: Approvals) -> float:
    """The points of an application, 0-1 when the weights add up to one."""
    saved = max(1.0 - application.heat_gj_per_t / weights.reference_gj_per_t, 0.0)
    energy = min(saved * weights.energy_slope_ratio, 1.0)
    return (
        weights.energy_ratio * energy
        + weights.ore_ratio * application.ore_share
        + weights.integration_ratio * application.need_share
        + weights.slack_ratio * application.slack_share
        + weights.backbone_ratio * min(application.owner_share / weights.backbone_share, 1.0)
    )


def objection(
    application: Application, rules: Approval | None, left_mt: float, swap_required: bool, luck: float
) -> Objection | None:
    """Why the nation turns an application down, or None when it approves.

    Args:
        application: what is asked for.
        rules: limits of the year, if any.
        left_mt: quota that is left.
        swap_required: whether old capacity must go for all that is new.
        luck: uniform in 0-1, for bars that are not strict.
    """
    new = max(application.size_mt - application.replaced_mt, 0.0)
    if swap_required and new > 1e-9:
        return Objection(Bar.SWAP, "no old capacity goes for it")
    if application.filled_share > 1.0 + 1e-9:
        return Objection(Bar.SITE, "no site is left in the region")
    if luck < application.pond_refused_share:
        return Objection(Bar.POND, "no new pond is permitted in the region")
    if luck < application.ceiling_share:
        return Objection(Bar.CEILING, "the announced ceiling of the region is full")
    if rules is None:
        return None
    if region_barred(application, rules) and luck < rules.barred_share:
        return Objection(Bar.REGION, "nothing new is approved in the region")
    if application.heat_gj_per_t > rules.energy_limit_gj_per_t:
        return Objection(
            Bar.HEAT, f"it would use more than {rules.energy_limit_gj_per_t:.3g} GJ of heat a tonne"
        )
    if application.ore_share < rules.ore_control_share:
        return Objection(Bar.ORE, f"its owner controls less than {rules.ore_control_share:.0%} of the ore")
    if new > left_mt + 1e-9:
        return Objection(Bar.QUOTA, f"only {left_mt:.3g} Mt of the quota are left")
    return None


def region_barred(application: Application, rules: Approval) -> bool:
    """Whether the region of an application is barred to it; capacity that moves inside its province is not."""
    new = max(application.size_mt - application.replaced_mt, 0.0)
    inside = application.local_share >= 1.0 and new <= 1e-9
    return application.region in rules.barred_regions and not inside


def consent_chance(application: Application, weights: Approvals) -> float:
    """The chance that the province consents."""
    points = (
        weights.consent_logit
        + weights.consent_jobs_logit * application.jobs_share
        - weights.consent_slack_logit * (1.0 - application.slack_share)
        - weights.opposition_logit * application.filled_share
    )
    return logistic(points)


def passing_chance(
    application: Application, rules: Approval | None, left_mt: float, swap_required: bool, weights: Approvals
) -> float:
    """The chance that nation and province let an application pass, before luck is drawn.

    Args:
        application: what is asked for.
        rules: limits of the year, if any.
        left_mt: quota that is left.
        swap_required: whether old capacity must go for all that is new.
        weights: what the province weighs.
    """
    barred = 0.0 if rules is None else rules.barred_share * region_barred(application, rules)
    luckiest = objection(application, rules, left_mt, swap_required, 1.0)
    bars = max(barred, application.ceiling_share, application.pond_refused_share)
    return 0.0 if luckiest else (1.0 - bars) * consent_chance(application, weights)


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
