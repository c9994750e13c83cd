"""Owner groups at the start: the ownership graph of a pack, who controls which plant, and opening accounts."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from sim.core.arrays import Bools, Ints
from sim.core.rng import Streams
from sim.scenario.owner_parameters import Finance
from sim.scenario.pack import Pack
from sim.scenario.parameters import Parameters
from sim.scenario.rows import ProjectRow, RefineryRow
from sim.world.ownership import Node, Ownership, Snapshot, Stake
from sim.world.population import Groups, Refineries, Smelters

OWNER_TYPES = ("central", "provincial", "private", "standalone")
PROVINCIAL = OWNER_TYPES.index("provincial")
STATE_TYPES = (OWNER_TYPES.index("central"), PROVINCIAL)
AnyPlant = TypeVar("AnyPlant", RefineryRow, ProjectRow)
WHOLE_PPM = 1_000_000
DAYS = 365.0


def owned_by_state(owner_type: Ints) -> Bools:
    """Which of some owners, by their type, are governments or belong to them."""
    central, provincial = STATE_TYPES
    return np.asarray((owner_type == central) | (owner_type == provincial))


def draw_owners(pack: Pack, streams: Streams) -> Pack:
    """The pack in which plants whose owner is not known have one, drawn from those who may own them."""
    drawn = {
        plant: owner
        for plant in dict.fromkeys(row.plant for row in pack.candidates)
        if (owner := _owner_drawn(pack, plant, streams))
    }
    if not drawn:
        return pack

    def settled(rows: tuple[AnyPlant, ...]) -> tuple[AnyPlant, ...]:
        return tuple(
            row.model_copy(update={"company": drawn[row.id]}) if row.id in drawn else row for row in rows
        )

    return replace(pack, refineries=settled(pack.refineries), projects=settled(pack.projects))


def _owner_drawn(pack: Pack, plant: str, streams: Streams) -> str:
    """Who a plant's luck makes its owner, nobody when that is none of the candidates."""
    luck = streams.uniform("owner", 0, plant)
    for row in pack.candidates:
        if row.plant == plant:
            luck -= row.chance_share
            if luck < 0.0:
                return row.company
    return ""


def asset_names(pack: Pack, keys: Sequence[str]) -> list[str]:
    """The nodes of plants in the ownership graph; a plant named like a company is told apart."""
    owners = {row.id for row in pack.groups}
    return [f"plant:{key}" if key in owners else key for key in keys]


def listed_plants(pack: Pack) -> list[tuple[str, str, str]]:
    """Id, name and company of every refinery, smelter and project in China."""
    plants = [(row.id, row.name, row.company) for row in pack.refineries]
    plants += [(row.id, row.name, row.company) for row in pack.smelters]
    return plants + [(row.id, row.name, row.company) for row in pack.projects if row.kind == "refinery"]


KEPT = 8
"""How many opening graphs are kept: a pack has some, by who was drawn as owner of plants of which it is not known."""
_READ: list[tuple[object, nx.DiGraph, Snapshot]] = []
"""Graphs that were read, each with what it was read from: many runs begin with the same."""


def read_ownership(pack: Pack) -> Ownership:
    """The ownership graph at the end of the base year, agreed but incomplete deals left out."""
    content = (pack.base_year, pack.groups, pack.stakes, listed_plants(pack))
    for known, graph, snapshot in _READ:
        if known == content:
            return Ownership(graph, pack.base_year, snapshot)
    first = _read(pack)
    _READ.insert(0, (content, first.at(pack.base_year), first.snapshot()))
    del _READ[KEPT:]
    return first


def _read(pack: Pack) -> Ownership:
    nodes = [Node(row.id, row.name, row.kind) for row in pack.groups]
    stakes = [
        Stake(row.holder, row.held, row.share_ppm, since, row.votes_ppm, row.controls)
        for row in pack.stakes
        if row.state == "current"
        for since in [min(row.since_year, pack.base_year)]
    ]
    held = {stake.held for stake in stakes}
    plants = listed_plants(pack)
    for asset, (_, name, company) in zip(
        asset_names(pack, [key for key, _, _ in plants]), plants, strict=True
    ):
        nodes.append(Node(asset, name, "asset"))
        if asset not in held:
            stakes.append(Stake(company, asset, WHOLE_PPM, pack.base_year))
    return Ownership.from_stakes(nodes, stakes, pack.base_year)


def asset_nodes(known: Container[str], keys: Sequence[str]) -> list[str]:
    """The nodes of plants in an ownership graph, by what the graph knows.

    It serves plants that joined during a run as well as those of the pack.
    """
    return [name if (name := f"plant:{key}") in known else key for key in keys]


def assign_groups(top: dict[str, str], refineries: Refineries, smelters: Smelters) -> tuple[str, ...]:
    """Write the controlling group of every plant and give the keys of all groups."""
    owners = [top[asset] for asset in asset_nodes(top, (*refineries.keys, *smelters.keys))]
    keys = tuple(dict.fromkeys(owners))
    rows = {key: row for row, key in enumerate(keys)}
    index = np.array([rows[owner] for owner in owners], dtype=np.int64)
    refineries.group[:] = index[: len(refineries)]
    smelters.group[:] = index[len(refineries) :]
    return keys


def owner_types(
    pack: Pack,
    keys: tuple[str, ...],
    refining_mt: NDArray[np.float64],
    smelting_mt: NDArray[np.float64],
    finance: Finance,
) -> NDArray[np.int64]:
    """The finance type of each group as an index into `OWNER_TYPES`, (groups,)."""
    behind = {row.id: row.owner_type for row in pack.groups}
    plants = listed_plants(pack)
    names = asset_names(pack, [key for key, _, _ in plants])
    company = {name: owner for name, (_, _, owner) in zip(names, plants, strict=True)}
    types = []
    for row, key in enumerate(keys):
        owner = behind.get(key) or behind[company[key]]
        if owner in ("central", "provincial"):
            types.append(OWNER_TYPES.index(owner))
        else:
            large = smelting_mt[row] > 0.0 or refining_mt[row] >= finance.large_mt
            types.append(2 if large else 3)
    return np.array(types, dtype=np.int64)


def open_accounts(
    groups: Groups,
    refining_mt: NDArray[np.float64],
    smelting_mt: NDArray[np.float64],
    terms: tuple[Parameters, Mapping[str, float]],
    streams: Streams,
) -> None:
    """Write opening cash and debt from capacity, or from the debt over assets of groups for which it is known."""
    parameters, known = terms
    finance = parameters.finance
    assets = refining_mt * finance.refinery_asset_cny_per_t + smelting_mt * finance.smelter_asset_cny_per_t
    alone = groups.owner_type == OWNER_TYPES.index("standalone")
    leverage = np.where(alone, finance.opening_leverage_standalone_share, finance.opening_leverage_share)
    leverage = np.array([known.get(key, usual) for key, usual in zip(groups.keys, leverage, strict=True)])
    groups.debt_mcny[:] = leverage * assets
    turnover = (
        refining_mt * finance.opening_refinery_turnover_cny_per_t
        + smelting_mt * finance.opening_smelter_turnover_cny_per_t
    )
    groups.cash_mcny[:] = turnover * finance.opening_cash_days / DAYS
    groups.bias_cny_per_t[:] = parameters.expectation.bias_cny_per_t * streams.normals("bias", 0, groups.keys)
