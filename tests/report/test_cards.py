import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.core.card import Card
from sim.report.cards import discovery_card
from sim.results import Results
from tests.patience import HANG_GUARD_SECONDS

FEW_LINES, FEW_CHARACTERS = 20, 20_000


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One of each thing that shows itself by a card."""
    folder = tmp_path_factory.mktemp("studies")
    moved = sim.load("toy", set={"parameters.market.metal_growth_per_year": 0.03})
    study = sim.ensemble("toy", 12, out=folder / "study", jobs=1)
    return {
        "run": sim.run("toy", 1),
        "scenario": moved,
        "study": study,
        "comparison": sim.compare(["toy", moved], 8, out=folder / "comparison", jobs=1),
        "discovery": sim.discover(study, "price_cny_per_t@end > 2300"),
        "sensitivity": sim.sensitivity("toy", size=2, out=folder / "sensitivity", jobs=1),
        "levers": sim.levers("toy", 2, only=["carbon"], out=folder / "levers", jobs=1),
    }


@pytest.mark.parametrize(
    "name", ["run", "scenario", "study", "comparison", "discovery", "sensitivity", "levers"]
)
def test_a_thing_at_the_end_of_a_cell_shows_itself_in_a_few_lines(name: str, shown: dict[str, Any]) -> None:
    text, page = repr(shown[name]), shown[name]._repr_html_()

    assert len(text.splitlines()) <= FEW_LINES
    assert len(page) < FEW_CHARACTERS
    assert "nan" not in text + page


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("run", "Run of toy, seed 1, 2026-2030"),
        ("scenario", "market.metal_growth_per_year = 0.03"),
        ("study", "12 of 12 runs done"),
        ("comparison", "8 pairs of runs"),
        ("discovery", "price_cny_per_t@end > 2300"),
        ("sensitivity", "What moves mill price"),
        ("levers", "carbon.price"),
    ],
)
def test_it_says_what_it_is(name: str, told: str, shown: dict[str, Any]) -> None:
    assert told in repr(shown[name])


@pytest.mark.parametrize("name", ["run", "study", "comparison"])
def test_its_html_has_a_chart(name: str, shown: dict[str, Any]) -> None:
    assert "<polyline" in shown[name]._repr_html_()


def test_names_of_a_hostile_scenario_are_inert_in_its_cards(hostile: Results) -> None:
    # What other tests have asked of the run is kept beside its fields.
    run = sim.Run(**{each.name: getattr(hostile, each.name) for each in fields(hostile)})
    page = run._repr_html_() + hostile.scenario._repr_html_()

    assert "<script" not in page
    assert "&lt;script&gt;alert(2)" in page


def test_a_study_whose_folder_has_gone_still_shows_itself(tmp_path: Path) -> None:
    assert "It is not there" in " ".join(repr(sim.Study(tmp_path)).split())


def test_a_discovery_without_a_box_has_no_chart(shown: dict[str, Any]) -> None:
    nothing = discovery_card("'x' holds in no run.", shown["discovery"].ranges.iloc[:0])

    assert isinstance(nothing, Card)
    assert nothing.chart == ""


def test_a_run_shows_itself_without_matplotlib() -> None:
    code = "import sys, sim; run = sim.run('toy'); run._repr_html_(); sys.exit('matplotlib' in sys.modules)"

    assert (
        subprocess.run([sys.executable, "-c", code], check=False, timeout=HANG_GUARD_SECONDS).returncode == 0
    )
