"""The card of each plant: its years, its place on the curve, its owners, and what was decided about it and why.

A choice that is made again year after year is told once, the last time.
"""

import math
from typing import Any

from sim.core.words import number, percent
from sim.reasons.finding import concerning
from sim.reasons.record import PLANT, Agent, Record
from sim.reasons.verdict import Verdict, verdict
from sim.report.page.curve import places
from sim.report.page.facts import CONTROL, EQUITY, Facts, Row
from sim.report.page.telling import MOST_TIPPED, decision_told, tips
from sim.world.books import Decision


def cards(facts: Facts) -> dict[str, Any]:
    """The card of every plant by its key."""
    place = {year: _shares_below(facts, year) for year in facts.years}
    keys = dict.fromkeys(row["refinery"] for rows in facts.plants.values() for row in rows)
    return {key: _card(facts, key, place) for key in keys}


def _shares_below(facts: Facts, year: int) -> dict[str, float]:
    """Which share of the curve of a year lies left of each plant."""
    found = places(facts, year)
    whole = max(found[-1]["to"], 1e-9) if found else 1.0
    return {each["row"]["refinery"]: each["from"] / whole for each in found}


def _card(facts: Facts, key: str, place: dict[int, dict[str, float]]) -> dict[str, Any]:
    rows = [row for year in facts.years for row in facts.plants[year] if row["refinery"] == key]
    verdicts = _verdicts(facts.record, key)
    return {
        "name": facts.called(key),
        "where": facts.called(rows[0]["region"]),
        "years": [_year(facts, row, place) for row in rows],
        "owners": _owners(facts, rows),
        "decisions": [_decision(facts, each) for each in verdicts],
        "told": [_told(facts, each) for each in verdicts],
    }


def _year(facts: Facts, row: Row, place: dict[int, dict[str, float]]) -> list[Any]:
    year, below = int(row["year"]), place[int(row["year"])].get(row["refinery"])
    has_cost = row["made_mt"] > 1e-6
    return [
        year,
        facts.words.of("states", row["state"]),
        facts.words.mt(row["nameplate_mt"], 2),
        facts.words.mt(row["made_mt"], 2),
        number(row["cash_cost_cny_per_t"]) if row["nameplate_mt"] > 0.0 else "–",
        number(row["price_cny_per_t"]) if has_cost else "–",
        number(row["price_cny_per_t"] - row["cash_cost_cny_per_t"]) if has_cost else "–",
        percent(below) if below is not None else "–",
        facts.owner(row["group"]),
    ]


def _owners(facts: Facts, rows: list[Row]) -> list[list[Any]]:
    """From when on who had which part of it: a row a change."""
    found: list[list[Any]] = []
    for row in rows:
        year, key = int(row["year"]), row["refinery"]
        parts = sorted(facts.shares[EQUITY][year][key].items(), key=lambda item: -item[1])
        head = next(iter(facts.shares[CONTROL][year][key]))
        told = [facts.owner(head), "; ".join(f"{facts.owner(who)} {percent(part, 0)}" for who, part in parts)]
        if not found or found[-1][1:] != told:
            found.append([year, *told])
    return found


def _verdicts(record: Record, key: str) -> list[Verdict]:
    """What was decided about a plant, in order of time."""
    last: dict[tuple[str, str], Decision] = {}
    kept: list[Decision] = []
    for each in concerning(record, Agent(key, PLANT, key), None):
        before = last.get((each.agent, each.name))
        if before is not None and before.choice == each.choice:
            kept.remove(before)
        kept.append(each)
        last[each.agent, each.name] = each
    return [verdict(each, record, MOST_TIPPED) for each in kept]


def _decision(facts: Facts, each: Verdict) -> list[Any]:
    """One decision as cells: year, who, question, answer, margin, what would have tipped it."""
    words, decision = facts.words, each.decision
    return [
        decision.year,
        facts.called(decision.agent),
        words.of("kinds", decision.name),
        words.of("choices", decision.choice),
        words.figure(decision.margin, decision.unit) if math.isfinite(decision.margin) else "–",
        words("names.and").join(tips(each, words)),
    ]


def _told(facts: Facts, each: Verdict) -> list[str]:
    """One decision in full: what was asked and answered, and why; the model has sentences of its own in English."""
    if facts.words.catalogue["telling"]:
        return decision_told(each, facts.words, facts.called)
    decision = each.decision
    lead = f"{decision.year}, {facts.called(decision.agent)}: {each.question} {each.answer}"
    return [lead, " ".join((*each.told, each.tipped(MOST_TIPPED)))]
