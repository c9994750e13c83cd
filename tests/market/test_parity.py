"""The border: import parity, export netback and the world price."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.market.parity import (
    Border,
    cargoes,
    excess_supply,
    export_fob,
    export_netback,
    exports,
    import_fob,
    import_parity,
    imports,
    sourced_share,
    world_fob,
)
from tests.market.books import CALM, border

QUOTES = [
    ("2025-02-13", 538, 19.70, 7.31, 4688),
    ("2025-02-27", 485, 19.75, 7.29, 4236),
    ("2025-04-24", 348, 20.50, 7.32, 3126),
    ("2025-05-15", 370, 21.50, 7.23, 3278),
    ("2025-06-05", 370, 21.85, 7.20, 3268),
    ("2025-09-04", 368, 22.55, 7.16, 3240),
]
"""Date, FOB Western Australia USD/t, freight USD/t, CNY per USD and parity CNY/t, as SMM printed them."""

PRICES = st.floats(1500.0, 7000.0)
BALANCES = st.floats(-3.0, 3.0)


def test_the_parity_formula_is_worked_out_by_hand_for_a_round_case() -> None:
    trade = border(exchange_rate=7.0, freight_usd_per_t=20.0, duty_share=0.08, port_cny_per_t=80.0)

    # (330 + 20) x 7 = 2,450; with duty of 8 % 2,646; with VAT of 13 % 2,989.98; with port 3,069.98
    assert import_parity(trade, 330.0) == pytest.approx(3069.98, abs=1e-9)


@pytest.mark.parametrize(("date", "fob", "freight", "rate", "parity"), QUOTES)
def test_parity_meets_the_published_quotes_of_2025(
    date: str, fob: float, freight: float, rate: float, parity: float
) -> None:
    trade = border(exchange_rate=rate, freight_usd_per_t=freight)

    # 3 CNY/t: exchange rates are printed to a cent, which is worth 0.01 x 560 x 1.13 = 6 CNY/t between two
    assert import_parity(trade, fob) == pytest.approx(parity, abs=3.0), date


def test_netback_pays_no_value_added_tax_back() -> None:
    trade = border(exchange_rate=7.0, handling_cny_per_t=160.0)

    # 330 x 7 - 160
    assert export_netback(trade, 330.0) == pytest.approx(2150.0)


def test_a_refund_of_half_the_tax_lifts_netback_by_half_of_what_is_in_the_price() -> None:
    trade = border(exchange_rate=7.0, handling_cny_per_t=160.0, vat_share=0.13, refund_share=0.5)

    # of a price of 2,281.9 the tax is 262.5, half of it 131.3: 2,281.9 - 131.3 = 2,150.7, about 330 x 7 - 160
    assert export_netback(trade, 330.0) == pytest.approx(2150.0 / (1.0 - 0.5 * 0.13 / 1.13))
    assert export_fob(trade, export_netback(trade, 330.0)) == pytest.approx(330.0)


def test_a_refund_lets_more_be_exported_at_the_same_price_and_keeps_the_slope_exact() -> None:
    refunded, plain = (border(balance_mt=-0.2, refund_share=share) for share in (1.0, 0.0))

    assert exports(refunded, 2600.0)[0] > exports(plain, 2600.0)[0]
    step = exports(refunded, 2600.01)[0] - exports(refunded, 2599.99)[0]
    assert exports(refunded, 2600.0)[1] == pytest.approx(step / 0.02, rel=1e-4)


def test_parity_and_netback_leave_a_band_of_several_hundred() -> None:
    trade = border()

    # (320 + 20) x 7.2 x 1.13 + 80 = 2,846.24 and 320 x 7.2 - 160 = 2,144
    assert import_parity(trade, 320.0) - export_netback(trade, 320.0) == pytest.approx(702.24)


@CALM
@given(fob=st.floats(50.0, 1000.0), duty=st.floats(0.0, 0.3), rate=st.floats(5.0, 9.0))
def test_the_price_at_port_leads_back_to_the_fob_price(fob: float, duty: float, rate: float) -> None:
    trade = border(duty_share=duty, exchange_rate=rate)

    assert import_fob(trade, import_parity(trade, fob)) == pytest.approx(fob, rel=1e-12)
    assert export_fob(trade, export_netback(trade, fob)) == pytest.approx(fob, rel=1e-12)


@CALM
@given(price=PRICES, balance=BALANCES)
def test_imports_and_exports_are_never_both_large(price: float, balance: float) -> None:
    trade = border(balance_mt=balance, standing_imports_mt=0.0)

    inward, _ = imports(trade, price)
    outward, _ = exports(trade, price)

    # exporting pays only above the FOB price at which importing does, so when the world has x to spare for
    # imports it has more than x at the export price: the smaller flow is at most softness x ln 2
    assert min(inward, outward) <= 0.025 * 0.6932


Flow = Callable[[Border, float], tuple[float, float]]
"""Anything that gives tonnes and their slope at a price."""


def slope_by_difference(flow: Flow, trade: Border, price: float) -> float:
    """Give a slope from two prices 0.02 apart."""
    return (flow(trade, price + 0.01)[0] - flow(trade, price - 0.01)[0]) / 0.02


@pytest.mark.parametrize("flow", [imports, exports])
@CALM
@given(price=PRICES, balance=BALANCES)
def test_the_slopes_of_trade_are_those_of_finite_differences(
    flow: Flow, price: float, balance: float
) -> None:
    trade = border(balance_mt=balance)

    # the second derivative is at most (1 / 0.025) x (0.03 / 7.2)^2 = 7e-4 Mt per (CNY/t)^2, so a difference
    # over 0.02 CNY/t is right to 1e-7; rounding of the tonnes adds as much
    assert flow(trade, price)[1] == pytest.approx(slope_by_difference(flow, trade, price), abs=1e-6)


@CALM
@given(fob=st.floats(100.0, 600.0))
def test_the_slope_of_world_supply_is_that_of_finite_differences(fob: float) -> None:
    trade = border()

    step = (excess_supply(trade, fob + 0.01)[0] - excess_supply(trade, fob - 0.01)[0]) / 0.02

    assert excess_supply(trade, fob)[1] == pytest.approx(step, abs=1e-6)


@CALM
@given(low=PRICES, rise=st.floats(0.0, 2000.0), balance=BALANCES)
def test_a_dearer_china_imports_no_less_and_exports_no_more(low: float, rise: float, balance: float) -> None:
    trade = border(balance_mt=balance)

    assert imports(trade, low + rise)[0] >= imports(trade, low)[0] - 1e-12
    assert exports(trade, low + rise)[0] <= exports(trade, low)[0] + 1e-12


def test_a_world_that_runs_full_has_less_to_spare_for_a_higher_price() -> None:
    trade = border(near_mt=0.0, full_slope_mt_per_usd=0.0025)

    # 20 USD/t below the reference price and 20 above it
    assert excess_supply(trade, 300.0) == pytest.approx((-0.15, 0.0075))
    assert excess_supply(trade, 340.0) == pytest.approx((0.05, 0.0025))
    assert excess_supply(trade, 320.0) == pytest.approx((0.0, 0.0075))


def test_late_cargoes_land_after_the_quarter_in_which_they_were_bought() -> None:
    prompt, late = border(), border(late_share=0.5, afloat_mt=0.4)
    bought = cargoes(prompt, 2900.0)[0]

    assert bought > 0.0
    assert imports(prompt, 2900.0)[0] - imports(late, 2900.0)[0] == pytest.approx(0.5 * bought - 0.4)


def test_indonesian_producers_run_half_at_their_mean_cash_cost() -> None:
    trade = border(balance_mt=0.0, slope_mt_per_usd=0.0, near_mt=3.0, near_cost_usd_per_t=260.0)

    assert excess_supply(trade, 260.0)[0] == pytest.approx(1.5)


@CALM
@given(price=PRICES, export_price=PRICES, balance=BALANCES)
def test_the_world_price_lies_between_its_bounds(price: float, export_price: float, balance: float) -> None:
    trade = border(balance_mt=balance)
    floor, ceiling = import_fob(trade, price), export_fob(trade, max(price, export_price))

    found = world_fob(trade, price, max(price, export_price))

    assert floor <= found <= ceiling


@CALM
@given(balance=BALANCES)
def test_a_world_price_inside_its_bounds_clears_the_world_alone(balance: float) -> None:
    trade = border(balance_mt=balance)
    floor, ceiling = import_fob(trade, 2800.0), export_fob(trade, 2800.0)

    found = world_fob(trade, 2800.0, 2800.0)

    # sixty halvings of 100 USD/t leave nothing
    spare = excess_supply(trade, found)[0]
    assert abs(spare) <= 1e-9 or (found == floor and spare > 0.0) or (found == ceiling and spare < 0.0)


def test_a_world_with_plenty_sells_at_what_china_pays() -> None:
    trade = border(balance_mt=5.0)

    assert world_fob(trade, 2800.0, 2800.0) == import_fob(trade, 2800.0)


def test_a_world_in_want_buys_at_what_china_asks() -> None:
    trade = border(balance_mt=-5.0)

    assert world_fob(trade, 2800.0, 2800.0) == export_fob(trade, 2800.0)


def test_a_world_that_gives_no_more_above_its_usual_price_clears_below_it() -> None:
    trade = border(balance_mt=0.2, full_slope_mt_per_usd=0.0, near_mt=0.0)

    # 0.2 Mt over 0.0075 Mt per USD/t below 320, between 277 and 369
    assert world_fob(trade, 2500.0, 2500.0) == pytest.approx(320.0 - 0.2 / 0.0075)


@pytest.mark.parametrize("price", [2000.0, 2800.0, 5500.0])
def test_standing_imports_come_at_any_price_that_covers_their_cost(price: float) -> None:
    trade = border(balance_mt=-9.0, standing_imports_mt=0.2)

    # 2,000 CNY/t is (2,000 - 80) / (1.13 x 7.2) - 20 = 216 USD/t FOB, already below the lowest cash cost
    assert imports(trade, price)[0] == pytest.approx(0.2, rel=1e-4)


def test_standing_terms_are_not_honoured_at_half_of_the_lowest_cost() -> None:
    trade = border(balance_mt=-9.0, standing_imports_mt=0.2)

    # at 120 USD/t FOB half of them walk away, six spreads below all: 1 / (1 + e^6) = 0.0025
    half, _ = imports(trade, import_parity(trade, 120.0))
    none, _ = imports(trade, import_parity(trade, 60.0))
    assert half == pytest.approx(0.1, rel=1e-9)
    assert none == pytest.approx(0.2 * 0.0024726, rel=1e-4)


def test_a_source_that_is_dearer_by_a_tenth_is_used_less_by_twice_as_much() -> None:
    # 1.1^-2
    assert sourced_share(1.1, 2.0) == pytest.approx(0.8264463)


def test_trade_fades_in_where_the_world_has_just_nothing_to_spare() -> None:
    trade = border(near_mt=0.0, standing_imports_mt=0.0)

    # at the reference price of 320 USD/t the world has nothing to spare: 0.025 x ln 2 on either side
    assert cargoes(trade, import_parity(trade, 320.0))[0] == pytest.approx(0.0173287, abs=1e-7)
    assert exports(trade, export_netback(trade, 320.0))[0] == pytest.approx(0.0173287, abs=1e-7)
