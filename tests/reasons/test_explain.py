"""Explanations of whole runs: their numbers are those of the tables, and every kind of agent has a story."""

import html
import json

import pytest

from sim.core.errors import UsageError
from sim.core.registry import UnknownNameError
from sim.process.bayer import Bayer
from sim.reasons.explain import explain
from sim.reasons.record import Record, names
from sim.reasons.verdict import verdict
from sim.run import Run


def first_event(record: Record, *kinds: str) -> tuple[int, str, str]:
    """Give year, agent and counterpart of the first event of some kinds."""
    row = next(row for row in record.tables["events"] if row["kind"] in kinds)
    return int(row["year"]), str(row["agent"]), str(row["counterpart"])


def refused_purchase(record: Record) -> tuple[int, str, str]:
    """Give year, buyer and plant of the first purchase of a plant that was refused."""
    plants = {row["refinery"] for row in record.tables["refineries"]}
    row = next(
        row
        for row in record.tables["events"]
        if row["kind"] == "deal_refused" and row["counterpart"] in plants
    )
    return int(row["year"]), str(row["agent"]), str(row["counterpart"])


def flat(text: str) -> str:
    """Give a text on one line, so that it does not matter where it was wrapped."""
    return " ".join(text.split())


def test_an_owner_tells_that_a_plant_of_its_own_closed(record: Record) -> None:
    year, plant, _ = first_event(record, "exit")
    owner = next(row["group"] for row in record.rows("refineries", refinery=plant, year=year))

    text = flat(explain(record, owner).text())

    assert f"{year}: {record.called(plant)} closed for good" in text


def test_a_plant_that_closed_tells_when_and_at_what_cost_and_price_it_would_have_stayed(
    record: Record,
) -> None:
    year, plant, _ = first_event(record, "exit")

    found = explain(record, plant)
    text = flat(found.text())

    assert f"It closed in {year}." in text
    assert f"{year}: stay or close? It closed for good." in text
    assert "It would have stayed had" in text
    facts = next(each for each in found.content["decisions"] if each["kind"] == "leave")["facts"]
    assert f"instead of {facts['long_run_cny_per_t']:,.0f}" in text


def test_a_plant_with_cold_lines_tells_why_it_cannot_come_back_at_once(eventful: Run, record: Record) -> None:
    plants = eventful.refineries
    cold = plants[(plants["warm_share"] < 0.9) & (plants["nameplate_mt"] > 0.0)].iloc[0]
    text = flat(explain(record, str(cold["refinery"]), int(cold["year"])).text())
    terms = record.parameters.running

    assert f"{100.0 * (1.0 - cold['warm_share']):.0f} % of its lines had gone cold" in text
    assert f"{100.0 * terms.warming_per_quarter:.0f} % of what is cold a quarter" in text
    cost = (1.0 - cold["warm_share"]) * cold["runnable_mt"] * terms.start_cost_cny_per_t
    assert f"all of it costs {cost:.0f} million CNY" in text


def test_the_cost_of_a_plant_is_that_of_the_tables(eventful: Run, record: Record) -> None:
    frame = eventful.refineries
    year = frame[frame["year"] == 2026]
    row = year[year["refinery"] == "xinfa-chiping"].iloc[0]

    found = explain(record, "xinfa-chiping", 2026)

    total = sum(row[f"{name}_cny_per_t"] for name in Bayer.components)
    mean = (
        sum((year["made_mt"] * year[f"{name}_cny_per_t"]).sum() for name in Bayer.components)
        / year["made_mt"].sum()
    )
    line = next(line for line in found.text().splitlines() if line.strip().startswith("cash cost"))
    assert line.split()[2:4] == [f"{total:,.0f}", f"{mean:,.0f}"]
    assert found.content["numbers"]["ore_cny_per_t"] == pytest.approx(row["ore_cny_per_t"])


def test_a_group_tells_what_it_bought_and_what_it_was_refused(record: Record) -> None:
    year, buyer, _ = first_event(record, "deal")
    late, refused, target = refused_purchase(record)

    assert f"{names(record)[buyer].name} bought" in flat(explain(record, buyer, year).text())
    words = flat(explain(record, refused, late).text())
    assert f"buy {names(record)[target].name}?" in words
    assert "withheld its consent" in words


