"""Money of the tiny world, worked out by hand: a year's accounts, creditors who step in, and what is left over."""

import numpy as np
import pytest

from sim.phases.accounts import close_accounts, use_surplus, wind_up
from sim.world.kinds import Happened
from sim.world.world import World
from sim.year import settle
from tests.phases.playing import cast_of
from tests.tiny.worlds import ALFA, BETA, CHEAP, DEAR, GAMMA, tiny, touched


def indebted(earned_mcny: float, debt_mcny: float = 1000.0) -> World:
    """Give a world in which alfa owes something and has earned something with 1 Mt."""
    world = tiny()
    world.groups.debt_mcny[ALFA] = debt_mcny
    world.book.earned_mcny[ALFA] = earned_mcny
    world.book.made_mt[CHEAP] = 1.0
    return world


def keeps_all_its_cash(world: World) -> None:
    """Let nobody have cash to spare."""
    world.credit.least_cash_mcny[:] = world.groups.cash_mcny


def test_interest_tax_and_dividend_follow_from_earnings() -> None:
    world = indebted(500.0)
    parts = touched(world, lambda: close_accounts(world))

    # alfa is private: 3 % and 1.5 % on 1000
    interest = 0.045 * 1000.0
    # 200 CNY/t of depreciation with VAT of 10 % in it, a quarter in tax, 40 % of the rest to owners
    taxable = 500.0 - 200.0 / 1.1 - interest
    tax = 0.25 * taxable
    payout = 0.4 * (taxable - tax)
    assert world.book.interest_mcny.tolist() == pytest.approx([45.0, 0.0, 0.0])
    assert world.book.tax_mcny[ALFA] == pytest.approx(tax) == pytest.approx(68.2955, abs=1e-4)
    assert world.book.payout_mcny[ALFA] == pytest.approx(payout) == pytest.approx(81.9545, abs=1e-4)
    # 1000 - 45 - 68.2955 - 81.9545
    assert world.groups.cash_mcny.tolist() == pytest.approx([804.75, 1000.0, 1000.0])
    assert parts == {"groups.cash_mcny", "book.interest_mcny", "book.tax_mcny", "book.payout_mcny"}


def test_minority_holders_of_a_plant_have_their_part_of_its_dividend() -> None:
    world = indebted(500.0, debt_mcny=0.0)
    world.book.plants_earned_mcny[CHEAP], world.book.smelters_earned_mcny[0] = 400.0, 100.0
    # gamma gets 30 % of cheap, and small holders 10 %
    world.ownership.transfer(2026, "stake", "alfa", "gamma", "cheap", 300_000)
    world.ownership.transfer(2026, "float", "alfa", "float:cheap", "cheap", 100_000)

    parts = touched(world, lambda: close_accounts(world))

    taxable = 500.0 - 200.0 / 1.1
    payout = 0.4 * 0.75 * taxable
    # four fifths of it come from cheap, the rest from alfa's smelter
    assert world.book.dividends_mcny.tolist() == pytest.approx([-0.24 * payout, 0.0, 0.24 * payout])
    assert world.book.minority_mcny.tolist() == pytest.approx([0.08 * payout, 0.0, 0.0])
    assert world.book.payout_mcny.tolist() == pytest.approx([0.68 * payout, 0.0, 0.0])
    left = 1000.0 - 0.25 * taxable - payout
    assert world.groups.cash_mcny.tolist() == pytest.approx([left, 1000.0, 1000.0 + 0.24 * payout])
    assert parts == {
        *("groups.cash_mcny", "book.tax_mcny", "book.payout_mcny", "book.minority_mcny"),
        "book.dividends_mcny",
    }


def test_what_is_left_over_goes_to_all_who_hold_plants_and_whoever_gets_it_uses_it_likewise() -> None:
    world = tiny()
    world.book.plants_earned_mcny[CHEAP] = 1.0
    world.ownership.transfer(2026, "stake", "alfa", "gamma", "cheap", 400_000)
    world.credit.most_cash_mcny[:] = 800.0, 1000.0, 1030.0
    world.groups.debt_mcny[GAMMA] = 1070.0

    use_surplus(world)

    # gamma has 40 % of alfa's 200: 30 fill its purse, 20 bring its debt to 35 % of 3000, 30 go to its own owners
    assert world.groups.cash_mcny.tolist() == pytest.approx([800.0, 1000.0, 1030.0])
    assert world.groups.debt_mcny.tolist() == pytest.approx([0.0, 0.0, 1050.0])
    assert world.book.dividends_mcny.tolist() == pytest.approx([-80.0, 0.0, 80.0])
    assert world.book.payout_mcny.tolist() == pytest.approx([120.0, 0.0, 30.0])


