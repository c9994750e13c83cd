"""The laws hold in every run, and a book that is cooked is caught in the year and the phase in which it is.

A fault is planted once, by a checker that stands before the laws and spoils a table as a defect of ours
would. One fault at a time, so that each shows which law guards what.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from sim.checks import Conservation
from sim.core.errors import ModelCheckError
from sim.industry import Industry, release
from sim.scenario.load import Scenario, load
from sim.study.patterns.panel import play
from sim.world.world import World

YEAR = 2027
PLANT, OTHER = 3, 7
"""Rows of two plants that run from the start to the end: weiqiao-beihai and one more."""

Spoil = Callable[[World], object]


@dataclass(frozen=True)
class Fault:
    """One thing that must not happen.

    Attributes:
        name: what it is.
        phase: after which phase it happens.
        law: which law is broken.
        spoil: does it; gives the agent that must be named, or nothing where a law knows no agent.
    """

    name: str
    phase: str
    law: str
    spoil: Spoil


def add(table: str, column: str, row: int | tuple[int, int], amount: float) -> Spoil:
    """Give a fault that adds to one cell of a table of the industry and names no agent."""

    def spoil(world: World) -> None:
        getattr(getattr(world, table), column)[row] += amount

    return spoil


def at_plant(spoil: Spoil) -> Spoil:
    """Give a fault that must be told of the plant."""
    return lambda world: (spoil(world), world.refineries.keys[PLANT])[1]


def at_group(spoil: Spoil) -> Spoil:
    """Give a fault that must be told of the first group."""
    return lambda world: (spoil(world), world.groups.keys[0])[1]


def move(table: str, column: str, amount: float) -> Spoil:
    """Give a fault that moves an amount from the first to the second cell of a column."""

    def spoil(world: World) -> None:
        cells = getattr(getattr(world, table), column).reshape(-1)
        cells[0] -= amount
        cells[1] += amount

    return spoil


def close_in_silence(world: World) -> None:
    """Take a plant out without an event."""
    world.refineries.nameplate_mt[PLANT] = world.refineries.runnable_mt[PLANT] = 0.0


def swap_nameplate(world: World) -> str:
    """Move nameplate from one plant to another without an event; the sum stays."""
    world.refineries.nameplate_mt[PLANT] += 0.01
    world.refineries.nameplate_mt[OTHER] -= 0.01
    return world.refineries.keys[PLANT]


def lose_a_millionth(world: World) -> str:
    """Take one part per million from a stake of the ownership graph."""
    holder, held, stake = next(iter(world.ownership.graph.edges(data=True)))
    world.ownership._graph[holder][held]["ppm"] = stake["ppm"] - 1
    return str(held)


def give_away(world: World) -> str:
    """Write the stakes of a company anew, without a change of hands."""
    holder, held, stake = next(iter(world.ownership.graph.edges(data=True)))
    world.ownership._graph.add_edge(holder, held, ppm=stake["ppm"] + 1)
    return str(held)


def owe_shares(world: World) -> str:
    """Give one of two holders of a company more than all of it, and the other less than nothing."""
    graph = world.ownership._graph
    held = next(node for node in graph if graph.in_degree(node) > 1)
    (less, _, stake), (more, _, other), *_ = graph.in_edges(held, data=True)
    moved = stake["ppm"] + 1
    graph[less][held]["ppm"], graph[more][held]["ppm"] = -1, other["ppm"] + moved
    return str(held)


def earn_from_nowhere(world: World) -> str:
    """Book earnings and pay them out in cash, without a sale."""
    world.book.earned_mcny[0] += 50.0
    world.groups.cash_mcny[0] += 50.0
    return world.groups.keys[0]


def mine_for_nothing(world: World) -> str:
    """Book what a mine could never have earned, with the owner's earnings and cash."""
    group = int(world.mines.group[0])
    world.book.mines_mcny[0] += 1e5
    for column in (world.book.mining_mcny, world.book.earned_mcny, world.groups.cash_mcny):
        column[group] += 1e5
    return world.mines.keys[0]


