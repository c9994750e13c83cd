"""What happened to an agent, a line for each year that matters, from the event log."""

from collections.abc import Callable
from itertools import pairwise

from sim.reasons.names import PLANT, REGION, Agent, called, names
from sim.reasons.numbers import figure, plain, spans
from sim.reasons.record import Record, Row
from sim.reasons.text import Entry

WORDS = {
    "approve": "broke ground for",
    "approve_blind": "broke ground, though at that day's prices it would lose, for",
    "deal": "bought from",
    "deal_unfunded": "no lender would fund a purchase:",
    "deal_refused": "a purchase was refused consent:",
    "deal_blocked": "a purchase was blocked:",
    "exit": "closed for good",
    "plan_denied": "the nation turned down",
    "plan_refused": "the province refused",
    "pond": "a new pond opened",
    "minority": "took a minority stake in a plant of",
    "mud_use": "took up a use of its red mud",
    "permit": "a new pond was permitted",
    "relocate": "closed, replaced by",
    "reorganise": "was reorganised by its creditors",
    "restructure": "took over, within the same owner,",
    "retrofit": "was retrofitted",
    "slip": "construction slipped a year",
    "start": "started",
    "start_abroad": "started, outside China,",
    "venture": "founded a joint venture with",
    "support": "got local support",
    "write_off": "was written off",
}
FROM_OUTSIDE = {
    "approve": "{who} broke ground for it",
    "approve_blind": "{who} broke ground for it, though it would lose at that day's prices",
    "deal": "sold to {who}",
    "deal_blocked": "its purchase by {who} was blocked",
    "deal_refused": "its purchase by {who} was refused consent",
    "deal_unfunded": "no lender would fund its purchase by {who}",
    "minority": "sold a minority stake in a plant to {who}",
    "plan_denied": "the nation turned down this plan of {who}",
    "plan_refused": "the province refused this plan of {who}",
    "relocate": "it replaces {who}",
    "restructure": "taken over, within the same owner, by {who}",
    "venture": "joined {who} in a joint venture",
}
"""The same from the side of the counterpart."""
AT_HOME = ("exit", "relocate", "start", "start_abroad", "write_off")
"""What happens to plants and is told of their region or, outside China, of their producer."""
Namer = Callable[[str], str]
YEARLY = ("support", "permit", "pond", "slip")
"""Kinds that repeat, told once with all their years."""


def happenings(record: Record, agent: Agent, year: int | None) -> list[str | Entry]:
    """Give the lines, oldest first; a region's are those of which it is the place."""
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


def events_of(record: Record, agent: Agent, year: int | None) -> list[Row]:
    """Give the events of an agent, as doer or counterpart; also those of a region's or importer's plants, and curbs."""
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
            or (row["kind"] == "disruption" and places & _hit(row))
        )
    ]


def _hit(row: Row) -> set[str]:
    """Give the year and each region of a disruption."""
    return {f"{row['year']} {region}" for region in str(row["counterpart"]).split(", ")}


def _repeated(kind: str, rows: list[Row], place: bool) -> str:
    """Give what happened several times in one line."""
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
    """Give one event in words: when, who, what, how much, why."""
    kind, whom, who = str(row["kind"]), str(row["counterpart"]), name(str(row["agent"]))
    words = WORDS.get(kind, plain(kind).replace("_", " "))
    if row["agent"] == agent.key:
        told = f"{words} {name(whom)}" if whom and kind not in YEARLY else words
    elif whom == agent.key and agent.kind != REGION:
        told = FROM_OUTSIDE.get(kind, f"{{who}} {words} it").format(who=who)
    elif kind == "disruption":
        told = f"{plain(str(row['agent'])).replace('_', ' ')} in its region"
        return f"{_when(row)}: {told} ({figure(float(row['amount']), str(row['unit']))})"
    else:
        told = f"{who} {words} {name(whom)}" if whom not in ("", agent.key) else f"{who} {words}"
    amount = figure(float(row["amount"]), str(row["unit"]))
    reason = "" if kind in ("permit", "pond") else f": {row['reason']}"
    return f"{_when(row)}: {told} ({amount}){reason}"


def _when(row: Row) -> str:
    return f"{row['year']}" + (f" Q{row['quarter']}" if row["quarter"] else "")


def _owners(record: Record, agent: Agent, year: int | None, name: Namer) -> list[tuple[int, str]]:
    """Give the years in which a plant's owner was another than before."""
    rows = record.rows("refineries", refinery=agent.key)
    return [
        (
            int(after["year"]),
            f"{after['year']}: its owner is now {name(after['group'])} (was {name(before['group'])})",
        )
        for before, after in pairwise(rows)
        if before["group"] != after["group"] and year in (None, after["year"])
    ]