def test_a_deal_has_an_id_of_its_own(record: Record) -> None:
    year, buyer, target = refused_purchase(record)

    found = explain(record, f"{year}-{target}")

    assert found.content["kind"] == "deal"
    assert names(record)[buyer].name in flat(found.text())
    with pytest.raises(UsageError, match=str(year)):
        explain(record, f"{year}-{target}", 2026 if year != 2026 else 2027)


def test_an_owner_whose_plan_was_denied_learns_what_would_have_made_it_pass(record: Record) -> None:
    plan = next(each for each in record.decisions if each.choice == "denied")
    tipped = verdict(plan, record).tipped(1).removesuffix(".")

    words = flat(explain(record, plan.agent, plan.year).text())

    assert "the nation turned it down" in words
    assert tipped.startswith("It would have gone ahead had ")
    assert tipped in words


def test_a_plant_that_moved_tells_why_from_both_ends(record: Record) -> None:
    year, old, new = first_event(record, "relocate")

    before, after = flat(explain(record, old).text()), flat(explain(record, new).text())

    assert f"It closed in {year}." in before
    for words in (before, after):
        assert "move a plant to the coast? It went ahead" in words
    assert f"{year}: it replaces {names(record)[old].name}" in after


def test_a_plant_before_it_stands_is_under_construction_and_earlier_unknown(record: Record) -> None:
    year, _, new = first_event(record, "relocate")
    decided = int(new[-4:])

    assert "Under construction" in explain(record, new, decided).text()
    if decided > 2026:
        with pytest.raises(UsageError, match="does not stand in 2026"):
            explain(record, new, 2026)
    assert "A refinery of" in explain(record, new, year).text()


@pytest.mark.parametrize(
    ("agent", "says"),
    [
        ("hongqiao-honghe", "A smelter of 0.74 Mt/yr"),
        ("ind-hongqiao", "A producer abroad"),
        ("bai-bintan-4", "A project abroad"),
        ("guangxi_coast", "A supply region with"),
        ("antam", "controls no group of its own"),
        ("wenfeng-jiayuguan-2", "A planned refinery of 3.60 Mt/yr"),
        ("xinfa", "An owner group."),
    ],
)
def test_every_kind_of_agent_has_a_story(agent: str, says: str, record: Record) -> None:
    assert says in flat(explain(record, agent).text())


def test_every_agent_of_a_run_can_be_explained(record: Record) -> None:
    for key in names(record):
        found = explain(record, key)
        json.dumps(found.content, allow_nan=False)
        assert all(len(line) <= 96 or " " not in line.strip() for line in found.text(96).splitlines())
        assert "nan" not in found.text().lower().replace("nanshan", "").split()


def test_an_agent_is_found_by_its_name_whatever_its_letters(record: Record) -> None:
    name = names(record)["xinfa-chiping"].name

    assert explain(record, name.upper()).content["agent"] == "xinfa-chiping"


def test_an_unknown_agent_is_told_with_the_nearest_name(record: Record) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'xinfa-chiping'") as caught:
        explain(record, "xinfa-chipng")

    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)


def test_a_year_that_was_not_played_is_refused(record: Record) -> None:
    with pytest.raises(UsageError, match="the run has no year 2050; it covers 2026-2030"):
        explain(record, "xinfa", 2050)


def test_one_year_tells_no_other(record: Record) -> None:
    busy = next(each.agent for each in record.decisions if each.year == 2027 and each.kind == "build")

    content = explain(record, busy, 2027).content

    assert {each["year"] for each in content["decisions"]} == {2027}
    assert {each["year"] for each in content["events"]} <= {2027}


def test_a_year_of_a_plant_shows_its_quarters_and_thresholds(eventful: Run, record: Record) -> None:
    words = explain(record, "xinfa-chiping", 2027).text()
    quarters = eventful.quarters[eventful.quarters["year"] == 2027]["price_cny_per_t"]

    line = next(line for line in words.splitlines() if line.strip().startswith("price, national"))
    assert line.split()[2:] == [f"{price:,.0f}" for price in quarters]
    assert "its lines stop when" in flat(words)


def test_a_run_explains_itself_as_its_record_does(eventful: Run, record: Record) -> None:
    assert str(eventful.explain("xinfa", 2027)) == explain(record, "xinfa", 2027).text()
    assert html.escape("Mt/yr") in eventful.explain("xinfa")._repr_html_()


def test_headings_are_bold_only_when_asked_for(record: Record) -> None:
    found = explain(record, "xinfa")

    assert "\x1b" not in found.text()
    assert "\x1b[1mWhat it is\x1b[0m" in found.text(bold=True)
