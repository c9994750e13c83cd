"""Booking a quarter: mass and money, who pays whom, maintenance put off, and who bears losses."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from sim.core.arrays import total_by
from sim.market.book import Book
from sim.market.equilibrium import Clearing, clear
from sim.market.inputs import QUARTERS
from sim.market.parity import cargoes
from sim.phases.booking import book_quarter, defer_maintenance, in_stock
from sim.phases.preparing import new_book
from sim.phases.quarter import available_capacity, book_capacity, open_market, price_plants, quarter_border
from sim.world.world import World
from tests.phases.playing import fresh


@cache
def booked() -> tuple[World, World, Book, Clearing]:
    """Give an industry before and after it has booked the first quarter of 2026, the book and the clearing."""
    before, after = fresh(), fresh()
    for world in (before, after):
        world.year, world.book = 2026, new_book(world)
        price_plants(world)
        possible = available_capacity(world, 1)
        book_capacity(world, possible, 1)
        book = open_market(world, possible.available_mt, quarter_border(world, 1), 1)
    clearing = clear(book, after.prices.mill_cny_per_t)
    book_quarter(after, book, clearing, 1)
    return before, after, book, clearing


def test_stocks_change_by_what_is_made_and_landed_less_what_is_used_and_sent_abroad() -> None:
    before, after, _, _ = booked()
    year, geography = after.book, after.geography

    stock = [
        world.prices.stock_refineries_mt.sum() + world.prices.stock_smelters_mt.sum()
        for world in (before, after)
    ]

    abroad = year.flows_mt[:, [geography.standing, geography.export]].sum()
    gained = year.made_mt.sum() + year.flows_mt[-1].sum() - year.used_mt.sum() - abroad
    assert stock[1] - stock[0] == pytest.approx(gained, abs=1e-12)


def test_what_is_bought_late_is_at_sea_and_lands_next_quarter() -> None:
    before, after, book, clearing = booked()
    bought, _ = cargoes(book.border, float(clearing.mill_cny_per_t[-1]))

    assert after.outside.afloat_mt == after.parameters.world.late_cargo_share * bought
    assert book.border.afloat_mt == before.outside.afloat_mt
    assert quarter_border(after, 2).afloat_mt == after.outside.afloat_mt


def test_what_buyers_pay_is_what_refineries_importers_and_carriers_receive() -> None:
    before, after, book, clearing = booked()
    discount = after.parameters.market.contract_discount_share
    contract = before.prices.mill_cny_per_t * (1.0 - discount)
    committed, spot = book.committed_mt, clearing.flows_mt

    mill = committed * contract[:, None] + spot * clearing.mill_cny_per_t[:, None]
    freight = (committed + spot) * book.freight_cny_per_t

    # buyers abroad, Russia and the export port, have no smelters and no accounts
    inside = [k for k in range(len(after.geography.markets)) if k in after.smelters.market]
    assert after.book.revenue_mcny.sum() == pytest.approx(mill[:-1].sum())
    assert after.book.purchases_mcny.sum() == pytest.approx((mill + freight)[:, inside].sum())


def has_left(book: Book) -> np.ndarray:
    """Give what regions have left for the spot market where each makes 100 Mt."""
    return book.held.stock_mt + 100.0 - book.committed_mt[:-1].sum(axis=1)


def test_no_region_sells_more_than_it_makes_and_stocks() -> None:
    _, _, book, clearing = booked()
    region = 2
    left = float(has_left(book)[region])
    wanted = clearing.flows_mt.copy()
    # Sold as before, but the same again of one region until it is a kilogram more than there is.
    wanted[region] *= (left + 1e-9) / wanted[region].sum()

    sold = in_stock(replace(clearing, flows_mt=wanted), has_left(book)).flows_mt

    assert sold[region].sum() == pytest.approx(left, abs=1e-12)
    others = np.arange(len(sold)) != region
    assert (sold[others] == wanted[others]).all()
    assert in_stock(clearing, has_left(book)) is clearing


def test_a_region_that_owes_more_than_it_has_and_sells_nothing_on_the_spot_is_left_alone() -> None:
    _, _, book, clearing = booked()
    flows, owed = clearing.flows_mt.copy(), book.committed_mt.copy()
    flows[2], owed[2] = 0.0, 50.0

    idle = replace(clearing, flows_mt=flows)
    kept = in_stock(idle, has_left(replace(book, committed_mt=owed)))

    assert (kept.flows_mt[2] == 0.0).all()


def test_plants_of_a_region_get_one_price() -> None:
    _, after, _, _ = booked()
    year, plants = after.book, after.refineries
    sold = year.sold_mt > 1e-9

    price = year.revenue_mcny[sold] / year.sold_mt[sold]

    for region in np.unique(plants.region[sold]):
        assert np.ptp(price[plants.region[sold] == region]) <= 1e-6


def test_cost_is_output_times_cash_cost_and_splits_into_its_components() -> None:
    _, after, _, _ = booked()

    assert after.book.cost_mcny == pytest.approx(after.book.made_mt * after.refineries.cash_cost_cny_per_t)
    assert after.book.components_mcny.sum(axis=0) == pytest.approx(after.book.cost_mcny)


def test_cash_debt_and_payables_of_every_group_change_by_what_it_earned() -> None:
    before, after, _, _ = booked()

    net = [
        world.groups.cash_mcny - world.groups.debt_mcny - world.groups.payables_mcny
        for world in (before, after)
    ]

    # cash is up to 1e4 million CNY, so a relative 1e-12 is left
    assert net[1] - net[0] == pytest.approx(after.book.earned_mcny, abs=1e-8)


def test_losses_borne_are_the_losses_made() -> None:
    before, after, _, _ = booked()
    year, plants, vat = after.book, after.refineries, after.parameters.market.vat_share
    price = year.revenue_mcny / np.maximum(year.sold_mt, 1e-15)

    negative = np.maximum(year.made_mt * (plants.cash_cost_cny_per_t - price), 0.0) / (1.0 + vat)
    idle = np.maximum(before.refineries.runnable_mt / QUARTERS - year.made_mt, 0.0)
    loss = negative + after.parameters.leaving.upkeep_cny_per_t * idle

    by_group = total_by(plants.group, loss, len(after.groups))
    assert year.losses_mcny.sum(axis=0) == pytest.approx(by_group, abs=1e-6)


def test_a_group_without_a_losing_or_idle_plant_bears_nothing() -> None:
    _, after, _, _ = booked()
    without = np.bincount(after.refineries.group, after.refineries.nameplate_mt, len(after.groups)) == 0.0

    assert without.any()
    assert (after.book.losses_mcny[:, without] == 0.0).all()


def test_the_index_is_the_mill_price_weighted_by_output() -> None:
    _, after, _, clearing = booked()
    output = after.prices.output_mt

    mean = (output * clearing.mill_cny_per_t[:-1]).sum() / output.sum()

    # rounded to a millionth
    assert after.prices.index_cny_per_t == pytest.approx(mean, abs=1e-6)


def test_the_slow_mean_moves_towards_the_index_by_its_memory() -> None:
    before, after, _, _ = booked()
    memory = after.parameters.expectation.memory_per_quarter

    moved = after.prices.adaptive_cny_per_t - before.prices.adaptive_cny_per_t

    assert moved == pytest.approx(memory * (after.prices.index_cny_per_t - before.prices.adaptive_cny_per_t))


def test_a_region_without_output_gets_the_netback_of_its_best_market() -> None:
    _, after, _, clearing = booked()
    silent = np.flatnonzero(after.book.flows_mt[:-1].sum(axis=1) < 1e-9)

    netback = (clearing.delivered_cny_per_t - after.geography.freight_cny_per_t[:-1]).max(axis=1)

    assert silent.size > 0
    assert after.prices.mill_cny_per_t[silent] == pytest.approx(netback[silent], abs=1e-6)


def deferring() -> tuple[World, float]:
    """Give an industry whose first plant made 1 Mt, and the maintenance that can be put off per tonne."""
    world = fresh()
    world.refineries.deferral_quarters[:] = 0
    world.refineries.deferred_mcny[:] = 0.0
    return world, world.parameters.finance.deferral_cny_per_t


def put_off(world: World, margin: float) -> float:
    """Give the cash that the first plant saves at an output of 1 Mt and a margin in million CNY."""
    count = len(world.refineries)
    made, margins = np.zeros(count), np.zeros(count)
    made[0], margins[0] = 1.0, margin
    return float(defer_maintenance(world, made, margins)[0])


def test_a_losing_plant_puts_off_maintenance_but_not_more_than_it_loses() -> None:
    world, most = deferring()

    assert put_off(world, -1000.0) == most
    assert put_off(world, -5.0) == 5.0
    assert world.refineries.deferred_mcny[0] == pytest.approx(most + 5.0)


def test_maintenance_can_be_put_off_for_so_many_quarters_and_then_no_more() -> None:
    world, most = deferring()
    quarters = world.parameters.finance.deferral_quarters

    saved = [put_off(world, -1000.0) for _ in range(quarters + 2)]

    assert saved == [most] * quarters + [0.0, 0.0]


def test_what_was_put_off_is_paid_back_dearer_when_the_plant_earns() -> None:
    world, most = deferring()
    put_off(world, -1000.0)

    paid = put_off(world, 50.0)

    assert paid == pytest.approx(-most * world.parameters.finance.deferral_payback_ratio)
    assert world.refineries.deferred_mcny[0] == 0.0
    assert put_off(world, 50.0) == 0.0
