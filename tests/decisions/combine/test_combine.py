"""Whole groups combine: who is asked, what changes hands, what is booked afterwards."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

import sim
from sim.acts.holdings import grow_together
from sim.acts.plants import dismantle
from sim.checks import Conservation
from sim.choice import Case, Intent
from sim.decisions.buy.judging import Verdict, scrutiny
from sim.decisions.combine.closing import conclude
from sim.decisions.combine.combine import APART, combine, price_of
from sim.decisions.combine.offers import Offer, best_offers, founders_of, whole_of
from sim.industry import Industry
from sim.phases.accounts import wind_up
from sim.phases.preparing import new_book
from sim.process.base import FEED
from sim.scenario.load import load
from sim.sight.view import lasting_mill_prices, look
from sim.strategy.combining import settle_price
from sim.world.dealbook import COMBINATION, RESCUE
from sim.world.kinds import Happened
from sim.world.world import World

EAGER: dict[str, Any] = {"parameters": {"combining": {"base_logit": 10.0}}}
"""Groups combine wherever somebody gains."""


def opened(changes: Mapping[str, Any] = EAGER) -> Industry:
    """Give an industry at the end of a year, with conservation checked."""
    industry = Industry(load("baseline", **changes), 1)
    industry.checkers.append(Conservation(industry.world))
    return industry


def offers(world: World) -> list[Offer]:
    """Give the offers of the year as the world stands."""
    known = [row for row in range(len(world.groups)) if world.may_buy[row]]
    return best_offers(world, look(world, lasting_mill_prices(world)), known)


def test_groups_combine_and_the_books_balance() -> None:
    industry = opened()
    industry.step()
    industry.step()

    closed = [deal for deal in industry.world.deals if deal.outcome == "closed" and "-group-" in deal.id]
    assert closed
    assert {deal.kind for deal in closed} <= {COMBINATION, RESCUE}
    assert {deal.target for deal in closed} == {deal.seller for deal in closed}
    assert len({(deal.year, deal.buyer) for deal in closed}) == len(closed)


def test_plants_accounts_and_equity_change_hands_and_the_founders_keep_their_part() -> None:
    world = opened().world
    offer = next(each for each in offers(world) if each.target.lots[0].holder.startswith("founders:"))
    price, target = price_of(world, offer), offer.target.seller
    assert price is not None
    key, debt = world.groups.keys[target], float(world.groups.debt_mcny.sum())
    rows = list(target_rows(world, target))
    spare = world.groups.cash_mcny[offer.suitor] - world.credit.least_cash_mcny[offer.suitor]
    world.book = new_book(world)

    met = scrutiny(world, offer.target, offer.suitor, 0.1)
    conclude(world, offer, price, (met, Verdict("closed")))

    assert set(world.refineries.group[rows].tolist()) == {offer.suitor}
    held = {block.holder: block.ppm for block in world.ownership.blocks(key)}
    bought = round(price.share * 1_000_000)
    assert held == {world.groups.keys[offer.suitor]: bought, founders_of(key): 1_000_000 - bought}
    assert world.groups.debt_mcny[target] == world.groups.cash_mcny[target] == 0.0
    borrowed = max(price.paid_mcny - max(float(spare), 0.0), 0.0)
    assert float(world.groups.debt_mcny.sum()) - debt >= borrowed - 1e-6
    assert world.book.payout_mcny[target] == pytest.approx(price.paid_mcny)
    assert world.deals[-1].target == key


def target_rows(world: World, group: int) -> np.ndarray:
    """Give the plants of a group."""
    return np.flatnonzero((world.refineries.group == group) & (world.refineries.nameplate_mt > 0.0))


def test_savings_reach_booked_cost_after_a_year_of_disruption() -> None:
    world = opened().world
    offer = next(each for each in offers(world) if each.target.rows)
    price = settle_price(offer.price_mcny, offer.facts["owed_mcny"], 1e9, 0.7, world.parameters.combining)
    assert price is not None
    conclude(world, offer, price, (scrutiny(world, offer.target, offer.suitor, 0.1), Verdict("closed")))
    (grown,) = world.integrations
    terms, rows = world.parameters.combining, list(offer.target.rows)

    world.year += 1
    grow_together(world)
    first = world.saved.sum(axis=0)[rows]
    world.year += int(terms.booking_years)
    grow_together(world)
    later = world.saved.sum(axis=0)[rows]

    promised = grown.saving_cny_per_t[:, : len(rows)].sum(axis=0) * grown.realised_share
    assert first == pytest.approx(promised / terms.booking_years - terms.disruption_cny_per_t)
    assert later == pytest.approx(np.minimum(promised, terms.most_saving_cny_per_t))
    assert (world.saved[FEED] >= 0.0).all()


def test_no_group_is_larger_than_the_ceiling_after_a_deal() -> None:
    ceiling = {"policies": [{"type": "group_ceiling", "id": "cap", "start_year": 2026, "most_share": 0.01}]}
    industry = opened({**EAGER, **ceiling})
    industry.step()

    moved = [deal for deal in industry.world.deals if "-group-" in deal.id and deal.size_mt > 0.0]
    assert moved
    assert {deal.outcome for deal in moved} <= {"above the ceiling on one group", "not funded"}


def test_owners_may_stay_apart() -> None:
    class Alone(sim.OwnerGroup):
        """A group that takes over nobody."""

        def decide(self, view: object, case: Case) -> Intent:
            """Stay apart."""
            return case.take(APART) if case.kind == "combine" else case.take()

    industry = Industry(load("baseline", **EAGER), 1, {sim.OwnerGroup: Alone})
    industry.step()

    assert not [deal for deal in industry.world.deals if "-group-" in deal.id]
    assert {each.choice for each in industry.world.decisions if each.name == "combine"} == {APART}


def test_nobody_combines_where_nobody_gains() -> None:
    world = opened(
        {"parameters": {"combining": {"integration_cny_per_t": 100.0}, "deals": {"realised_share": 0.0}}}
    ).world

    assert offers(world) == []
    decided = len(world.decisions)
    combine(world, opened().cast, look(world, lasting_mill_prices(world)))
    assert len(world.decisions) == decided


def test_a_group_that_others_hold_in_parts_cannot_be_taken_over_whole() -> None:
    world = opened().world
    held = [row for row, key in enumerate(world.groups.keys) if len(world.ownership.blocks(key)) > 2]

    assert held
    assert [whole_of(world, row) for row in held] == [None] * len(held)


def test_a_firm_with_nothing_left_is_wound_up() -> None:
    industry = opened({})
    world = industry.world
    alone = (row for row in range(len(world.groups)) if len(target_rows(world, row)) == 1)
    group = next(row for row in alone if not (world.smelters.group == row).any())
    dismantle(world, int(target_rows(world, group)[0]))
    world.refineries.project_stage[world.refineries.group == group] = 0
    debt, cash = float(world.groups.debt_mcny[group]), float(world.groups.cash_mcny[group])
    wind_up(world)

    assert (world.groups.debt_mcny[group], world.groups.cash_mcny[group]) == (0.0, 0.0)
    assert world.book.written_off_mcny[group] == pytest.approx(max(debt - cash, 0.0))
    assert world.events[-1].kind == Happened.WIND_UP
