"""What exists: the tables of refineries, smelters, importers and owner groups, made from a pack.

Numbers that agents decide on are columns here, so that arithmetic is done for all of them at once. Rows are
for ever: a plant that leaves keeps its row with zero capacity. Projects are rows from the start, too, with
zero nameplate until they begin.
"""

from enum import IntEnum
from typing import Annotated

import numpy as np

from sim.core.arrays import Bools, Floats, Ints
from sim.core.rng import Streams
from sim.core.tables import Column, Table
from sim.scenario.owner_parameters import Running
from sim.scenario.pack import Pack
from sim.scenario.parameters import Parameters
from sim.scenario.processes import BayerCosts
from sim.scenario.rows import ProjectRow, RefineryRow
from sim.world.geography import Geography


class State(IntEnum):
    """What a refinery is doing, for reports; its running share is what the market sees."""

    PROJECT = 0
    RAMPING = 1
    RUNNING = 2
    PARTIAL = 3
    MOTHBALLED = 4
    EXITED = 5


class Refineries(Table):
    """One row a refinery or project at home."""

    region: Annotated[Ints, Column("", "supply region")]
    group: Annotated[Ints, Column("", "controlling group")]
    coastal: Annotated[Bools, Column("", "at or near a seaport")]
    synthetic: Annotated[Bools, Column("", "stands for real plants that are not identified")]
    state: Annotated[Ints, Column("", "what it is doing, see State")]
    nameplate_mt: Annotated[Floats, Column("Mt/yr", "installed nameplate")]
    runnable_mt: Annotated[Floats, Column("Mt/yr", "capacity that can run")]
    size_mt: Annotated[Floats, Column("Mt/yr", "nameplate as built, or as planned")]
    project_stage: Annotated[Ints, Column("", "0 none, 1 planned, 2 building, 3 stalled")]
    due_year: Annotated[Ints, Column("year", "year in which the project starts if on time")]
    due_quarter: Annotated[Ints, Column("quarter", "quarter in which it starts")]
    started_year: Annotated[Ints, Column("year", "first year of operation")]
    quarters_run: Annotated[Ints, Column("", "quarters since it started, negative before")]
    imported_share: Annotated[Floats, Column("share", "imported share of its ore")]
    low_share: Annotated[Floats, Column("share", "low-temperature share of digestion")]
    running_share: Annotated[Floats, Column("share", "running share of available capacity")]
    warm_share: Annotated[
        Floats, Column("share", "share of its runnable capacity whose lines are warm", start=1.0)
    ]
    used_share: Annotated[
        Floats, Column("share", "share of its runnable capacity that ran last quarter", start=1.0)
    ]
    idle_quarters: Annotated[
        Ints, Column("quarters", "quarters with a running share under that of an idle plant")
    ]
    loss_quarters: Annotated[Ints, Column("quarters", "quarters in a row with a negative cash margin")]
    cash_cost_cny_per_t: Annotated[Floats, Column("CNY/t", "cash cost")]
    pond_life_years: Annotated[Floats, Column("years", "years of full output that its first ponds hold")]
    pond_space_mt: Annotated[Floats, Column("Mt", "space left in its ponds")]
    mud_stock_mt: Annotated[Floats, Column("Mt", "mud in its ponds")]
    uncovered_mud_mt: Annotated[
        Floats, Column("Mt", "mud that is still to be covered, that of before the start too")
    ]
    pond_cap_share: Annotated[Floats, Column("share", "share of runnable capacity that ponds allow")]
    permit_due_year: Annotated[Ints, Column("year", "year in which a permitted pond opens, 0 none")]
    mud_use_share: Annotated[Floats, Column("share", "share of its mud that is used")]
    mud_uses: Annotated[Ints, Column("", "uses of mud that it has taken up, one bit each")]
    mud_cny_per_t: Annotated[Floats, Column("CNY/t", "cost of a tonne of its mud, stacked, used and fined")]
    space_cny_per_t: Annotated[Floats, Column("CNY/t", "shadow price of pond space, per tonne of mud")]
    class_a: Annotated[Bools, Column("", "in environmental class A")]
    compliance_share: Annotated[Floats, Column("share", "how well it stands with inspectors")]
    converted: Annotated[Bools, Column("", "had lines turned to low-temperature digestion of imported ore")]
    converting_share: Annotated[Floats, Column("share", "lines that stand still this year to be turned so")]
    waste_heat: Annotated[Bools, Column("", "recovers waste heat")]
    electric_steam: Annotated[Bools, Column("", "raises steam with electricity")]
    ultra_low: Annotated[Bools, Column("", "was brought to ultra-low emission")]
    dry_stacking: Annotated[Bools, Column("", "presses mud and stacks it dry")]
    deferred_mcny: Annotated[Floats, Column("million CNY", "maintenance put off")]
    deferral_quarters: Annotated[Ints, Column("quarters", "quarters in which it was put off")]
    support_cny_per_t: Annotated[Floats, Column("CNY/t", "local support")]
    support_years: Annotated[Ints, Column("years", "years in which it had support")]
    reluctance_cny_per_t: Annotated[Floats, Column("CNY/t", "gain that its owner wants before leaving")]
    founded_year: Annotated[Ints, Column("year", "year in which its owner decided on it, 0 for the register")]
    replaces: Annotated[Ints, Column("", "row of the plant that goes when this one starts", start=-1)]


