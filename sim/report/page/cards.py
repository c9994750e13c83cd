"""The card of each plant: its years, its place on the curve, its owners, and what was decided about it and why.

A choice that is made again year after year is told once, the last time.

Decisions and events told in a language of which the model has no sentences, from typed facts and a catalogue.

Nothing is taken from what the model says in English: names, numbers and units of the record go into templates.
"""

import math
from collections.abc import Mapping
from typing import Any

from sim.core.units import unit_of
from sim.core.words import number, percent
from sim.reasons.finding import concerning
from sim.reasons.record import PLANT, Agent, Record
from sim.reasons.verdict import Verdict, verdicts
from sim.report.page.curve import places
from sim.report.page.facts import CONTROL, EQUITY, Facts, Row
from sim.report.page.parts import Called, Words
from sim.world.books import Decision
from sim.world.kinds import Happened

OTHER = "other_"
"""What the name of a fact of the second best option begins with."""
MOST_TIPPED = 3
OWN = {Happened.EXIT: "leave", Happened.APPROVE: "build", Happened.APPROVE_BLIND: "build"}
"""The kind of decision by which an event comes."""


def decision_told(each: Verdict, words: Words, called: Called) -> list[str]:
    """What was asked and answered, and what was weighed: options, margin, facts, what would have tipped it."""
    decision, about = each.decision, words.catalogue["telling"]
    question, answer = words.of("kinds", decision.name), words.of("choices", decision.choice)
    who = called(decision.agent)
    lead = about["lead"].format(year=decision.year, who=who, question=question, answer=answer)
    options = {_option(name, decision, words, called): value for name, value in decision.options.items()}
    facts = {_fact(name, words): (name, value) for name, value in decision.facts.items() if value}
    parts = {
        "weighed": [_put(words, name, value, decision.unit) for name, value in options.items()],
        "rests": [_put(words, said, value, unit_of(name)) for said, (name, value) in facts.items() if said],
        "tipped": tips(each, words),
    }
    said = {name: words("names.and").join(found) for name, found in parts.items() if found}
    told = [about["weighed"].format(options=said["weighed"])] if "weighed" in said else []
    if math.isfinite(decision.margin):
        told.append(about["won"].format(margin=words.figure(decision.margin, decision.unit)))
    told += [about["rests"].format(facts=said["rests"])] if "rests" in said else []
    told += [about["tipped"].format(tips=said["tipped"])] if "tipped" in said else []
    return [lead, "".join(told)]


def tips(each: Verdict, words: Words) -> list[str]:
    """The nearest values with which a choice would have been another."""
    told = []
    for way in each.tippings[:MOST_TIPPED]:
        now, tipped = (words.figure(value, way.unit) for value in (way.now, way.tipped))
        told.append(words("cards.tip", what=_fact(way.name, words) or way.words, now=now, tipped=tipped))
    return told


def _put(words: Words, what: str, value: float, unit: str) -> str:
    return words.catalogue["telling"]["value"].format(what=what, value=words.figure(value, unit))


def _fact(name: str, words: Words) -> str:
    """What a fact is called, nothing for a code without words."""
    known = words.catalogue["levers"]
    if name.startswith(OTHER) and name not in known:
        said = _fact(name.removeprefix(OTHER), words)
        return words.catalogue["telling"]["other"].format(what=said) if said else ""
    return known.get(name, "")


def _option(name: str, decision: Decision, words: Words, called: Called) -> str:
    """What an option is called: a plant to be built by its place."""
    site, about = decision.sites.get(name), words.catalogue["telling"]
    if site is None:
        return words.of("choices", name)
    place = about["move" if site.replaces else "build"]
    return place.format(old=called(site.replaces), region=called(site.region))


