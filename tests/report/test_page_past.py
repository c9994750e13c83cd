"""The page says how the model did before, from the scores that ship with the scenarios, losses first."""

from pathlib import Path

import pytest

from sim.report.page.facts import Facts
from sim.report.page.parts import Words
from sim.report.page.past import past_section, past_tables, scores_of
from sim.report.sentences import LANGUAGES
from sim.results import Results

HEAD = (
    "start,arm,series,region,step,unit,n,rmse,"
    "best_null,best_null_rmse,skill_best,inside_share,verdict,runs,code,fitted"
)
ROWS = (
    "2017,recorded,price_cny_per_t,China,quarter,CNY/t,17,300,cost curve,200,-1.25,0.5,no skill,30,code abc,True",
    "2017,recorded,production_mt,provinces,year,Mt,15,1.5,persistence,2.5,0.64,0.8,skill; not proven,30,code abc,False",
    "2017,recorded,cr4,China,year,share,1,0.1,persistence,0.2,0.75,1,too few points,30,code abc,False",
    "2019,recorded,production_mt,China,year,Mt,3,1.5,persistence,2.5,0.64,0.8,no skill,30,code abc,False",
)


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put scores of a day far ahead on the shelf."""
    folder = tmp_path / "scenarios" / "hindcasts"
    folder.mkdir(parents=True)
    text = "\n".join(
        (HEAD, *(row.replace("skill; not", '"skill, not').replace("proven,30", 'proven",30') for row in ROWS))
    )
    (folder / "china_alumina-2091-01-01.csv").write_text(text + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_scores_of_the_earliest_start_stand_on_the_page(results: Results, lang: str) -> None:
    (table,) = past_tables(Facts(results, Words(lang)))

    assert len(table.rows) == 2
    assert [row[2][1] for row in table.rows] == [17.0, 15.0]
    assert [row[6][1] for row in table.rows] == [-1.25, 0.64]
    assert len({len(row) for row in (table.head, *table.rows)}) == 1
    assert "2091-01-01" in table.note
    assert "code abc" in table.note


@pytest.mark.usefixtures("planted")
def test_the_note_counts_what_is_beaten(results: Results) -> None:
    facts = Facts(results, Words("en"))
    (table,) = past_tables(facts)

    assert "In 1 of 2 rows" in table.note
    assert table.rows[0][0] == "Price, by quarter *"
    assert table.rows[0][-1] == "no skill"
    assert table.rows[1][0] == "Output, provinces"
    assert past_section(facts).parts == (table.id,)


def test_a_pack_without_scores_has_no_such_table() -> None:
    assert scores_of("no-such-pack") == []


def test_the_page_says_so_where_there_are_no_scores(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.scenario.shelf.folders", lambda: [tmp_path])

    section = past_section(Facts(results, Words("en")))

    assert section.tables == ()
    assert "No scores" in section.lead
