"""The spatial price equilibrium: balance, arbitrage, uniqueness, and that it moves the right way."""

from dataclasses import replace

import numpy as np
import pytest

from sim.core.arrays import Floats
from sim.core.errors import ModelCheckError
from sim.market.book import Book
from sim.market.equilibrium import SHUT_CNY_PER_T, clear, open_freight
from sim.market.needs import alumina_use, market_demand
from sim.market.parity import import_parity
from sim.market.stocks import restocking
from tests.market.books import (
    NAMES,
    book,
    border,
    cleared,
    excess_supply,
    named_book,
    needs,
    offers,
    rule,
    start,
)

ROUNDING_CNY_PER_T = 1e-5
"""Prices are rounded to 1e-6 CNY/t, and Newton stops at 1e-10 Mt, which is worth less than that."""


def one_plant_one_smelter(**changes: object) -> Book:
    """Give a plant of 1 Mt at 2,500 CNY/t and a smelter of 0.5 Mt that 100 CNY/t of freight part."""
    needed = needs([0.5], choke_cny_per_t=np.array([1e6]))
    freight = np.array([[100.0, 1e5], [1e5, 1e5]])
    closed = border(near_mt=0.0, slope_mt_per_usd=0.0, softness_mt=1e-9, standing_imports_mt=0.0)
    return book(offers([0], [1.0], [2500.0]), needed, freight, **{"border": closed, **changes})


def test_half_a_plant_is_sold_at_its_threshold_and_freight_is_added() -> None:
    found = one_plant_one_smelter()

    clearing = clear(found, start(found))

    # a logistic curve is at one half at its middle, 2,500; the buyer pays 100 more
    assert clearing.mill_cny_per_t[0] == pytest.approx(2500.0, abs=1e-3)
    assert clearing.paid_cny_per_t[0] == pytest.approx(2600.0, abs=1e-3)
    assert clearing.flows_mt[0, 0] == pytest.approx(0.5, abs=1e-6)


def test_two_equal_sellers_share_a_market_and_the_log_sum_lies_below_what_is_paid() -> None:
    found = one_plant_one_smelter(
        offers=offers([0, 1], [0.5, 0.5], [2500.0, 2500.0]),
        held=rule(2),
        committed_mt=np.zeros((3, 2)),
        freight_cny_per_t=np.array([[100.0, 1e5], [100.0, 1e5], [1e5, 1e5]]),
    )

    clearing = clear(found, start(found))

    # two equal shares: log-sum = price - 25 ln 2 = 2,600 - 17.33
    assert clearing.flows_mt[:2, 0] == pytest.approx([0.25, 0.25], abs=1e-6)
    assert clearing.paid_cny_per_t[0] - clearing.delivered_cny_per_t[0] == pytest.approx(17.33, abs=0.01)


@pytest.mark.parametrize("name", NAMES)
def test_the_market_of_every_region_balances(name: str) -> None:
    clearing = cleared(name)

    assert clearing.residual_mt <= 1e-9


@pytest.mark.parametrize("name", NAMES)
def test_the_balance_holds_when_it_is_put_together_anew(name: str) -> None:
    gap = excess_supply(named_book(name), cleared(name).mill_cny_per_t)

    # prices rounded to 1e-6 CNY/t times a slope of up to 8 Mt / 25 CNY/t
    assert np.abs(gap).max() <= 1e-6


@pytest.mark.parametrize("name", NAMES)
def test_what_flows_into_a_market_is_what_it_wants_at_its_price(name: str) -> None:
    found, clearing = named_book(name), cleared(name)

    wanted, *_ = market_demand(
        found.needs, found.border, clearing.delivered_cny_per_t, found.committed_mt.sum(axis=0)
    )

    assert clearing.flows_mt.sum(axis=0) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_no_flow_is_negative(name: str) -> None:
    assert cleared(name).flows_mt.min() >= 0.0


@pytest.mark.parametrize("name", NAMES)
def test_no_buyer_can_do_better_than_the_delivered_price(name: str) -> None:
    clearing = cleared(name)

    routes = clearing.mill_cny_per_t[:, None] + named_book(name).freight_cny_per_t

    assert (clearing.delivered_cny_per_t <= routes + 1e-9).all()


