"""What every registered policy owes: words, units, refusal of what it does not know, and no effect when it is off."""

import re
from functools import cache
from typing import Any

import pytest
from annotated_types import Ge, Le
from pydantic import ValidationError
from pydantic.fields import FieldInfo

import sim.policies
from sim.core.units import Unit, fields_of
from sim.policies.policy import POLICIES, Policy
from sim.policies.rulebook import Rulebook
from sim.scenario.load import load
from tests.phases.playing import Played, play

FIRST = 2028
PLACES = {"port": load("baseline").pack.ports[0].id}
"""What a required field that names a place says."""
NAMES = POLICIES.names()


def middle(field: FieldInfo) -> Any:
    """Give a value in the middle of what a required field allows."""
    low = next((each.ge for each in field.metadata if isinstance(each, Ge)), 0.0)
    high = next((each.le for each in field.metadata if isinstance(each, Le)), 1.0)
    value = 0.5 * (float(str(low)) + float(str(high)))
    return int(value) if field.annotation is int else value


def written(name: str, **changes: Any) -> dict[str, Any]:
    """Give a policy as a scenario writes it, with middling numbers, from 2028 on."""
    kind = POLICIES.get(name)
    named = {"id": "tried", "type": name, "start_year": FIRST, **changes}
    if name == "self_discipline":
        # a pledge that binds: half a cut is more than anybody keeps who is free not to
        named = {"breach_cny_per_t": 1000.0, **named}
    needed = (key for key, field in kind.model_fields.items() if field.is_required() and key not in named)
    return {**{key: PLACES.get(key) or middle(kind.model_fields[key]) for key in needed}, **named}


def policy(name: str, **changes: Any) -> Policy:
    """Give a policy with middling numbers, from 2028 on."""
    return POLICIES.get(name).model_validate(written(name, **changes))


@cache
def without(years: int) -> Played:
    """Give the run without any policy."""
    return play(years)


def same(one: Played, other: Played) -> bool:
    """Say whether two runs are the same to the last bit in all that was recorded."""
    pairs = (
        (one.years, other.years),
        (one.quarters, other.quarters),
        (one.refineries, other.refineries),
        (one.groups, other.groups),
    )
    return all(left.equals(right) for left, right in pairs)


def test_importing_the_folder_registers_its_instruments() -> None:
    assert sim.policies.__path__
    assert {"carbon", "no_zombie", "trade"} <= {*NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_says_in_words_what_it_does_and_where_it_is_from(name: str) -> None:
    kind = POLICIES.get(name)

    assert re.match(r"[A-Z][^\n]{15,}\.$", (kind.__doc__ or "").splitlines()[0])
    assert len(kind.source) > 20


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_a_policy_carries_a_unit_and_a_meaning(name: str) -> None:
    fields = fields_of(POLICIES.get(name))
    numbers = {key: field for key, field in fields.items() if field.annotation in (float, int)}

    assert all(any(isinstance(each, Unit) for each in field.metadata) for field in numbers.values())
    assert all(field.description for field in fields.values() if field.annotation in (float, int))


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_refuses_a_parameter_that_it_does_not_know(name: str) -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        policy(name, strenght_share=1.0)


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_refuses_a_number_that_is_not_one(name: str) -> None:
    with pytest.raises(ValidationError):
        policy(name, strength_share=float("nan"))
    with pytest.raises(ValidationError):
        policy(name, strength_share=1.5)


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_of_no_strength_leaves_the_rulebook_as_it_was(name: str) -> None:
    rules = Rulebook(discipline_share=0.3)

    for year in (FIRST - 1, FIRST, FIRST + 7):
        assert policy(name, strength_share=0.0).amend(rules, year) == rules


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_in_force_changes_the_rulebook_and_not_the_one_it_was_given(name: str) -> None:
    rules = Rulebook()

    amended = policy(name).amend(rules, FIRST)

    assert amended != rules
    assert rules == Rulebook()


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_does_nothing_before_its_start_and_after_its_end(name: str) -> None:
    short = policy(name, end_year=FIRST + 1)

    assert short.amend(Rulebook(), FIRST - 1) == Rulebook()
    assert short.amend(Rulebook(), FIRST + 1) != Rulebook()
    assert short.amend(Rulebook(), FIRST + 2) == Rulebook()


@pytest.mark.parametrize("name", NAMES)
def test_a_run_with_a_policy_of_no_strength_is_the_same_to_the_last_bit(name: str) -> None:
    weak = play(3, policies=[written(name, start_year=2026, strength_share=0.0)])

    assert same(weak, without(3))


@pytest.mark.parametrize("name", NAMES)
def test_the_years_before_a_policy_starts_are_the_same_to_the_last_bit(name: str) -> None:
    early = play(FIRST - 2026, policies=[written(name)])

    assert same(early, without(FIRST - 2026))


@pytest.mark.parametrize("name", NAMES)
def test_the_years_before_an_announcement_are_the_same_to_the_last_bit(name: str) -> None:
    known = written(name, announce_year=FIRST, start_year=FIRST + 1)

    assert same(play(FIRST - 2026, policies=[known]), without(FIRST - 2026))


@pytest.mark.parametrize("name", NAMES)
def test_an_announcement_leaves_the_rulebook_of_the_years_before_the_start_alone(name: str) -> None:
    assert policy(name, announce_year=2026).amend(Rulebook(), FIRST - 1) == Rulebook()


def test_an_announced_carbon_price_moves_runs_before_it_starts() -> None:
    announced = written("carbon", announce_year=2026, price_cny_per_tco2=200.0, benchmark_tco2_per_t=0.5)

    assert not same(play(FIRST - 2026, policies=[announced]), without(FIRST - 2026))


@pytest.mark.parametrize(
    "name",
    [
        "carbon",
        "energy_price",
        "ore_ban",
        "phase_out",
        "port",
        "red_mud",
        "regional_cap",
        "standing_exports",
        "self_discipline",
        "smelter_cap",
        "trade",
    ],
)
def test_a_policy_in_force_changes_a_run(name: str) -> None:
    # full discipline need not: in the first years no plant may be long enough in the red to ask for support
    assert not same(play(1, policies=[written(name, start_year=2026)]), without(1))


def test_a_refund_in_force_changes_a_run_without_any_duty() -> None:
    refund = written("trade", start_year=2026, duty_share=0.0, export_refund_share=1.0)

    assert not same(play(1, policies=[refund]), without(1))


def test_full_discipline_ends_support_where_provinces_would_give_it() -> None:
    # the odds of an offer fall from e^3 to e^-7
    weights = {"intercept_logit": 3.0, "jobs_logit": 0.0, "state_logit": 0.0, "discipline_logit": 10.0}
    generous = {"support": weights}
    strict = written("no_zombie", start_year=2026, discipline_share=1.0)

    given, refused = (
        play(4, parameters=generous, policies=policies).groups["support_mcny"].sum()
        for policies in ([], [strict])
    )

    assert given > 0.0
    assert refused == 0.0