def event_told(
    event: Mapping[str, Any], decisions: Mapping[tuple[int, str, str], Decision], words: Words
) -> str:
    """Why something happened, in a few words by its kind."""
    kind, figures = str(event["kind"]), [float(each) for each in str(event.get("figures", "")).split()]
    decision = decisions.get((int(event["year"]), str(event["agent"]), OWN.get(event["kind"], "")))
    margin = words.figure(decision.margin, decision.unit) if decision else ""
    known = {"quarters": int(event["duration_quarters"]), "margin": margin}
    known |= {"policy": words.of("policies", str(event["subject"]))}
    if event["kind"] == Happened.EXIT and not decision:
        decreed = "decreed" if figures else "decreed_small"
        kind = decreed if event["subject"] else str(Happened.WRITE_OFF) if figures else "stated"
    elif event["kind"] == Happened.DISRUPTION and str(event["agent"]) in words.catalogue["because"]:
        kind = str(event["agent"])
    size = figures[0] if figures and event["kind"] == Happened.RELOCATE else event["amount"]
    known["size"] = words.figure(size, "Mt/yr")
    pattern = words.catalogue["because"].get(kind, "")
    # A folder of an older version has no figures.
    return "" if "{0" in pattern and not figures else pattern.format(*figures, **known)


def cards(facts: Facts) -> dict[str, Any]:
    """The card of every plant by its key."""
    place = {year: _shares_below(facts, year) for year in facts.years}
    keys = dict.fromkeys(row["refinery"] for rows in facts.plants.values() for row in rows)
    kept = {key: _decisions(facts.record, key) for key in keys}
    told = iter(verdicts([each for own in kept.values() for each in own], facts.record, MOST_TIPPED))
    return {key: _card(facts, key, place, [next(told) for _ in own]) for key, own in kept.items()}


def _shares_below(facts: Facts, year: int) -> dict[str, float]:
    """Which share of the curve of a year lies left of each plant."""
    found = places(facts, year)
    whole = max(found[-1]["to"], 1e-9) if found else 1.0
    return {each["row"]["refinery"]: each["from"] / whole for each in found}


def _card(
    facts: Facts, key: str, place: dict[int, dict[str, float]], verdicts: list[Verdict]
) -> dict[str, Any]:
    rows = [row for year in facts.years for row in facts.plants[year] if row["refinery"] == key]
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
    price, cost = row["price_cny_per_t"], row["cash_cost_cny_per_t"]
    sizes = [facts.words.mt(row[name], 2) for name in ("nameplate_mt", "made_mt")]
    earned = [number(price), number(price - cost)] if has_cost else ["–", "–"]
    spent = number(cost) if row["nameplate_mt"] > 0.0 else "–"
    left = "–" if below is None else percent(below)
    told = [facts.words.of("states", row["state"]), *sizes, spent, *earned, left]
    return [year, *told, facts.owner(row["group"])]


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


def _decisions(record: Record, key: str) -> list[Decision]:
    """What was decided about a plant, in order of time."""
    last: dict[tuple[str, str], Decision] = {}
    kept: list[Decision] = []
    for each in concerning(record, Agent(key, PLANT, key), None):
        before = last.get((each.agent, each.name))
        if before is not None and before.choice == each.choice:
            kept.remove(before)
        kept.append(each)
        last[each.agent, each.name] = each
    return kept


def _decision(facts: Facts, each: Verdict) -> list[Any]:
    """One decision as cells: year, who, question, answer, margin, what would have tipped it."""
    words, decision = facts.words, each.decision
    said = [words.of("kinds", decision.name), words.of("choices", decision.choice)]
    margin = words.figure(decision.margin, decision.unit) if math.isfinite(decision.margin) else "–"
    tipped = words("names.and").join(tips(each, words))
    return [decision.year, facts.called(decision.agent), *said, margin, tipped]


def _told(facts: Facts, each: Verdict) -> list[str]:
    """One decision in full: what was asked and answered, and why; the model has sentences of its own in English."""
    if facts.words.catalogue["telling"]:
        return decision_told(each, facts.words, facts.called)
    decision = each.decision
    lead = f"{decision.year}, {facts.called(decision.agent)}: {each.question} {each.answer}"
    return [lead, " ".join((*each.told, each.tipped(MOST_TIPPED)))]
