"""Worlds at the ends of what is legal: each runs, or a named law ends it; nothing else does."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.cli import main
from sim.core.errors import ModelCheckError
from sim.industry import Industry, release
from sim.laws import MONEY_SHARE, Flows
from sim.recorder import LEAST_MT
from sim.report.exchange import read_frame
from sim.scenario.columns import ANY, Column, leaves_of
from sim.scenario.load import Scenario
from sim.scenario.parameters import Parameters
from sim.scenario.problems import InvalidScenarioError

CASES = 12
COUNTS = (1, 2, 5, 20, 1000)
"""How many parameters a case moves at most."""
NUDGE_SHARE = 1e-9
"""An end that does not belong to its range is missed by this part of it."""


def ends(scenario: Scenario) -> Iterator[tuple[str, Column, float, float]]:
    """Every parameter of a scenario by its path, with the lowest and highest value that are legal."""
    possible = {each.price: (each.low, each.high) for each in scenario.pack.trade.inputs}
    known = scenario.resolved["parameters"]
    for path, column in leaves_of(Parameters).items():
        if column.kind in (int, float):
            for here in places(known, path, ()):
                low, high = possible.get(here[-1], (column.low, column.high))
                yield ".".join(("parameters", *here)), column, low, high


def places(tree: object, rest: tuple[str, ...], here: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The paths in a tree that fit a path in which `*` stands for any key."""
    if not rest:
        yield here
    elif isinstance(tree, dict):
        for key in (each for each in tree if rest[0] in (ANY, each)):
            yield from places(tree[key], rest[1:], (*here, str(key)))


def drawn(scenario: Scenario, case: int) -> list[str]:
    """Settings of a case: some parameters anywhere in their legal ranges, often at an end."""
    luck = random.Random(case)  # of a test, not of a run
    known = list(ends(scenario))
    values, nearest = {"years.end_year": 2028.0}, dict[str, float]()
    for path, column, low, high in luck.sample(known, min(luck.choice(COUNTS), len(known))):
        nudge = NUDGE_SHARE * (high - low)
        among = luck.uniform(low, high)
        values[path], nearest[path] = luck.choice(((low, low + nudge), (high, high - nudge), (among, among)))
        if column.kind is int:
            values[path] = nearest[path] = float(round(among))
    try:
        sim.load(scenario, set=_settings(values))
    except InvalidScenarioError as error:
        for problem in error.problems:  # an end that does not belong to its range
            values[problem.path] = nearest[problem.path]
    return _settings(values)


def _settings(values: dict[str, float]) -> list[str]:
    return [f"{path}={int(value) if value.is_integer() else value!r}" for path, value in values.items()]


def line(name: str, seed: int, settings: list[str]) -> str:
    """The command that replays a case."""
    return f"shakeout run {name} --seed {seed} {' '.join(f'--set {each}' for each in settings)}"


@pytest.mark.parametrize("case", range(CASES))
def test_a_world_anywhere_in_the_legal_ranges_runs_or_a_law_ends_it(case: int) -> None:
    toy = sim.load("toy")
    settings = drawn(toy, case)

    try:
        found = sim.run(sim.load(toy, set=settings), case)
    except ModelCheckError:
        return
    except Exception as error:
        pytest.fail(f"{type(error).__name__}: {error}\n{line('toy', case, settings)}")
    assert (found.quarters["price_cny_per_t"] > 0.0).all(), line("toy", case, settings)


@pytest.mark.parametrize("ratio", ["energy_ratio", "ore_ore_ratio"])
@pytest.mark.parametrize("value", [-1, 1])
def test_inputs_that_move_as_one_have_a_path(ratio: str, value: int) -> None:
    found = sim.run("toy", set={f"parameters.inputs.{ratio}": value, "years.end_year": 2026})

    assert (found.quarters["price_cny_per_t"] > 0.0).all()


def test_without_smelting_what_is_delivered_is_paid_for_and_the_price_breaks_its_law() -> None:
    stop = {"variable": "smelting", "size_ratio": 1.0, "start_year": 2026, "duration_quarters": 1}
    industry = Industry("toy", set={"shocks.stop": {"id": "stop", **stop}})

    with pytest.raises(ModelCheckError, match=r"2026 trade: 'prices are positive' .* at alumina"):
        industry.step()

    release(industry)
    assert Flows(industry.world).payments(industry.world, "trade") < MONEY_SHARE


def _shock(variable: str, size_ratio: float) -> dict[str, Any]:
    terms = {"id": "s", "variable": variable, "size_ratio": size_ratio, "start_year": 2026}
    return {"shocks": [{**terms, "duration_quarters": 4}]}


