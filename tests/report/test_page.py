import json
import re
import tomllib
from importlib.resources import files
from string import Formatter

import pytest

from sim.core.errors import UsageError
from sim.report.page import LANGUAGES, page
from sim.report.page.cards import cards
from sim.report.page.deals import QUIET
from sim.report.page.facts import CONTROL, EQUITY, Facts
from sim.report.page.gone import gone_section
from sim.report.page.ledgers import carbon_section
from sim.report.page.owners import flows_section
from sim.report.page.parts import Words
from sim.report.page.past import MEASURES, numbers_section
from sim.report.page.provinces import provinces_section
from sim.report.wording import short
from sim.results import Results
from sim.run import run
from sim.scenario.load import load
from sim.world.dealbook import CLOSED
from sim.world.kinds import Happened

LIMIT_BYTES = 8_000_000


@pytest.fixture(scope="module")
def facts(results: Results) -> Facts:
    return Facts(results, Words("en"))


@pytest.fixture(scope="module")
def baseline_page(results: Results) -> str:
    return page(results)


def content(text: str) -> dict[str, object]:
    found = re.search(r'<script id="content" type="application/json">(.*?)</script>', text, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def catalogue(lang: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(files("sim.report").joinpath("words", f"{lang}.toml").read_text(encoding="utf-8"))


def test_the_page_is_small_enough_to_be_sent(baseline_page: str) -> None:
    assert len(baseline_page.encode()) < LIMIT_BYTES


def test_the_browser_is_told_to_load_nothing_and_to_run_two_scripts_alone(baseline_page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', baseline_page)

    assert policy
    assert policy[1].startswith("default-src 'none'; script-src 'sha256-")
    assert policy[1].count("sha256-") == 2
    assert "unsafe-eval" not in policy[1]
    assert not re.search(r"<(?:link|img|iframe|object)\b|<script[^>]* src", baseline_page)


def test_the_same_run_gives_the_same_page(results: Results, baseline_page: str) -> None:
    is_same = page(results) == baseline_page
    assert is_same


def test_a_language_without_a_catalogue_is_refused_with_those_that_there_are(results: Results) -> None:
    with pytest.raises(UsageError, match="no language 'fr'; there are: en, zh"):
        page(results, "fr")


NAMES = ("topics", "parameters", "settings", "shock_variables")
"""What declarations call in English."""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_catalogues_have_the_same_sentences_with_the_same_numbers(lang: str) -> None:
    english, other = catalogue("en"), catalogue(lang)
    # What the model says in English itself needs words of its own in other languages alone.
    for name in ("levers", "telling", "because", "laws", "targets", "questions", "answer_names", *NAMES):
        english.pop(name)
        other.pop(name)

    def braces(sentences: dict[str, str]) -> dict[str, set[str]]:
        return {
            key: {name for _, name, _, _ in Formatter().parse(each) if name}
            for key, each in sentences.items()
        }

    assert {name: braces(section) for name, section in other.items()} == {
        name: braces(section) for name, section in english.items()
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_names_cannot_leave_the_data(hostile: Results, lang: str) -> None:
    text = page(hostile, lang)

    assert text.count("<script") == text.count("</script>") == 3
    assert "<script>alert" not in text
    assert "<img src" not in text
    assert "&lt;script&gt;alert(2)&lt;/script&gt; &amp; what then?" in text
    assert "<script>alert(1)</script>" in json.dumps(content(text), ensure_ascii=False)


@pytest.mark.parametrize("name", ["one_year", "standstill"])
def test_a_strange_run_has_a_page_without_gaps(name: str, request: pytest.FixtureRequest) -> None:
    text = page(request.getfixturevalue(name))

    shown = json.dumps(content(text))
    assert re.findall(r'"(?:nan|inf|None|n/a)"|NaN|Infinity', shown) == []


def test_every_plant_has_a_card_with_its_years(facts: Facts, results: Results) -> None:
    found = cards(facts)

    for key, rows in results.refineries.groupby("refinery"):
        assert [year[0] for year in found[str(key)]["years"]] == rows["year"].tolist()


def test_shares_of_a_plant_are_whole_by_control_and_by_equity(facts: Facts) -> None:
    for year in facts.years:
        for row in facts.plants[year]:
            assert facts.shares[CONTROL][year][row["refinery"]] == {row["group"]: 1.0}
            whole = sum(facts.shares[EQUITY][year][row["refinery"]].values())
            assert whole == pytest.approx(1.0, abs=1e-3)


def test_who_has_been_taken_over_has_nothing_by_equity_beside_its_new_owner() -> None:
    eager = {"combining": {"base_logit": 10.0}}
    facts = Facts(run(load("baseline", years={"end_year": 2026}, parameters=eager), 1), Words("en"))
    closed = [each for each in facts.results.world.deals if each.outcome == CLOSED]
    taken = {each.target for each in closed if each.target == each.seller}
    assert taken

    assert not taken & {*facts.owned[EQUITY][2026]}
    for shares in facts.shares[EQUITY][2026].values():
        assert sum(shares.values()) == pytest.approx(1.0, abs=1e-3)


def test_what_groups_control_adds_up_to_the_capacity_of_the_nation(facts: Facts) -> None:
    for year in facts.years:
        total = sum(facts.owned[CONTROL][year].values())
        assert total == pytest.approx(facts.annual[year]["capacity_mt"])


def test_both_sides_of_the_flow_between_regions_are_all_capacity(facts: Facts) -> None:
    last, opening = facts.years[-1], sum(facts.seen.opening.values())
    figure = next(each for each in flows_section(facts).figures if each.id == "coastward")
    trace = figure.frames[str(last)]["data"][0]
    links, labels = trace["link"], trace["node"]["label"]

    def total(side: str, but: str) -> float:
        ends = zip(links[side], links["value"], strict=True)
        return float(sum(value for end, value in ends if not labels[end].startswith(but)))

    assert total("source", "New") == pytest.approx(opening, abs=0.05)
    assert total("target", "Closed") == pytest.approx(facts.annual[last]["capacity_mt"], abs=0.05)


def test_what_closes_is_one_number_in_both_flows_and_in_the_table_of_plants_gone(facts: Facts) -> None:
    first, last = facts.years[0], facts.years[-1]
    coast, hands = flows_section(facts).figures
    events = facts.results.events
    lost = events[events["kind"].isin([Happened.EXIT, Happened.WRITE_OFF])]

    assert sum(facts.closed_mt(first, last).values()) == lost[lost["year"] > first]["amount"].sum()
    shown = facts.words.mt(sum(facts.closed_mt(first, last).values()))
    assert f" {shown} closed" in hands.frames[f"control|{last}"]["finding"]
    trace = coast.frames[str(last)]["data"][0]
    (closed,) = [each for each in trace["node"]["label"] if each.startswith("Closed")]
    assert closed == f"Closed {facts.words.mt(lost['amount'].sum())}"
    table = gone_section(facts)
    assert table is not None and f"{shown} Mt/yr" in table.tables[0].caption


def test_provinces_and_places_count_from_the_opening_as_the_answer_does(facts: Facts) -> None:
    tiles = provinces_section(facts).extra["tiles"]
    opening = sum(each["opening"]["capacity"] for each in tiles)
    moved = {each["id"]: each["values"]["capacity"][-1] - each["opening"]["capacity"] for each in tiles}

    assert opening == pytest.approx(sum(facts.seen.opening.values()), abs=0.02)
    for key, step in moved.items():
        assert step == pytest.approx(facts.seen.by_region[key], abs=0.002)


def test_every_plant_that_leaves_or_loses_lines_is_in_the_table_of_plants_gone(facts: Facts) -> None:
    events = facts.results.events
    told = events[events["kind"].isin([Happened.EXIT, Happened.RELOCATE, Happened.WRITE_OFF])]
    found = gone_section(facts)

    assert (found is None) == told.empty
    if found is not None:
        assert {row[0] for row in found.tables[0].rows} == {facts.called(key) for key in told["agent"]}


def test_the_numbers_are_those_of_the_table_of_years(facts: Facts, results: Results) -> None:
    table, by_control, by_equity = numbers_section(facts).tables

    for name, row in zip(MEASURES, table.rows, strict=True):
        assert [cell[1] for cell in row[1:]] == pytest.approx(results.years[name].tolist(), abs=1e-4)
    control, equity = ([cell[1] for cell in each.rows[2][1:]] for each in (by_control, by_equity))
    assert control == pytest.approx(results.years["cr5"].tolist(), abs=1e-4)
    assert all(part < whole for part, whole in zip(equity, control, strict=True))


QUOTED = ("about-", "movers", "widest", "sources", "synthetic", "targets")
"""Tables that quote sources and remarks of the pack as they were written."""
ENGLISH = re.compile(r"[A-Za-z]+ [a-z]{2,} [a-z]{2,}")
COMMANDS = re.compile("“shakeout [^”]*”")


def test_the_chinese_page_has_no_english_sentence_and_one_unit_of_mass(results: Results) -> None:
    text = page(results, "zh")
    shown = content(text)
    for section in shown["sections"]:  # type: ignore[attr-defined]
        section["tables"] = [each for each in section["tables"] if not each["id"].startswith(QUOTED)]
    names = {row.name for table in NAMED for row in getattr(results.scenario.pack, table)}

    kept = COMMANDS.sub("", json.dumps(shown, ensure_ascii=False))
    for name in sorted(names | {short(name) for name in names}, key=len, reverse=True):
        kept = kept.replace(name, "")

    assert sorted({found[0] for found in ENGLISH.finditer(kept)}) == []
    # Told as numbers: a comparison of texts of this size would be written out.
    assert [text.count(each) for each in (results.scenario.question, "百万吨")] == [0, 0]
    assert text.count("万吨") > 0


def test_everything_that_happens_has_words_and_a_reason_in_chinese() -> None:
    chinese = catalogue("zh")
    told = [str(each) for each in Happened if each not in QUIET]

    assert [each for each in told if each not in chinese["events"]] == []
    assert [each for each in told if each not in chinese["because"]] == []


NAMED = ("refineries", "groups", "projects", "regions", "smelters", "importers")


def test_what_carbon_took_is_what_plants_paid(charged: Results) -> None:
    facts = Facts(charged, Words("en"))
    table = charged.refineries

    section = carbon_section(facts)

    assert section
    paid = {row[0]: row[6][1] for row in section.tables[0].rows}
    for year, rows in table.groupby("year"):
        total = (rows["made_mt"] * rows["carbon_cny_per_t"]).sum()
        assert paid[str(year)] == pytest.approx(total, abs=1e-3)
        places = next(each for each in section.tables if each.year == year)
        assert sum(row[4][1] for row in places.rows) == pytest.approx(2.0 * total, abs=1e-2)


def test_there_is_no_carbon_price_where_nobody_pays(facts: Facts) -> None:
    assert carbon_section(facts) is None


@pytest.fixture(scope="module")
def charged() -> Results:
    """Two years of the toy, the second with a carbon price."""
    tax = {"type": "carbon", "id": "tax", "start_year": 2027, "benchmark_tco2_per_t": 0.0}
    tax |= {"price_cny_per_tco2": 200.0}
    return run(load("toy", years={"start_year": 2026, "end_year": 2027}, policies=[tax]), 0)
