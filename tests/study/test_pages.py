"""Pages of studies and comparisons: what they tell is in the tables, and a browser finds nothing to complain of."""

import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.cli import main
from sim.core.errors import UsageError
from sim.report.page.study import study_page
from sim.report.page.tornado import luck_bar, rank_correlations
from sim.report.sentences import LANGUAGES
from sim.scenario.load import Scenario, load
from sim.study.compare import compare
from sim.study.ensemble import ensemble
from sim.study.pages import TABLES, write_page
from sim.study.study import Study, open_study
from tests.reader import CARDS, OVER, WIDE, Reader, browser, needs_chromium

__all__ = ["browser"]

YEARS = {"start_year": 2026, "end_year": 2028}


def toy(**changes: Any) -> Scenario:
    return load("toy", years=YEARS, **changes)


@pytest.fixture(scope="module")
def spread(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Twelve runs of the toy under sampled inputs, of which the last has failed."""
    study = ensemble(toy(), 12, jobs=1, quiet=True, out=tmp_path_factory.mktemp("spread"))
    with sqlite3.connect(study.path) as link:
        link.execute("UPDATE runs SET status = 'failed', reason = '<b>no</b> ore' WHERE run = 11")
        link.execute("DELETE FROM outcomes WHERE run = 11")
    return study


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Three toys side by side, one with a carbon price and one with dear ore."""
    tax = {"type": "carbon", "id": "tax", "start_year": 2026}
    tax |= {"price_cny_per_tco2": 200.0, "benchmark_tco2_per_t": 0.0}
    found = compare(
        [toy(), toy(policies=[tax]), toy()],
        8,
        design="seeds",
        jobs=1,
        quiet=True,
        out=tmp_path_factory.mktemp("held"),
    )
    found.write(found.study.folder / TABLES)
    return found.study


@pytest.fixture(scope="module")
def places(spread: Study, held: Study) -> dict[str, Path]:
    found = {}
    for name, study in (("study", spread), ("comparison", held)):
        for lang in LANGUAGES:
            found[f"{name} {lang}"] = study.folder / f"{lang}.html"
            write_page(study, study.folder / f"{lang}.html", lang)
    return found


def content(path: Path) -> dict[str, Any]:
    found = re.search(
        r'<script id="content" type="application/json">(.*?)</script>',
        path.read_text(encoding="utf-8"),
        re.DOTALL,
    )
    assert found
    return dict(json.loads(found[1]))


def parts(path: Path, kind: str) -> dict[str, Any]:
    return {each["id"]: each for section in content(path)["sections"] for each in section[kind]}


@pytest.mark.parametrize("name", ["study en", "study zh", "comparison en", "comparison zh"])
@pytest.mark.parametrize(("width", "scheme"), [(1366, "light"), (500, "dark"), (390, "light")])
@needs_chromium
def test_it_asks_for_nothing_complains_of_nothing_and_cuts_nothing(
    browser: Any, places: dict[str, Path], name: str, width: int, scheme: str
) -> None:
    reader = Reader(browser, places[name], width, scheme)

    reader.down()

    assert reader.asked == [places[name].as_uri()]
    assert reader.complaints == []
    assert reader.page.evaluate(OVER) == []
    assert reader.page.evaluate("document.documentElement.scrollWidth") == width
    reader.unfold()
    assert reader.page.evaluate(WIDE) == []
    assert width < 1366 or reader.page.evaluate(CARDS) == []
    assert reader.page.get_attribute("html", "lang") == ("zh-Hans" if name.endswith("zh") else "en")
    paper = reader.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(17, 20, 24)" if scheme == "dark" else "rgb(255, 255, 255)")


@needs_chromium
def test_the_measure_that_is_chosen_is_shown(browser: Any, places: dict[str, Path]) -> None:
    reader = Reader(browser, places["study en"])
    reader.down()

    reader.page.select_option("[data-choice=outcome]", "hhi_control")

    assert reader.title("fan").startswith("HHI by control")
    assert reader.title("inputs-links").startswith("HHI by control")


@needs_chromium
def test_the_scenario_that_is_chosen_is_shown_alone(browser: Any, places: dict[str, Path]) -> None:
    reader = Reader(browser, places["comparison en"])
    labels = [value for value, _ in content(places["comparison en"])["choices"][0]["options"]]

    for label in labels:
        reader.page.select_option("[data-choice=scenario]", label)
        shown = [part for part in reader.page.query_selector_all("#effects .part") if part.is_visible()]
        assert [part.get_attribute("data-part") for part in shown] == [f"effects {label}"]


@needs_chromium
def test_the_year_that_is_chosen_is_told_with_what_is_noise(
    browser: Any, places: dict[str, Path], held: Study
) -> None:
    reader = Reader(browser, places["comparison en"])
    reader.down()
    taxed = held.scenarios[1]
    reader.page.select_option("[data-choice=scenario]", taxed)
    last = reader.title("differences")

    reader.year(2027)

    shown = [part for part in reader.page.query_selector_all("#years .part") if part.is_visible()]
    assert [part.get_attribute("data-part") for part in shown] == [f"year {taxed} 2027", "differences"]
    assert "2028" in last
    assert "2027" in reader.title("differences")
    study = Reader(browser, places["study en"])
    study.down()
    study.year(2026)
    assert "2026" in study.title("fan")


def test_the_effects_of_a_year_are_those_of_its_pairs(held: Study, places: dict[str, Path]) -> None:
    label = held.scenarios[1]
    table = parts(places["comparison en"], "tables")[f"year {label} 2027"]
    prices = [held.values("price_cny_per_t", each)[1][:, 1] for each in held.scenarios[:2]]

    price = next(row for row in table["rows"] if row[0].startswith("Mill price"))

    assert [price[2][1], price[4][1], price[5][1]] == pytest.approx(
        [float((prices[1] - prices[0]).mean()), prices[0].mean(), prices[1].mean()], abs=1e-3
    )
    assert "2027" in table["caption"]


def test_what_a_carbon_price_did_is_told_from_pairs(held: Study, places: dict[str, Path]) -> None:
    tables = parts(places["comparison en"], "tables")
    told = [name for name in tables if name.startswith("charge ")]

    assert told == [f"charge {held.scenarios[1]}"]
    assert tables[told[0]]["caption"].startswith("Carbon moves mean cash cost by +")
    assert "other values differ" not in tables[told[0]]["caption"]


def test_the_fan_has_the_quantiles_of_the_finished_runs(spread: Study, places: dict[str, Path]) -> None:
    frames = parts(places["study en"], "figures")["fan"]["frames"]
    runs = spread.values("hhi_control", "toy")[1]

    traces = frames["toy|hhi_control"]["data"]

    assert len(runs) == 11
    for trace, share in zip(traces, (0.05, 0.95, 0.25, 0.75, 0.5), strict=True):
        assert trace["y"] == pytest.approx(np.quantile(runs, share, axis=0), abs=1e-5)


def test_a_failed_run_is_told_with_its_reason(places: dict[str, Path]) -> None:
    failed = parts(places["study en"], "tables")["failed"]

    assert [row[1] for row in failed["rows"]] == ["<b>no</b> ore"]
    assert "1 runs failed" in failed["caption"]
    assert "11 runs are done, 1 failed" in next(
        each["lead"] for each in content(places["study en"])["sections"] if each["id"] == "runs"
    )


def test_effects_are_those_of_the_table_and_have_the_cost_at_the_same_plants(
    held: Study, places: dict[str, Path]
) -> None:
    tables = parts(places["comparison en"], "tables")
    label = held.scenarios[1]
    outcomes = pd.read_csv(held.folder / TABLES / "outcomes.csv").query("scenario == @label")

    rows = {(row[0], row[1]): row for row in tables[f"effects {label}"]["rows"]}

    price = outcomes.query("measure == 'price_cny_per_t' and when == 'mean'").iloc[0]
    told = rows["Mill price, CNY/t", "mean"]
    assert [told[3][1], told[5][1], told[6][1]] == pytest.approx(
        [price["change"], price["before"], price["after"]], abs=1e-3
    )
    assert ("Cash cost, same plants, CNY/t", "last years") in rows


def test_a_scenario_that_changes_nothing_is_told_to(held: Study, places: dict[str, Path]) -> None:
    tables = parts(places["comparison en"], "tables")
    verdicts = {row[2] for row in tables[f"effects {held.scenarios[2]}"]["rows"]}

    assert verdicts == {"= no difference"}


def test_hostile_names_cannot_leave_the_data(tmp_path: Path) -> None:
    first = toy().pack.refineries[0].id
    rows = {"refineries": {first: {"name": "<script>alert(1)</script>"}}}
    study = ensemble(toy(rows=rows), 2, design="seeds", jobs=1, quiet=True, out=tmp_path)

    text = study_page(study)

    assert text.count("<script") == text.count("</script>") == 3
    assert "<script>alert" not in text


def test_a_study_without_a_finished_run_has_no_page(tmp_path: Path) -> None:
    study = ensemble(toy(), 1, design="seeds", jobs=1, quiet=True, out=tmp_path)
    with sqlite3.connect(study.path) as link:
        link.execute("UPDATE runs SET status = 'failed', reason = 'no'")
        link.execute("DELETE FROM outcomes")

    with pytest.raises(UsageError, match="finished run"):
        study_page(open_study(tmp_path))


def test_report_writes_the_page_of_a_study_and_no_workbook(
    held: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["report", str(held.folder), "--lang", "zh", "--out", str(tmp_path)])
    refused = main(["report", str(held.folder), "--xlsx"])

    assert (code, refused) == (0, 2)
    assert "改变了什么" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "holds a study" in capsys.readouterr().err


def test_an_ensemble_leaves_its_page_beside_its_tables(tmp_path: Path) -> None:
    said = f"ensemble toy --years 2026:2027 --runs 2 --jobs 1 --quiet --out {tmp_path}"

    code = main(said.split())

    assert code == 0
    assert "How it spreads" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_page_needs_no_matplotlib(spread: Study, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from sim.study.pages import write_page;"
        " from sim.study.study import open_study;"
        f" write_page(open_study({str(spread.folder)!r}), Path({str(tmp_path / 'page.html')!r}));"
        " sys.exit('matplotlib' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_rank_correlations_see_what_goes_together_and_luck_stays_below_the_bar() -> None:
    luck = np.random.default_rng(0)
    inputs = pd.DataFrame(luck.random((200, 20)), columns=[f"x{number}" for number in range(20)])
    outcomes = pd.DataFrame({"y": np.exp(5.0 * inputs["x3"]), "still": 1.0})

    links = rank_correlations(inputs, outcomes)

    assert links.loc["x3", "y"] == 1.0
    assert (links["still"] == 0.0).all()
    assert (links["y"].drop("x3").abs() < luck_bar(200, 20)).all()
    assert links.loc["x0", "y"] == pytest.approx(
        inputs["x0"].corr(outcomes["y"], method="spearman"), abs=1e-6
    )
