"""What happened to an agent, a line for each year that matters, from the event log."""

from collections.abc import Callable
from itertools import pairwise

from sim.core.words import figure, plain, spans
from sim.reasons.names import PLANT, REGION, Agent, called, names
from sim.reasons.record import Record, Row
from sim.reasons.text import Entry
from sim.world.kinds import Happened

WORDS: dict[str, str] = {
    Happened.APPROVE: "broke ground for",
    Happened.APPROVE_BLIND: "broke ground, though at that day's prices it would lose, for",
    Happened.CANCEL_ABROAD: "gave up",
    Happened.DEAL: "bought from",
    Happened.DEAL_UNFUNDED: "no lender would fund a purchase:",
    Happened.DEAL_REFUSED: "a purchase was refused consent:",
    Happened.DEAL_BLOCKED: "a purchase was blocked:",
    Happened.EXIT: "closed for good",
    Happened.EXIT_ABROAD: "closed its refinery",
    Happened.MATCH_ABROAD: "planned a smelter beside",
    Happened.PLAN_DENIED: "the nation turned down",
    Happened.PLAN_REFUSED: "the province refused",
    Happened.POND: "a new pond opened",
    Happened.POND_COVERED: "had its ponds covered, paid by",
    Happened.POND_LEFT: "left its ponds to local government in",
    Happened.MINORITY: "took a minority stake in a plant of",
    Happened.MUD_USE: "took up a use of its red mud",
    Happened.PERMIT: "a new pond was permitted",
    Happened.RELOCATE: "closed, replaced by",
    Happened.RELIEF: "got space for mud in relief",
    Happened.REORGANISE: "was reorganised by its creditors",
    Happened.WIND_UP: "was wound up",
    Happened.RESTRUCTURE: "took over, within the same owner,",
    Happened.RETROFIT: "was retrofitted",
    Happened.CONVERSION: "had lines turned to imported ore",
    Happened.RIGHT_MOVED: "closed, its capacity right going to",
    Happened.RIGHT_SOLD: "sold its capacity right to",
    Happened.SLIP: "construction slipped a year",
    Happened.SMELTER_IDLE: "froze its pots",
    Happened.SMELTER_MOVED: "moved, with its capacity right, to",
    Happened.STAKE_ABROAD: "bought a part of",
    Happened.START: "started",
    Happened.START_ABROAD: "started, abroad,",
    Happened.STANDSTILL: "stood still",
    Happened.VENTURE: "founded a joint venture with",
    Happened.VOID: "nothing came of a fact",
    Happened.SUPPORT: "got local support",
    Happened.WRITE_OFF: "had lines struck off the register",
}
FROM_OUTSIDE: dict[str, str] = {
    Happened.APPROVE: "{who} broke ground for it",
    Happened.APPROVE_BLIND: "{who} broke ground for it, though it would lose at that day's prices",
    Happened.CANCEL_ABROAD: "given up by {who}",
    Happened.DEAL: "sold to {who}",
    Happened.DEAL_BLOCKED: "its purchase by {who} was blocked",
    Happened.DEAL_REFUSED: "its purchase by {who} was refused consent",
    Happened.DEAL_UNFUNDED: "no lender would fund its purchase by {who}",
    Happened.MATCH_ABROAD: "{who} planned a smelter beside it",
    Happened.MINORITY: "sold a minority stake in a plant to {who}",
    Happened.PLAN_DENIED: "the nation turned down this plan of {who}",
    Happened.PLAN_REFUSED: "the province refused this plan of {who}",
    Happened.POND_COVERED: "paid for covering the ponds of {who}",
    Happened.RELOCATE: "it replaces {who}",
    Happened.RESTRUCTURE: "taken over, within the same owner, by {who}",
    Happened.RIGHT_MOVED: "took the capacity right of {who}",
    Happened.RIGHT_SOLD: "bought the capacity right of {who}",
    Happened.STAKE_ABROAD: "a part of it was sold to {who}",
    Happened.VENTURE: "joined {who} in a joint venture",
}
"""The same from the side of the counterpart."""
AT_HOME = (
    *(Happened.EXIT, Happened.RELOCATE, Happened.START, Happened.START_ABROAD, Happened.STANDSTILL),
    *(Happened.WRITE_OFF, Happened.VOID),
)
"""What happens to plants and is told of their region or, abroad, of their producer."""
Namer = Callable[[str], str]
WEIGHTY = (
    (Happened.EXIT, Happened.RELOCATE, Happened.WIND_UP, Happened.EXIT_ABROAD),
    (Happened.DEAL, Happened.REORGANISE),
    (Happened.START, Happened.WRITE_OFF, Happened.SMELTER_MOVED, Happened.STAKE_ABROAD, Happened.MINORITY),
)
"""Kinds that change most for whom they befall, the weightiest first."""
NOTHING = 0.005
"""What is less is printed as zero; in short it is not told where there is more to tell."""
YEARLY = (Happened.SUPPORT, Happened.PERMIT, Happened.POND, Happened.SLIP)
"""Kinds that repeat, told once with all their years."""


