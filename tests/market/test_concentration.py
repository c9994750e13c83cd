"""Concentration measures against published numbers and against arithmetic by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.market.concentration import (
    POINTS,
    concentration_ratio,
    hhi,
    hhi_economic,
    mhhi_delta,
    portfolio_interest,
    relative_weights,
    shares,
)
from sim.world.holdings import controllers
from sim.world.ownership import Node, Ownership, Stake

VOLUMES = st.lists(st.floats(0.001, 50.0), min_size=2, max_size=30)


def vector(*values: float) -> NDArray[np.float64]:
    return np.array(values, dtype=np.float64)


@pytest.mark.parametrize(
    ("volume", "index"),
    [
        # US Department of Justice, justice.gov/atr/herfindahl-hirschman-index: 30, 30, 20, 20 gives 2,600.
        ((30, 30, 20, 20), 2600),
        # Investopedia, investopedia.com/video/play/herfindahlhirschman-index-hhi: eight firms give 1,296.
        ((10, 9, 12, 15, 12, 11, 15, 16), 1296),
        # CentroCompetencia, centrocompetencia.com/en/hhi, table 1, markets A to F.
        ((100,), 10_000),
        ((75, 25), 6250),
        ((50, 50), 5000),
        ((50, 25, 25), 3750),
        ((25, 25, 25, 25), 2500),
        ((20, 20, 20, 20, 20), 2000),
    ],
)
def test_hhi_gives_the_published_numbers(volume: tuple[float, ...], index: float) -> None:
    assert hhi(vector(*volume)) == pytest.approx(
        index, rel=1e-14
    )  # shares are rounded, squares summed exactly


def test_a_merger_steps_hhi_as_in_the_published_example() -> None:
    # M. Coate, example at users.rcn.com/mcoate/apreexp.html: two firms of 25 % merge, five of 10 % remain;
    # the HHI after the merger is 3,000. By hand: before 2*625 + 5*100 = 1,750, a step of 2*25*25.
    before, after = hhi(vector(25, 25, *[10] * 5)), hhi(vector(50, *[10] * 5))

    assert after == pytest.approx(3000, rel=1e-14)
    assert after - before == pytest.approx(2 * 25 * 25, rel=1e-12)


@given(VOLUMES)
def test_a_merger_steps_hhi_by_twice_the_product_of_the_shares(volume: list[float]) -> None:
    first, second, *_ = shares(vector(*volume))

    step = hhi(vector(volume[0] + volume[1], *volume[2:])) - hhi(vector(*volume))

    # 10,000 points with a few roundings of 1e-16 each.
    assert step == pytest.approx(1e4 * 2 * first * second, rel=0, abs=1e-10)


def test_a_merger_of_binary_shares_steps_hhi_exactly() -> None:
    # 1/2, 1/4, 1/4: 3,750 to 6,250 when 1/2 takes 1/4: 2 * .5 * .25 * 10,000 = 2,500, without rounding.
    assert hhi(vector(6, 2)) - hhi(vector(4, 2, 2)) == 2500.0


PLANTS = vector(0.1, 0.7, 0.3, 1.3)


def four_plants() -> Ownership:
    """Make a graph where a family holds two companies, and two others stand alone; a plant each."""
    holdings = [("dou", "wanfang"), ("dou", "sanmenxia"), ("wanfang", "p0"), ("sanmenxia", "p1")]
    holdings += [("xinfa", "p2"), ("senze", "p3")]
    nodes = [Node(name, name, "company") for name in sorted({name for edge in holdings for name in edge})]
    return Ownership.from_stakes(nodes, [Stake(u, v, 1_000_000, 2020) for u, v in holdings], 2025)


def hhi_control(ownership: Ownership) -> float:
    top = controllers(ownership)
    _, row = np.unique([top[plant] for plant in ("p0", "p1", "p2", "p3")], return_inverse=True)
    return hhi(np.bincount(row, weights=PLANTS))


def test_a_restructuring_inside_a_group_changes_no_bit_of_hhi() -> None:
    graph = four_plants()
    before = hhi_control(graph)

    graph.transfer(2026, "asset injection", "dou", "wanfang", "sanmenxia", 1_000_000)
    graph.transfer(2026, "plant swap", "wanfang", "sanmenxia", "p0", 1_000_000)

    assert hhi_control(graph) == before


def test_a_control_deal_steps_hhi_by_twice_the_product_of_the_shares() -> None:
    graph = four_plants()
    before = hhi_control(graph)

    graph.transfer(2026, "takeover", "xinfa", "wanfang", "p2", 510_000)

    # The family had .8 of 2.4 and takes .3: 10,000 * 2 * (.8/2.4) * (.3/2.4) = 833.33.
    assert hhi_control(graph) - before == pytest.approx(1e4 * 2 * (0.8 / 2.4) * (0.3 / 2.4), rel=1e-12)


@given(VOLUMES, st.integers(0, 30))
def test_an_owner_without_volume_changes_no_bit_of_any_measure(volume: list[float], place: int) -> None:
    more = [*volume[:place], 0.0, *volume[place:]]

    for measure in (hhi, lambda v: concentration_ratio(v, 5)):
        assert measure(vector(*volume)) == measure(vector(*more))


def test_equal_owners_have_the_known_limits() -> None:
    four = vector(2, 2, 2, 2)

    assert hhi(four) == 2500.0
    assert concentration_ratio(four, 3) == 0.75


def test_an_industry_without_volume_has_no_concentration() -> None:
    nothing = vector(0, 0)

    assert hhi(nothing) == 0.0
    assert concentration_ratio(nothing, 4) == 0.0


@pytest.mark.parametrize("wrong", [-1.0, math.nan])
def test_a_volume_below_zero_or_unknown_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="below zero or not a number"):
        hhi(vector(1.0, wrong))


def test_economic_hhi_splits_plants_among_holders_and_leaves_floats_out() -> None:
    # Plants of 6 and 4. State 50 % and 20 %: .30 + .08 = .38; family 80 % of the second: .32; float .30.
    interest = np.array([[0.5, 0.2], [0.0, 0.8], [0.5, 0.0]])

    found = hhi_economic(vector(6, 4), interest, np.array([False, False, True]))

    # 10,000 * (.38^2 + .32^2) = 1,444 + 1,024.
    assert found == pytest.approx(2468, rel=1e-13)


def test_economic_hhi_of_sole_owners_is_the_plain_hhi() -> None:
    found = hhi_economic(vector(30, 30, 20, 20), np.eye(4), np.zeros(4, dtype=np.bool_))

    assert found == hhi(vector(30, 30, 20, 20))


def test_a_plant_without_volume_changes_no_bit_of_economic_hhi() -> None:
    interest = np.array([[0.5, 0.2, 0.7], [0.1, 0.8, 0.2]])
    nobody = np.zeros(2, dtype=np.bool_)

    more = np.insert(interest, 1, 0.9, axis=1)
    assert hhi_economic(vector(6, 4, 1), interest, nobody) == hhi_economic(vector(6, 0, 4, 1), more, nobody)


def mhhi(share: NDArray[np.float64], financial: NDArray[np.float64], control: NDArray[np.float64]) -> float:
    """The modified HHI, 0 and above: the HHI where owners weigh the profits of rivals they hold.

    A firm counts each point of profit of another as much as its owners do, weighted by their control:
    sum over j, k of s_j s_k (sum_i g_ij b_ik) / (sum_i g_ij b_ij). Each firm's control weights count only in
    proportion to each other.

    Args:
        share: Market shares, (firms,).
        financial: b, part of each firm's profit that each owner receives, (owners, firms).
        control: g, weight of each owner in each firm's decisions, (owners, firms).

    Raises:
        ValueError: a firm with sales whose controllers have no interest in it.

    Source: O'Brien and Salop 2000, Antitrust Law Journal 67, 559-614; Bresnahan and Salop 1986.
    """
    weight = np.asarray(control, dtype=np.float64).T @ np.asarray(financial, dtype=np.float64)
    return POINTS * math.fsum((np.outer(share, share) * relative_weights(weight, share)).ravel())


def test_mhhi_without_cross_holdings_is_hhi_as_in_the_antitrust_package() -> None:
    # Market of the example of HHI() in the R package antitrust: shares .15 .2 .25 .35 .05, firms A A B B C.
    # The page prints no result; by hand: firms .35, .60, .05 give 1,225 + 3,600 + 25 = 4,850.
    share = vector(0.35, 0.60, 0.05)

    assert mhhi(share, np.eye(3), np.eye(3)) == pytest.approx(4850, rel=1e-14)


def test_two_equal_airlines_with_the_same_investors_have_the_mhhi_of_a_monopoly() -> None:
    # Example quoted at acronyms.thefreedictionary.com/MHHI: two airlines of equal share with common owners
    # have HHI 5,000, MHHI delta 5,000 and MHHI 10,000. That owners hold both alike is our reading of it.
    alike = np.full((4, 2), 0.25)

    assert mhhi(vector(0.5, 0.5), alike, alike) == pytest.approx(10_000, rel=1e-14)


def test_a_silent_interest_adds_its_part_of_the_product_of_the_shares() -> None:
    # The silent financial interest of O'Brien and Salop 2000; numbers ours, by hand: firm 1 weighs firm 2
    # by .4/1, firm 2 weighs firm 1 by 0: delta = beta s1 s2 = 10,000 * .4 * .3 * .2 = 240.
    financial = np.array([[1.0, 0.4, 0.0], [0.0, 0.6, 0.0], [0.0, 0.0, 1.0]])
    share = vector(0.3, 0.2, 0.5)

    assert mhhi(share, financial, np.eye(3)) - hhi(share) == pytest.approx(240, rel=1e-11)


def test_total_control_with_a_small_interest_adds_more_than_a_merger() -> None:
    # The total control of O'Brien and Salop 2000; numbers ours, by hand: 1 controls 2 with .4 of its profit,
    # so firm 2 weighs firm 1 by 1/.4: (beta + 1/beta) s1 s2 = 10,000 * 2.9 * .3 * .2 = 1,740; merged 1,200.
    financial = np.array([[1.0, 0.4, 0.0], [0.0, 0.6, 0.0], [0.0, 0.0, 1.0]])
    control = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    share = vector(0.3, 0.2, 0.5)

    assert mhhi(share, financial, control) - hhi(share) == pytest.approx(1740, rel=1e-11)


def test_control_weights_count_only_in_proportion() -> None:
    financial = np.array([[0.7, 0.4], [0.3, 0.6]])

    once, twice = (mhhi(vector(0.3, 0.7), financial, financial * factor) for factor in (1.0, 2.0))

    assert once == pytest.approx(twice, rel=1e-14)


def test_a_merger_by_ownership_has_the_mhhi_of_the_merged_firm() -> None:
    one = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])

    # 30 and 20 with one owner are 50: 2,500 + 2,500.
    assert mhhi(vector(0.3, 0.2, 0.5), one, one) == pytest.approx(5000, rel=1e-14)


def test_delta_of_groups_is_that_of_the_general_formula() -> None:
    # Group 1 has 32 % of itself and 10.56 % of group 2, as Chinalco in Chalco and Huayin; 2 is its own.
    b = np.array([[0.32, 0.1056], [0.0, 1.0]])

    found = mhhi_delta(vector(2, 2), b)

    # 10,000 * .5 * .5 * .1056/.32 = 2,500 * .33 = 825.
    assert found == pytest.approx(825, rel=1e-13)
    assert found == pytest.approx(mhhi(vector(0.5, 0.5), b, np.eye(2)) - 5000, rel=1e-11)


def test_groups_without_cross_interest_have_no_delta() -> None:
    assert mhhi_delta(vector(3, 2, 1), np.diag([0.3, 0.6, 1.0])) == 0.0


def test_portfolio_interest_weighs_plants_by_volume() -> None:
    # Controller 1 has .5 and 1 of its plants of 3 and 1: (1.5 + 1)/4 = .625; .2 of the other's plant.
    interest = np.array([[0.5, 0.2, 1.0], [0.0, 0.6, 0.0]])

    found = portfolio_interest(interest, vector(3, 5, 1), np.array([0, 1, 0]))

    np.testing.assert_allclose(found, [[0.625, 0.2], [0.0, 0.6]], rtol=1e-15)


def test_control_without_any_interest_is_refused() -> None:
    with pytest.raises(ValueError, match=r"rows \[1\] control without any interest"):
        mhhi_delta(vector(1, 1), np.array([[1.0, 0.0], [0.3, 0.0]]))


def test_a_group_without_volume_needs_no_interest() -> None:
    assert mhhi_delta(vector(1, 0), np.array([[1.0, 0.0], [0.3, 0.0]])) == 0.0


def test_a_group_without_volume_gives_nothing_to_anybody() -> None:
    found = portfolio_interest(np.array([[0.5, 0.2], [0.0, 0.6]]), vector(3, 1), np.array([0, 0]))

    # (3 x 0.5 + 0.2) / 4 and 0.6 / 4
    assert found.tolist() == [[0.425, 0.0], [pytest.approx(0.15), 0.0]]


def test_an_industry_without_plants_has_no_holders() -> None:
    assert hhi_economic(vector(), np.zeros((2, 0)), np.zeros(2, dtype=np.bool_)) == 0.0
