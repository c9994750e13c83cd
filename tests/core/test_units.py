import math
from typing import get_args

import pytest
from pydantic import ValidationError

from sim.core import units
from sim.core.units import SUFFIXES, CnyPerT, Declared, Mt, Share, Unit, Year, fields_of, unit_of


class _Plant(Declared):
    capacity_mt: Mt
    """What it can make."""
    utilisation_share: Share = 1.0
    built_year: Year = 2010
    price_cny_per_t: CnyPerT = 0.0


def _symbols() -> list[str]:
    notes = (note for alias in vars(units).values() for note in get_args(alias)[1:])
    return [note.symbol for note in notes if isinstance(note, Unit)]


def test_every_unit_has_its_suffix_and_every_suffix_its_unit() -> None:
    assert {*_symbols()} == {*SUFFIXES}


def test_no_two_unlike_units_share_a_suffix() -> None:
    # Mt and Mt per year are the one exception: a yearly flow is told by what its name says it is.
    owners: dict[str, list[str]] = {}
    for symbol, suffixes in SUFFIXES.items():
        for suffix in suffixes:
            owners.setdefault(suffix, []).append(symbol)

    assert {suffix: symbols for suffix, symbols in owners.items() if len(symbols) > 1} == {
        "_mt": ["Mt", "Mt/yr"]
    }


@pytest.mark.parametrize(
    "values",
    [
        {"capacity_mt": "1.0"},
        {"capacity_mt": math.nan},
        {"capacity_mt": math.inf},
        {"capacity_mt": True},
        {"capacity_mt": 1.0, "capacity_t": 1.0},
        {"capacity_mt": 1.0, "utilisation_share": 1.01},
        {"capacity_mt": 1.0, "built_year": 2010.5},
        {"capacity_mt": 1.0, "built_year": 1066},
        {},
    ],
)
def test_what_is_not_a_number_in_its_range_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        _Plant.model_validate(values)


def test_a_whole_number_is_read_where_a_fraction_could_stand() -> None:
    assert _Plant.model_validate({"capacity_mt": 2}).capacity_mt == 2.0


def test_a_declaration_cannot_be_changed() -> None:
    plant = _Plant(capacity_mt=1.0)

    with pytest.raises(ValidationError, match="frozen"):
        plant.capacity_mt = 2.0  # type: ignore[misc]


def test_the_text_below_a_field_is_its_description() -> None:
    assert fields_of(_Plant)["capacity_mt"].description == "What it can make."


def test_the_longest_ending_of_a_name_tells_its_unit() -> None:
    assert unit_of("cash_cost_cny_per_t") == "CNY/t"
    assert unit_of("discount_per_year") == "1/yr"
    assert unit_of("nothing") == ""
