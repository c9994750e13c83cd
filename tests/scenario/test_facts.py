"""Facts that cannot be are refused where they stand; what is not refused can be played."""

import random
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.scenario.fact_fit import owners_with_plants
from sim.scenario.facts import FACTS, NEEDED, OPEN, Fact
from sim.scenario.load import load, validate
from sim.scenario.problems import InvalidScenarioError, Problem
from sim.scenario.writer import editor_schema

HEAD = "question: What if it happens?\nextends: toy\nyears: {end_year: 2029}\nfacts:\n"
PLAYED = 25
"""Sets of facts that are drawn and, where they are valid, played."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An own working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problems_of(*facts: str) -> list[Problem]:
    """Give what is wrong with a scenario that states some facts, each written as the inside of a flow mapping."""
    Path("stated.yaml").write_text(HEAD + "".join(f"  - {{{fact}}}\n" for fact in facts), encoding="utf-8")
    return validate(["stated.yaml"])


SHUT = "id: shut, year: 2027, what: closure, plant: alfa-coast"

REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "a plant that is not there": (
        ("id: a, year: 2027, what: closure, plant: alfa-cost",),
        "did you mean 'alfa-coast'",
    ),
    "a project that is not there": (
        ("id: a, year: 2027, what: start, project: alfa-nev",),
        "did you mean 'alfa-new'",
    ),
    "a buyer that is not there": (
        ("id: a, year: 2027, what: deal, buyer: bета, target: alfa",),
        "facts.a.buyer",
    ),
    "a buyer without plants": (
        ("id: a, year: 2027, what: deal, buyer: abroad, target: alfa",),
        "no owner of plants",
    ),
    "a target that is not there": (
        ("id: a, year: 2027, what: deal, buyer: beta, target: alfalfa",),
        "did you mean 'alfa'",
    ),
    "itself": (("id: a, year: 2027, what: deal, buyer: beta, target: beta",), "cannot buy itself"),
    "a year before the run": (("id: a, year: 2025, what: closure, plant: alfa-coast",), "not inside the run"),
    "a year after the run": (("id: a, year: 2030, what: closure, plant: alfa-coast",), "2026 to 2029"),
    "a plant that is closed": (
        (SHUT, "id: a, year: 2028, what: stop, plant: alfa-coast, quarters: 1"),
        "by 'shut'",
    ),
    "a plant that closes twice": (
        (SHUT, "id: a, year: 2028, what: closure, plant: alfa-coast"),
        "closes in 2027",
    ),
    "a closed plant that is bought": (
        (SHUT, "id: a, year: 2028, what: deal, buyer: beta, target: alfa-coast"),
        "closes in 2027",
    ),
    "a project that starts twice": (
        (
            "id: b, year: 2027, what: start, project: alfa-new",
            "id: a, year: 2028, what: start, project: alfa-new",
        ),
        "starts in 2027",
    ),
    "a stop without end": (("id: a, year: 2027, what: stop, plant: alfa-coast",), "quarters is missing"),
    "a key of another fact": ((f"{SHUT.replace('shut', 'a')}, share: 0.5",), "does not belong to a closure"),
    "a key of no fact": ((f"{SHUT.replace('shut', 'a')}, plants: 2",), "did you mean 'plant'"),
    "nothing that happens": (
        ("id: a, year: 2027, what: closures, plant: alfa-coast",),
        "did you mean 'closure'",
    ),
    "a part of nothing": (
        ("id: a, year: 2027, what: deal, buyer: beta, target: alfa, share: 0",),
        "moves nothing",
    ),
    "more than all": (("id: a, year: 2027, what: deal, buyer: beta, target: alfa, share: 2",), "maximum 1"),
    "money for selling": (
        ("id: a, year: 2027, what: deal, buyer: beta, target: alfa, price_mcny: -1",),
        "below the minimum 0",
    ),
    "a name twice": ((SHUT, SHUT.replace("coast", "inland")), "given twice"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_with_its_line(name: str) -> None:
    facts, said = REFUSED[name]
    problems = problems_of(*facts)

    assert len(problems) == 1, [str(each) for each in problems]
    assert said in str(problems[0])
    assert problems[0].line == HEAD.count("\n") + len(facts)


def test_whoever_runs_it_all_the_same_is_told_the_same() -> None:
    facts = [{"id": "a", "year": 2027, "what": "closure", "plant": "nowhere"}]
    with pytest.raises(InvalidScenarioError, match="nowhere"):
        load("toy", facts=facts)


def test_a_scenario_changes_and_drops_facts_of_another_by_id() -> None:
    Path("below.yaml").write_text(f"{HEAD}  - {{{SHUT}}}\n", encoding="utf-8")
    Path("above.yaml").write_text(
        "extends: below\nquestion: Later?\nfacts: {shut: {year: 2028}}\n", encoding="utf-8"
    )
    Path("none.yaml").write_text("extends: below\nquestion: Never?\nfacts: {shut: null}\n", encoding="utf-8")

    assert [fact.year for fact in load("above.yaml").spec.facts] == [2028]
    assert load("none.yaml").spec.facts == ()


def test_every_fact_has_its_keys_declared() -> None:
    keys = {name for each in (*NEEDED.values(), *OPEN.values()) for name in each}

    assert set(FACTS) == set(NEEDED) == set(OPEN)
    assert keys | {"id", "year", "what"} == set(Fact.model_fields)
    assert "facts" in editor_schema()["properties"]


def drawn(luck: random.Random) -> list[dict[str, Any]]:
    """Give one to four facts with names and numbers of all sorts."""
    pack = load("toy").pack
    plants = [*(row.id for row in pack.refineries), "alfa-new"]
    owners = sorted(owners_with_plants(pack))
    targets = [*plants, *owners, *(row.id for row in pack.smelters)]
    found = []
    for number in range(luck.randint(1, 4)):
        fact: dict[str, Any] = {
            "id": f"f{number}",
            "year": luck.randint(2026, 2029),
            "what": luck.choice([*FACTS]),
        }
        match fact["what"]:
            case "start":
                fact |= {"project": "alfa-new", "quarter": luck.randint(1, 4)}
            case "closure":
                fact |= {"plant": luck.choice(plants)}
            case "stop":
                fact |= {
                    "plant": luck.choice(plants),
                    "quarters": luck.randint(1, 6),
                    "quarter": luck.randint(1, 4),
                }
            case _:
                fact |= {"buyer": luck.choice(owners), "target": luck.choice(targets)}
                fact |= luck.choice(({}, {"share": luck.random()}, {"price_mcny": luck.uniform(0.0, 5e4)}))
        found.append(fact)
    return found


def test_what_is_valid_can_be_played() -> None:
    luck = random.Random(20261127)  # of a test, not of a run
    played = 0
    for _ in range(PLAYED):
        facts = drawn(luck)
        try:
            scenario = load("toy", years={"end_year": 2029}, facts=facts)
        except InvalidScenarioError:
            continue
        results = sim.run(scenario, seed=luck.randint(0, 9))
        for fact in facts:
            results.explain(fact.get("plant") or fact.get("project") or fact["buyer"])
        for deal in results.deals["id"]:
            results.explain(deal)
        played += 1

    assert played > PLAYED / 2
