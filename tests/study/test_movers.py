"""The ranking of inputs that ships with a pack: what makes it, what reads it, and what pages tell of it."""

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main
from sim.core.errors import UsageError
from sim.report.page.basis import basis_section
from sim.report.page.facts import Facts
from sim.report.page.parts import Words
from sim.report.sentences import LANGUAGES
from sim.results import Results
from sim.run import run
from sim.scenario import shelf
from sim.scenario.load import load
from sim.scenario.pack import Pack, read_pack
from sim.scenario.ranking import FILE, Link
from sim.study.ensemble import ensemble
from sim.study.sensitivity import ranking, write_ranking
from sim.study.study import Study
from tests.scenario.planted import copy_of_pack, problems

YEARS = {"start_year": 2026, "end_year": 2027}
HEAD = ",".join(Link._fields)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return ensemble(load("toy", years=YEARS), 10, jobs=1, quiet=True, out=tmp_path_factory.mktemp("movers"))


@pytest.fixture(scope="module")
def played() -> Results:
    return run(load("toy", years=YEARS), 0)


def page_of(results: Results, links: tuple[Link, ...], lang: str = "en") -> dict[str, list[list[object]]]:
    scenario = results.scenario
    told = replace(results, scenario=replace(scenario, pack=replace(scenario.pack, ranking=links)))
    return {each.id: each.rows for each in basis_section(Facts(told, Words(lang))).tables}


def two_links(pack: Pack) -> tuple[Link, ...]:
    first, second, third = list(pack.provenance)[:3]
    return (
        Link("toy", 300, "exits", "2026-2035", first, 0.2, 0.25),
        Link("toy", 300, "price_cny_per_t", "2030", second, -0.4, 0.25),
        Link("toy", 300, "exits", "2026-2035", second, 0.3, 0.25),
        Link("toy", 300, "price_cny_per_t", "2030", third, 0.9, 0.25),
    )


def test_a_ranking_has_every_input_with_every_answer_over_all_samples(study: Study) -> None:
    found = ranking(study)
    answers = set(zip(found["measure"], found["years"], strict=True))

    assert len(found) == len(answers) * len(study.parameters)
    assert {("price_cny_per_t", "2026"), ("exits", "2026-2027"), ("hhi_control", "2027")} <= answers
    assert set(found["samples"]) == {10}
    assert found["rank_correlation"].abs().is_monotonic_decreasing


def test_a_link_is_the_rank_correlation_of_an_input_with_what_came(study: Study) -> None:
    found = ranking(study).set_index(["measure", "parameter"])["rank_correlation"]
    path = study.parameters[0]
    inputs = study.runs().set_index("run")[path]
    frame = study.to_frame()
    ends = frame[frame["year"] == 2027].set_index("run")["hhi_control"]

    assert found["hhi_control", path] == pytest.approx(inputs.rank().corr(ends.rank()), abs=1e-3)


def test_too_few_samples_are_refused(tmp_path: Path) -> None:
    few = ensemble(load("toy", years=YEARS), 2, jobs=1, quiet=True, out=tmp_path)

    with pytest.raises(UsageError, match="10 finished samples"):
        ranking(few)


def test_what_is_written_is_what_a_pack_reads_and_does_not_move_its_digest(
    study: Study, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(shelf.shipped_folder() / "toy", tmp_path / "toy"))
    before = read_pack(folder)
    written = write_ranking(study, folder)
    after = read_pack(folder)

    assert before.ranking == ()
    pd.testing.assert_frame_equal(pd.DataFrame(after.ranking), written)
    assert after.digest == before.digest
    assert FILE in after.files


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "needs the columns"),
        (f"{HEAD}\ntoy,300,exits,2035,market.contract_shore,0.1,0.2\n", "is no parameter of the pack"),
        (f"{HEAD}\ntoy,300,exits,2035,market.contract_share,much,0.2\n", "a cell is missing or no number"),
        (f"{HEAD}\ntoy,300,exits,2035,market.contract_share,nan,0.2\n", "every number must be finite"),
    ],
)
def test_what_is_wrong_with_a_ranking_is_told(tmp_path: Path, text: str, why: str) -> None:
    folder = copy_of_pack(tmp_path)
    (folder / FILE).write_text(text, encoding="utf-8")
    (found,) = problems(folder)

    assert why in found.message
    assert Path(found.file).name == FILE


def test_every_input_that_a_shipped_ranking_names_is_a_parameter_of_its_pack() -> None:
    packs = [path.parent for path in shelf.shipped_folder().glob(f"*/{FILE}")]

    for folder in packs:
        pack = read_pack(folder)
        assert {each.parameter for each in pack.ranking} <= set(pack.provenance)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_opens_with_the_inputs_of_the_ranking_that_stand_clear_of_luck(
    played: Results, lang: str
) -> None:
    tables = page_of(played, two_links(played.scenario.pack), lang)
    strongest, other = tables["movers"]

    assert next(iter(tables)) == "movers"
    assert "widest" not in tables
    assert "+0.90" in str(strongest[1])
    assert "−0.40" in str(other[1]) and "+0.30" in str(other[1])


def test_a_page_without_a_ranking_lists_the_widest_ranges(played: Results) -> None:
    tables = page_of(played, ())

    assert "movers" not in tables
    assert tables["widest"]


def test_a_ranking_of_now_is_not_told_of_an_earlier_date() -> None:
    assert load("hindcast_2019").pack.ranking == ()


def test_a_new_pack_does_not_take_over_the_ranking_of_another(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = Path(shutil.copytree(shelf.shipped_folder() / "toy", Path("scenarios") / "toy"))
    write_ranking(study, source)

    assert main(["pack", "new", "mine", "--from", "toy"]) == 0
    assert (source / FILE).exists()
    assert not (Path("scenarios") / "mine" / FILE).exists()


def test_what_asks_for_one_outcome_is_refused_when_a_ranking_is_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["sensitivity", "toy", "--write", "--size", "4"]) == 2
    assert "without --size" in capsys.readouterr().err