def announce(kind: str) -> Spoil:
    """Give a fault that tells of something that has not happened."""
    return lambda world: world.tell(kind, "weiqiao-beihai", 0.5, "Mt/yr", "a rumour")


FAULTS = (
    Fault("local ore from nowhere", "settle", "local ore by region", add("local_ore", "stock_mt", 2, 0.1)),
    Fault("more dug than there is", "trade", "mines dig what they can", add("book", "dug_mt", 2, 50.0)),
    Fault("output from nothing", "trade", "alumina balance", add("book", "made_mt", PLANT, 0.1)),
    Fault("imports from nowhere", "trade", "alumina balance", add("book", "flows_mt", (-1, 0), 0.1)),
    Fault("use of nothing", "settle", "alumina balance", add("book", "used_mt", 0, 0.1)),
    Fault("stock that grows", "leave", "alumina balance", add("prices", "stock_smelters_mt", 0, 1e-6)),
    Fault(
        "stock that is no number", "trade", "alumina balance", add("prices", "stock_smelters_mt", 0, np.nan)
    ),
    Fault(
        "smelters owe stock",
        "trade",
        "flows and stocks are not negative",
        move("prices", "stock_smelters_mt", 5.0),
    ),
    Fault(
        "refineries owe stock",
        "invest",
        "flows and stocks are not negative",
        move("prices", "stock_refineries_mt", 5.0),
    ),
    Fault(
        "a flow runs backwards", "trade", "flows and stocks are not negative", move("book", "flows_mt", 100.0)
    ),
    Fault(
        "sold more than shipped",
        "trade",
        "alumina by plant and market",
        lambda world: (add("book", "sold_mt", PLANT, 0.1)(world), "shandong")[1],
    ),
    Fault(
        "a plant above its nameplate",
        "commission",
        "runnable capacity lies within nameplate",
        at_plant(add("refineries", "runnable_mt", PLANT, 2.0)),
    ),
    Fault(
        "output beyond what could run",
        "trade",
        "output lies within available capacity",
        at_plant(add("book", "available_mt", PLANT, -2.0)),
    ),
    Fault(
        "more than all lines run",
        "trade",
        "running shares lie between 0 and 1",
        at_plant(add("refineries", "running_share", PLANT, 1.01)),
    ),
    Fault(
        "less than no line runs",
        "weigh_limits",
        "running shares lie between 0 and 1",
        at_plant(add("refineries", "running_share", PLANT, -1.01)),
    ),
    Fault(
        "nameplate without an event",
        "commission",
        "capacity by events",
        add("refineries", "nameplate_mt", PLANT, 0.01),
    ),
    Fault("exit without an event", "leave", "capacity by events", close_in_silence),
    Fault("an event without an exit", "leave", "capacity by events", announce("exit")),
    Fault("an event without a start", "commission", "capacity by events", announce("start")),
    Fault("cash from nowhere", "settle", "money by group", at_group(add("groups", "cash_mcny", 0, 1.0))),
    Fault("debt forgotten", "settle", "money by group", at_group(add("groups", "debt_mcny", 0, -1.0))),
    Fault("bills forgotten", "trade", "money by group", at_group(add("groups", "payables_mcny", 0, -1.0))),
    Fault("a mine earns too much", "trade", "money by mine", mine_for_nothing),
    Fault(
        "ore from nothing",
        "trade",
        "ore by mine",
        lambda world: (add("book", "mined_mt", 0, 100.0)(world), world.mines.keys[0])[1],
    ),
    Fault("tax not paid", "settle", "money by group", at_group(add("book", "tax_mcny", 0, 1.0))),
    Fault(
        "debt forgiven twice", "settle", "money by group", at_group(add("book", "written_off_mcny", 0, 1.0))
    ),
    Fault(
        "cash is no number",
        "settle",
        "numbers are finite",
        lambda world: (add("groups", "cash_mcny", 0, np.nan)(world), "cash")[1],
    ),
    Fault(
        "price is no number",
        "trade",
        "numbers are finite",
        lambda world: (add("prices", "mill_cny_per_t", 0, np.nan)(world), "price")[1],
    ),
    Fault(
        "endless cost",
        "trade",
        "numbers are finite",
        lambda world: (add("refineries", "cash_cost_cny_per_t", 0, np.inf)(world), "cash cost")[1],
    ),
    Fault(
        "cost without its part",
        "trade",
        "cost by component",
        at_plant(add("book", "components_mcny", (0, PLANT), -50.0)),
    ),
    Fault(
        "alumina without ore", "trade", "ore by plant", at_plant(add("book", "imported_ore_mt", PLANT, -0.1))
    ),
    Fault("soda from nowhere", "trade", "reagent by plant", at_plant(add("book", "reagent_mt", PLANT, 0.01))),
    Fault("mud forgotten", "trade", "red mud by plant", at_plant(add("book", "mud_mt", PLANT, -0.1))),
    Fault("a loss below zero", "trade", "losses are borne", add("book", "losses_mcny", (0, 0), -1.0)),
    Fault("a stake is short by a millionth", "settle", "stakes add up", lose_a_millionth),
    Fault("a stake grows by no change", "merge", "stakes add up", give_away),
    Fault("a holder owes shares", "merge", "stakes add up", owe_shares),
    Fault("nameplate moves in silence", "invest", "capacity by events", swap_nameplate),
    Fault("earnings without a sale", "settle", "money by group", earn_from_nowhere),
    Fault(
        "mud leaves its pond",
        "weigh_limits",
        "mud in ponds",
        at_plant(add("refineries", "mud_stock_mt", PLANT, -1.0)),
    ),
    Fault(
        "an investment that nobody paid",
        "invest",
        "money by group",
        at_group(add("book", "capex_mcny", 0, 1.0)),
    ),
    Fault(
        "a smelter grows in silence",
        "invest",
        "smelting capacity by events",
        add("smelters", "capacity_mt", 0, 1.0),
    ),
    Fault("a smelter moves in silence", "invest", "smelters move by events", add("smelters", "market", 0, 1)),
    Fault(
        "revenue from nowhere", "trade", "payments have two sides", add("book", "revenue_mcny", PLANT, 100.0)
    ),
    Fault("a loss that nobody bears", "trade", "losses are borne", add("book", "losses_mcny", (0, 0), 500.0)),
)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """The baseline, two years of it."""
    return load("baseline", years={"end_year": YEAR})