def happenings(record: Record, agent: Agent, year: int | None) -> list[str | Entry]:
    """The lines, oldest first; a region's are those of which it is the place."""
    known = names(record)
    rows = events_of(record, agent, year)
    lines: list[tuple[int, str]] = []
    for kind in YEARLY if year is None else ():
        same = [row for row in rows if row["kind"] == kind]
        if len(same) > 1:
            rows = [row for row in rows if row["kind"] != kind]
            years = spans(sorted({int(row["year"]) for row in same}))
            lines.append((int(same[0]["year"]), f"{years}: {_repeated(kind, same, agent.kind == REGION)}"))
    lines += [(int(row["year"]), _line(row, agent, lambda key: called(known, key))) for row in rows]
    lines += _owners(record, agent, year, lambda key: called(known, key))
    return [Entry(line) for _, line in sorted(lines, key=lambda each: each[0])]


def main_event(record: Record, agent: Agent, year: int | None) -> str:
    """The last event of the weightiest sort that there is, in words, or nothing."""
    known = names(record)
    rows = [row for row in events_of(record, agent, year) if row["kind"] != Happened.DISRUPTION]
    for kinds in (*WEIGHTY, {row["kind"] for row in rows}):
        found = [row for row in rows if row["kind"] in kinds]
        if found:
            sized = [row for row in found if abs(float(row["amount"])) >= NOTHING] or found
            return _line(sized[-1], agent, lambda key: called(known, key))
    return ""


def events_of(record: Record, agent: Agent, year: int | None) -> list[Row]:
    """The events of an agent, as doer or counterpart; also those of a region's or importer's plants, and curbs."""
    plants = {row.id for row in record.scenario.pack.projects if row.importer == agent.key}
    places: set[str] = set()
    if agent.kind == REGION:
        plants = {str(row["refinery"]) for row in record.rows("refineries", region=agent.key)}
        places = {f"{year} {agent.key}" for year in record.years}
    elif agent.kind == PLANT:
        stood = [row for row in record.rows("refineries", refinery=agent.key) if row["nameplate_mt"] > 0.0]
        places = {f"{row['year']} {row['region']}" for row in stood}
    return [
        row
        for row in record.tables["events"]
        if year in (None, row["year"])
        and (
            agent.key in (row["agent"], row["counterpart"])
            or (row["kind"] in AT_HOME and row["agent"] in plants)
            or (row["kind"] in (Happened.DEAL, Happened.MINORITY) and row["subject"] == agent.key)
            or (row["kind"] == Happened.DISRUPTION and places & _hit(row))
        )
    ]


def _hit(row: Row) -> set[str]:
    """The year and each region of a disruption."""
    return {f"{row['year']} {region}" for region in str(row["counterpart"]).split(", ")}


def _repeated(kind: Happened, rows: list[Row], place: bool) -> str:
    """What happened several times in one line."""
    words = WORDS[kind]
    if place:
        return f"{words}: {len(rows)} times for its plants"
    low, high = (pick(float(row["amount"]) for row in rows) for pick in (min, max))
    unit = str(rows[0]["unit"])
    span = (
        figure(low, unit) if high - low < 1e-6 else f"{figure(low, unit, bare=True)} to {figure(high, unit)}"
    )
    return f"{words} ({span})"


def _line(row: Row, agent: Agent, name: Namer) -> str:
    """One event in words: when, who, what, how much, why."""
    kind, whom, who = str(row["kind"]), str(row["counterpart"]), name(str(row["agent"]))
    words = WORDS.get(kind, plain(kind).replace("_", " "))
    if row["agent"] == agent.key:
        told = f"{words} {name(whom)}" if whom and kind not in YEARLY else words
    elif whom == agent.key and agent.kind != REGION:
        told = FROM_OUTSIDE.get(kind, f"{{who}} {words} it").format(who=who)
    elif kind == Happened.DISRUPTION:
        told = f"{plain(str(row['agent'])).replace('_', ' ')} in its region"
        return f"{_when(row)}: {told} ({figure(float(row['amount']), str(row['unit']))})"
    else:
        told = f"{who} {words} {name(whom)}" if whom not in ("", agent.key) else f"{who} {words}"
    amount = figure(float(row["amount"]), str(row["unit"]))
    reason = "" if kind in (Happened.PERMIT, Happened.POND, Happened.POND_COVERED) else f": {row['reason']}"
    return f"{_when(row)}: {told} ({amount}){reason}"


def _when(row: Row) -> str:
    return f"{row['year']}" + (f" Q{row['quarter']}" if row["quarter"] else "")


def _owners(record: Record, agent: Agent, year: int | None, name: Namer) -> list[tuple[int, str]]:
    """The years in which a plant's owner was another than before."""
    rows = record.rows("refineries", refinery=agent.key)
    return [
        (
            int(after["year"]),
            f"{after['year']}: its owner is now {name(after['group'])} (was {name(before['group'])})",
        )
        for before, after in pairwise(rows)
        if before["group"] != after["group"] and year in (None, after["year"])
    ]
