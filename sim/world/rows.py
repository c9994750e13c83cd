"""The tables of a pack as one run has them: columns times their ratios, and projects a year early or late by luck."""

from dataclasses import replace
from typing import Any

from sim.core.rng import Streams
from sim.scenario.pack import Pack
from sim.scenario.rows import ProjectRow
from sim.scenario.table_parameters import RATIOS, Tables


def with_tables(pack: Pack, tables: Tables, streams: Streams) -> Pack:
    """The pack with its rows as the parameters have them; one that nothing changes is the same object."""
    for name, (table, column) in RATIOS.items():
        if (ratio := getattr(tables, name)) != 1.0:
            rows = (
                row.model_copy(update={column: ratio * getattr(row, column)}) for row in getattr(pack, table)
            )
            changed: dict[str, Any] = {table: tuple(rows)}
            pack = replace(pack, **changed)
    odds = tables.project_shift_share
    return replace(pack, projects=_shifted(pack, odds, streams)) if odds > 0.0 else pack


def _shifted(pack: Pack, odds_share: float, streams: Streams) -> tuple[ProjectRow, ...]:
    """Projects of which some start a year early and as many a year late, none before the first year played."""
    luck = streams.uniforms("project year", 0, [row.id for row in pack.projects])
    steps = (luck > 1.0 - odds_share / 2.0).astype(int) - (luck < odds_share / 2.0).astype(int)
    first = pack.base_year + 1
    return tuple(
        row.model_copy(update={"expected_year": max(row.expected_year + step, first)}) if step else row
        for row, step in zip(pack.projects, steps.tolist(), strict=True)
    )
