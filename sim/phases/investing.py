"""Investing: what owners wish to build meets the nation's approval, the province's consent and their means."""

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.phases.applying import application, means
from sim.phases.closing import pay
from sim.phases.joining import (
    Answer,
    Backing,
    Venture,
    compensation,
    found_venture,
    holders_of,
    invested,
    note_answers,
    seek_partner,
)
from sim.phases.prospects import Prospects, Wish, prospects
from sim.phases.ventures import wishes
from sim.strategy.approving import Application, consent_chance, objection, score
from sim.strategy.building import Venture as Plan
from sim.strategy.building import build_ratio, venture_worth
from sim.strategy.funding import Payment
from sim.world.books import Decision, Groundbreaking
from sim.world.population import BUILDING
from sim.world.view import View

if TYPE_CHECKING:
    from sim.industry import Industry

RULE = (
    "apply when net present value over investment beats what the owner asks for and the money is there, alone or "
    "with a partner; the "
    "nation approves by score until its quota is full, and the province consents"
)
GOES, WAITS, DENIED, REFUSED, BROKE, BUSY = "build", "wait", "denied", "refused", "no money", "busy"


def decide_ventures(industry: "Industry", view: View) -> None:
    """Let owners decide over new plants and moves, and governments over what they want to build."""
    shared, industry.site_outlook = prospects(industry, view), None
    everything = wishes(industry, shared)
    wanted = [wish for wish in everything if wish.pays and lucky(industry, wish)]
    applications = {wish.key: application(industry, shared, wish) for wish in wanted}
    weights = industry.parameters.approvals
    wanted.sort(key=lambda wish: (-score(applications[wish.key], weights), wish.key))
    rules = industry.rules.approval
    left = np.inf if rules is None else rules.quota_mt
    answers: dict[str, tuple[str, str]] = {}
    heard: dict[str, dict[str, float]] = {}
    begun: set[int] = set()
    for wish in wanted:
        backing = seek_partner(industry, shared, wish) if wish.group not in begun else Backing()
        answer = judge(industry, wish, applications[wish.key], left, backing)
        if wish.group in begun:
            answer = BUSY, "its owner has begun another plant this year"
        heard[wish.key] = hearing(industry, wish, applications[wish.key], left, backing)
        answers[wish.key] = answer
        if answer[0] in (GOES, BROKE):
            note_answers(industry, wish, backing)
        if answer[0] == GOES:
            left -= max(wish.size_mt - wish.counted_mt, 0.0)
            begun.add(wish.group)
            break_ground(industry, shared, wish, backing.partner)
        elif answer[0] in (DENIED, REFUSED):
            owner = industry.groups.keys[wish.group]
            industry.tell(f"plan_{answer[0]}", owner, wish.size_mt, "Mt/yr", answer[1], counterpart=wish.key)
    for wish in everything:
        choice, reason = answers.get(wish.key, (WAITS, ""))
        note(industry, wish, choice, reason, heard.get(wish.key) or luck_of(industry, wish))
        if wish.row >= 0 and choice != GOES and industry.refineries.due_year[wish.row] <= industry.year:
            industry.refineries.due_year[wish.row] = industry.year + 1


def lucky(industry: "Industry", wish: Wish) -> bool:
    """Tell whether a planned project of the register gets its go-ahead this year; own ideas need no luck."""
    if wish.kind != "project":
        return True
    luck = float(industry.streams.uniforms("go-ahead", industry.year, [wish.key])[0])
    return luck < industry.parameters.pipeline.planned_share


def judge(
    industry: "Industry", wish: Wish, asked: Application, left_mt: float, backing: Backing
) -> tuple[str, str]:
    """Give the answer to a wish and the reason in words; who cannot pay, alone or with a partner, does not apply."""
    if backing.partner is None and invested(wish) > means(industry, wish):
        return BROKE, "neither cash nor credit for it"
    rules, swap = industry.rules.approval, industry.rules.swap
    luck = industry.streams.uniforms("approval", industry.year, [f"{wish.key}/bar", f"{wish.key}/consent"])
    required = swap is not None and swap.required
    against = objection(asked, rules, left_mt, required, float(luck[0]))
    if against:
        return DENIED, against
    chance = consent_chance(asked, industry.parameters.approvals)
    if luck[1] >= chance:
        return REFUSED, f"the province withheld its consent (a chance of {1.0 - chance:.0%})"
    return GOES, "approved"


def hearing(
    industry: "Industry", wish: Wish, asked: Application, left_mt: float, backing: Backing
) -> dict[str, float]:
    """Give what an application was judged by; a quota that nobody sets is left out."""
    names = [f"{wish.key}/bar", f"{wish.key}/consent"]
    luck = industry.streams.uniforms("approval", industry.year, names)
    facts = {f.name: float(getattr(asked, f.name)) for f in fields(asked) if f.name != "region"}
    facts |= {
        "score_ratio": score(asked, industry.parameters.approvals),
        "bar_luck_share": float(luck[0]),
        "consent_luck_share": float(luck[1]),
        "means_mcny": means(industry, wish),
        **backing.facts(wish),
    }
    return facts if left_mt == np.inf else facts | {"quota_left_mt": left_mt}