class Smelters(Table):
    """One row a smelter at home."""

    market: Annotated[Ints, Column("", "demand market")]
    group: Annotated[Ints, Column("", "controlling group")]
    capacity_mt: Annotated[Floats, Column("Mt/yr", "installed capacity, metal")]
    smelting_share: Annotated[Floats, Column("share", "running share")]
    bound_market: Annotated[Ints, Column("", "market to which it moves", start=-1)]
    successor: Annotated[Ints, Column("", "row of the smelter to which its right goes", start=-1)]
    due_year: Annotated[Ints, Column("year", "year in which it moves or its right goes, 0 none")]


class Importers(Table):
    """One row a producer abroad."""

    near: Annotated[Bools, Column("", "next door")]
    capacity_mt: Annotated[Floats, Column("Mt/yr", "refining capacity")]
    opening_made_mt: Annotated[Floats, Column("Mt/yr", "alumina made in the base year")]
    smelting_mt: Annotated[Floats, Column("Mt/yr", "matched smelter capacity, metal")]
    opening_smelting_mt: Annotated[Floats, Column("Mt/yr", "the same at the start")]
    cash_cost_usd_per_t: Annotated[Floats, Column("USD/t", "FOB cash cost")]
    freight_usd_per_t: Annotated[Floats, Column("USD/t", "ocean freight to the home market")]
    china_contract_mt: Annotated[Floats, Column("Mt/yr", "tonnes to the home market under standing terms")]
    standing_mt: Annotated[
        Floats, Column("Mt/yr", "tonnes that it has decided to ship to the home market this year")
    ]
    offtake_mt: Annotated[
        Floats, Column("Mt/yr", "tonnes to the home market that come with parts of its groups")
    ]
    remembered_usd_per_t: Annotated[Floats, Column("USD/t", "slow mean of the FOB price")]


class Mines(Table):
    """One row a mine abroad that ships ore to the home market."""

    group: Annotated[Ints, Column("", "controlling group")]
    ore_mt: Annotated[Floats, Column("Mt/yr", "dry ore that it ships when nothing stops it")]
    cost_usd_per_t: Annotated[Floats, Column("USD/t", "cash cost of a dry tonne, landed")]
    profit_share: Annotated[Floats, Column("share", "part of its profit that falls to its owner")]


class Groups(Table):
    """One row an owner group: an ultimate owner of plants or smelters."""

    owner_type: Annotated[Ints, Column("", "0 central, 1 provincial, 2 private, 3 stand-alone")]
    cash_mcny: Annotated[Floats, Column("million CNY", "cash")]
    debt_mcny: Annotated[Floats, Column("million CNY", "debt")]
    payables_mcny: Annotated[Floats, Column("million CNY", "payment for ore that is stretched")]
    weak_years: Annotated[Ints, Column("years", "years in a row without earnings or cash for interest")]
    distressed: Annotated[Bools, Column("", "weak for years, or without liquidity")]
    illiquid: Annotated[Bools, Column("", "neither cash nor credit left")]
    bias_cny_per_t: Annotated[Floats, Column("CNY/t", "what it adds to the price that others expect")]
    handover_year: Annotated[Ints, Column("year", "year in which its founder last handed over, 0 none")]
    pledge_broken: Annotated[Bools, Column("", "broke its pledge to leave capacity idle, when last asked")]


def _low_share(digestion: str, costs: BayerCosts) -> float:
    return {"low": 1.0, "mixed": costs.mixed_low_share, "high": 0.0}[digestion]