def test_a_loss_bears_interest_and_neither_tax_nor_dividend() -> None:
    world = indebted(-100.0)
    world.book.made_mt[:] = 0.0
    keeps_all_its_cash(world)

    parts = touched(world, lambda: close_accounts(world))

    assert world.groups.cash_mcny[ALFA] == pytest.approx(1000.0 - 45.0)
    assert world.groups.weak_years.tolist() == [1, 0, 0]
    assert parts == {"groups.cash_mcny", "groups.weak_years", "book.interest_mcny"}


@pytest.mark.parametrize(("kept_mcny", "weak"), [(954.0, 0), (956.0, 1)])
def test_who_pays_the_interest_of_a_bad_year_from_cash_to_spare_is_not_weak(
    kept_mcny: float, weak: int
) -> None:
    world = indebted(-100.0)
    world.credit.least_cash_mcny[ALFA] = kept_mcny
    world.groups.weak_years[ALFA] = 1

    close_accounts(world)

    # 1000 less interest of 45 are 955; who has more than it keeps begins to count anew
    assert world.groups.weak_years[ALFA] == 2 * weak
    assert world.groups.distressed[ALFA] == bool(weak)


def test_tax_comes_before_the_dividend_where_cash_is_short() -> None:
    world = indebted(500.0)
    world.groups.cash_mcny[ALFA] = 45.0 + 100.0

    close_accounts(world)

    # 100 are left after interest: 68.2955 are owed in tax, 31.7045 remain of a dividend of 81.9545
    assert world.book.tax_mcny[ALFA] == pytest.approx(68.2955, abs=1e-4)
    assert world.book.payout_mcny[ALFA] == pytest.approx(31.7045, abs=1e-4)
    assert world.groups.cash_mcny[ALFA] == pytest.approx(0.0, abs=1e-9)


def test_two_weak_years_are_distress_and_cost_three_per_cent_more() -> None:
    world = indebted(0.0)
    world.book.made_mt[:] = 0.0
    keeps_all_its_cash(world)

    close_accounts(world)
    assert not world.groups.distressed[ALFA]
    close_accounts(world)
    assert world.groups.distressed[ALFA]
    close_accounts(world)

    # 4.5 % twice, then 7.5 %
    assert world.book.interest_mcny[ALFA] == pytest.approx(45.0 + 45.0 + 75.0)


def test_creditors_cut_debt_to_what_plants_bear_and_fill_the_hole() -> None:
    world = indebted(-2000.0, debt_mcny=6000.0)
    world.book.made_mt[:] = 0.0
    world.groups.weak_years[ALFA] = 1
    world.groups.cash_mcny[ALFA] = -30.0

    parts = touched(world, lambda: close_accounts(world))

    # assets: 1 Mt at 3000 and 0.25 Mt of metal at 9000, 5250; 60 % of them at 70 % debt are 2205
    assert world.groups.debt_mcny[ALFA] == pytest.approx(0.6 * 5250.0 * 0.7)
    assert world.book.written_off_mcny[ALFA] == pytest.approx(6000.0 - 2205.0)
    # interest of 4.5 % on 6000 is 270, so 300 are missing
    assert world.book.injected_mcny[ALFA] == pytest.approx(300.0)
    assert world.groups.cash_mcny[ALFA] == pytest.approx(0.0)
    assert [event.kind for event in world.events] == [Happened.REORGANISE]
    assert parts == {
        *("groups.cash_mcny", "groups.debt_mcny", "groups.weak_years", "groups.distressed"),
        *("book.interest_mcny", "book.written_off_mcny", "book.injected_mcny", "events"),
    }


