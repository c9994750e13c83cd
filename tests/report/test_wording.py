import pytest

from sim.core.words import number, percent, plural
from sim.report.wording import bearer, clipped, drawable, milestones, moved, short_plant
from sim.strategy.finance import BEARERS


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (2722.4, 0, "2,722"),
        (-0.04, 1, "0.0"),
        (-12.36, 1, "-12.4"),
        (float("nan"), 1, "n/a"),
        (1e9, 0, "1,000,000,000"),
    ],
)
def test_a_number_is_written_with_thousands_and_without_negative_zero(
    value: float, decimals: int, text: str
) -> None:
    assert number(value, decimals) == text


def test_a_share_is_written_in_per_cent_and_nothing_when_unknown() -> None:
    # 0.7985 x 100 = 79.85, which binary floats hold as 79.84999...
    assert percent(0.79851, 1) == "79.9 %"
    assert percent(float("inf")) == "n/a"


def test_one_plant_is_a_plant_and_two_are_plants() -> None:
    assert plural(1, "plant") == "1 plant"
    assert plural(2, "plant") == "2 plants"


def test_a_change_smaller_than_the_least_is_no_change() -> None:
    assert [moved(980.0, after, 5.0) for after in (984.0, 986.0, 970.0)] == ["stays", "rises", "falls"]


def test_a_text_that_the_font_lacks_gives_way_to_the_key() -> None:
    assert drawable("Xinfa  Chiping", "xinfa") == "Xinfa Chiping"
    assert drawable("bell\x07", "bell") == "bell"
    assert drawable("", "key") == "key"


def test_a_long_name_is_cut_with_a_mark_and_a_short_one_is_left() -> None:
    assert clipped("Weiqiao Zhanhua", 8) == "Weiqiao…"
    assert clipped("Weiqiao Zhanhua", 10, "...") == "Weiqiao..."
    assert clipped("Weiqiao", 7) == "Weiqiao"


def test_a_plant_loses_the_words_that_all_plants_share() -> None:
    assert short_plant("Xinfa Chiping alumina complex") == "Xinfa Chiping"


def test_everyone_who_can_bear_a_loss_has_words_of_his_own() -> None:
    words = [bearer(name) for name in BEARERS]

    assert len(dict.fromkeys(words)) == len(BEARERS)
    assert not any("_" in each for each in words)


def test_milestones_are_the_first_some_between_and_the_last_year() -> None:
    assert milestones(range(2026, 2036), (3, 6)) == [2026, 2029, 2032, 2035]
    assert milestones([2026], (3, 6)) == [2026]
    assert milestones([2026, 2027, 2028], (3, 6)) == [2026, 2028]
