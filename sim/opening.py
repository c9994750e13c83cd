"""The world at the end of the base year: read the pack, make tables and owners, play the spin-up year."""

import numpy as np

from sim.core.arrays import total_by
from sim.market.inputs import exposure, imposed, motion
from sim.phases.accounts import close_accounts, use_surplus
from sim.phases.curbs import rate_compliance, weigh_regions
from sim.phases.founding import open_harbours
from sim.phases.local_ore import open_local_ore
from sim.phases.past_year import settle_past_year
from sim.phases.ponds import permits_under_way, place_mud
from sim.phases.preparing import cluster_size, clusters
from sim.phases.record import open_record
from sim.phases.spin_up import open_prices, spin_up
from sim.process.base import process_of
from sim.scenario.load import Scenario
from sim.sight.mud import opening_mud
from sim.world.abroad import Abroad
from sim.world.books import no_promises
from sim.world.geography import read_geography
from sim.world.holdings import Holdings
from sim.world.owners import assign_groups, draw_owners, open_accounts, owner_types, read_ownership
from sim.world.population import Groups, make_importers, make_refineries, make_smelters
from sim.world.rows import with_tables
from sim.world.sites import make_mines, make_sites, ore_control
from sim.world.surroundings import equip, read_surroundings
from sim.world.world import World


def open_world(scenario: Scenario, seed: int = 0) -> World:
    """The world at the end of the base year, a pure function of the scenario and the seed."""
    world = World(scenario, seed, scenario.pack.base_year)
    pack = draw_owners(world.pack, world.streams)
    world.pack = with_tables(pack, world.parameters.tables, world.streams)
    world.motion = motion(world.parameters.inputs, world.pack.trade)
    world.imposed = imposed(world.spec.shocks)
    open_record(world)
    world.surroundings = read_surroundings(world.pack)
    world.process = process_of(world.pack)(world.pack, world.parameters)
    make_tables(world)
    make_owners(world)
    open_books(world)
    settle_past_year(world)
    rate_compliance(world)
    spin_up(world)
    close_accounts(world)
    use_surplus(world)
    weigh_regions(world)
    return world


def make_tables(world: World) -> None:
    """Make refineries, smelters, importers and the projects abroad."""
    world.geography = read_geography(world.pack)
    world.refineries = make_refineries(world.pack, world.geography, world.parameters, world.streams)
    rows = np.arange(len(world.refineries))
    equip(world.refineries, rows, world.surroundings.uses, world.parameters, world.streams)
    world.smelters = make_smelters(world.pack, world.geography)
    running = world.parameters.market.smelter_running_share
    world.opening_smelting_mt = float(world.smelters.capacity_mt.sum()) * running
    world.importers = make_importers(world.pack)
    world.abroad = [
        Abroad(
            key=row.id,
            importer=row.importer,
            capacity_mt=row.capacity_mt,
            refinery=row.kind == "overseas_refinery",
            due_year=row.expected_year,
            planned=row.stage == "planned",
            odds_share=row.odds_share,
        )
        for row in world.pack.projects
        if row.kind != "refinery" and row.stage != "stalled"
    ]


def make_owners(world: World) -> None:
    """Make the ownership graph, the groups and their opening accounts."""
    world.ownership = read_ownership(world.pack)
    world.holdings = Holdings(world.ownership)
    keys = assign_groups(world.holdings.controllers(), world.refineries, world.smelters)
    world.groups, world.holdings.heads = Groups(keys), keys
    refining = total_by(world.refineries.group, world.refineries.nameplate_mt, len(keys))
    smelting = total_by(world.smelters.group, world.smelters.capacity_mt, len(keys))
    world.groups.owner_type[:] = owner_types(world.pack, keys, refining, smelting, world.parameters.finance)
    ours = {row.id for row in world.pack.groups if row.status != "synthetic" and row.owner_type != "foreign"}
    world.may_buy = np.array([key in ours for key in keys])
    world.ore_control = ore_control(world.pack, keys, world.holdings.controllers())
    debts = {
        row.id: row.opening_debt_ratio for row in world.pack.groups if row.opening_debt_ratio is not None
    }
    open_accounts(world.groups, refining, smelting, (world.parameters, debts), world.streams)


def open_books(world: World) -> None:
    """Give plants their recipes and first ponds, and prices their opening values."""
    plants, regions = world.refineries, len(world.geography.regions)
    open_local_ore(world)
    world.opening_cluster_mt = cluster_size(plants, regions)
    domestic = total_by(plants.region, plants.nameplate_mt * (1.0 - plants.imported_share), regions)
    world.exposure = exposure(world.pack.trade, world.geography.regions, {"domestic_ore": domestic})
    world.harbours = open_harbours(world)
    world.clusters = clusters(world)
    world.sites = make_sites(world.pack, world.geography, world.parameters)
    world.recipe = world.process.recipe(plants, world.year, world.clusters)
    ore = world.recipe.imported_ore_t + world.recipe.domestic_ore_t
    need = total_by(plants.group, plants.runnable_mt * ore, len(world.groups))
    top = world.holdings.controllers()
    world.mines = make_mines(world.pack, world.groups.keys, top, need)
    world.components = np.zeros((len(world.process.components), len(plants)))
    world.saved = np.zeros_like(world.components)
    place_mud(world)
    yearly = world.recipe.residue_t * (1.0 - plants.mud_use_share) * plants.runnable_mt
    plants.pond_space_mt[:] = plants.pond_life_years * yearly
    plants.uncovered_mud_mt[:] = opening_mud(world)
    permits_under_way(world)
    world.promises = no_promises(len(plants), regions, len(world.geography.markets))
    world.prices = open_prices(world)
