"""Decisions and events told in a language of which the model has no sentences, from typed facts and a catalogue.

Nothing is taken from what the model says in English: names, numbers and units of the record go into templates.
"""

import math
from collections.abc import Mapping
from typing import Any

from sim.core.units import unit_of
from sim.reasons.verdict import Verdict
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
    lead = about["lead"].format(
        year=decision.year, who=called(decision.agent), question=question, answer=answer
    )
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
    return [
        words(
            "cards.tip",
            what=_fact(way.name, words) or way.words,
            now=words.figure(way.now, way.unit),
            tipped=words.figure(way.tipped, way.unit),
        )
        for way in each.tippings[:MOST_TIPPED]
    ]


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
    known["size"] = words.figure(
        figures[0] if figures and event["kind"] == Happened.RELOCATE else event["amount"], "Mt/yr"
    )
    pattern = words.catalogue["because"].get(kind, "")
    # A folder of an older version has no figures.
    return "" if "{0" in pattern and not figures else pattern.format(*figures, **known)
