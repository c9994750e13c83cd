"""The page of a run beside other runs of its scenario: odds, a band, and headings that say whose numbers they tell."""

import pandas as pd
import pytest

from sim.report.page import page
from sim.report.page.curve import price_section
from sim.report.page.facts import Facts
from sim.report.page.gone import gone_section, odds_section
from sim.report.page.parts import Words
from sim.report.sentences import LANGUAGES
from sim.results import Results
from tests.report.test_page import content


class Luck:
    """A study of two runs that are this run; in one of them a plant goes."""

    scenarios = ("baseline",)
    parameters = ()

    def __init__(self, results: Results) -> None:
        self.results = results
        self.pack = results.scenario.pack

    def to_frame(self, *_: object) -> pd.DataFrame:
        runs = [self.results.years.assign(run=run, scenario="baseline") for run in (0, 1)]
        return pd.concat(runs, ignore_index=True)

    def moves(self, *_: object) -> pd.DataFrame:
        gone = {"run": 1, "scenario": "baseline", "year": 2027, "kind": "exit", "agent": "senze-liulin"}
        return pd.DataFrame([{**gone, "counterpart": "", "amount_mt": 1.3}])

    def holdings(self, *_: object) -> pd.DataFrame:
        found = []
        for kind in ("group", "region"):
            rows = getattr(self.results, f"{kind}s").rename(columns={kind: "name"})
            last = rows[rows["year"] == rows["year"].max()][["name", "nameplate_mt"]]
            found += [last.assign(run=run, scenario="baseline", kind=kind) for run in (0, 1)]
        return pd.concat(found, ignore_index=True)


def test_a_study_gives_odds_of_survival_and_a_band_of_the_price(results: Results) -> None:
    facts = Facts(results, Words("en"), Luck(results))

    section = odds_section(facts)
    (path, _) = price_section(facts).figures

    assert section
    (trace,) = section.figures[0].frames[""]["data"]
    assert trace["z"] == [[1.0, 0.5, 0.5]]
    assert "Price in nine in ten of 2 runs" in [each.get("name") for each in path.frames[""]["data"]]
    assert odds_section(Facts(results, Words("en"))) is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_heading_of_a_run_says_so_and_the_median_of_all_runs_stands_beside(
    results: Results, lang: str
) -> None:
    here = {"en": "this run", "zh": "本次"}[lang]
    shown = content(page(results, lang, Luck(results)))
    frames = {}
    for section in shown["sections"]:  # type: ignore[attr-defined]
        frames |= {each["id"]: each["frames"] for each in section["figures"] if each["id"] != "odds"}
        told = section["extra"].get("findings", {}).values()
        assert all(here in each for each in told)
        assert not told or "2" in section["extra"]["among"]

    for name, found in frames.items():
        for key, each in found.items():
            assert here in each["finding"], (name, key)
            beside = name != "hands" and not key.startswith("equity") and each["data"]
            assert not beside or each["among"], (name, key)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_plants_gone_come_by_their_odds_and_the_heading_tells_all_runs(results: Results, lang: str) -> None:
    found = gone_section(Facts(results, Words(lang), Luck(results)))

    assert found
    (table,) = found.tables
    odds = [row[-1][1] for row in table.rows]
    assert odds == sorted(odds, reverse=True)
    assert (table.rows[0][6], table.rows[0][7]) == ("", ["50 %", 0.5])
    assert "50 %" in table.caption
    assert {"en": "in this run", "zh": "本次"}[lang] in table.note