def test_cash_left_over_repays_debt_down_to_the_target_then_goes_to_owners() -> None:
    world = tiny()
    world.credit.most_cash_mcny[:] = [100.0, 400.0, 2000.0]
    world.groups.debt_mcny[:] = [2000.0, 0.0, 500.0]

    parts = touched(world, lambda: use_surplus(world))

    # alfa has 900 too much; its target is 35 % of 5250, 1837.5, so 162.5 go to lenders and 737.5 to owners
    assert world.groups.debt_mcny.tolist() == pytest.approx([1837.5, 0.0, 500.0])
    assert world.book.payout_mcny.tolist() == pytest.approx([737.5, 600.0, 0.0])
    assert world.groups.cash_mcny.tolist() == pytest.approx([100.0, 400.0, 1000.0])
    assert parts == {"groups.cash_mcny", "groups.debt_mcny", "book.payout_mcny"}


def test_in_distress_lenders_take_all_that_is_left_over() -> None:
    world = tiny()
    world.credit.most_cash_mcny[:] = 100.0
    world.groups.debt_mcny[BETA] = 800.0
    world.groups.distressed[BETA] = True

    use_surplus(world)

    assert world.groups.debt_mcny[BETA] == 0.0
    assert world.book.payout_mcny[BETA] == pytest.approx(100.0)


def test_a_firm_with_nothing_left_pays_its_lenders_what_there_is_and_they_write_off_the_rest() -> None:
    world = tiny()
    world.refineries.nameplate_mt[DEAR] = 0.0
    groups = world.groups
    groups.cash_mcny[GAMMA], groups.debt_mcny[GAMMA], groups.payables_mcny[GAMMA] = 100.0, 500.0, 50.0
    groups.weak_years[GAMMA], groups.distressed[GAMMA], groups.illiquid[GAMMA] = 3, True, True

    parts = touched(world, lambda: wind_up(world))

    # suppliers get 50 of its 100, lenders the rest
    assert world.book.written_off_mcny.tolist() == [0.0, 0.0, 450.0]
    assert [(event.kind, event.agent, event.amount) for event in world.events] == [
        (Happened.WIND_UP, "gamma", 450.0)
    ]
    assert (groups.cash_mcny[GAMMA], groups.debt_mcny[GAMMA], groups.payables_mcny[GAMMA]) == (0.0, 0.0, 0.0)
    assert parts == {
        *("groups.cash_mcny", "groups.debt_mcny", "groups.payables_mcny"),
        *("groups.weak_years", "groups.distressed", "groups.illiquid", "book.written_off_mcny", "events"),
    }


def test_a_firm_is_wound_up_once_though_what_lay_at_its_plants_sells_below_nothing_later() -> None:
    world = tiny()
    world.refineries.nameplate_mt[DEAR] = 0.0
    world.groups.debt_mcny[GAMMA] = 2000.0
    wind_up(world)
    world.groups.cash_mcny[GAMMA] = -1.0
    told = len(world.events)

    wind_up(world)

    assert [event.kind for event in world.events] == [Happened.WIND_UP] * told == [Happened.WIND_UP]
    assert world.groups.cash_mcny[GAMMA] == 0.0


def test_what_lenders_leave_of_a_firm_with_nothing_left_goes_to_its_owners() -> None:
    world = tiny()
    world.refineries.nameplate_mt[[CHEAP, DEAR]] = 0.0
    world.groups.debt_mcny[:] = [300.0, 0.0, 300.0]

    parts = touched(world, lambda: wind_up(world))

    # alfa has lost its refinery and still has a smelter; gamma has nothing
    assert world.book.payout_mcny.tolist() == [0.0, 0.0, 700.0]
    assert world.groups.cash_mcny.tolist() == [1000.0, 1000.0, 0.0]
    assert world.groups.debt_mcny.tolist() == [300.0, 0.0, 0.0]
    assert parts == {"groups.cash_mcny", "groups.debt_mcny", "book.payout_mcny"}


def test_settling_a_year_without_trade_charges_interest_alone() -> None:
    world = tiny()
    world.groups.debt_mcny[:] = [1000.0, 2000.0, 500.0]
    keeps_all_its_cash(world)

    parts = touched(world, lambda: settle(world, cast_of(world)))

    # private 4.5 %, provincial 3.8 %, standalone 6 %
    assert world.book.interest_mcny.tolist() == pytest.approx([45.0, 76.0, 30.0])
    assert np.allclose(world.groups.cash_mcny, [955.0, 924.0, 970.0])
    assert world.groups.weak_years[[ALFA, BETA, GAMMA]].tolist() == [1, 1, 1]
    assert parts == {"groups.cash_mcny", "groups.weak_years", "book.interest_mcny", "site_terms"}
