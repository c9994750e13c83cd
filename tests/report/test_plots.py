import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli import main
from sim.core.errors import UsageError
from sim.report.page import write_page
from sim.report.plots import Plots, write_figures
from sim.results import Results
from tests.patience import HANG_GUARD_SECONDS

NAMES = ("capacity", "concentration", "cost_curve", "price")

ELSEWHERE = """
import sys
from pathlib import Path
import sim
from sim.report.plots import write_figures
from sim.report.page import write_page
from sim.run import run
results = run(sim.load("baseline", settings=["years.end_year=2028"]), 0)
folder = Path(sys.argv[1])
write_figures(results, folder)
write_page(results, folder / "report.html")
"""


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_each_figure_is_written_as_picture_drawing_and_table(results: Results, tmp_path: Path) -> None:
    write_figures(results, tmp_path / "figures")

    found = sorted(path.name for path in (tmp_path / "figures").iterdir())
    assert found == [f"{name}.{suffix}" for name in NAMES for suffix in ("csv", "png", "svg")]


def test_figures_and_page_are_the_same_bytes_in_another_process(results: Results, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    write_figures(results, here)
    write_page(results, here / "report.html")

    command = [sys.executable, "-c", ELSEWHERE, str(there)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "7"}, timeout=HANG_GUARD_SECONDS)

    assert digests(there) == digests(here)


def test_the_cost_curve_is_of_the_last_year_unless_told(results: Results) -> None:
    assert Plots(results).cost_curve_table()["year"].unique().tolist() == [2028]
    assert Plots(results).cost_curve_table(2026)["year"].unique().tolist() == [2026]


def test_a_year_that_the_run_lacks_is_refused_with_those_it_has(results: Results) -> None:
    with pytest.raises(UsageError, match="no year 2031; it has 2026 to 2028"):
        Plots(results).cost_curve(year=2031)


def test_two_calls_give_two_figures(results: Results) -> None:
    plots = Plots(results)

    assert plots.concentration() is not plots.concentration()


@pytest.mark.parametrize("name", ["one_year", "standstill", "hostile"])
def test_figures_of_a_strange_run_are_drawn_without_a_warning(
    name: str, request: pytest.FixtureRequest
) -> None:
    # Warnings are errors here: a glyph that the font lacks would be one.
    drawings = Plots(request.getfixturevalue(name)).drawings

    assert [len(drawing.chart.pixels()) for drawing in drawings] == [1080] * len(NAMES)


def test_a_run_is_played_and_written_without_matplotlib(tmp_path: Path) -> None:
    code = (
        "import sys; from sim.cli import main;"
        f"main(['run', 'toy', '--years', '2026:2026', '--quiet', '--out', {str(tmp_path / '0')!r}]);"
        "sys.exit('matplotlib' in sys.modules)"
    )

    ended = subprocess.run([sys.executable, "-c", code], check=False, timeout=HANG_GUARD_SECONDS)

    assert ended.returncode == 0


def test_a_finished_run_is_reported_in_chinese_and_with_figures(tmp_path: Path) -> None:
    folder = tmp_path / "0"
    assert main(["run", "toy", "--years", "2026:2026", "--quiet", "--out", str(folder)]) == 0

    assert main(["report", str(folder), "--lang", "zh"]) == 0
    assert main(["report", str(folder), "--figures"]) == 0

    assert 'lang="zh-Hans"' in (folder / "report.html").read_text(encoding="utf-8")
    assert (folder / "figures" / "price.png").is_file()
