"""Whom a leader asks to join and with which purses it reckons, and whether takers of mud have room; by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.decisions import join, use_mud
from sim.decisions.join import partners_for, seek_partner
from sim.sight.prospects import Idea
from sim.sight.view import lasting_mill_prices, look
from sim.strategy.partners import Purse
from sim.world.world import World
from tests.decisions.build.test_ground_by_hand import wish
from tests.tiny.asking import listening
from tests.tiny.worlds import ALFA, BETA, CHEAP, COAST, GAMMA, INLAND, tiny

SHARE = {"lead_kept_share": 0.5, "partner_least_share": 0.2, "partner_most_share": 0.4}


def shared(world: World) -> Any:
    """Give what all owners share; nothing but what they see is looked at here."""
    return SimpleNamespace(view=look(world, lasting_mill_prices(world)))


def short(*gaps: float) -> World:
    """Give a world whose groups lack so much alumina: two tonnes for one of metal, less 1 and 2 Mt of their own."""
    world = tiny(parameters={"building": {"partner_room_ratio": 0.5, **SHARE}})
    world.smelters.capacity_mt[:] = [(gaps[ALFA] + 1.0) / 2.0, (gaps[BETA] + 2.0) / 2.0]
    return world


@pytest.mark.parametrize(
    ("gaps", "saved", "asked"),
    [
        ((1.0, 2.0, 0.0), (0.0, 0.0, 0.0), [BETA, ALFA]),
        ((1.0, 2.0, 0.0), (3.0, 0.0, 0.0), [ALFA, BETA]),
        ((1.0, 2.0, 0.0), (0.5, 0.0, 0.0), [BETA, ALFA]),
        ((1.0, 1.0, 1.0), (0.0, 0.0, 0.0), [BETA, ALFA]),
        ((1.0, 1e-9, 0.0), (0.0, 0.0, 0.0), [ALFA]),
    ],
)
def test_those_are_asked_first_that_lack_most_at_the_freight_that_they_save(
    monkeypatch: pytest.MonkeyPatch,
    gaps: tuple[float, ...],
    saved: tuple[float, ...],
    asked: list[int],
) -> None:
    world = tiny()
    monkeypatch.setattr(join, "freight_saved", lambda *_: np.array([saved, (9.0, 9.0, 9.0)]))

    found = partners_for(world, shared(world), wish(group=GAMMA), np.array(gaps))

    assert found == asked
    # the leader asks itself for nothing
    assert ALFA not in partners_for(world, shared(world), wish(group=ALFA), np.array(gaps))


def reckoned(
    monkeypatch: pytest.MonkeyPatch, world: World, **changes: Any
) -> list[tuple[Purse, Purse, float]]:
    """Give the purses and the largest part with which partners of alfa were reckoned, where none suits both."""
    found: list[tuple[Purse, Purse, float]] = []

    def no_share(lead: Purse, partner: Purse, most: float, building: Any) -> float:
        found.append((lead, partner, most))
        return 0.0

    monkeypatch.setattr(join, "partner_share", no_share)
    cast, asked = listening(world)
    assert seek_partner(world, cast, shared(world), wish(**changes)).answers == ()
    assert asked == []
    return found


def test_what_banks_lend_on_the_plant_is_taken_off_both_purses(monkeypatch: pytest.MonkeyPatch) -> None:
    world = short(0.0, 1.0, 0.0)
    world.groups.cash_mcny[:], world.credit.debt_mcny[:] = [900.0, 700.0, 0.0], [100.0, 50.0, 0.0]

    ((lead, partner, most),) = reckoned(monkeypatch, world, given_up_cny_per_t=100.0)

    # 2 Mt at 3000, 70 % of which is lent; the partner makes up for 100 a tonne of what is given up
    assert lead == Purse(pytest.approx(1800.0), pytest.approx(1000.0))
    assert partner == Purse(pytest.approx(2000.0), pytest.approx(750.0))
    # the leader keeps half
    assert most == pytest.approx(0.5)


def test_a_leader_bears_what_banks_lent_on_the_old_plant_and_offers_less_of_what_it_does_not_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = short(0.0, 1.0, 0.0)
    world.ownership.transfer(2026, "sale", "alfa", "beta", "cheap", 200_000)

    ((lead, partner, most),) = reckoned(monkeypatch, world, old=CHEAP)

    # 70 % of 3000 on 1 Mt that goes are lent no more; half of 80 per cent are 62.5
    assert lead.need_mcny == pytest.approx(1800.0 + 2100.0)
    assert partner.need_mcny == pytest.approx(1800.0)
    assert most == pytest.approx(1.0 - 0.5 / 0.8)


def test_a_leader_that_holds_no_more_than_it_keeps_has_nothing_to_offer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = short(0.0, 1.0, 0.0)
    world.ownership.transfer(2026, "sale", "alfa", "beta", "cheap", 600_000)

    ((*_, most),) = reckoned(monkeypatch, world, old=CHEAP)

    assert most == 0.0


@pytest.mark.parametrize(
    "changes",
    [{"kind": Idea.PROJECT}, {"region": INLAND}, {"size_mt": 0.5}],
    ids=["listed", "inland", "small"],
)
def test_nobody_is_reckoned_with_for_a_listed_an_inland_or_a_small_plant(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    world = short(0.0, 1.0, 0.0)
    world.credit.debt_mcny[:] = 0.0
    assert wish().region == COAST
    assert len(reckoned(monkeypatch, world)) == 1

    # 450 of 1500 are no more than half of 1000
    assert reckoned(monkeypatch, world, **changes) == []


@pytest.mark.parametrize(("least", "reckons"), [(0.4, 1), (0.41, 0)])
def test_nobody_is_reckoned_with_where_the_least_part_is_above_the_most(
    monkeypatch: pytest.MonkeyPatch, least: float, reckons: int
) -> None:
    world = short(0.0, 1.0, 0.0)
    world.credit.debt_mcny[:] = 0.0
    building = world.parameters.building.model_copy(update={"partner_least_share": least})
    world.parameters = world.parameters.model_copy(update={"building": building})

    assert len(reckoned(monkeypatch, world)) == reckons


def test_takers_have_room_until_they_take_all_that_they_want(monkeypatch: pytest.MonkeyPatch) -> None:
    world = tiny()
    wanted = np.array([[0.1, 0.1, 0.0], [0.2, 0.2, 0.0]])
    taken = np.array([[0.1, 0.1, 0.0], [0.2 * (1.0 - 1e-10), 0.2 * (1.0 - 1e-8), 0.0]])
    monkeypatch.setattr(use_mud, "shares_of_uses", lambda _: (taken, wanted))

    assert use_mud.has_room(world).tolist() == [True, False, True]
    monkeypatch.setattr(use_mud, "shares_of_uses", lambda _: (wanted * use_mud.FULL_SHARE, wanted))
    assert use_mud.has_room(world)[2]
