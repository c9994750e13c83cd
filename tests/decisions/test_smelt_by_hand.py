"""What a smelter of the tiny world is shown of other places and of takers of its right, and what follows; by hand."""

from typing import Any

import numpy as np
import pytest

from sim.choice import Case
from sim.decisions.smelt import decide
from sim.sight import smelting
from sim.sight.smelting import NOWHERE, Places, smelting_rights
from sim.sight.view import lasting_mill_prices, look
from sim.world.world import World
from tests.tiny.asking import listening, only
from tests.tiny.worlds import ALFA, BETA, tiny

THERE, RIGHT = 1, 8000.0


class Market:
    """Places and takers that a smelter of 0.25 Mt finds, whose owner has just the money for new potlines."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, lasting: float, takers: dict[int, float]) -> None:
        """Take what a place leaves a tonne of metal, and what others would gain by the right."""
        self.world = tiny(2350.0, parameters={"smelting": {"search_share": 1.0}})
        self.world.credit.debt_mcny[:], self.world.groups.cash_mcny[ALFA] = 0.0, 2000.0
        two = np.array([2350.0, 2400.0, 2400.0])
        found = np.array([*takers], dtype=np.int64), np.array([*takers.values()])
        place = THERE if np.isfinite(lasting) else NOWHERE
        margins = np.array([5300.0, lasting, 0.0])
        self.places = Places(20_000.0, 20_500.0, two, two + 10.0, margins)
        monkeypatch.setattr(smelting, "best_places", lambda *_: np.array([place]))
        monkeypatch.setattr(smelting, "takers", lambda *_: [found])

    def asked(self, ways: dict[tuple[str, str], str] | None = None) -> list[Case]:
        """Let the smelter of alfa decide and give what was asked."""
        cast, asked = listening(self.world, ways)
        seen = self.places, smelting_rights(self.world, self.places)
        decide(self.world, cast, look(self.world, lasting_mill_prices(self.world)), seen, np.array([0]))
        return asked


def facts_of(found: list[Case]) -> dict[str, float]:
    """Give what the smelter saw."""
    return dict(only(found, "smelt", "alfa-metal").facts)


def test_a_smelter_sees_prices_of_its_market_and_what_another_would_leave(monkeypatch: Any) -> None:
    found = Market(monkeypatch, 7000.0, {1: 500.0}).asked()

    assert facts_of(found) == {
        "metal_now_cny_per_t": 20_000.0,
        "metal_lasting_cny_per_t": 20_500.0,
        "other_cost_cny_per_t": 10_000.0,
        "alumina_now_cny_per_t": 2350.0,
        "alumina_lasting_cny_per_t": 2360.0,
        "margin_there_cny_per_t": 7000.0,
        "offer_cny_per_t": RIGHT,
        "discount_per_year": pytest.approx(0.1),
        "state_owned_share": 0.0,
    }
    case = only(found, "smelt", "alfa-metal")
    assert {*case.margins} == {*case.options} == {"run", "idle", "move", "sell"}
    # what is worth most is the model's answer, and leads by what the next best is worth less
    first, second, *_ = sorted(case.options, key=lambda way: -case.options[way])
    assert case.best == first
    assert case.margins[first] == pytest.approx(case.options[first] - case.options[second])
    assert case.margins[second] == -case.margins[first]


def test_a_place_where_metal_loses_leaves_nothing_and_without_place_or_taker_there_is_neither(
    monkeypatch: Any,
) -> None:
    assert facts_of(Market(monkeypatch, -50.0, {}).asked())["margin_there_cny_per_t"] == 0.0
    assert facts_of(Market(monkeypatch, 0.5, {}).asked())["margin_there_cny_per_t"] == 0.5

    found = facts_of(Market(monkeypatch, np.nan, {}).asked())

    assert not {"margin_there_cny_per_t", "offer_cny_per_t"} & found.keys()


@pytest.mark.parametrize(("cash_mcny", "open_ways"), [(2000.0, 3), (1999.9, 2)])
def test_who_has_just_the_money_for_potlines_may_move(
    monkeypatch: Any, cash_mcny: float, open_ways: int
) -> None:
    market = Market(monkeypatch, 7000.0, {})
    market.world.groups.cash_mcny[ALFA] = cash_mcny

    # 0.25 Mt at 8000
    assert len(only(market.asked(), "smelt", "alfa-metal").margins) == open_ways


def test_takers_are_asked_best_first_until_one_takes_the_right(monkeypatch: Any) -> None:
    market = Market(monkeypatch, np.nan, {1: 500.0, 0: 300.0})
    found = market.asked({("beta", "acquire"): "pass"})

    beta, alfa = (case for case in found if case.kind == "acquire")
    assert [(case.agent, case.about, case.facts["size_mt"]) for case in (beta, alfa)] == [
        ("beta", "alfa-metal", 0.25),
        ("alfa", "alfa-metal", 0.25),
    ]
    assert (beta.options, beta.margins) == (
        {"acquire": 500.0, "pass": 0.0},
        {"acquire": 500.0, "pass": -500.0},
    )
    assert alfa.best == "acquire"
    assert facts_of(found)["offer_cny_per_t"] == RIGHT
    both = {("alfa", "acquire"): "pass", ("beta", "acquire"): "pass"}
    assert "offer_cny_per_t" not in facts_of(Market(monkeypatch, np.nan, {1: 500.0, 0: 300.0}).asked(both))


def done(world: World) -> tuple[float, int, int]:
    """Give what became of the smelter of alfa: how much it runs, where it moves, who gets its right."""
    smelters = world.smelters
    return float(smelters.smelting_share[0]), int(smelters.bound_market[0]), int(smelters.successor[0])


@pytest.mark.parametrize(
    ("way", "after"),
    [("run", (1.0, -1, -1)), ("idle", (0.0, -1, -1)), ("move", (1.0, THERE, -1)), ("sell", (1.0, -1, BETA))],
)
def test_what_a_smelter_answers_is_done_and_nothing_else(
    monkeypatch: Any, way: str, after: tuple[float, int, int]
) -> None:
    market = Market(monkeypatch, 7000.0, {1: 500.0})

    market.asked({("alfa-metal", "smelt"): way})

    assert done(market.world) == after
    assert [each.choice for each in market.world.decisions] == [way]