@pytest.mark.parametrize("name", NAMES)
def test_buyers_pay_the_delivered_price_plus_dispersion_times_the_entropy_of_their_sellers(name: str) -> None:
    clearing, spread = cleared(name), named_book(name).dispersion_cny_per_t
    shares = clearing.flows_mt / clearing.flows_mt.sum(axis=0)

    entropy = -(shares * np.log(np.maximum(shares, 1e-300))).sum(axis=0)

    assert (clearing.paid_cny_per_t >= clearing.delivered_cny_per_t - 1e-9).all()
    assert clearing.paid_cny_per_t - clearing.delivered_cny_per_t == pytest.approx(spread * entropy, abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_the_slopes_are_those_of_finite_differences_of_excess_supply_with_prompt_plants(name: str) -> None:
    found, clearing = named_book(name), cleared(name)
    found = replace(found, offers=replace(found.offers, answer_share=1.0))
    steps = 1e-3 * np.eye(clearing.mill_cny_per_t.size)

    columns = [
        (
            excess_supply(found, clearing.mill_cny_per_t + step)
            - excess_supply(found, clearing.mill_cny_per_t - step)
        )
        / 2e-3
        for step in steps
    ]

    # slopes are up to 0.3 Mt per CNY/t; a centred difference over 2e-3 errs by third derivatives, 1e-9
    assert clearing.slopes() == pytest.approx(np.array(columns).T, abs=2e-6)


@pytest.mark.parametrize("name", NAMES)
def test_the_slopes_are_symmetric_and_positive_definite(name: str) -> None:
    slopes = cleared(name).slopes()

    assert np.abs(slopes - slopes.T).max() <= 1e-15
    assert np.linalg.eigvalsh(slopes).min() > 0.0


@pytest.mark.parametrize("guess", [1500.0, 2400.0, 4500.0])
@pytest.mark.parametrize("name", NAMES)
def test_a_cold_and_a_warm_start_give_the_same_prices(name: str, guess: float) -> None:
    found, selling = named_book(name), cleared(name).flows_mt.sum(axis=1) > 1e-9

    cold = clear(found, start(found, guess)).mill_cny_per_t
    warm = clear(found, cleared(name).mill_cny_per_t).mill_cny_per_t

    assert cold[selling] == pytest.approx(warm[selling], abs=ROUNDING_CNY_PER_T)


@pytest.mark.parametrize("name", NAMES)
def test_clearing_changes_nothing_of_its_book_or_its_guess(name: str) -> None:
    found = named_book(name)
    before = [found.committed_mt.copy(), found.offers.share.copy(), found.freight_cny_per_t.copy()]
    guess = start(found)

    clear(found, guess)

    assert (guess == start(found)).all()
    after = [found.committed_mt, found.offers.share, found.freight_cny_per_t]
    assert all((one == other).all() for one, other in zip(before, after, strict=True))


def smelters_of_full_markets(found: Book) -> list[int]:
    """Give the first smelter of each market."""
    return [int(np.flatnonzero(found.needs.market == market)[0]) for market in np.unique(found.needs.market)]


def with_more_need(found: Book, smelter: int) -> Book:
    """Give the book with two per cent more use of one smelter."""
    need = found.needs.need_mt.copy()
    need[smelter] *= 1.02
    return replace(found, needs=replace(found.needs, need_mt=need))


@pytest.mark.parametrize("name", NAMES)
def test_higher_demand_in_any_market_lowers_no_mill_price(name: str) -> None:
    found, before = named_book(name), cleared(name).mill_cny_per_t

    changes = [
        clear(with_more_need(found, smelter), before).mill_cny_per_t - before
        for smelter in smelters_of_full_markets(found)
    ]

    assert np.min(changes) >= -ROUNDING_CNY_PER_T
    assert np.max(changes) > 0.01


def with_more_capacity(found: Book, plant: int) -> Book:
    """Give the book with five per cent more capacity of one plant."""
    capacity = found.offers.capacity_mt.copy()
    capacity[plant] *= 1.05
    return replace(found, offers=replace(found.offers, capacity_mt=capacity))


@pytest.mark.parametrize("name", NAMES)
def test_more_capacity_of_any_plant_raises_no_mill_price(name: str) -> None:
    found, before = named_book(name), cleared(name).mill_cny_per_t
    plants = np.flatnonzero(found.offers.capacity_mt > 0.0)[::3]

    changes = [clear(with_more_capacity(found, int(row)), before).mill_cny_per_t - before for row in plants]

    assert np.max(changes) <= ROUNDING_CNY_PER_T
    assert np.min(changes) < -0.01


@pytest.mark.parametrize("name", NAMES)
def test_costlier_plants_everywhere_raise_every_price_that_sells(name: str) -> None:
    found, before = named_book(name), cleared(name)
    dearer = replace(found.offers, thresholds_cny_per_t=found.offers.thresholds_cny_per_t + 50.0)

    after = clear(replace(found, offers=dearer), before.mill_cny_per_t)

    rise = (after.mill_cny_per_t - before.mill_cny_per_t)[before.flows_mt.sum(axis=1) > 1e-9]
    assert rise.min() >= 0.0
    # imports, stocks and smelters give way, so the rise is never more than that of costs
    assert rise.max() <= 50.0 + ROUNDING_CNY_PER_T


def test_smelters_cut_and_the_price_nears_the_choke_when_alumina_is_short() -> None:
    short = one_plant_one_smelter(
        offers=offers([0], [0.25], [2500.0]), needs=needs([0.5], choke_cny_per_t=np.array([5000.0]))
    )

    clearing = clear(short, start(short))
    used, *_ = alumina_use(short.needs, clearing.delivered_cny_per_t)

    # supply is half of need, and smelters run half at the choke price of 5,000
    assert clearing.delivered_cny_per_t[0] == pytest.approx(5000.0, abs=0.01)
    assert used[0] == pytest.approx(0.25, abs=1e-5)


def test_plenty_abroad_caps_the_price_at_import_parity() -> None:
    abroad = border(near_mt=50.0, near_cost_usd_per_t=300.0, near_spread_usd_per_t=1.0, softness_mt=1e-3)
    open_port = one_plant_one_smelter(
        offers=offers([0], [0.25], [2500.0]),
        freight_cny_per_t=np.array([[100.0, 1e5], [30.0, 1e5]]),
        border=replace(abroad, standing_imports_mt=0.0),
    )

    clearing = clear(open_port, start(open_port))

    # (300 + 20) x 7.2 x 1.13 + 80 = 2,683.52; 0.25 of 50 Mt is offered 5.3 spreads of 8.1 CNY/t lower
    parity = import_parity(abroad, 300.0)
    assert parity - 60.0 < clearing.mill_cny_per_t[-1] < parity


def test_a_region_that_owes_more_than_it_can_make_is_told() -> None:
    owing = one_plant_one_smelter(committed_mt=np.array([[1.5, 0.0], [0.0, 0.0]]))

    with pytest.raises(ModelCheckError, match="market clears"):
        clear(owing, start(owing))


def test_a_region_with_nothing_to_sell_is_shut_and_the_table_stays_as_it_was() -> None:
    table = np.array([[50.0, 60.0], [70.0, 80.0], [90.0, 100.0]])

    shut = open_freight(table, np.array([True, False]))

    assert (shut[1] == SHUT_CNY_PER_T).all()
    assert (shut[[0, 2]] == table[[0, 2]]).all()
    assert table[1, 0] == 70.0


def test_where_all_regions_sell_none_is_shut() -> None:
    table = np.array([[50.0, 60.0], [70.0, 80.0], [90.0, 100.0]])

    assert open_freight(table, np.array([True, True])) is table


def test_rounded_prices_have_no_digits_beyond_a_millionth() -> None:
    prices: Floats = cleared("baseline").mill_cny_per_t

    assert (np.round(prices, 6) == prices).all()


def test_a_sudden_surplus_goes_into_stocks_the_more_the_slower_lines_answer() -> None:
    usual = named_book("baseline")
    less = replace(usual.needs, need_mt=0.97 * usual.needs.need_mt)

    def stocked(answer: float) -> float:
        """Give what the loss of need adds to stocks, over the need that is lost."""
        of = replace(usual, offers=replace(usual.offers, answer_share=answer))
        added = taken_in(replace(of, needs=less)) - taken_in(of)
        return added / (0.03 * float(usual.needs.need_mt.sum()))

    assert 0.0 < stocked(1.0) < stocked(0.5) < stocked(0.1) < 1.0


def taken_in(of: Book) -> float:
    """Give what all holders take into stock in a quarter, Mt."""
    cleared_at = clear(of, start(of))
    kept, _ = restocking(of.held, cleared_at.mill_cny_per_t[:-1])
    bought, _ = restocking(of.needs.held, cleared_at.delivered_cny_per_t)
    return float(kept.sum() + bought.sum())
