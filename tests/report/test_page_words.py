"""The page in words: what deals brought, what is assumed, and what a scenario changes."""

import re

import pandas as pd
import pytest

from sim.aftermath import INSIDE
from sim.report.page.assumptions import topic_tables
from sim.report.page.changes import scenario_changes
from sim.report.page.deals import deals_section
from sim.report.page.facts import Facts
from sim.report.page.parts import Words, signed
from sim.report.sentences import LANGUAGES, catalogue
from sim.results import Results
from sim.run import run
from sim.scenario.load import load
from sim.world.dealbook import CLOSED


@pytest.fixture(scope="module")
def eager() -> Facts:
    """Four years in which groups combine whenever they may."""
    changed = {"combining": {"base_logit": 10.0}, "deals": {"base_logit": 2.0}}
    return Facts(run(load("baseline", years={"end_year": 2029}, parameters=changed), 1), Words("en"))


def test_what_is_told_of_deals_adds_up_what_their_table_lists(eager: Facts) -> None:
    section = deals_section(eager)
    closed = next(each for each in section.tables if each.id == "deals-control")
    failed = next(each for each in section.tables if each.id == "deals-failed")
    size, paid, cost, cash, step = (
        pd.Series([row[place][1] for row in closed.rows], dtype=float) for place in (3, 4, 5, 6, 7)
    )
    words = eager.words
    mean = (size * cost).sum() / size[cost.notna()].sum()

    assert len(closed.rows) > 3
    told = f"{len(closed.rows)} deals between owners closed, for {words.billions(paid.sum())} billion"
    assert told in section.lead
    assert f"; {len(failed.rows)} bids fail" in section.lead
    assert f"over {words.mt(size.sum())} Mt/yr of refining" in section.lead
    assert f"move HHI by {signed(step.sum())} points" in section.lead
    assert f"earned {words.billions(cash.sum())} billion CNY" in closed.caption
    assert f"went {'up' if mean > 0.0 else 'down'} by {abs(mean):.0f} CNY/t" in closed.caption


def test_deals_that_closed_stand_apart_from_bids_that_failed(eager: Facts) -> None:
    tables = {each.id: each for each in deals_section(eager).tables}
    book = eager.results.deals[~eager.results.deals["kind"].isin(INSIDE)]
    ends = {eager.words(f"outcomes.{end}") for end in set(book["outcome"]) - {CLOSED}}

    assert list(tables)[:3] == ["deals-control", "deals-equity", "deals-failed"]
    assert len(tables["deals-control"].rows) == (book["outcome"] == CLOSED).sum()
    assert {row[5] for row in tables["deals-failed"].rows} == ends
    assert tables["deals-failed"].folded


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_parameter_is_listed_once_in_words_with_its_unit(results: Results, lang: str) -> None:
    pack, words = results.scenario.pack, Words(lang)
    tables = topic_tables(pack, words)
    rows = [row for table in tables for row in table.rows]
    bare = [row[1][0] for row in rows if re.fullmatch(r"[-\d,.]+", row[1][0])]

    assert len(rows) == len(pack.provenance)
    assert all(
        each.unit in words.catalogue["parameter_units"] or each.unit == "year"
        for each in pack.provenance.values()
    )
    assert len(bare) == sum(each.unit == "year" for each in pack.provenance.values())
    assert [row[0] for row in rows if re.search(r"[a-z]_[a-z]|\w\.\w+_", row[0])] == []


def test_the_chinese_names_of_parameters_are_those_of_parameters_that_there_are(results: Results) -> None:
    paths = {*results.scenario.pack.provenance, *load("copper_baseline").pack.provenance}
    above = {path.rpartition(".")[0] for path in paths}

    assert set(catalogue("zh")["parameters"]) <= paths | above
    assert set(catalogue("zh")["topics"]) == {path.partition(".")[0] for path in paths}


def test_a_quota_and_its_regions_are_told_in_words(results: Results) -> None:
    rows = scenario_changes(Facts(results, Words("en")))

    assert rows == [
        [
            "policy",
            "quota of approvals, 2026 on",
            "quota of new plants a year: 12 Mt/yr; no new plants in: Shandong, Hebei coast, Shanxi, Henan",
        ]
    ]
