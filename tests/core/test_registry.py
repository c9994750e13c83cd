import copy

import pytest

from sim.core.errors import UsageError
from sim.core.registry import Registry, UnknownNameError, nearest


def _fruit() -> Registry[object]:
    fruit: Registry[object] = Registry("fruit")
    fruit.add("pear", "a pear")
    fruit.add("apple", "an apple")
    return fruit


def test_what_is_registered_is_found_under_its_name() -> None:
    fruit: Registry[type] = Registry("fruit")

    @fruit.register("plum")
    class Plum:
        pass

    assert fruit.get("plum") is Plum


def test_names_come_in_alphabetical_order() -> None:
    fruit = _fruit()

    assert fruit.names() == tuple(fruit) == ("apple", "pear")
    assert fruit.items() == (("apple", "an apple"), ("pear", "a pear"))
    assert "pear" in fruit and len(fruit) == 2


def test_a_second_thing_under_a_name_is_refused() -> None:
    fruit = _fruit()

    with pytest.raises(ValueError, match="fruit 'pear' is registered twice: 'a pear' and 'another'"):
        fruit.add("pear", "another")
    assert fruit.get("pear") == "a pear"


def test_the_same_thing_may_be_registered_again() -> None:
    fruit = _fruit()

    fruit.add("pear", fruit.get("pear"))

    assert len(fruit) == 2


def test_an_unknown_name_is_answered_with_the_nearest_and_all_allowed() -> None:
    with pytest.raises(UnknownNameError) as raised:
        _fruit().get("aple")

    assert str(raised.value) == "unknown fruit 'aple' (did you mean 'apple'?); allowed: apple, pear"
    assert raised.value.nearest == "apple"
    assert raised.value.allowed == ("apple", "pear")


def test_an_unknown_name_is_a_key_error_and_a_usage_error() -> None:
    error = UnknownNameError("fruit", "xyz", [])

    assert isinstance(error, KeyError) and isinstance(error, UsageError)
    assert str(error) == "unknown fruit 'xyz'; allowed: nothing"
    assert error.exit_code == 2


def test_an_unknown_name_error_can_cross_a_process_boundary() -> None:
    error = UnknownNameError("fruit", "aple", ["apple"])

    assert str(copy.copy(error)) == str(error)
    assert copy.copy(error).allowed == ("apple",)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("carbn", "carbon"), ("CARBON", "carbon"), ("hhi", "HHI"), ("zzz", None), ("", None)],
)
def test_the_nearest_name_is_near_or_none(name: str, expected: str | None) -> None:
    assert nearest(name, ["trade", "carbon", "HHI"]) == expected


def test_a_cell_that_is_run_again_puts_its_own_anew() -> None:
    registry: Registry[type] = Registry("policy")
    first, again = (type("Mine", (), {"__module__": "__main__"}) for _ in range(2))
    registry.add("mine", first)

    registry.add("mine", again)

    assert registry.get("mine") is again
