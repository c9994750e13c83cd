"""Which decisions an explanation is about: an agent's own, and those of others that were about it."""

from sim.reasons.building import plan_of
from sim.reasons.names import DEAL, GROUP, PLANT, REGION, Agent, deal_id
from sim.reasons.record import Record
from sim.world.books import Decision

STAKE = "take a stake in "
FOUNDING = ("approve", "approve_blind", "plan_denied", "plan_refused")


def concerning(record: Record, agent: Agent, year: int | None) -> list[Decision]:
    """Give the decisions that an agent took or that were about it, in the order in which they were taken."""
    picks = {PLANT: _of_plant, GROUP: _of_group, DEAL: _of_deal, REGION: _of_region}
    pick = picks.get(agent.kind)
    if pick is None:
        return []
    return [each for each in record.decisions if year in (None, each.year) and pick(record, agent.key, each)]


def _of_plant(record: Record, key: str, decision: Decision) -> bool:
    """Tell whether a decision was the plant's, about selling it, about moving it, or founded it."""
    if decision.agent == key:
        return True
    if decision.kind == f"{STAKE}{key}":
        return True
    if decision.kind.startswith("buy "):
        return decision.kind[4:] in (key, *_owners(record, key, decision.year))
    if decision.kind == "move" and any(option.startswith(f"move {key} to ") for option in decision.options):
        return plan_of(decision, record).old == key
    return decision.kind in ("build", "move") and _founds(record, key, decision)


def _owners(record: Record, plant: str, year: int) -> set[str]:
    """Give the owner of a plant at the start of a year, so far as it is known."""
    rows = record.rows("refineries", refinery=plant)
    before = {str(row["group"]) for row in rows if row["year"] == year - 1}
    if before:
        return before
    sold = {str(row["counterpart"]) for row in record.rows("events", kind="deal", year=year)}
    return {str(row["group"]) for row in rows if row["year"] == year} | _company(record, plant) & sold


def _company(record: Record, plant: str) -> set[str]:
    """Give the company that the register names for a plant."""
    return {row.company for row in record.scenario.pack.refineries if row.id == plant}


def _founds(record: Record, plant: str, decision: Decision) -> bool:
    """Tell whether a decision was to build the plant, or was turned down for it."""
    return any(
        row["kind"] in FOUNDING and row["agent"] == decision.agent and row["year"] == decision.year
        for row in record.rows("events", counterpart=plant)
    )


def _of_group(record: Record, key: str, decision: Decision) -> bool:
    return decision.agent == key or decision.kind == f"buy {key}"


def _of_deal(record: Record, key: str, decision: Decision) -> bool:
    if decision.kind.startswith("buy "):
        return deal_id(decision.year, decision.kind) == key
    stake = record.row("deals", id=key) if decision.kind.startswith(STAKE) else None
    plant = decision.kind.removeprefix(STAKE)
    return stake is not None and (stake["target"], stake["buyer"]) == (plant, decision.agent)


def _of_region(record: Record, key: str, decision: Decision) -> bool:
    """Tell whether a plan for the region came before the governments."""
    if decision.kind not in ("build", "move") or decision.choice == "wait":
        return False
    return plan_of(decision, record).region == key
