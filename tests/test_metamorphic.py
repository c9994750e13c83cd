"""What must not change, or must change in a known way, when the world is told in another way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.opening import open_world
from sim.results import Results
from sim.scenario.load import Scenario, load
from sim.study.patterns.panel import play
from tests.packs import Records, edited

TABLES = ("years", "quarters", "regions", "groups", "flows", "events", "decisions", "refineries")
GHOST = "ghost-refinery"
YEARS = {"end_year": 2030}
RESTLESS = {
    "inputs": {
        "motions": {
            name: {"volatility_per_sqrt_year": 0.2} for name in ("guinea_ore", "caustic", "coal", "aluminium")
        }
    },
    "disruptions": {name: {"rate_per_year": 1.0} for name in ("imported_ore", "overseas_refinery")},
    "world": {"disturbance_mt": 0.05},
}
"""Parameters that wake the toy world up: prices move and things happen."""


def without(results: Results, plant: str) -> dict[str, pd.DataFrame]:
    """Give all tables of a run, leaving out one refinery's own rows."""
    tables = {name: getattr(results, name) for name in TABLES}
    plants = tables["refineries"]
    return {**tables, "refineries": plants[plants["refinery"] != plant].reset_index(drop=True)}


def check_same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    """Fail unless all tables agree bit for bit."""
    for name in TABLES:
        pd.testing.assert_frame_equal(one[name], other[name], check_exact=True, obj=name)


def ghost_of(records: Records, place: int) -> Records:
    """Give refineries with one of no capacity, owned and sited like the first, at a place."""
    ghost = {**records[0], "id": GHOST, "name": "Ghost", "nameplate_mt": "0"}
    return [*records[:place], ghost, *records[place:]]


def largest_gap(one: pd.DataFrame, other: pd.DataFrame) -> float:
    """Give the largest difference of two tables of numbers, relative to the larger, 1 at least."""
    a, b = one.to_numpy(dtype=float), other.to_numpy(dtype=float)
    return float(np.max(np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), 1.0)))


@pytest.fixture(scope="module")
def baseline() -> Results:
    """Five years of the baseline."""
    return play(load("baseline", years=YEARS), 0)


@pytest.mark.parametrize("place", [0, 25, 10_000], ids=["first", "in the middle", "last"])
def test_a_plant_of_zero_capacity_changes_nothing(baseline: Results, tmp_path: Path, place: int) -> None:
    scenario = edited(
        tmp_path, "china_alumina", "refineries", lambda records: ghost_of(records, place), years=YEARS
    )

    haunted = play(scenario, 0)

    assert GHOST in haunted.world.refineries.keys
    check_same(without(haunted, GHOST), without(baseline, GHOST))


def test_a_plant_of_any_capacity_is_seen(baseline: Results, tmp_path: Path) -> None:
    def solid(records: Records) -> Records:
        return [
            *records[:-1],
            {**records[-1], "nameplate_mt": str(float(records[-1]["nameplate_mt"]) + 0.001)},
        ]

    other = play(edited(tmp_path, "china_alumina", "refineries", solid, years=YEARS), 0)

    with pytest.raises(AssertionError):
        check_same(without(other, GHOST), without(baseline, GHOST))


def test_the_order_of_refineries_in_the_file_changes_no_national_number(
    baseline: Results, tmp_path: Path
) -> None:
    turned = edited(tmp_path, "china_alumina", "refineries", lambda records: records[::-1], years=YEARS)

    other = play(turned, 0)

    # Sums over plants are taken in row order, so the last bits may move; 1e-9 is a thousandth of a kilogram
    # in a million tonnes, and the millionth of a yuan to which prices are rounded.
    assert largest_gap(other.years, baseline.years) <= 1e-9
    assert largest_gap(other.quarters, baseline.quarters) <= 1e-9


def test_the_first_five_years_do_not_know_how_long_the_run_is(baseline: Results) -> None:
    long = without(play(load("baseline", years={"end_year": 2035}), 0), GHOST)

    early = {name: table[table["year"] <= 2030].reset_index(drop=True) for name, table in long.items()}

    check_same(early, without(baseline, GHOST))