def caught(scenario: Scenario, fault: Fault) -> tuple[ModelCheckError, object]:
    """Run with a fault planted and give what the laws say, and which agent they should name."""
    industry = Industry(scenario, 0)
    told: list[object] = []

    def plant(spoiled: World, phase: str) -> None:
        if (spoiled.year, phase) == (YEAR, fault.phase) and not told:
            told.append(fault.spoil(spoiled))

    industry.checkers.extend((plant, Conservation(industry.world)))
    with np.errstate(invalid="ignore"), pytest.raises(ModelCheckError) as error:
        for _ in range(2):
            industry.step()
    release(industry)
    return error.value, told[0]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_cooked_book_is_caught_where_it_is_cooked(scenario: Scenario, fault: Fault) -> None:
    error, agent = caught(scenario, fault)

    assert (error.law, error.year, error.phase) == (fault.law, YEAR, fault.phase)
    assert error.exit_code == 4
    assert agent is None or agent in error.agents
    assert error.amount != 0.0


def test_at_least_twenty_faults_are_tried() -> None:
    assert len({fault.name for fault in FAULTS}) >= 20


def test_nothing_is_caught_where_nothing_was_cooked(scenario: Scenario) -> None:
    industry = Industry(scenario, 0)
    industry.checkers.append(Conservation(industry.world))

    industry.step()

    assert industry.world.year == YEAR - 1


def test_laws_hold_in_thirty_runs_of_a_scarce_market() -> None:
    # 1e-9 of throughput, of the largest balance and of each plant's cost: some 1e6 roundings of 1e-16.
    scenario = load("scarcity", years={"end_year": 2028})

    runs = [play(scenario, seed).residuals for seed in range(100, 130)]

    laws = {"alumina balance", "money by group", "capacity by events", "stakes add up", "cost by component"}
    assert all(laws <= set(run) for run in runs)
    assert max(gap for run in runs for gap in run.values()) <= 1e-9
