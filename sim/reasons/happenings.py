"""What happened to an agent, a line for each year that matters, from the event log."""

from itertools import pairwise

from sim.core.cells import beside
from sim.core.words import figure, plain, spans
from sim.reasons.record import GROUP, PLANT, REGION, Agent, Record, Row
from sim.reasons.text import Entry
from sim.world.kinds import Happened

_SAID = beside("sim.reasons", "happenings.toml")
WORDS: dict[str, str] = _SAID["own"]
"""What is told of each kind of event."""
FROM_OUTSIDE: dict[str, str] = _SAID["from_outside"]
"""The same from the side of the counterpart."""
AT_HOME = (
    *(Happened.EXIT, Happened.RELOCATE, Happened.START, Happened.START_ABROAD, Happened.STANDSTILL),
    *(Happened.WRITE_OFF, Happened.VOID),
)
"""What happens to plants and is told of their region or, abroad, of their producer."""
WEIGHTY = (
    (Happened.EXIT, Happened.RELOCATE, Happened.WIND_UP, Happened.EXIT_ABROAD),
    (Happened.DEAL, Happened.REORGANISE),
    (Happened.START, Happened.WRITE_OFF, Happened.SMELTER_MOVED, Happened.STAKE_ABROAD, Happened.MINORITY),
    (Happened.MINE_TAKEN, Happened.MINE_OPENED),
)
"""Kinds that change most for whom they befall, the weightiest first."""
NOTHING = 0.005
"""What is less is printed as zero; in short it is not told where there is more to tell."""
YEARLY = (Happened.SUPPORT, Happened.PERMIT, Happened.POND, Happened.SLIP)
"""Kinds that repeat, told once with all their years."""


def happenings(record: Record, agent: Agent, year: int | None) -> list[str | Entry]:
    """The lines, oldest first; a region's are those of which it is the place."""
    rows = [*_of_plants(record, agent, year), *events_of(record, agent, year)]
    lines: list[tuple[int, str]] = []
    for kind in YEARLY if year is None else ():
        same = [row for row in rows if row["kind"] == kind]
        if len(same) > 1:
            rows = [row for row in rows if row["kind"] != kind]
            years = spans(sorted({int(row["year"]) for row in same}))
            lines.append((int(same[0]["year"]), f"{years}: {_repeated(kind, same, agent.kind == REGION)}"))
    lines += [(int(row["year"]), _line(record, row, agent)) for row in rows]
    lines += _owners(record, agent, year)
    return [Entry(line) for _, line in sorted(lines, key=lambda each: each[0])]


def main_event(record: Record, agent: Agent, year: int | None) -> str:
    """The last event of the weightiest sort that there is, in words, or nothing."""
    rows = [row for row in events_of(record, agent, year) if row["kind"] != Happened.DISRUPTION]
    for kinds in (*WEIGHTY, {row["kind"] for row in rows}):
        found = [row for row in rows if row["kind"] in kinds]
        if found:
            sized = [row for row in found if abs(float(row["amount"])) >= NOTHING] or found
            return _line(record, sized[-1], agent)
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


def _of_plants(record: Record, agent: Agent, year: int | None) -> list[Row]:
    """What happened to a group's plants at home while they were its own."""
    if agent.kind != GROUP:
        return []
    own = {(row["refinery"], row["year"]) for row in record.rows("refineries", group=agent.key)}
    return [
        row
        for row in record.tables["events"]
        if row["kind"] in AT_HOME
        and (row["agent"], row["year"]) in own
        and agent.key != row["counterpart"]
        and year in (None, row["year"])
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


def _line(record: Record, row: Row, agent: Agent) -> str:
    """One event in words: when, who, what, how much, why."""
    kind, whom, who = str(row["kind"]), str(row["counterpart"]), record.called(str(row["agent"]))
    words = WORDS.get(kind, plain(kind).replace("_", " "))
    if row["agent"] == agent.key:
        told = f"{words} {record.called(whom)}" if whom and kind not in YEARLY else words
    elif whom == agent.key and agent.kind != REGION:
        told = FROM_OUTSIDE.get(kind, f"{{who}} {words} it").format(who=who)
    elif kind == Happened.DISRUPTION:
        told = f"{plain(str(row['agent'])).replace('_', ' ')} in its region"
        return f"{_when(row)}: {told} ({figure(float(row['amount']), str(row['unit']))})"
    else:
        told = f"{who} {words} {record.called(whom)}" if whom not in ("", agent.key) else f"{who} {words}"
    amount = figure(float(row["amount"]), str(row["unit"]))
    reason = "" if kind in (Happened.PERMIT, Happened.POND, Happened.POND_COVERED) else f": {row['reason']}"
    return f"{_when(row)}: {told} ({amount}){reason}"


def _when(row: Row) -> str:
    return f"{row['year']}" + (f" Q{row['quarter']}" if row["quarter"] else "")


def _owners(record: Record, agent: Agent, year: int | None) -> list[tuple[int, str]]:
    """The years in which a plant's owner was another than before."""
    rows = record.rows("refineries", refinery=agent.key)
    return [
        (
            int(after["year"]),
            f"{after['year']}: its owner is now {record.called(after['group'])} (was {record.called(before['group'])})",
        )
        for before, after in pairwise(rows)
        if before["group"] != after["group"] and year in (None, after["year"])
    ]
