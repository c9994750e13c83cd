import math
from xml.etree import ElementTree

import pytest

from sim.core.card import Card, Curve, bars, curves


def drawing(shown: str) -> ElementTree.Element:
    """Give the SVG of a chart, read as XML."""
    return ElementTree.fromstring(shown[shown.index("<svg") :])


def tags(shown: str, name: str) -> list[ElementTree.Element]:
    """Give the elements of a kind in a chart."""
    return [each for each in drawing(shown).iter() if each.tag.endswith(f"}}{name}")]


def test_a_card_is_a_few_lines_of_text() -> None:
    shown = Card(
        "Run of toy", "What then?", (("price", "3 CNY/t"), ("exits", "none")), "<svg/>", ".years"
    ).text()

    assert shown.splitlines() == ["Run of toy: What then?", "  price  3 CNY/t", "  exits  none", "  .years"]


def test_names_in_a_card_and_its_chart_are_inert() -> None:
    evil = '<script>alert(1)</script> & "'
    charts = curves([Curve(evil, [1.0, 2.0])], [2026, 2027], evil) + bars([(evil, 0.0, 1.0)], evil)

    shown = Card(evil, evil, ((evil, evil),), charts, evil).html()

    assert "<script" not in shown
    assert "alert(1)" in shown


def test_a_line_goes_from_its_lowest_to_its_highest_value() -> None:
    (line,) = tags(curves([Curve("price", [5.0, 10.0, 0.0])], [2026, 2027, 2028], "t"), "polyline")

    heights = [float(point.partition(",")[2]) for point in str(line.get("points")).split()]
    assert heights[1] < heights[0] < heights[2]
    assert heights[0] == pytest.approx((heights[1] + heights[2]) / 2.0, abs=0.1)


def test_a_band_runs_there_and_back() -> None:
    (band,) = tags(curves([Curve("x", [1.0, 1.0], [0.0, 0.0], [2.0, 2.0])], [2026, 2027], "t"), "polygon")

    assert len(str(band.get("points")).split()) == 4


def test_names_at_the_ends_of_lines_stand_apart() -> None:
    shown = curves([Curve(name, [1.0, 1.0]) for name in ("a", "b", "c")], [2026, 2027], "t")

    places = sorted(float(str(each.get("y"))) for each in tags(shown, "text") if each.text in ("a", "b", "c"))
    assert places[1] - places[0] >= 12.0 <= places[2] - places[1]


@pytest.mark.parametrize("values", [[], [math.nan, math.nan]])
def test_a_chart_of_nothing_is_nothing(values: list[float]) -> None:
    assert curves([Curve("x", values)], [2026, 2027][: len(values)], "t") == ""
    assert bars([], "t") == ""


def test_bars_lie_where_their_values_do() -> None:
    shown = tags(bars([("a", 0.0, 1.0), ("b", 0.5, 1.0)], "t"), "rect")

    whole, half = float(str(shown[1].get("width"))), float(str(shown[3].get("width")))
    assert half == pytest.approx(whole / 2.0, abs=0.2)
