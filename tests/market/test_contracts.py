"""Captive tonnes and annual contracts: what is promised, and what is shipped of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.arrays import Floats
from sim.market.contracts import (
    Link,
    captive_tonnes,
    contract_tonnes,
    deliverable,
    fence_tonnes,
    settled,
    usual_contracts,
    worth_shipping,
)
from sim.scenario.load import load
from tests.market.books import CALM

SEEDS = st.integers(0, 10_000)
TERMS = load("baseline").spec.parameters.market


def everywhere(freight: Floats) -> np.ndarray:
    """Tell that a group makes rather than buys on every route."""
    return np.ones(freight.shape, dtype=bool)


def drawn(seed: int) -> tuple[Floats, Floats, Floats]:
    """Give supply (5 groups, 4 regions), need (5 groups, 6 markets) and freight (4, 6) by seed."""
    luck = np.random.default_rng(seed)
    supply = luck.uniform(0.0, 2.0, (5, 4)) * (luck.uniform(size=(5, 4)) < 0.5)
    need = luck.uniform(0.0, 2.0, (5, 6)) * (luck.uniform(size=(5, 6)) < 0.5)
    return supply, need, luck.uniform(40.0, 500.0, (4, 6))


@given(SEEDS)
def test_contracts_of_a_trade_that_is_mostly_under_contract_fill_a_region_or_the_need(seed: int) -> None:
    supply, need, delivered = drawn(seed)
    free, open_need = supply.sum(axis=0), need.sum(axis=0)

    signed = usual_contracts(free, open_need, delivered, 20.0)

    assert (signed >= 0.0).all()
    assert (signed.sum(axis=1) <= free + 1e-9).all()
    assert (signed.sum(axis=0) <= open_need + 1e-9).all()
    assert signed.sum() == pytest.approx(min(free.sum(), open_need.sum()), abs=1e-6)


def test_a_settlement_closes_a_part_of_the_gap_to_the_spot_price() -> None:
    assert settled(950.0, -1880.0, 0.0) == 950.0
    assert settled(950.0, -1880.0, 0.5) == -465.0
    assert settled(950.0, -1880.0, 1.0) == -1880.0


def test_a_group_serves_its_smelter_from_its_nearest_region_first() -> None:
    freight = np.array([[20.0], [10.0]])

    shipped, used = captive_tonnes(np.array([[1.0, 1.0]]), np.array([[1.5]]), freight, everywhere(freight))

    # the second region, 10 CNY/t away, gives all of its 1.0; the first the missing 0.5
    assert shipped[:, 0] == pytest.approx([0.5, 1.0])
    assert used[0] == pytest.approx([0.5, 1.0])


def test_no_group_serves_the_smelters_of_another() -> None:
    freight = np.array([[10.0, 10.0]])
    supply, need = np.array([[3.0], [0.0]]), np.array([[1.0, 0.0], [0.0, 2.0]])

    shipped, _ = captive_tonnes(supply, need, freight, everywhere(freight))

    assert shipped[0] == pytest.approx([1.0, 0.0])


def test_a_smelter_takes_over_the_fence_what_it_wants_and_the_neighbour_makes() -> None:
    links = [Link(0, 0, 0.8), Link(0, 1, 0.8), Link(1, 1, 0.8)]

    carried = fence_tonnes(links, np.array([1.0, 0.1]), np.array([2.0, 0.25]))

    # 0.8 of 1.0 to the first; the 0.2 that are left and 0.05 of the other's 0.1 to the second, which needs 0.25
    assert [tonnes for _, tonnes in carried] == pytest.approx([0.8, 0.2, 0.05])


@CALM
@given(seed=SEEDS)
def test_captive_tonnes_exceed_neither_supply_nor_need(seed: int) -> None:
    supply, need, freight = drawn(seed)

    shipped, used = captive_tonnes(supply, need, freight, everywhere(freight))

    assert (shipped.sum(axis=1) <= supply.sum(axis=0) + 1e-12).all()
    assert (shipped.sum(axis=0) <= need.sum(axis=0) + 1e-12).all()
    assert shipped.min() >= 0.0 and (used <= 1.0 + 1e-12).all()


@CALM
@given(seed=SEEDS)
def test_every_captive_tonne_is_counted_once_with_its_group(seed: int) -> None:
    supply, need, freight = drawn(seed)

    shipped, used = captive_tonnes(supply, need, freight, everywhere(freight))

    # with every route open a group ships the smaller of all it has and all it needs
    assert (used * supply).sum(axis=1) == pytest.approx(np.minimum(supply.sum(axis=1), need.sum(axis=1)))
    assert (used * supply).sum(axis=0) == pytest.approx(shipped.sum(axis=1))


@CALM
@given(seed=SEEDS)
def test_nothing_captive_moves_on_a_route_where_buying_is_cheaper(seed: int) -> None:
    supply, need, freight = drawn(seed)
    worth = freight < 250.0

    shipped, _ = captive_tonnes(supply, need, freight, worth)

    assert (shipped[~worth] == 0.0).all()


def test_a_group_ships_until_a_swap_saves_more_than_supply_security_is_worth() -> None:
    mill, delivered = np.array([2800.0]), np.array([2850.0, 2850.0])

    worth = worth_shipping(mill, delivered, np.array([[110.0, 111.0]]), premium_cny_per_t=60.0)

    # own alumina 2,910 and 2,911 against 2,850 + 60 bought
    assert worth.tolist() == [[True, False]]


def test_equal_sellers_get_equal_contracts() -> None:
    contracts = contract_tonnes(np.array([9.0, 9.0]), np.array([2.0]), np.full((2, 1), 2900.0), 25.0)

    assert contracts[:, 0] == pytest.approx([1.0, 1.0])


def test_a_seller_cheaper_by_the_dispersion_gets_e_times_as_much() -> None:
    contracts = contract_tonnes(np.array([9.0, 9.0]), np.array([2.0]), np.array([[2900.0], [2925.0]]), 25.0)

    assert contracts[0, 0] / contracts[1, 0] == pytest.approx(np.e)


def test_a_seller_far_too_dear_gets_next_to_nothing_without_a_warning() -> None:
    # 17,800 CNY/t dearer at a dispersion of 25: a share of e to the -712, below the smallest normal number.
    contracts = contract_tonnes(np.array([9.0, 9.0]), np.array([2.0]), np.array([[2900.0], [20700.0]]), 25.0)

    assert contracts[:, 0] == pytest.approx([2.0, 0.0])


@CALM
@given(seed=SEEDS)
def test_contracts_exceed_neither_free_output_nor_open_need(seed: int) -> None:
    luck = np.random.default_rng(seed)
    free, need = luck.uniform(0.0, 2.0, 4), luck.uniform(0.0, 2.0, 6)

    contracts = contract_tonnes(free, need, luck.normal(2900.0, 100.0, (4, 6)), 25.0)

    assert (contracts.sum(axis=1) <= free + 1e-12).all()
    assert (contracts.sum(axis=0) <= need + 1e-12).all()
    assert contracts.min() >= 0.0


def test_a_region_far_too_dear_for_anybody_signs_next_to_nothing() -> None:
    # e^-700 of the market wants its alumina: a number so small that free output over it has no double
    delivered = np.array([[2500.0], [2500.0 + 700.0 * 25.0]])

    signed = contract_tonnes(np.array([10.0, 1e9]), np.array([5.0]), delivered, 25.0)

    assert signed[0, 0] == pytest.approx(5.0)
    assert 0.0 < signed[1, 0] < 1e-300


def test_promises_shrink_when_a_region_makes_less() -> None:
    promised = np.array([[0.6, 0.6], [0.1, 0.1]])

    shipped = deliverable(promised, np.array([1.0, 1.0]), np.array([9.0, 9.0]), TERMS)

    # nine tenths of an output of 1.0 against 1.2 promised: a factor of 0.75; the other region is free to ship
    assert shipped == pytest.approx(np.array([[0.45, 0.45], [0.1, 0.1]]))


def test_promises_shrink_when_a_market_needs_less() -> None:
    promised = np.array([[0.6], [0.2]])

    shipped = deliverable(promised, np.array([9.0, 9.0]), np.array([0.5]), TERMS)

    # eight tenths of a need of 0.5 against 0.8 promised: a factor of one half
    assert shipped == pytest.approx(np.array([[0.3], [0.1]]))


@CALM
@given(seed=SEEDS)
def test_the_spot_market_always_has_something_left_to_clear(seed: int) -> None:
    luck = np.random.default_rng(seed)
    promised = luck.uniform(0.0, 1.0, (4, 6))
    output, need = luck.uniform(0.0, 3.0, 4), luck.uniform(0.0, 3.0, 6)

    shipped = deliverable(promised, output, need, TERMS)

    assert (shipped.sum(axis=1) <= TERMS.promised_output_share * output + 1e-12).all()
    assert (shipped.sum(axis=0) <= TERMS.promised_need_share * need + 1e-12).all()
    assert (shipped <= promised).all() and shipped.min() >= 0.0


def test_a_fence_over_which_nothing_goes_is_not_told() -> None:
    carried = fence_tonnes([Link(0, 0, 0.8), Link(0, 1, 0.8)], np.array([0.8]), np.array([2.0, 2.0]))

    assert carried == ((Link(0, 0, 0.8), 0.8),)


def test_a_region_without_output_and_a_market_without_need_sign_nothing() -> None:
    signed = contract_tonnes(np.zeros(1), np.zeros(1), np.array([[2900.0]]), 25.0)

    assert signed.tolist() == [[0.0]]
