"""Figures of studies: what they show is what their tables say, and each comes with its data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from sim.report.differences import FANS, draw_differences, draw_fans, draw_winners
from sim.report.differences import PANELS as DIFFERENCES
from sim.report.sensitivity import COLOURS, draw_box, draw_sensitivity
from sim.report.spread import fan_table, survival_table
from sim.report.style import PNG_PIXELS, write_chart
from sim.report.survival import draw_survival

INDICES = pd.DataFrame(
    {
        "parameter": ["x", "y"],
        "total": [0.7, 0.1],
        "total_within": [0.1, 0.2],
        "direction": ["raises", "lowers"],
        "name": ["Price of x", "Growth of y"],
        "low": [0.5, 0.0],
        "high": [0.8, 1.0],
        "unit": ["share", "1/yr"],
    }
)
RANGES = pd.DataFrame(
    [("x", "Price of x", "CNY/t", 0.2, 0.6, 0.0, 1.0)],
    columns=["parameter", "name", "unit", "low", "high", "least", "most"],
)
RUNS = pd.DataFrame({"x": np.linspace(0.0, 1.0, 30), "holds": np.linspace(0.0, 1.0, 30) < 0.6})


def test_a_fan_shows_the_quantiles_of_the_runs_of_each_year() -> None:
    # 101 runs from 0 to 100: the quantiles are the shares in per cent
    runs = np.column_stack([np.arange(101.0), np.arange(101.0) + 1000.0])
    table = fan_table(dict.fromkeys(FANS, runs), [2026, 2027]).query("measure == 'hhi_control'")

    assert table[["p05", "p25", "p50", "p75", "p95"]].to_numpy() == pytest.approx(
        np.array([[5.0, 25.0, 50.0, 75.0, 95.0], [1005.0, 1025.0, 1050.0, 1075.0, 1095.0]])
    )


def test_survival_is_the_share_of_runs_in_which_a_refinery_still_stands() -> None:
    exits = pd.DataFrame({"agent": ["a", "a", "b"], "year": [2026, 2028, 2027]})
    table = survival_table(exits, 4, [2026, 2027, 2028]).set_index("refinery")

    assert list(table.index) == ["a", "b"]
    assert table.loc["a"].tolist() == [0.75, 0.75, 0.5]
    assert table.loc["b"].tolist() == [1.0, 0.75, 0.75]


def test_a_refinery_stands_in_no_run_before_it_has_started() -> None:
    exits = pd.DataFrame({"agent": ["a", "new"], "year": [2026, 2028]})
    table = survival_table(exits, 4, [2026, 2027, 2028], {"new": 2027, "never gone": 2030})
    chart = draw_survival(table, "toy", 4)
    hatched = [patch for patch in chart.axes[0].patches if patch.get_hatch()]

    assert np.isnan(table.set_index("refinery").loc["new", "2026"])
    assert table.set_index("refinery").loc["new"].tolist()[1:] == [1.0, 0.75]
    assert [patch.get_x() for patch in hatched] == [2025.5]
    assert "nan" not in " ".join(text.get_text() for text in chart.axes[0].texts)


def test_survival_is_drawn_with_names_region_by_region() -> None:
    gone = {"a": 3, "b": 1, "c": 2, "d": 2}
    exits = pd.DataFrame(
        [(key, 2026) for key, times in gone.items() for _ in range(times)], columns=["agent", "year"]
    )
    known = {"a": ("Alpha", "North"), "b": ("Beta", "North"), "c": ("Gamma", "South"), "d": ("Delta", "East")}
    chart = draw_survival(survival_table(exits, 4, [2026]), "toy", 4, known)
    names = [label.get_text() for label in chart.axes[0].get_yticklabels()]
    regions = [text.get_text() for text in chart.axes[0].texts if not text.get_text().endswith("%")]

    # North keeps (1/4 + 3/4)/2, as much as South and East, which come before it in the alphabet or behind.
    assert names == ["Delta", "Alpha", "Beta", "Gamma"]
    assert regions == ["East", "North", "South"]


def differences(*labels: str) -> pd.DataFrame:
    """Give made-up differences: each scenario one higher than the one before, in two years."""
    rows = [
        (label, measure, year, height - 0.5, float(height), height + 0.5)
        for height, label in enumerate(labels, start=1)
        for measure in DIFFERENCES
        for year in (2026, 2027)
    ]
    return pd.DataFrame(rows, columns=["scenario", "measure", "year", "p05", "p50", "p95"])


def test_each_scenario_has_one_colour_in_all_figures_of_a_comparison() -> None:
    rows = [
        ("c", "group x", -1.0, -2.0, 0.0, "no clear difference"),
        ("b", "group x", 2.0, 1.0, 3.0, "higher"),
        ("b", "region y", 0.0, 0.0, 0.0, "no difference"),
        ("c", "region y", 1.0, 0.5, 1.5, "higher"),
    ]
    winners = pd.DataFrame(rows, columns=["scenario", "holder", "change", "low", "high", "verdict"])
    labels = ("a", "b", "c")
    charts = (draw_differences(differences("b", "c"), labels, 9), draw_winners(winners, labels, str.upper))
    told = [
        {
            text.get_text(): line.get_color()
            for text, line in zip(legend.get_texts(), legend.get_lines(), strict=True)
        }
        for legend in (chart.legends[0] for chart in charts)
    ]

    assert told[0] == told[1]
    assert list(told[0]) == ["b", "c", "a (zero line)"]
    assert len(charts[0].axes) == len(DIFFERENCES)
    assert [axes.get_yticklabels()[0].get_text() for axes in charts[1].axes] == ["GROUP X", "REGION Y"]
    assert [chart.pixels().shape[:2] for chart in charts] == [PNG_PIXELS] * 2


def test_more_scenarios_than_colours_are_named_as_not_drawn() -> None:
    others = [f"s{number}" for number in range(7)]
    chart = draw_differences(differences(*others), ["first", *others], 9)

    assert any("Not drawn, but in the table: s5, s6." in text.get_text() for text in chart.texts)


def test_a_comparison_without_any_difference_can_be_drawn() -> None:
    table = differences("b").assign(p05=0.0, p50=0.0, p95=0.0)
    chart = draw_differences(table, ("a", "b"), 9)

    assert {axes.get_ylim() for axes in chart.axes} == {(-1.0, 1.0)}


def test_bars_of_a_tornado_tell_their_direction_by_colour() -> None:
    chart = draw_sensitivity(INDICES, ("What moves it", "CNY/t"), "Settled.")
    bars = [bar.get_facecolor() for bar in chart.axes[0].patches]
    words = [text.get_text() for text in chart.axes[0].texts]

    # The most important is on top, so it is drawn last.
    assert bars[1] == to_rgba(COLOURS["raises"]) and bars[0] == to_rgba(COLOURS["lowers"])
    assert "Price of x" in words and "50 to 80 %" in words


def test_a_candidate_box_is_marked_as_not_good_enough() -> None:
    good, poor = (draw_box(RANGES, RUNS, ("It happens.", "Often.", why)) for why in ("", "Luck explains it."))

    assert not any("not good enough" in text.get_text() for text in good.texts)
    assert any("not good enough" in text.get_text() for text in poor.texts)
    assert any("Luck explains it." in text.get_text() for text in poor.texts)


def test_every_figure_of_a_study_is_written_with_its_data(tmp_path: Path) -> None:
    luck = np.linspace(0.0, 1.0, 60).reshape(30, 2)
    fans = fan_table(dict.fromkeys(FANS, luck), [2026, 2027])
    gone = survival_table(pd.DataFrame({"agent": ["a"], "year": [2027]}), 30, [2026, 2027])
    charts = {
        "fans": (draw_fans(fans, "toy", 30), fans),
        "survival": (draw_survival(gone, "toy", 30), gone),
        "tornado": (draw_sensitivity(INDICES, ("What matters", "CNY/t"), "Settled."), INDICES),
        "box": (draw_box(RANGES, RUNS, ("It happens.", "Often.", "")), RUNS),
    }
    for name, (chart, table) in charts.items():
        write_chart(chart, table, tmp_path / name)
        assert chart.pixels().shape[:2] == PNG_PIXELS

    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted(f"{name}.{suffix}" for name in charts for suffix in ("csv", "png", "svg"))
