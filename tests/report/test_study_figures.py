"""Figures of studies: what they show is what their tables say, and each comes with its data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.report.discovery import draw_box
from sim.report.fan import PANELS, draw_fans, fan_table
from sim.report.sensitivity import draw_sensitivity
from sim.report.style import PNG_PIXELS, write_chart
from sim.report.survival import draw_survival, survival_table


def test_a_fan_shows_the_quantiles_of_the_runs_of_each_year() -> None:
    # 101 runs from 0 to 100: the quantiles are the shares in per cent
    runs = np.column_stack([np.arange(101.0), np.arange(101.0) + 1000.0])
    table = fan_table(dict.fromkeys(PANELS, runs), [2026, 2027]).query("measure == 'hhi_control'")

    assert table[["p05", "p25", "p50", "p75", "p95"]].to_numpy() == pytest.approx(
        np.array([[5.0, 25.0, 50.0, 75.0, 95.0], [1005.0, 1025.0, 1050.0, 1075.0, 1095.0]])
    )


def test_survival_is_the_share_of_runs_in_which_a_refinery_still_stands() -> None:
    exits = pd.DataFrame({"agent": ["a", "a", "b"], "year": [2026, 2028, 2027]})
    table = survival_table(exits, 4, [2026, 2027, 2028]).set_index("refinery")

    assert list(table.index) == ["a", "b"]
    assert table.loc["a"].tolist() == [0.75, 0.75, 0.5]
    assert table.loc["b"].tolist() == [1.0, 0.75, 0.75]


def test_every_figure_of_a_study_is_written_with_its_data(tmp_path: Path) -> None:
    luck = np.linspace(0.0, 1.0, 60).reshape(30, 2)
    fans = fan_table(dict.fromkeys(PANELS, luck), [2026, 2027])
    gone = survival_table(pd.DataFrame({"agent": ["a"], "year": [2027]}), 30, [2026, 2027])
    indices = pd.DataFrame({"parameter": ["x", "y"], "total": [0.7, 0.1], "total_within": [0.1, 0.2]})
    ranges = pd.DataFrame({"parameter": ["x"], "low": [0.2], "high": [0.6], "least": [0.0], "most": [1.0]})
    runs = pd.DataFrame({"x": luck[:, 0], "holds": luck[:, 0] < 0.6})
    charts = {
        "fans": (draw_fans(fans, "toy", 30), fans),
        "survival": (draw_survival(gone, "toy", 30), gone),
        "tornado": (draw_sensitivity(indices, "What matters", "Settled."), indices),
        "box": (draw_box(ranges, runs, "It happens.\nThere:\n  x"), runs),
    }
    for name, (chart, table) in charts.items():
        write_chart(chart, table, tmp_path / name)
        assert chart.pixels().shape[:2] == PNG_PIXELS

    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted(f"{name}.{suffix}" for name in charts for suffix in ("csv", "png", "svg"))
