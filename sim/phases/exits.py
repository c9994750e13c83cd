"""Exits that nobody decides on: cold lines are struck off the register, and phase-outs close plants by decree.

Agreed deals: stakes that were announced before the run are carried out in the year of their announcement.

They change edges of the ownership graph; whose control that moves follows when control is settled. Nobody decides
anything here any more.
"""

from sim.acts.holdings import enter
from sim.acts.plants import dismantle
from sim.core.words import percent
from sim.policies.rulebook import PhaseOut
from sim.scenario.rows import StakeRow
from sim.sight.outlook import due_to_close
from sim.sight.parts import reserved
from sim.world.dealbook import AGREED
from sim.world.kinds import Happened
from sim.world.owners import WHOLE_PPM
from sim.world.population import Refineries
from sim.world.world import Further, World


def write_off(world: World) -> None:
    """Strike the cold lines of some plants off the register, by luck; a plant that is idle closes with them."""
    plants, running = world.refineries, world.parameters.running
    cold = (plants.nameplate_mt > 0.0) & (1.0 - plants.warm_share > running.standby_share)
    rows = (cold & ~reserved(plants)).nonzero()[0]
    luck = world.streams.uniforms("register", world.year, [plants.keys[row] for row in rows])
    for row in rows[luck < running.write_off_share].tolist():
        warm = float(plants.warm_share[row])
        if warm < running.idle_share or not warm:
            size, kind = dismantle(world, row), Happened.EXIT
        else:
            size, kind = (1.0 - warm) * float(plants.nameplate_mt[row]), Happened.WRITE_OFF
            scrap_cold_lines(plants, row)
        reason = f"{percent(1.0 - warm)} of its lines had gone cold"
        world.tell(kind, plants.keys[row], size, "Mt/yr", reason, figures=(1.0 - warm,))


def scrap_cold_lines(plants: Refineries, row: int) -> None:
    """Leave a plant nothing but its warm lines, which run as they did."""
    warm = plants.warm_share[row]
    plants.nameplate_mt[row] *= warm
    plants.runnable_mt[row] *= warm
    plants.running_share[row] = min(plants.running_share[row] / warm, 1.0)
    plants.used_share[row] = min(plants.used_share[row] / warm, 1.0)
    plants.warm_share[row] = 1.0


def close_by_decree(world: World) -> None:
    """Close what the year's phase-outs take, after owners have had their choice."""
    for rule in world.rules.phase_outs:
        for row in due_to_close(world, rule):
            why, figures = _words(world, rule, row)
            reason, size = f"decreed by {rule.policy}: {why}", dismantle(world, row)
            more: Further = {"subject": rule.policy, "figures": figures}
            world.tell(Happened.EXIT, world.refineries.keys[row], size, "Mt/yr", reason, **more)


def _words(world: World, rule: PhaseOut, row: int) -> tuple[str, tuple[float, ...]]:
    plants = world.refineries
    year = int(plants.started_year[row])
    if 0 < year < rule.built_before_year:
        return f"built in {year}, before {rule.built_before_year}", (year, rule.built_before_year)
    return f"{plants.nameplate_mt[row]:g} Mt/yr, smaller than {rule.smaller_than_mt:g}", ()


def complete_agreed(world: World, top: dict[str, str]) -> None:
    """Carry out the stakes of the pack that were agreed for this year; `top` names who controls each node."""
    agreed = [row for row in world.pack.stakes if row.state == "planned" and row.since_year == world.year]
    for row in agreed:
        moved = raise_stake(world, top, row)
        if moved:
            reason = (
                "agreed before 2026; completion assumed in the year for which it was announced, "
                "at a price that the pack does not give"
            )
            world.tell(Happened.RESTRUCTURE, row.holder, moved / 1e6, "share", reason, counterpart=row.held)
            deal, size = f"agreed-{row.holder}>{row.held}", refining_below(world, row.held)
            enter(
                world, (deal, AGREED), (row.holder, "", row.held), stake_share=moved / WHOLE_PPM, size_mt=size
            )


def refining_below(world: World, company: str) -> float:
    """The refining capacity that a company holds through any chain, Mt/yr, each plant in full."""
    plants, below = world.refineries, world.ownership.at_and_below({company})
    nodes = world.holdings.nodes(plants.keys)
    return float(sum(plants.nameplate_mt[row] for row, node in enumerate(nodes) if node in below))


def raise_stake(world: World, top: dict[str, str], row: StakeRow) -> int:
    """Bring a stake up to what was agreed, first from holders of the same owner, then the largest; gives ppm moved."""
    holder, held, ppm, deal = row.holder, row.held, row.share_ppm, f"agreed-{row.holder}>{row.held}"
    own = sum(block.ppm for block in world.ownership.blocks(held) if block.holder == holder)
    wanted = max(ppm - own, 0)
    others = [block for block in world.ownership.blocks(held) if block.holder != holder]
    others.sort(key=lambda block: (top.get(block.holder) != top[holder], -block.ppm, block.holder))
    moved = 0
    for block in others:
        taken = min(block.ppm, wanted - moved)
        if taken > 0:
            world.ownership.transfer(world.year, deal, block.holder, holder, held, taken)
            moved += taken
    return moved
