"""The odds of a run, and the answer that is made of both: every number of it stands in a table that anyone can read."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from sim.cli import main
from sim.core.cells import write_csv
from sim.core.errors import UsageError
from sim.report.answer import answer
from sim.report.naming import PackNames
from sim.report.scores import judged_rows, scores_of, told_rows
from sim.report.sentences import LANGUAGES, Sentence, answer_words
from sim.run import Run, manifest, run
from sim.scenario.load import Scenario, load
from sim.study.ensemble import beside, ensemble, odds_of, play_odds
from sim.study.study import Study

QUANTILES = {"low": 0.05, "mid": 0.5, "high": 0.95}
SEEDS, FIRST, LAST = 3, 2026, 2031
TABLES = ("years", "groups", "regions", "events")
Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """Six years of the baseline."""
    return load("baseline", years={"end_year": LAST})


@pytest.fixture(scope="module")
def finished(scenario: Scenario) -> Run:
    """A run of it."""
    return run(scenario, 7)


@pytest.fixture(scope="module")
def odds(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A few seeds of it, as they are kept beside a run."""
    return ensemble(scenario, SEEDS, design="seeds", jobs=1, out=tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="module")
def tables(finished: Run, odds: Study, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """All tables as somebody reads them from files."""
    folder = tmp_path_factory.mktemp("tables")
    frames = {name: getattr(finished, name) for name in TABLES}
    frames |= {"runs": odds.to_frame(), "moves": odds.moves(), "holdings": odds.holdings()}
    for name, frame in frames.items():
        write_csv(frame, folder / f"{name}.csv")
    frames = {name: pd.read_csv(folder / f"{name}.csv") for name in frames}
    frames["refineries"] = pd.read_csv(finished.scenario.pack.folder / "refineries.csv")
    return frames


def again(name: str, tables: Tables, parameters: Any) -> float:
    """A figure by its name, worked out anew from the files."""
    opening = tables["refineries"].query("installed").set_index("id")
    events, moves = tables["events"], tables["moves"]
    what, _, rest = name.partition(".")
    own: dict[str, Callable[[], float]] = {
        "plants": lambda: len(opening),
        "exit": lambda: gone(events, what, opening.index).agent.count(),
        "relocate": lambda: gone(events, what, opening.index).agent.count(),
        "owners": lambda: (ends(tables["groups"]).nameplate_mt > 0.0).sum(),
        "largest": lambda: ends(tables["groups"]).nameplate_mt.max(),
        "bought": lambda: bought(events, rest).amount.sum(),
        "purchases": lambda: len(bought(events, "")),
        "buyer": lambda: bought(moves, rest).run.nunique(),
        "deal": lambda: bought(moves, rest).run.nunique(),
        "region": lambda: region(tables, opening, rest),
        "thinnest": lambda: tables["years"].margin_cny_per_t.min(),
        "rises": lambda: (change(tables, rest) > 0.0).sum(),
        "falls": lambda: (change(tables, rest) < 0.0).sum(),
        "assumptions": lambda: sum(each.status == "assumption" for each in parameters),
        "provenance": lambda: len(parameters),
    }
    if what in ("exit", "relocate") and rest:
        return float(gone(moves, what, [rest]).run.nunique())
    return float(own[what]() if what in own else measure(tables["years"], what, rest))


def gone(table: pd.DataFrame, kind: str, plants: Any) -> pd.DataFrame:
    return table[(table.kind == kind) & table.agent.isin(plants)]


def ends(table: pd.DataFrame) -> pd.DataFrame:
    return table[table.year == LAST]


def bought(table: pd.DataFrame, who: str) -> pd.DataFrame:
    found = table[(table.kind == "deal") & (table.filter(regex="^amount").iloc[:, 0] > 0.05)]
    for column, name in zip(("agent", "counterpart", "year"), who.split(".") if who else (), strict=False):
        found = found[found[column].astype(str) == name]
    return found


def region(tables: Tables, opening: pd.DataFrame, name: str) -> float:
    after = ends(tables["regions"]).set_index("region").nameplate_mt[name]
    return float(after - opening[opening.region == name].nameplate_mt.sum())


def change(tables: Tables, name: str) -> pd.Series:
    runs = tables["runs"]
    return runs[runs.year == LAST].set_index("run")[name] - runs[runs.year == FIRST].set_index("run")[name]


def measure(years: pd.DataFrame, name: str, year: str) -> float:
    column = years.set_index("year")[name]
    return float(column.mean() if year == "mean" else column[int(year)])


def spread(name: str, tables: Tables) -> pd.Series:
    """What each run of the study has of what a span is about."""
    opening = tables["refineries"].query("installed").id
    runs = range(1, SEEDS + 1)
    what, _, year = name.partition(".")
    groups = tables["holdings"].query("kind == 'group'")
    own: dict[str, Callable[[int], float]] = {
        "exit": lambda run: (gone(tables["moves"], what, opening).run == run).sum(),
        "relocate": lambda run: (gone(tables["moves"], what, opening).run == run).sum(),
        "owners": lambda run: (groups.run == run).sum(),
        "purchases": lambda run: (bought(tables["moves"], "").run == run).sum(),
        "region": lambda run: region_of_run(tables, year, run),
        "thinnest": lambda _: tables["runs"].groupby("year").margin_cny_per_t.median().min(),
        "largest": lambda run: groups[(groups.run == run) & (groups.name == year)].nameplate_mt.sum(),
        "bought": lambda run: bought(tables["moves"], "").groupby("run").amount_mt.sum().get(run, 0.0),
    }
    own.setdefault(what, lambda run: measure(tables["runs"][tables["runs"].run == run], what, year))
    return pd.Series([float(own[what](run)) for run in runs])


def region_of_run(tables: Tables, name: str, run: int) -> float:
    found = tables["holdings"].query("kind == 'region' and name == @name and run == @run").nameplate_mt.sum()
    opening = tables["refineries"].query("installed and region == @name").nameplate_mt.sum()
    return float(found - opening)


def scored(what: str) -> float:
    rows = judged_rows(told_rows(scores_of("china_alumina"))[1])
    better = [row for row in rows if row["verdict"].startswith("skill")]
    held = sum(float(row["n"]) * float(row["inside_share"]) for row in rows)
    known = {"judged": len(rows), "beaten": len(better), "held": held / sum(float(row["n"]) for row in rows)}
    return known.get(what, sum(row["verdict"] == "skill, proven" for row in better))


def test_a_run_that_lies_outside_the_span_or_moves_the_other_way_is_said_to(
    finished: Run, odds: Study
) -> None:
    years = finished.years.copy()
    ends = odds.to_frame().query("year == @LAST").price_cny_per_t
    starts = odds.to_frame().query("year == @FIRST").price_cny_per_t
    high = float((ends.reset_index(drop=True) < starts.reset_index(drop=True)).mean() > 0.5)
    years.loc[years.year == LAST, "price_cny_per_t"] = 9999.0 if high else 1.0
    tables = {name: getattr(finished, name) for name in TABLES}
    strange_run: Any = SimpleNamespace(scenario=finished.scenario, **{**tables, "years": years})

    told = {each.topic: each for each in answer(strange_run, odds)}["price"]

    assert told.clauses[1].startswith(f"in {LAST} the price is {ends.median():,.0f} CNY/t (")
    assert "outside that span" in told.clauses[1]
    assert told.clauses[2].startswith("this run goes against most: the price")


def test_a_run_that_is_printed_as_an_end_of_the_span_is_not_said_to_lie_outside_it(
    finished: Run, odds: Study
) -> None:
    years = finished.years.copy()
    highest = odds.to_frame().query("year == @LAST").price_cny_per_t.quantile(0.95)
    years.loc[years.year == LAST, "price_cny_per_t"] = round(highest) + 0.49
    tables = {name: getattr(finished, name) for name in TABLES}
    near: Any = SimpleNamespace(scenario=finished.scenario, **{**tables, "years": years})

    told = {each.topic: each for each in answer(near, odds)}["price"]

    assert f"; this run {highest:,.0f})" in told.clauses[1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_number_of_the_answer_stands_in_a_table(
    finished: Run, odds: Study, tables: Tables, lang: str
) -> None:
    parameters = finished.scenario.pack.provenance.values()

    for sentence in answer(finished, odds, lang):
        for figure in sentence.figures:
            name, _, end = figure.name.rpartition(".")
            if end in QUANTILES:
                expected = spread(name, tables).quantile(QUANTILES[end])
            elif name == "past":
                expected = scored(end)
            else:
                expected = again(figure.name, tables, parameters)
            assert figure.value == pytest.approx(expected, rel=1e-9), figure.name


def test_every_number_that_a_sentence_is_about_has_its_span(
    finished: Run, odds: Study, tables: Tables
) -> None:
    for sentence in answer(finished, odds):
        names = {figure.name for figure in sentence.figures}
        for about in (figure.name.removesuffix(".mid") for figure in sentence.figures if figure.is_main):
            is_one_value = spread(about, tables).nunique() == 1
            assert {f"{about}.low", f"{about}.high"} <= names or is_one_value, about


def test_the_answer_opens_with_all_that_a_board_asks(finished: Run, odds: Study) -> None:
    names = " ".join(
        figure.name
        for sentence in answer(finished, odds)
        for figure in sentence.figures
        if figure.shown in sentence.first(sentence.opens)
    )

    middle = (FIRST + LAST) // 2
    asked = ["exit.", "buyer.", "region.", f"price_cny_per_t.{middle}", f"margin_cny_per_t.{middle}"]
    for each in (*asked, "curbed_by_mud_mt", "co2_t_per_t", "past.", "assumptions"):
        assert each in names


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("with_run", [True, False])
@pytest.mark.parametrize("with_odds", [True, False])
def test_the_answer_tells_no_number_that_is_no_figure(
    finished: Run, odds: Study, lang: str, with_run: bool, with_odds: bool
) -> None:
    if not with_run and not with_odds:
        return
    told = answer(finished if with_run else None, odds if with_odds else None, lang)

    assert [each.topic for each in told] == ["survival", "deals", "capacity", "price", "mud", "sure"]
    for sentence in told:
        assert strange(sentence, finished) == []
        assert "{" not in sentence.text


def strange(sentence: Sentence, finished: Run) -> list[str]:
    """The numbers of a sentence that are no figure, no year and not the number of runs, those in names apart."""
    text = sentence.text
    packs = [PackNames(finished.scenario.pack, lang) for lang in LANGUAGES]
    names = [name for each in packs for kind in (each.plants, each.groups) for name in kind.values()]
    for known in (*sorted(names, key=len, reverse=True), "CO2"):
        text = text.replace(known, "")
    shown = {re.sub("[- %]", "", each.shown) for each in sentence.figures}
    shown |= {*(str(year) for year in range(FIRST, LAST + 1)), str(SEEDS)}
    # The year in which the track record starts, and what its bands should hold.
    shown |= {told_rows(scores_of("china_alumina"))[0], "80"}
    return [found for found in re.findall(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?", text) if found not in shown]


def test_a_run_alone_says_that_it_tells_no_odds(finished: Run) -> None:
    last = answer(finished)[-1]

    assert last.clauses[0] == answer_words("en")["one_run"]
    assert str(last).startswith("How sure: This is one run")


def test_few_runs_call_nothing_sure_however_well_they_agree(
    odds: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = str(answer(None, odds)[-1])

    assert "runs agree that" in few and "too small a sample" in few

    monkeypatch.setattr("sim.report.answer.LEAST_RUNS", SEEDS)
    enough = str(answer(None, odds)[-1])
    assert "too small a sample" not in enough and "runs agree that" in enough


def test_what_stays_as_it_is_but_for_its_last_bits_neither_rises_nor_is_open(
    odds: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = answer_words("en")["co2_t_per_t"]
    assert known in str(answer(None, odds)[-1])

    frame = odds.to_frame()
    frame["co2_t_per_t"] = 1.0 + 1e-15 * ((frame["year"] + frame["run"]) % 3)
    monkeypatch.setattr(Study, "to_frame", lambda *_: frame)
    assert known not in str(answer(None, odds)[-1])


def test_names_are_chinese_where_the_pack_has_them(finished: Run, odds: Study) -> None:
    told = {each.topic: each.text for each in answer(finished, odds, "zh")}

    assert re.search("[一-鿿]{4,}（.*次模拟中", told["survival"])
    assert re.search("广西|山东|河北|辽宁", told["capacity"])


def test_an_unknown_language_and_nothing_to_tell_are_refused(finished: Run) -> None:
    with pytest.raises(UsageError, match="there are: en, zh"):
        answer(finished, None, "fr")
    with pytest.raises(UsageError, match="no answer without"):
        answer(None, None)


def test_odds_are_kept_beside_the_run_and_found_while_they_hold(tmp_path: Path) -> None:
    folder = tmp_path / "7"
    short, other = (load("toy", years={"end_year": year}) for year in (2026, 2027))
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(manifest(run(short, 7))))

    assert odds_of(folder) is None
    study = play_odds(short, folder, 2)
    assert study.folder == beside(folder)
    found = odds_of(folder)
    assert found is not None
    assert found.digest == study.digest
    play_odds(other, folder, 2)
    assert odds_of(folder) is None


def test_the_command_plays_odds_beside_the_run_and_tells_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "9"
    asked = ["run", "toy", "--years", "2026:2026", "--out", str(folder), "--odds", "2", "--quiet"]

    assert main(asked) == 0
    said = capsys.readouterr().out
    assert "How sure: 2 runs were played" in said
    assert beside(folder).is_dir()
    assert not (folder / "study.sqlite").exists()
    assert main([*asked, "--force"]) == 0
    assert capsys.readouterr().out == said


def test_another_study_in_the_place_of_the_odds_is_left_alone(tmp_path: Path) -> None:
    short = load("toy", years={"end_year": 2026})
    kept = ensemble(short, 2, jobs=1, out=beside(tmp_path / "7"))

    with pytest.raises(UsageError, match="holds another study"):
        play_odds(short, tmp_path / "7", 2)
    assert kept.about["design"] == "lhs"