PLANNED, BUILDING, STALLED = 1, 2, 3
STAGES = {"planned": PLANNED, "building": BUILDING, "stalled": STALLED}


def make_refineries(pack: Pack, geography: Geography, parameters: Parameters, streams: Streams) -> Refineries:
    """The table of installed refineries and projects; idle rows that are not installed stay out."""
    plants = [row for row in pack.refineries if row.installed]
    projects = [row for row in pack.projects if row.kind == "refinery"]
    rows: list[RefineryRow | ProjectRow] = [*plants, *projects]
    first, costs = len(plants), parameters.costs
    table, runnable = Refineries([row.id for row in rows]), parameters.calibrated.runnable_share
    table.region[:] = [geography.regions.index(row.region) for row in rows]
    table.coastal[:] = [row.coastal for row in rows]
    table.synthetic[:] = [row.status == "synthetic" for row in rows]
    table.imported_share[:] = [row.imported_share for row in rows]
    # Lines for low temperature take imported ore alone, so there are no more of them than it feeds.
    table.low_share[:] = [min(_low_share(row.digestion, costs), row.imported_share) for row in rows]
    table.nameplate_mt[:first] = [row.nameplate_mt for row in plants]
    table.runnable_mt[:first] = [row.nameplate_mt * runnable[row.region] for row in plants]
    table.size_mt[:] = [row.nameplate_mt for row in plants] + [row.capacity_mt for row in projects]
    table.started_year[:] = [row.started_year for row in plants] + [row.expected_year for row in projects]
    table.quarters_run[:first], table.state[:first], table.running_share[:first] = 100, State.RUNNING, 1.0
    table.project_stage[first:] = [STAGES[row.stage] for row in projects]
    table.due_year[first:] = [row.expected_year for row in projects]
    table.due_quarter[first:] = [row.expected_quarter for row in projects]
    draw_traits(table, np.arange(len(table)), geography, parameters, streams)
    return table


def draw_traits(
    table: Refineries, rows: Ints, geography: Geography, parameters: Parameters, streams: Streams
) -> None:
    """Draw what differs from plant to plant and is not known: pond life and reluctance to leave.

    Reluctance is never negative: nobody closes a plant that is worth more standing.
    """
    keys = [table.keys[row] for row in rows.tolist()]
    leaving = parameters.leaving
    luck = streams.normals("reluctance", 0, keys)
    wanted = leaving.reluctance_cny_per_t + leaving.reluctance_spread_cny_per_t * luck
    table.reluctance_cny_per_t[rows] = np.maximum(wanted, 0.0)
    typical = geography.pond_life_years[table.region[rows]]
    around = parameters.red_mud.pond_life_spread_share
    luck = streams.uniforms("pond life", 0, keys)
    table.pond_life_years[rows] = typical * (1.0 - around + 2.0 * around * luck)
    table.pond_cap_share[rows] = 1.0


def make_smelters(pack: Pack, geography: Geography) -> Smelters:
    """The table of smelters."""
    table = Smelters([row.id for row in pack.smelters])
    for row, smelter in enumerate(pack.smelters):
        table.market[row] = geography.markets.index(smelter.market)
        table.capacity_mt[row] = smelter.capacity_mt
        table.smelting_share[row] = 1.0
    return table


def make_importers(pack: Pack) -> Importers:
    """The table of producers abroad."""
    table = Importers([row.id for row in pack.importers])
    for name in (
        "capacity_mt",
        "smelting_mt",
        "cash_cost_usd_per_t",
        "freight_usd_per_t",
        "china_contract_mt",
    ):
        getattr(table, name)[:] = [getattr(row, name) for row in pack.importers]
    table.near[:] = [row.is_near for row in pack.importers]
    table.opening_made_mt[:] = table.capacity_mt
    table.opening_smelting_mt[:] = table.smelting_mt
    table.standing_mt[:] = table.china_contract_mt
    return table


RAMP_QUARTERS = 4
"""Quarters of the first year, in which a plant runs in."""


def name_states(table: Refineries, running: Running) -> None:
    """Name what every standing plant is doing from its running share; exited plants stay as they are."""
    share = table.running_share
    named = np.where(
        share > running.full_share,
        State.RUNNING,
        np.where(share < running.idle_share, State.MOTHBALLED, State.PARTIAL),
    )
    named = np.where(table.quarters_run < RAMP_QUARTERS, State.RAMPING, named)
    named = np.where(table.nameplate_mt > 0.0, named, State.PROJECT)
    table.state[:] = np.where(table.state == State.EXITED, table.state, named)
