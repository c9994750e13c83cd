import pickle
from typing import Annotated

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.core.registry import UnknownNameError
from sim.core.tables import Column, Table


class _Plants(Table):
    nameplate_mt: Annotated[NDArray[np.float64], Column("Mt/yr", "what it was built to make")]
    built_year: Annotated[NDArray[np.int64], Column("year", "first year of operation", start=2000)]
    coastal: Annotated[NDArray[np.bool_], Column("", "stands at a port")]


def _plants() -> _Plants:
    return _Plants(["a", "b"], nameplate_mt=[1.0, 2.0], coastal=[True, False])


def test_columns_come_from_the_annotations_with_unit_and_type() -> None:
    columns = {column.name: (column.unit, column.dtype) for column in _Plants.columns()}

    assert columns == {
        "nameplate_mt": ("Mt/yr", np.dtype(float)),
        "built_year": ("year", np.dtype(np.int64)),
        "coastal": ("", np.dtype(bool)),
    }


def test_values_not_given_start_where_their_column_says() -> None:
    plants = _plants()

    assert plants.nameplate_mt.tolist() == [1.0, 2.0]
    assert plants.built_year.tolist() == [2000, 2000]


def test_a_row_once_learned_is_right_for_ever() -> None:
    plants = _plants()
    row = plants.row("b")

    plants.append(["c"], nameplate_mt=3.0)

    assert row == plants.row("b") == 1
    assert plants.nameplate_mt[row] == 2.0


def test_new_rows_leave_earlier_arrays_as_they_were() -> None:
    plants = _plants()
    before = plants.nameplate_mt

    rows = plants.append(["c", "d"], nameplate_mt=[3.0, 4.0])

    assert rows.tolist() == [2, 3]
    assert before.tolist() == [1.0, 2.0]
    assert plants.nameplate_mt.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert plants.keys == ("a", "b", "c", "d")


def test_a_key_that_comes_twice_is_refused_and_nothing_changes() -> None:
    plants = _plants()

    with pytest.raises(ValueError, match="has 'b' already"):
        plants.append(["c", "b"])

    assert plants.keys == ("a", "b")
    assert len(plants.nameplate_mt) == 2


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"nameplate_mt": [1.0]}, r"nameplate_mt has shape \(1,\), not a value for each of 2 rows"),
        ({"built_year": [1.5, 2.5]}, "built_year takes int64, not float64"),
        ({"namplate_mt": [1.0, 2.0]}, "_Plants has no column namplate_mt"),
    ],
)
def test_values_that_do_not_fit_are_refused(values: dict[str, list[float]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _Plants(["a", "b"], **values)


def test_an_unknown_key_is_answered_with_the_nearest() -> None:
    plants = _Plants(["weiqiao", "chalco"])

    with pytest.raises(
        UnknownNameError, match=r"unknown row of _Plants 'chalko' \(did you mean 'chalco'\?\)"
    ):
        plants.row("chalko")


def test_a_snapshot_stays_as_it_was_and_cannot_be_written() -> None:
    plants = _plants()

    seen = plants.snapshot()
    plants.nameplate_mt[0] = 9.0
    plants.append(["c"])

    assert seen.nameplate_mt.tolist() == [1.0, 2.0]
    assert len(seen) == 2 and seen.row("b") == 1
    with pytest.raises(ValueError, match="read-only"):
        seen.nameplate_mt[0] = 9.0


def test_snapshots_share_what_has_not_changed_between_them() -> None:
    plants = _plants()
    first, same = plants.snapshot(), plants.snapshot()

    plants.nameplate_mt[0] = 9.0
    after = plants.snapshot()
    twin = pickle.loads(pickle.dumps(plants)).snapshot()
    plants.append(["c"])

    assert same is first
    assert (first.nameplate_mt[0], after.nameplate_mt[0]) == (1.0, 9.0)
    assert after.coastal is first.coastal
    assert (len(after), len(plants.snapshot())) == (2, 3)
    assert not twin.nameplate_mt.flags.writeable


def test_two_tables_do_not_share_their_arrays() -> None:
    one, other = _plants(), _plants()

    one.nameplate_mt[0] = 9.0

    assert other.nameplate_mt[0] == 1.0


def test_a_table_below_a_table_has_the_columns_of_both() -> None:
    class Coastal(_Plants):
        berth_mt: Annotated[NDArray[np.float64], Column("Mt/yr", "what the port can land")]

    assert [column.name for column in Coastal.columns()][-2:] == ["coastal", "berth_mt"]
    assert len(_Plants.columns()) == 3


def test_an_empty_table_has_no_rows_and_can_grow() -> None:
    plants = _Plants([])

    plants.append(["a"], nameplate_mt=[1.0])

    assert plants.nameplate_mt.tolist() == [1.0]


def test_a_column_that_is_no_array_is_refused() -> None:
    class Wrong(Table):
        capacity_mt: Annotated[float, Column("Mt", "what it can make")]

    with pytest.raises(TypeError, match=r"column capacity_mt is annotated as .*float"):
        Wrong([])
