from sim.report.capacity import concentration_table, draw_concentration
from sim.results import Results


def test_the_table_has_the_measures_of_the_run(results: Results) -> None:
    table = concentration_table(results)

    assert table["hhi_control"].tolist() == results.years["hhi_control"].tolist()
    assert table["year"].tolist() == [2026, 2027, 2028]


def test_axes_start_at_zero_and_hold_both_thresholds(results: Results) -> None:
    index, ratio = draw_concentration(results).axes

    assert index.get_ylim()[0] == ratio.get_ylim()[0] == 0.0
    assert index.get_ylim()[1] >= 1_800.0


def test_a_single_year_is_told_as_a_state_not_as_a_change(one_year: Results) -> None:
    title = draw_concentration(one_year).texts[0].get_text()

    assert title.startswith("2026: HHI of control at ")
