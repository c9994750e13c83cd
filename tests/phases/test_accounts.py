"""What groups do with the cash of a year, in a run."""

from sim.phases.accounts import close_accounts
from sim.phases.preparing import new_book
from sim.world.world import World
from tests.phases.playing import fresh, play


def test_no_group_leaves_a_year_with_more_cash_than_it_keeps() -> None:
    beyond: list[float] = []

    def look(world: World, phase: str) -> None:
        if phase == "invest":
            beyond.append(float((world.groups.cash_mcny - world.credit.most_cash_mcny).max()))

    played = play(4, 1, look)

    assert len(beyond) == 4
    assert max(beyond) <= 1e-6
    # Not for want of earnings: cash that could pile up is there, and goes to lenders and owners.
    assert played.groups["payout_mcny"].sum() > 0.0
    first, last = (played.groups.query("year == @year")["debt_mcny"].sum() for year in (2026, 2029))
    assert last < first


def test_a_group_with_cash_to_pay_interest_is_not_weak() -> None:
    world = fresh()
    world.year, world.book = 2026, new_book(world)
    groups, limits = world.groups, world.credit
    groups.weak_years[:], groups.debt_mcny[:] = 0, 1000.0
    # Nobody earns anything; interest is some 30 to 60 on 1,000
    groups.cash_mcny[:] = limits.least_cash_mcny + 100.0
    groups.cash_mcny[0] = limits.least_cash_mcny[0] + 10.0

    close_accounts(world)

    assert groups.weak_years[0] == 1
    assert not groups.weak_years[1:].any()
