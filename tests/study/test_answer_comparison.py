"""What a comparison opens with: what differs, with its interval, what may be noise, and nothing that no table holds."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest

from sim.report.answer_comparison import answer_comparison
from sim.report.sentences import LANGUAGES
from sim.scenario.load import load
from sim.study.compare import Comparison, compare
from sim.study.effects import HIGHER, LOWER, NONE, UNCLEAR

LAST = 2027


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Two toys of two years, the second with a carbon price."""
    years = {"start_year": 2026, "end_year": LAST}
    tax = {"type": "carbon", "id": "tax", "start_year": 2026}
    tax |= {"price_cny_per_tco2": 200.0, "benchmark_tco2_per_t": 0.0}
    priced = load("toy", years=years, policies=[tax])
    out = tmp_path_factory.mktemp("two")
    return compare([load("toy", years=years), priced], 8, design="seeds", jobs=1, out=out)


@dataclass
class Planted:
    """A comparison whose outcomes are given."""

    real: Comparison
    outcomes: pd.DataFrame

    def __getattr__(self, name: str) -> Any:
        """Whatever else is asked comes from the real one."""
        return getattr(self.real, name)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_figure_is_a_cell_of_the_table_of_outcomes(comparison: Comparison, lang: str) -> None:
    differs, then, _, noise = answer_comparison(comparison, lang)
    table = comparison.outcomes.set_index(["measure", "when"])

    assert differs.figures
    for figure in differs.figures:
        measure, when, column = figure.name.split(".")
        cell = table.loc[(measure, when), column]
        assert figure.value == (abs(cell) if column == "change" else cell)
        assert figure.shown.rstrip(" %") in differs.text
    assert [figure.value for figure in noise.figures] == [8]
    by_year = comparison.differences(["price_cny_per_t", "margin_cny_per_t"]).set_index(["measure", "year"])
    for figure in then.figures:
        measure, year, column = figure.name.split(".")
        assert figure.value == by_year.loc[(measure, int(year)), {"change": "mean"}.get(column, column)]
    assert str((2026 + LAST) // 2) in then.title


def test_it_says_what_is_clear_and_leaves_the_rest_to_luck(comparison: Comparison) -> None:
    table = comparison.outcomes.assign(verdict=UNCLEAR)
    table.loc[table["measure"] == "price_cny_per_t", "verdict"] = HIGHER
    table.loc[table["measure"] == "hhi_control", "verdict"] = LOWER
    table.loc[table["measure"] == "imports_mt", "verdict"] = NONE

    differs, _, _, noise = answer_comparison(Planted(comparison, table))

    assert differs.title == "What “toy-2” changes"
    assert len(differs.clauses) == 2
    assert differs.clauses[0].startswith("mill price, mean of 2026-2027, is ")
    assert "higher (95 % interval " in differs.clauses[0]
    assert f"HHI of capacity by control in {LAST} is" in differs.clauses[1]
    assert "may be luck: price less mean cash cost" in noise.text
    assert noise.clauses[-1] == "no difference at all in imports"


@pytest.mark.parametrize(
    ("verdict", "said"), [(NONE, "Nothing: every number"), (UNCLEAR, "Nothing that could")]
)
def test_nothing_clear_is_said_to_be_so(comparison: Comparison, verdict: str, said: str) -> None:
    differs, *_ = answer_comparison(Planted(comparison, comparison.outcomes.assign(verdict=verdict)))

    assert differs.text.startswith(said)


def test_a_level_has_its_unit(comparison: Comparison) -> None:
    table = comparison.outcomes.assign(verdict=UNCLEAR)
    table.loc[table["measure"] == "price_cny_per_t", "verdict"] = HIGHER
    planted = Planted(comparison, table)

    assert answer_comparison(planted)[0].clauses[0].endswith(" CNY/t")
    assert "元/吨" in answer_comparison(planted, "zh")[0].clauses[0].rpartition("为")[2]
