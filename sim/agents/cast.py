"""The cast: one Mesa agent for every refinery, smelter, importer, owner group and government."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.agents.government import National, Province
from sim.agents.group import OwnerGroup
from sim.agents.importer import Importer
from sim.agents.refinery import Refinery
from sim.agents.smelter import Smelter
from sim.world.control import controllers, economic_interest

if TYPE_CHECKING:
    from sim.industry import Industry


@dataclass(frozen=True, slots=True)
class Cast:
    """All agents, each list in the order of its table.

    Attributes:
        national: the national government.
        provinces: governments of supply regions.
        groups: owner groups.
        refineries: refineries and projects.
        smelters: smelters.
        importers: producers outside China.
    """

    national: National
    provinces: tuple[Province, ...]
    groups: tuple[OwnerGroup, ...]
    refineries: tuple[Refinery, ...]
    smelters: tuple[Smelter, ...]
    importers: tuple[Importer, ...]


def cast_agents(industry: "Industry") -> Cast:
    """Give the agents of an industry; they register with the model as Mesa agents do."""
    chinese = chinese_shares(industry)
    return Cast(
        national=National(industry),
        provinces=tuple(Province(industry, row, key) for row, key in enumerate(industry.geography.regions)),
        groups=tuple(OwnerGroup(industry, row, key) for row, key in enumerate(industry.groups.keys)),
        refineries=tuple(Refinery(industry, row, key) for row, key in enumerate(industry.refineries.keys)),
        smelters=tuple(Smelter(industry, row, key) for row, key in enumerate(industry.smelters.keys)),
        importers=tuple(
            Importer(industry, row, key, *chinese[row]) for row, key in enumerate(industry.importers.keys)
        ),
    )


def chinese_shares(industry: "Industry") -> list[tuple[str, float]]:
    """Give the ultimate owner of each producer outside China, and its look-through part where it is Chinese."""
    top = controllers(industry.ownership)
    behind = {row.id: row.owner_type for row in industry.pack.groups}
    shares = []
    for row in industry.pack.importers:
        owner = top[row.company]
        chinese = behind[owner] != "foreign"
        share = float(economic_interest(industry.ownership, [owner], [row.company])[0, 0]) if chinese else 0.0
        shares.append((owner, share))
    return shares
