"""What groups do with the cash of a year, in a run."""

from sim.world.world import World
from tests.phases.playing import play


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