def _policy(kind: str, **terms: Any) -> dict[str, Any]:
    return {"policies": [{"id": "p", "type": kind, "start_year": 2026, **terms}]}


LEGAL: dict[str, dict[str, Any]] = {
    "no smelting for a year": _shock("smelting", 1.0),
    "a world short of twenty": _shock("world_balance", -20.0),
    "a hundred million tonnes abroad": _shock("world_balance", 100.0),
    "no plant may run": _policy("regional_cap", ceiling_share=0.0, regions=["coast", "inland"]),
    "three quarters of the ore banned": _policy("ore_ban", ban_share=0.75),
    "no smelter runs": {"parameters": {"market": {"smelter_running_share": 0.0}}},
    "no metal allowed": {"parameters": {"market": {"aluminium_cap_mt": 0.0}}},
    "twenty million tonnes too many": {"parameters": {"world": {"balance_mt": 20.0}}},
}
"""What may be asked for, and what is beyond the market that the toy has."""


@pytest.mark.parametrize("asked", LEGAL.values(), ids=list(LEGAL))
def test_what_is_legal_has_a_price_or_breaks_a_law_of_the_market(asked: dict[str, Any]) -> None:
    try:
        found = sim.run(sim.load("toy", **asked), 3, set=["years.end_year=2027"])
    except ModelCheckError as broken:
        assert broken.law in ("prices are positive", "market clears")
    else:
        assert (found.quarters["price_cny_per_t"] > 0.0).all()


def test_an_industry_of_which_no_plant_is_left_is_told_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    closing = "{id: all, type: phase_out, start_year: 2026, built_before_year: 2100}"
    text = f"extends: toy\nquestion: What if all close?\nyears: {{end_year: 2028}}\npolicies: [{closing}]\n"
    Path("gone.yaml").write_text(text, encoding="utf-8")

    played = [
        main(["run", "gone.yaml", "--quiet", "--out", "0"]),
        main(["audit", "0"]),
        main(["ensemble", "gone.yaml", "--quiet", "--runs", "2", "--jobs", "1", "--out", "many"]),
    ]

    assert played == [0, 0, 0], capsys.readouterr().err
    plants = read_frame(Path("0"), "refineries")
    assert plants[plants["year"] == 2028]["nameplate_mt"].sum() == 0.0
    assert ((plants["price_cny_per_t"] > 0.0) == (plants["sold_mt"] > LEAST_MT)).all()


def test_a_negative_price_abroad_is_a_broken_law_with_its_year_and_name() -> None:
    with pytest.raises(ModelCheckError, match=r"20\d\d trade: 'prices are positive' .* at alumina FOB"):
        sim.run("toy", 0, set=["parameters.world.disturbance_mt=1.7742347272103987"])


def test_a_negative_price_at_the_mills_of_a_region_that_ships_is_a_broken_law() -> None:
    settings = (
        "world.late_cargo_share=0.8367386520981063",
        "pipeline.first_half_share=1e-09",
        "calibrated.runnable_share.coast=0.999999999",
        "market.metal_growth_per_year=0.0999999998",
        "world.full_slope_mt_per_usd=0.09588868807709405",
    )
    changes = ["years.end_year=2028", *(f"parameters.{each}" for each in settings)]

    with pytest.raises(ModelCheckError, match=r"'prices are positive' .* at alumina of inland"):
        sim.run("toy", 154750939, set=changes)


ENDS = {
    "nothing can run": {"calibrated.runnable_share.coast": 0, "calibrated.runnable_share.inland": 0},
    "deals save nothing": {"combining.most_saving_cny_per_t": 0, "combining.base_logit": 10},
    "all lines go cold": {
        "running.idle_share": 0,
        "running.write_off_share": 1,
        "running.cooling_per_quarter": 1,
    },
}


@pytest.mark.parametrize("ends", ENDS.values(), ids=list(ENDS))
def test_at_the_ends_of_its_ranges_nothing_is_divided_by_nought(ends: dict[str, float]) -> None:
    try:
        sim.run(
            "toy",
            3,
            set={"years.end_year": 2029, **{f"parameters.{path}": end for path, end in ends.items()}},
        )
    except ModelCheckError as broken:
        assert "prices are positive" in str(broken)


def test_where_no_room_for_plants_is_meant_it_is_a_policy_and_no_ratio_of_nought() -> None:
    with pytest.raises(InvalidScenarioError, match="above 0"):
        sim.load("toy", set=["parameters.approvals.room_ratio=0"])
