"""Tables of a pack that may be off."""

from collections import Counter

import pytest

from sim.core.rng import Streams
from sim.scenario.load import load
from sim.scenario.table_parameters import RATIOS, Tables
from sim.world.rows import with_tables

PACK = load("baseline").pack
AS_WRITTEN = Tables(**dict.fromkeys(RATIOS, 1.0), project_shift_share=0.0)


def test_ratios_of_one_and_no_odds_leave_the_pack_itself() -> None:
    assert with_tables(PACK, AS_WRITTEN, Streams(1)) is PACK


@pytest.mark.parametrize("name", RATIOS)
def test_a_ratio_multiplies_its_column_and_nothing_else(name: str) -> None:
    table, column = RATIOS[name]
    found = with_tables(PACK, AS_WRITTEN.model_copy(update={name: 1.2}), Streams(1))

    changed = [
        other
        for other in ("freight", "regions", "importers", "projects")
        if getattr(found, other) != getattr(PACK, other)
    ]
    assert changed == [table]
    for before, after in zip(getattr(PACK, table), getattr(found, table), strict=True):
        assert after == before.model_copy(update={column: 1.2 * getattr(before, column)})


def test_projects_start_a_year_early_as_often_as_late_and_none_before_the_first_year() -> None:
    tables = AS_WRITTEN.model_copy(update={"project_shift_share": 0.5})
    steps: Counter[int] = Counter()
    for seed in range(40):
        for before, after in zip(
            PACK.projects, with_tables(PACK, tables, Streams(seed)).projects, strict=True
        ):
            assert after.expected_year > PACK.base_year
            if before.expected_year > PACK.base_year + 1:
                steps[after.expected_year - before.expected_year] += 1

    # chances of 1/4, 1/2, 1/4: within four standard deviations
    drawn = steps.total()
    for step, chance in ((-1, 0.25), (0, 0.5), (1, 0.25)):
        assert abs(steps[step] - chance * drawn) < 4.0 * (drawn * chance * (1.0 - chance)) ** 0.5