def test_a_shock_changes_nothing_before_it_comes(baseline: Results) -> None:
    shock = {
        "id": "late",
        "variable": "ore_price",
        "size_ratio": 1.0,
        "start_year": 2029,
        "duration_quarters": 2,
    }

    hit = without(play(load("baseline", years=YEARS, shocks=[shock]), 0), GHOST)

    before = {name: table[table["year"] < 2029].reset_index(drop=True) for name, table in hit.items()}
    usual = without(baseline, GHOST)
    check_same(
        before, {name: table[table["year"] < 2029].reset_index(drop=True) for name, table in usual.items()}
    )
    assert not hit["years"].equals(usual["years"])


@pytest.mark.parametrize("variable", ["ore_supply", "ore_price", "refining", "smelting", "world_balance"])
def test_a_shock_of_no_size_changes_nothing_but_the_event_log(baseline: Results, variable: str) -> None:
    shock = {"id": "none", "variable": variable, "size_ratio": 0, "start_year": 2027, "duration_quarters": 4}

    calm = without(play(load("baseline", years=YEARS, shocks=[shock]), 0), GHOST)

    events = calm["events"]
    assert (events["agent"] == "none").sum() == 1
    calm["events"] = events[events["agent"] != "none"].reset_index(drop=True)
    check_same(calm, without(baseline, GHOST))


def twice(scenario: Scenario) -> dict[str, Any]:
    """Give overrides that double every quantity of a scenario: parameters in Mt, and capacities in rows."""
    parameters: dict[str, Any] = {}
    for path, known in scenario.pack.provenance.items():
        if known.unit.startswith("Mt"):
            *sections, name = path.split(".")
            inner = parameters
            for section in sections:
                inner = inner.setdefault(section, {})
            own: Any = scenario.spec.parameters
            for part in path.split("."):
                own = getattr(own, part)
            inner[name] = 2.0 * own
    pack = scenario.pack
    tables = {
        "refineries": (pack.refineries, ("nameplate_mt",)),
        "projects": (pack.projects, ("capacity_mt",)),
        "smelters": (pack.smelters, ("capacity_mt",)),
        "importers": (pack.importers, ("capacity_mt", "smelting_mt", "china_contract_mt")),
        "history": ([row for row in pack.history if row.series == "aluminium_operating"], ("value",)),
    }
    rows = {
        table: {row.id: {name: 2.0 * getattr(row, name) for name in names} for row in kept}
        for table, (kept, names) in tables.items()
    }
    return {"parameters": parameters, "rows": rows}


@pytest.mark.parametrize("parameters", [{}, RESTLESS], ids=["calm", "restless"])
def test_twice_of_everything_costs_the_same(parameters: dict[str, Any]) -> None:
    single = load("toy", parameters=parameters)
    double = twice(single)
    grown = load("toy", parameters=_laid(parameters, double["parameters"]), rows=double["rows"])

    one, two = play(single, 1).quarters, play(grown, 1).quarters

    # Not bit for bit: the tolerance of the clearing, 1e-10 Mt, does not grow with the market, and prices are
    # rounded to 1e-6 CNY/t.
    assert one["production_mt"].std() > 0.0
    tonnes = [name for name in one.columns if name.endswith("_mt") and name != "clearing_residual_mt"]
    prices = [name for name in one.columns if name.endswith(("_per_t", "_per_usd"))]
    assert largest_gap(two[tonnes], 2.0 * one[tonnes]) <= 1e-7
    assert largest_gap(two[prices], one[prices]) <= 1e-7


