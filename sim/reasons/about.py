"""Which decisions an explanation is about: an agent's own, and those of others that were about it."""

from sim.decisions.build.facts import WAITS
from sim.decisions.build.kinds import BUILD, MOVE
from sim.decisions.build.telling import best_site
from sim.decisions.buy.buy import KIND as BUY
from sim.decisions.combine.combine import COMBINE
from sim.decisions.combine.combine import KIND as UNION
from sim.decisions.take import TAKE
from sim.reasons.record import DEAL, GROUP, IMPORTER, PLANT, REGION, SMELTER, Agent, Record, deal_id
from sim.world.books import Decision
from sim.world.kinds import FOUNDING, Happened

STAKE, PURCHASE, WHOLE, PLANS = TAKE.name, BUY.name, UNION.name, (BUILD.name, MOVE.name)
"""Names of the kinds of decision that are about others than their owner."""


def concerning(record: Record, agent: Agent, year: int | None) -> list[Decision]:
    """The decisions that an agent took or that were about it, in the order in which they were taken."""
    pick = {
        PLANT: _of_plant,
        GROUP: _of_group,
        SMELTER: _by_or_about,
        IMPORTER: _by_or_about,
        DEAL: _of_deal,
        REGION: _of_region,
    }[agent.kind]
    return [each for each in record.decisions if year in (None, each.year) and pick(record, agent.key, each)]


def _of_plant(record: Record, key: str, decision: Decision) -> bool:
    """Whether a decision was the plant's, about selling it, about moving it, or founded it."""
    if decision.agent == key:
        return True
    if decision.name == STAKE:
        return decision.about == key
    if decision.name == PURCHASE:
        return decision.about in (key, *_owners(record, key, decision.year))
    if decision.name == WHOLE:
        return decision.choice == COMBINE and decision.about in _owners(record, key, decision.year)
    if decision.name == MOVE.name and best_site(decision)[1].replaces == key:
        return True
    return decision.name in PLANS and _founds(record, key, decision)


def _owners(record: Record, plant: str, year: int) -> set[str]:
    """The owner of a plant at the start of a year, so far as it is known."""
    rows = record.rows("refineries", refinery=plant)
    before = {str(row["group"]) for row in rows if row["year"] == year - 1}
    if before:
        return before
    sold = {str(row["counterpart"]) for row in record.rows("events", kind=Happened.DEAL, year=year)}
    return {str(row["group"]) for row in rows if row["year"] == year} | _company(record, plant) & sold


def _company(record: Record, plant: str) -> set[str]:
    """The company that the register names for a plant."""
    return {row.company for row in record.pack.refineries if row.id == plant}


def _founds(record: Record, plant: str, decision: Decision) -> bool:
    """Whether a decision was to build the plant, or was turned down for it."""
    return any(
        row["kind"] in FOUNDING and row["agent"] == decision.agent and row["year"] == decision.year
        for row in record.rows("events", counterpart=plant)
    )


def _of_group(record: Record, key: str, decision: Decision) -> bool:
    return decision.agent == key or (decision.name in (PURCHASE, WHOLE) and decision.about == key)


def _by_or_about(record: Record, key: str, decision: Decision) -> bool:
    """Whether a decision was that of a smelter or a producer outside China, or about it or a line of the latter."""
    return key in (decision.agent, decision.about)


def _of_deal(record: Record, key: str, decision: Decision) -> bool:
    if decision.name == PURCHASE:
        return deal_id(decision.year, decision.about) == key
    deal = record.row("deals", id=key) if decision.name in (STAKE, WHOLE) else None
    sides = (decision.year, decision.about, decision.agent)
    return deal is not None and (deal["year"], deal["target"], deal["buyer"]) == sides


def _of_region(record: Record, key: str, decision: Decision) -> bool:
    """Whether a plan for the region came before the governments."""
    if decision.name not in PLANS or decision.choice == WAITS:
        return False
    return best_site(decision)[1].region == key
