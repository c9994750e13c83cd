import sys

import pytest

import sim
from sim.core.errors import UsageError
from sim.report.explore import portrait
from sim.results import Results


@pytest.fixture(scope="module")
def toy() -> Results:
    """A run of the toy industry."""
    return sim.run("toy", 1)


def test_a_group_offers_its_own_plants_and_the_picture_follows(toy: Results) -> None:
    choices, picture = sim.explore(toy).children
    year, group, plant = choices.children

    group.value = "beta"
    year.value = 2027

    assert [key for _, key in plant.options] == ["beta-coast", "beta-inland-1"]
    assert "Beta Coast, 2027" in picture.value


def test_without_widgets_the_explorer_says_what_it_needs(
    toy: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)

    with pytest.raises(UsageError, match=r"shakeout\[notebook\]"):
        sim.explore(toy)


def test_a_plant_that_does_not_stand_in_a_year_says_so(toy: Results) -> None:
    assert "it does not stand" in portrait(toy, 2026, "alfa", "no-such-plant")


def test_names_in_a_portrait_are_inert(hostile: Results) -> None:
    shown = portrait(hostile, 2026, "chinalco", "weiqiao-zhanhua")

    assert "<script" not in shown
    assert "&lt;script&gt;alert(1)" in shown
