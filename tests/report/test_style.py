import matplotlib
import numpy as np
import pytest

from sim.report.style import apart, boxes, house_style, sheet


def test_labels_that_stand_apart_stay_where_they_are() -> None:
    assert apart([1.0, 5.0, 3.0], 1.0) == [1.0, 5.0, 3.0]


def test_labels_that_touch_are_spread_around_their_middle() -> None:
    # 2.0 and 2.4 have the middle 2.2; with a gap of 1.0 they go to 1.7 and 2.7
    assert apart([2.4, 2.0, 9.0], 1.0) == pytest.approx([2.7, 1.7, 9.0])


def test_labels_of_one_height_are_all_readable() -> None:
    placed = sorted(apart([3.0] * 4, 0.5))

    assert np.diff(placed) == pytest.approx([0.5] * 3)
    assert sum(placed) / 4 == pytest.approx(3.0)


def test_boxes_without_height_leave_no_line() -> None:
    path = boxes(np.array([0.0, 1.0]), np.array([1.0, 2.0]), 0.0, np.array([0.0, 5.0]))

    # one box: four corners and the way back
    assert np.asarray(path.vertices).tolist() == [[1.0, 0.0], [1.0, 5.0], [2.0, 5.0], [2.0, 0.0], [1.0, 0.0]]


def test_settings_of_the_reader_come_back_after_a_figure_is_drawn() -> None:
    before = matplotlib.rcParams["svg.hashsalt"]

    with house_style():
        assert matplotlib.rcParams["svg.hashsalt"] == "shakeout"
    assert matplotlib.rcParams["svg.hashsalt"] == before


def test_a_figure_is_a_picture_of_full_high_definition() -> None:
    # Width and height stand in bytes 16-23 of a PNG file.
    with sheet("Title", "subtitle", ["note"]) as chart:
        assert np.frombuffer(chart.png()[16:24], ">u4").tolist() == [1920, 1080]


def test_text_with_dollars_is_not_read_as_mathematics() -> None:
    with sheet("a $x^2$ b", "", []) as chart:
        assert "a $x^2$ b" in chart.svg()
