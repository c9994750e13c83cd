"""Who may build: the nation's score of an application, and whether a province wants the plant.

The nation ranks applications by energy use, ore that the owner controls, own need of alumina, environmental
room and the size of the owner, and approves from the top until its quota is full. A province then consents or
not, for jobs and tax against mud, air and those who live near; opposition grows with what stands there already.
"""

from dataclasses import dataclass
from enum import StrEnum

from sim.policies.rulebook import Approval
from sim.scenario.building_parameters import Approvals
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
