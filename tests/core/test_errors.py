import copy

import pytest

from sim.core.errors import (
    MachineError,
    ModelCheckError,
    ScenarioError,
    ShakeoutError,
    StudyError,
    UsageError,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ShakeoutError, 1),
        (UsageError, 2),
        (ScenarioError, 3),
        (ModelCheckError, 4),
        (StudyError, 5),
        (MachineError, 6),
    ],
)
def test_every_kind_of_error_has_its_own_exit_code(error: type[ShakeoutError], code: int) -> None:
    assert error.exit_code == code
    assert issubclass(error, ShakeoutError)


def test_a_broken_law_says_where_by_how_much_and_for_whom() -> None:
    error = ModelCheckError(law="mass", amount=0.25, agents=["a", "b"], year=2030, phase="trade")

    assert str(error) == "2030 trade: 'mass' is broken by 0.25 at a, b"
    assert (error.year, error.phase, error.law, error.agents, error.amount) == (
        2030,
        "trade",
        "mass",
        ("a", "b"),
        0.25,
    )


def test_a_broken_law_names_five_agents_at_most() -> None:
    error = ModelCheckError(law="mass", amount=1.0, agents=list("abcdefg"))

    assert str(error) == "'mass' is broken by 1 at a, b, c, d, e ..."


def test_a_broken_law_learns_its_place_from_whoever_knows_it() -> None:
    found = ModelCheckError(law="market clears", amount=1.5, agents=["henan"])

    placed = found.at(2031, "trade")

    assert str(placed) == "2031 trade: 'market clears' is broken by 1.5 at henan"
    assert found.year is None


def test_a_broken_law_can_cross_a_process_boundary() -> None:
    error = ModelCheckError(law="money", amount=2.0, agents=["a"], year=2030, phase="settle")

    again = copy.copy(error)

    assert again is not error
    assert vars(again) == vars(error)
    assert str(again) == str(error)
