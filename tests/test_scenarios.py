"""The library of scenarios: each asks a question, and the model answers as its author argued beforehand."""

import json
from functools import cache
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from sim.commands.scenarios import SCHEMA
from sim.metrics import METRICS
from sim.scenario.load import load, outline
from sim.scenario.schema import Expected
from sim.scenario.shelf import shipped_folder
from sim.scenario.writer import editor_schema
from tests.expectations import SEEDS, judge, root_of, short, usual, with_expectations, years_of

LIBRARY = with_expectations()


def test_the_library_holds_at_least_a_dozen_scenarios_that_can_be_wrong() -> None:
    assert len(LIBRARY) >= 12
    assert "baseline" not in LIBRARY


@pytest.mark.parametrize("path", sorted(shipped_folder().glob("*.yaml")), ids=lambda path: path.stem)
def test_every_scenario_begins_with_its_question_and_is_known_to_editors(path: Path) -> None:
    line, first, *_ = path.read_text(encoding="utf-8").splitlines()

    assert line == f"# yaml-language-server: $schema={SCHEMA}"
    assert first.startswith("question: ") and first.endswith("?")
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert [error.message[:200] for error in Draft202012Validator(shipped()).iter_errors(written)] == []


@cache
def shipped() -> dict[str, object]:
    """Give the schema that lies beside the shipped scenarios."""
    found: dict[str, object] = json.loads((shipped_folder() / SCHEMA).read_text(encoding="utf-8"))
    return found


def test_the_schema_beside_the_scenarios_is_the_one_that_is_printed() -> None:
    # After a change of policies or parameters: shakeout schema > scenarios/scenario.schema.json
    assert shipped() == editor_schema()
    wrong = {"policies": {"ets": {"type": "carbon", "price_cny_per_tco2": "high"}}}
    for mistaken in (wrong, {"extendz": "baseline"}):
        assert list(Draft202012Validator(shipped()).iter_errors(mistaken))


@pytest.mark.parametrize("name", LIBRARY)
def test_every_expected_measure_is_one_that_runs_report(name: str) -> None:
    items = load(name).spec.expects

    assert [item.measure for item in items if item.measure not in METRICS] == []
    assert all(item.because.endswith(".") for item in items)


def test_what_a_scenario_expects_is_not_said_of_those_that_extend_it(tmp_path: Path) -> None:
    child = tmp_path / "child.yaml"
    child.write_text("question: Is a child like its parent?\nextends: high_duty\n", encoding="utf-8")

    assert outline("high_duty").child("expects")
    assert load(child).spec.expects == ()
    assert load(child).spec.policies == load("high_duty").spec.policies


@pytest.mark.parametrize("name", LIBRARY)
def test_the_model_answers_as_the_author_of_the_scenario_argued(name: str) -> None:
    scenario = short(name)
    years = years_of(scenario)

    verdicts = [judge(item, usual(root_of(name)), years) for item in scenario.spec.expects]

    assert [str(each) for each in verdicts if not each.holds] == []


def test_an_outcome_that_does_not_come_is_refuted() -> None:
    years = [
        frame.assign(price_cny_per_t=frame["price_cny_per_t"] + 50.0 + seed)
        for seed, frame in enumerate(usual())
    ]
    higher, lower, same = (
        Expected(measure="price_cny_per_t", direction=direction, because="Fifty more in every seed.")
        for direction in ("higher", "lower", "same")
    )

    assert judge(higher, usual(), years).holds
    assert not judge(lower, usual(), years).holds
    # 50 of about 2,900 is more than a per cent
    assert not judge(same, usual(), years).holds


def test_a_difference_that_luck_could_make_is_no_outcome() -> None:
    years = [frame.assign(exits=frame["exits"] + (-1.0) ** seed) for seed, frame in enumerate(usual())]
    expected = Expected(measure="exits", direction="higher", because="One more and one less in turn.")

    assert len(SEEDS) % 2 == 0
    assert not judge(expected, usual(), years).holds