def _laid(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Give two nested mappings laid over one another."""
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(below.get(key), dict)
        merged[key] = _laid(below[key], value) if both else value
    return merged


def test_a_plant_in_two_halves_makes_what_it_made_whole(tmp_path: Path) -> None:
    # Comparable where size does not matter to cost and luck does not differ from plant to plant: no scale
    # effect, one reluctance, ponds that last, no use of mud, no class A, no retrofit. Support follows a plant's
    # size, but only from the next year on.
    parameters = {
        "costs": {"scale_ratio": 0.0},
        "leaving": {"reluctance_spread_cny_per_t": 0.0},
        "mud_use": {"opening_ratio": 0.0, "innovation_per_year": 0.0, "imitation_per_year": 0.0},
        "compliance": {"class_a_old_share": 0.0, "class_a_modern_share": 0.0},
        "retrofits": {"attention_share": 0.0},
    }
    rows = {"regions": {"shandong": {"pond_life_years": 50.0}}}
    year = {"years": {"end_year": 2026}, "parameters": parameters, "rows": rows}
    halves = edited(tmp_path, "china_alumina", "refineries", halved("weiqiao-zhanhua"), **year)

    one, two = play(load("baseline", **year), 0), play(halves, 0)

    # A sum of two halves rounds where one number did not; prices are rounded to 1e-6 of 2,700 CNY/t.
    assert len(two.world.refineries) == len(one.world.refineries) + 1
    # What counts plants (losers, and gaps of who closes and is curbed, rates over plants in thirds by their number)
    # and the price of pond space, whose life at the start is luck, are left out.
    own = {"share_below_cash_cost", "mud_shadow_price_cny_per_t"}
    counted = ("exit_gap_", "curb_gap_")
    national = [name for name in one.years.columns if name not in own and not name.startswith(counted)]
    assert largest_gap(two.years[national], one.years[national]) <= 1e-6
    assert largest_gap(two.quarters, one.quarters) <= 1e-6


def halved(plant: str) -> Callable[[Records], Records]:
    """Give an edit that splits a plant into two equal halves of the same owner."""

    def edit(records: Records) -> Records:
        split: Records = []
        for record in records:
            if record["id"] == plant:
                half = {**record, "nameplate_mt": str(float(record["nameplate_mt"]) / 2.0)}
                split += [half, {**half, "id": f"{plant}-b"}]
            else:
                split.append(record)
        return split

    return edit


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_more_smelting_never_lowers_the_first_price(seed: int) -> None:
    def first_prices(factor: float) -> list[float]:
        scenario = load("baseline", years={"end_year": 2026})
        larger = {row.id: {"capacity_mt": factor * row.capacity_mt} for row in scenario.pack.smelters}
        cap = {"market": {"metal_cap_mt": 60.0}}
        more = load("baseline", years={"end_year": 2026}, rows={"smelters": larger}, parameters=cap)
        return [play(more, seed).quarters["price_cny_per_t"][0]]

    prices = [first_prices(factor)[0] for factor in (1.0, 1.01, 1.03, 1.06)]

    assert prices == sorted(prices)
    assert prices[-1] > prices[0]


def test_the_toy_world_costs_what_a_hand_works_out() -> None:
    plants = open_world(load("toy")).refineries

    # Coast: 2.5 t of ore at 60 x 7 x 1.1 + 20 = 482 -> 1,205; 0.06 t of soda at 3,000 -> 180; 8 / (20 x 0.8) =
    # 0.5 t of coal at 800 + 200 kWh at 0.4 -> 480; fixed 300; 1 t of mud at 40: in all 2,205.
    # Inland: 2 t of ore at 500; 0.1 t of soda at 3,200; 0.75 t of coal at 700 + 80; 300 + 100 for lime; 1 t of
    # mud at 40: in all 2,365. Half and half of both, with haul of 100 on imported ore and mixed digestion:
    # (1,455 + 1,000) / 2 + (192 + 320) / 2 + 0.625 x 700 + 80 + 350 + 40 = 2,391.
    cost = dict(zip(plants.keys, plants.cash_cost_cny_per_t, strict=True))
    assert cost["alfa-coast"] == pytest.approx(2205.0, abs=1e-9)
    assert cost["beta-inland-1"] == pytest.approx(2365.0, abs=1e-9)
    assert cost["gamma-inland"] == pytest.approx(2391.0, abs=1e-9)


def test_the_toy_world_has_three_groups_and_six_refineries() -> None:
    world = open_world(load("toy"))

    standing = world.refineries.nameplate_mt > 0.0
    assert world.groups.keys == ("alfa", "beta", "gamma")
    assert int(standing.sum()) == 6
    # 1.5 + 0.5 of alfa, 1 + 1 of beta, which holds 60 % of Beta Inland, 0.5 + 0.5 of gamma
    owned = np.bincount(world.refineries.group, world.refineries.nameplate_mt)
    assert owned.tolist() == [2.0, 2.0, 1.0]
