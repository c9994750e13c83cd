"""Plans for new plants: who can think of one, where each owner would best build, and what it asks of a venture."""

from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Bools, Floats, Ints, total_by
from sim.sight.prospects import Idea, Prospects, Wish, facts_of, state_owned, venture_of
from sim.sight.view import View
from sim.strategy.building import build_ratio, demanded_ratio, investment, venture_worth
from sim.world.books import Site
from sim.world.population import BUILDING
from sim.world.world import World


@dataclass(frozen=True, slots=True)
class Tempers:
    """What owners ask of a venture this year and why, arrays (owners,).

    Attributes:
        state: owned by the state.
        entrant: without a refinery so far.
        mood: uniform in 0-1, low is bold.
        demanded: ratio that they ask for.
    """

    state: Bools
    entrant: Bools
    mood: Floats
    demanded: Floats

    def facts(self, place: int) -> dict[str, float]:
        """What one owner's demand rests on."""
        return {
            "state_owned_share": float(self.state[place]),
            "entrant_share": float(self.entrant[place]),
            "mood_share": float(self.mood[place]),
        }


def tempers(world: World, view: View, groups: Ints, mood: Floats) -> Tempers:
    """What some owners ask of a venture this year."""
    plants = view.refineries
    refining = total_by(plants.group, plants.nameplate_mt, len(view.groups))
    state, entrant = state_owned(view, groups), refining[groups] <= 0.0
    demanded = demanded_ratio(state, entrant, mood, world.parameters.building)
    return Tempers(state, entrant, mood, demanded)


def builders(world: World, view: View) -> Ints:
    """The groups that can think of a new plant: sound, identified, large enough, and building none."""
    plants, groups, count = view.refineries, view.groups, len(view.groups)
    real = total_by(plants.group, plants.nameplate_mt * ~plants.synthetic, count)
    metal = total_by(world.smelters.group, world.smelters.capacity_mt, count)
    building = (plants.project_stage == BUILDING).astype(np.float64)
    busy = total_by(plants.group, building, count) > 0.0
    alpha = world.parameters.market.product_per_metal_t_per_t
    large = (real > 0.0) | (alpha * metal >= world.parameters.building.size_mt)
    able = ~groups.distressed & ~groups.illiquid & ~busy & large
    return np.array([row for row in np.flatnonzero(able) if world.may_buy[row]], dtype=np.int64)


def new_plants(world: World, shared: Prospects, groups: Ints) -> list[Wish]:
    """Each owner's best place for a new plant, none where no region is open; what it asks for is filled in later."""
    if not shared.open.any():
        return []
    building, regions, keys = world.parameters.building, world.geography.regions, world.groups.keys
    size, count = building.size_mt, len(regions)
    owner, place = np.repeat(groups, count), np.tile(np.arange(count), groups.size)
    venture = venture_of(shared, owner, place, np.full(owner.size, size))
    capex = float(investment(np.array([size]), building, world.parameters.pipeline)[0])
    ratio = build_ratio(venture_worth(venture, shared.outlook), np.full(owner.size, capex))
    best = np.where(shared.open, ratio.reshape(-1, count), -np.inf).argmax(axis=1)
    found = []
    for row, (group, region) in enumerate(zip(groups.tolist(), best.tolist(), strict=True)):
        at, option = row * count + region, f"build in {regions[region]}"
        found.append(
            Wish(
                kind=Idea.NEW,
                key=f"{keys[group]}-{regions[region]}-{world.year}",
                group=group,
                region=region,
                size_mt=size,
                capex_cny_per_t=capex,
                ratio=float(ratio[at]),
                options={option: float(ratio[at])},
                facts=facts_of(venture, at, capex),
                sites={option: Site(regions[region])},
            )
        )
    return found
