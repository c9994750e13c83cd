import numpy as np

from sim.report.capacity import capacity_table, draw_capacity
from sim.results import Results


def test_the_parts_of_capacity_add_up_to_what_is_installed(results: Results) -> None:
    table = capacity_table(results)

    parts = table[["running_mt", "idle_mt", "held_mt", "dead_mt"]]
    assert np.abs(parts.sum(axis=1) - table["installed_mt"]).max() < 1e-9
    assert (parts.to_numpy() >= 0.0).all()


def test_the_base_year_stands_first_with_the_capacity_of_the_pack(results: Results) -> None:
    first = capacity_table(results).iloc[0]

    installed = sum(row.nameplate_mt for row in results.scenario.pack.refineries if row.installed)
    assert (first["year"], first["installed_mt"]) == (2025, installed)


def test_capacity_moves_by_what_starts_and_what_leaves(results: Results) -> None:
    table = capacity_table(results)

    moved = table["started_since_mt"] - table["closed_since_mt"]
    assert np.abs(table["installed_mt"] - table["installed_mt"].iloc[0] - moved).max() < 1e-9


def test_a_standstill_has_an_operating_rate_of_zero(standstill: Results) -> None:
    title = draw_capacity(standstill).texts[0].get_text()

    assert "operating rate 0 % after" in title
