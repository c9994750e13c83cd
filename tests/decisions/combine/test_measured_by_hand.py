"""What is seen of a combination, whole groups that have several holders, and sales of two plants; by hand."""

from dataclasses import replace

import pytest

from sim.decisions.buy.closing import conclude
from sim.decisions.combine.offers import best_offers, whole_of
from sim.sight.selling import Lot, Target
from sim.sight.view import lasting_mill_prices, look
from sim.world.dealbook import CLOSED
from sim.world.kinds import Happened
from sim.world.owners import PROVINCIAL
from sim.world.ownership import Node
from sim.world.world import World
from tests.decisions.combine.test_combine_by_hand import certain, decided, ready
from tests.tiny.worlds import ALFA, BETA, CHEAP, DEAR, GAMMA, MIDDLING, tiny


def facts(world: World) -> dict[str, float]:
    """Give what bears on a combination of beta and gamma."""
    (offer,) = best_offers(world, look(world, lasting_mill_prices(world)), [GAMMA])
    return dict(offer.facts)


@pytest.mark.parametrize(("years_ago", "counts"), [(0, 1.0), (1, 1.0), (2, 0.0)])
def test_a_handover_is_felt_for_some_years(years_ago: int, counts: float) -> None:
    world = ready(handover_years=1)
    world.groups.handover_year[GAMMA] = 2026 - years_ago

    assert facts(world)["handover_count"] == counts


def test_what_either_side_is_stands_in_the_facts_as_one_or_none() -> None:
    world = ready()
    world.groups.weak_years[GAMMA] = 3
    found = facts(world)
    names = ("distressed_count", "same_province_count", "across_count", "founder_count", "push_share")
    assert {name: found[name] for name in names} == dict(zip(names, (0.0, 1.0, 1.0, 1.0, 0.0), strict=True))
    assert (found["weak_years"], found["closing_mcny"]) == (3.0, 0.0)

    world.groups.owner_type[GAMMA] = PROVINCIAL
    found = facts(world)
    assert (found["across_count"], found["founder_count"]) == (0.0, 0.0)


def test_a_group_is_the_same_part_of_a_nation_however_little_that_makes() -> None:
    world = ready(suitor_mt=0.01, integration_cny_per_t=0.0)
    world.refineries.nameplate_mt[:] *= 0.1

    found = facts(world)

    assert (found["size_mt"], found["nation_share"]) == pytest.approx((0.1, 0.25))


@pytest.mark.parametrize(
    ("others_ppm", "lot"),
    [(0, 1_000_000), (400_000, 600_000), (499_999, 500_001), (500_000, None), (600_000, 600_000)],
)
def test_a_whole_group_changes_hands_with_a_majority_of_it(others_ppm: int, lot: int | None) -> None:
    world = tiny()
    world.ownership.open_up(2026, "known", "gamma", Node("old", "Old", "owners"))
    if others_ppm:
        world.ownership.transfer(2026, "sale", "old", "alfa", "gamma", others_ppm)

    found = whole_of(world, GAMMA)

    holder = "alfa" if others_ppm > 500_000 else "old"
    assert (found.lots if found else None) == ((Lot("gamma", holder, lot),) if lot else None)


def test_a_group_that_three_hold_and_none_of_them_most_is_not_taken_over() -> None:
    world = tiny()
    world.ownership.open_up(2026, "known", "gamma", Node("old", "Old", "owners"))
    world.ownership.transfer(2026, "sale", "old", "alfa", "gamma", 350_000)
    world.ownership.transfer(2026, "sale", "old", "beta", "gamma", 250_000)

    assert whole_of(world, GAMMA) is None


@pytest.mark.parametrize(("kept_ppm", "share"), [(1_000_000, 0.7), (600_000, 0.6)])
def test_no_more_is_bought_of_a_group_than_its_holder_has(kept_ppm: int, share: float) -> None:
    world = certain()
    world.ownership.open_up(2026, "known", "gamma", Node("old", "Old", "owners"))
    if kept_ppm < 1_000_000:
        world.ownership.transfer(2026, "sale", "old", "alfa", "gamma", 1_000_000 - kept_ppm)

    deal = decided(world)

    assert (deal.outcome, deal.buyer, deal.stake_share) == (CLOSED, "beta", pytest.approx(share))


def test_a_suitor_without_money_is_told_of_as_not_funded_and_nothing_was_paid() -> None:
    world = certain()
    world.groups.cash_mcny[BETA], world.credit.debt_mcny[[BETA, GAMMA]] = 200.0, 0.0

    deal = decided(world)

    assert [event.kind for event in world.events] == [Happened.DEAL_UNFUNDED]
    assert (deal.stake_share, deal.paid_shares_mcny, deal.debt_assumed_mcny) == (0.0, 0.0, 0.0)
    assert deal.value_mcny == pytest.approx(deal.reservation_mcny + deal.gain_mcny)


TWO = Target(
    "two",
    (CHEAP, DEAR),
    (),
    ALFA,
    (Lot("cheap", "alfa", 1_000_000), Lot("dear", "alfa", 1_000_000)),
    (1.0, 1.0),
    True,
    True,
    False,
)


def test_debt_goes_with_two_plants_by_their_part_of_the_books_and_each_purchase_counts() -> None:
    world = tiny()
    world.ownership.transfer(2026, "gift", "gamma", "alfa", "dear", 1_000_000)
    world.refineries.group[DEAR] = ALFA
    # two plants at 3000 and a quarter of a million tonnes of metal at 9000
    world.credit.assets_mcny[ALFA], world.groups.debt_mcny[ALFA] = 8250.0, 2000.0

    paid = conclude(world, TWO, BETA, 1500.0, "sale")

    assert paid.assumed_mcny == pytest.approx(2000.0 * 6000.0 / 8250.0)
    assert world.plant_market.bought == {BETA: 1}
    assert world.plant_market.sold == {CHEAP, DEAR}
    part = replace(TWO, rows=(DEAR,), seller=BETA, lots=(Lot("dear", "beta", 500_000),), shares=(0.5,))
    world.credit.assets_mcny[BETA] = 12_000.0
    owed = float(world.groups.debt_mcny[BETA])
    # half of a quarter of what beta owes
    again = conclude(world, replace(part, distressed=False), GAMMA, 1500.0, "again")
    assert again.assumed_mcny == pytest.approx(owed * 0.5 * 3000.0 / 12_000.0)
    assert world.plant_market.bought == {BETA: 1, GAMMA: 1}
    conclude(world, replace(part, rows=(MIDDLING,), lots=(), shares=(1.0,)), GAMMA, 10.0, "more")
    assert world.plant_market.bought == {BETA: 1, GAMMA: 2}
