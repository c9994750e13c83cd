"""What governments make of a deal: who is asked, in which order, and what is kept of it."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from sim.decisions.buy.judging import Scrutiny, governments
from sim.scenario.load import load
from sim.strategy.approving import Stance
from sim.world import dealbook

REVIEW = load("toy").spec.parameters.review


def heard(sasac: float, province: float, luck: tuple[float, float, float], ceiling: float = 1.0) -> Any:
    """Give the verdict on a deal that two governments refuse with some chance and that no review looks at."""
    world = SimpleNamespace(
        rules=SimpleNamespace(group_ceiling_share=ceiling), parameters=SimpleNamespace(review=REVIEW)
    )
    seen = SimpleNamespace(buyer_share=0.5)
    met = SimpleNamespace(
        seen=seen, sasac_share=sasac, province_share=province, level="exempt", stance=Stance()
    )
    return governments(cast(Any, world), cast(Scrutiny, met), luck)


@pytest.mark.parametrize(
    ("sasac", "province", "luck", "end", "asked"),
    [
        (0.0, 0.0, (0.0, 0.0, 0.0), dealbook.CLOSED, {"review"}),
        (0.3, 0.0, (0.5, 0.0, 0.0), dealbook.CLOSED, {"sasac", "review"}),
        (0.0, 0.3, (0.0, 0.5, 0.0), dealbook.CLOSED, {"province", "review"}),
        (0.3, 0.3, (0.1, 0.1, 0.0), dealbook.REFUSED_BY_SASAC, {"sasac"}),
        (0.3, 0.3, (0.5, 0.1, 0.0), dealbook.REFUSED_BY_PROVINCE, {"sasac", "province"}),
    ],
)
def test_what_is_kept_is_the_luck_of_those_who_were_asked(
    sasac: float, province: float, luck: tuple[float, float, float], end: str, asked: set[str]
) -> None:
    verdict = heard(sasac, province, luck)

    assert verdict.outcome == end
    assert {name.partition("_")[0] for name in verdict.asked} == asked
    assert verdict.asked.get("sasac_luck_share", luck[0]) == luck[0]


def test_a_buyer_over_the_ceiling_asks_nobody() -> None:
    assert heard(1.0, 1.0, (0.0, 0.0, 0.0), ceiling=0.4).outcome == dealbook.ABOVE_CEILING
    assert heard(0.0, 0.0, (0.0, 0.0, 0.0), ceiling=0.5).outcome == dealbook.CLOSED