def luck_of(industry: "Industry", wish: Wish) -> dict[str, float]:
    """Give the luck of a planned project that would pay but was not taken up, nothing for other wishes."""
    if wish.kind != "project" or not wish.pays:
        return {}
    return {"go_ahead_luck_share": float(industry.streams.uniforms("go-ahead", industry.year, [wish.key])[0])}


def break_ground(industry: "Industry", shared: Prospects, wish: Wish, partner: Answer | None) -> None:
    """Spend the money, with a partner if there is one, and put the plant under construction."""
    plants, groups = industry.refineries, industry.groups
    owner, lead = groups.keys[wish.group], int(industry.parameters.building.lead_years)
    spent = invested(wish)
    if wish.row >= 0:
        plants.project_stage[wish.row] = BUILDING
        plants.due_year[wish.row] = industry.year + lead
    else:
        plan = plan_of(industry, shared, wish, industry.year + lead)
        industry.broken_ground.append(join(industry, wish, plan, partner) if partner else plan)
    spend(industry, wish.group, spent * (1.0 - partner.share if partner else 1.0))
    blind = blind_ratio(shared, wish) < 0.0
    reason = f"{spent:.0f} million CNY; net present value {wish.ratio:+.0%} of investment"
    if blind:
        reason += "; at a loss if prices stayed as they are"
    kind = "approve_blind" if blind else "approve"
    industry.tell(kind, owner, wish.size_mt, "Mt/yr", reason, counterpart=wish.key)


def spend(industry: "Industry", group: int, amount_mcny: float) -> Payment:
    """Let a group invest, from spare cash first and then from a loan; gives how it paid."""
    debt = float(industry.groups.debt_mcny[group])
    industry.draw_for(group, amount_mcny)
    industry.groups.cash_mcny[group] -= amount_mcny
    industry.book.capex_mcny[group] += amount_mcny
    borrowed = float(industry.groups.debt_mcny[group]) - debt
    return Payment(0.0, amount_mcny - borrowed, borrowed)


def join(industry: "Industry", wish: Wish, plan: Groundbreaking, partner: Answer) -> Groundbreaking:
    """Let a partner pay its part and found the company that is to hold the plant; gives the plan with its holder.

    It pays its part of the investment, and to the leader its part of what is given up with an old plant.
    """
    keys, given = industry.groups.keys, compensation(wish, partner.share)
    made_up = pay(industry, partner.partner, wish.group, given, 0.0)
    own = spend(industry, partner.partner, partner.share * invested(wish))
    venture = Venture(
        key=f"{wish.key}-venture",
        name=f"Holding of {plan.name}",
        ppm=holders_of(industry, wish, partner),
        plant=wish.key,
        size_mt=wish.size_mt,
        lead=keys[wish.group],
        partner=keys[partner.partner],
        share=partner.share,
        paid=Payment(0.0, made_up.cash_mcny + own.cash_mcny, made_up.loan_mcny + own.loan_mcny),
        compensation_mcny=given,
        offtake_mt=partner.offtake_mt,
    )
    found_venture(industry, venture)
    return replace(plan, holder=venture.key)


def plan_of(industry: "Industry", shared: Prospects, wish: Wish, due_year: int) -> Groundbreaking:
    """Give the plant that joins the world next year."""
    region = industry.pack.regions[wish.region]
    group = industry.groups.keys[wish.group]
    names = {row.id: row.name for row in industry.pack.groups}
    what = "moved to" if wish.kind == "move" else "new in"
    return Groundbreaking(
        key=wish.key,
        name=f"{names.get(group, group)}, {what} {region.name} ({due_year})",
        group=wish.group,
        region=wish.region,
        coastal=bool(industry.geography.shore[wish.region]),
        size_mt=wish.size_mt,
        due_year=due_year,
        imported_share=float(industry.sites.imported_share[wish.region]),
        cash_cost_cny_per_t=wish.facts["cash_cost_cny_per_t"],
        replaces=wish.old,
    )


def blind_ratio(shared: Prospects, wish: Wish) -> float:
    """Give net present value over investment if prices stayed as they are, for whoever builds."""
    facts = wish.facts
    today = np.array([facts["price_today_cny_per_t"]])
    venture = Plan(
        today_cny_per_t=today,
        long_run_cny_per_t=today,
        cost_cny_per_t=np.array([facts["cash_cost_cny_per_t"]]),
        own_share=np.zeros(1),
        discount_per_year=np.array([facts["discount_per_year"]]),
    )
    worth = venture_worth(venture, shared.outlook)
    return float(build_ratio(worth, np.array([wish.capex_cny_per_t]))[0])


def note(industry: "Industry", wish: Wish, choice: str, reason: str, heard: dict[str, float]) -> None:
    """Put what an owner weighed and what became of it on record."""
    agent = wish.key if wish.kind == "project" else industry.groups.keys[wish.group]
    industry.decisions.append(
        Decision(
            year=industry.year,
            agent=agent,
            kind="build" if wish.kind != "move" else "move",
            choice=choice,
            rule=f"{RULE}; {reason}" if reason else RULE,
            margin=wish.ratio - wish.demanded,
            unit="ratio",
            options=wish.options,
            facts={**wish.facts, **heard},
        )
    )
