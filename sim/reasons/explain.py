"""An agent's story: what it is, what happened to it, why it ran, and each decision with what would have tipped it.

Whatever leaves things as they are (waiting, holding on) takes one line in the story of a whole run, unless it was
the closest call of its kind; it is told in full when its year is asked for.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sim.reasons.costs import running_years
from sim.reasons.finding import concerning, find, regions_of
from sim.reasons.happenings import events_of, happenings, main_event
from sim.reasons.portraits import portrait
from sim.reasons.record import DEAL, PLANT, POLICY, PROVINCE, RUN, Agent, Record
from sim.reasons.text import Entry, Explanation, Grid, Section
from sim.reasons.verdict import Verdict, verdict
from sim.reasons.wholes import Without, policy_told, run_told

WAYS_IN_FULL, WAYS_IN_SHORT = 3, 1
RECORDED = ("year", "agent", "kind", "choice", "margin", "unit", "rule", "options", "facts")
TIPPING = ("name", "unit", "now", "tipped", "change_share")
"""What is told in plain values of a decision, and of a number that would have tipped it."""
LONG = 6
"""Paragraphs, tables and entries from which on an answer is long, and opens in short."""


def explain(
    record: Record, wanted: str = "", year: int | None = None, without: Without | None = None
) -> Explanation:
    """Why an agent did what it did; why the price was what it was; what a policy did.

    Args:
        record: the run.
        wanted: id or name, in English or Chinese, of a plant, group, smelter, importer, region, province, deal or
            policy; nothing or `price` for the run as a whole.
        year: only this year; otherwise the whole run.
        without: gives the record of the same run without a policy, for what it did.

    Raises:
        UsageError: nobody is called so, several are, or not in that year.
    """
    told, pack = _explained(record, find(record, wanted), year, without), record.scenario.pack
    if pack.subject.demonstration:
        told = replace(told, sections=(Section("A demonstration", (pack.banner(),)), *told.sections))
    say = pack.say()
    return replace(
        told,
        title=say(told.title),
        sections=say.deep(told.sections, is_text=True),
        content=say.deep(told.content),
    )


def _explained(record: Record, agent: Agent, year: int | None, without: Without | None) -> Explanation:
    """The explanation in the engine's words."""
    if agent.kind == PROVINCE:
        return _province(record, agent, year)
    if agent.kind in (RUN, POLICY):
        whole = run_told(record, year) if agent.kind == RUN else policy_told(record, agent, year, without)
        content = _head(record, agent, year) | _plain(whole[1])
        return Explanation(_title(record, agent, year), tuple(whole[0]), content)
    seen = portrait(record, agent, year)
    verdicts = [verdict(each, record) for each in concerning(record, agent, year)]
    said = [agent.said] if agent.said else []
    sections = [
        Section("What it is", (*_warned(record), *said, *seen.told)),
        *_happened(record, agent, year),
        *_ran(record, agent, year),
        *_decided(record, agent, verdicts, year is not None),
    ]
    if sum(len(each.parts) for each in sections) >= LONG:
        short = in_short(seen.told, main_event(record, agent, year), verdicts)
        sections.insert(0, Section("In short", (*said, *short)))
    content = _content(record, agent, year, seen.numbers, verdicts)
    return Explanation(_title(record, agent, year), tuple(sections), content)


def _title(record: Record, agent: Agent, year: int | None) -> str:
    first, last = (year, year) if year else (record.years[0], record.years[-1])
    when = str(first) if first == last else f"{first}-{last}"
    return f"{agent.name} ({agent.key}): scenario {record.name}, seed {record.seed}, {when}"


def _province(record: Record, agent: Agent, year: int | None) -> Explanation:
    """A province, region by region."""
    told = [explain(record, region, year) for region in regions_of(record, agent.key)]
    sections = [
        Section(f"{each.content['name']}: {section.title}", section.parts)
        for each in told
        for section in each.sections
    ]
    content = _head(record, agent, year) | {"regions": [each.content for each in told]}
    return Explanation(_title(record, agent, year), tuple(sections), content)


def _warned(record: Record) -> list[str]:
    if not record.changed:
        return []
    return [
        "Its scenario or industry pack reads differently today than when this run was made, so tipping values "
        "are told only where the rule still gives the recorded numbers."
    ]


def _happened(record: Record, agent: Agent, year: int | None) -> list[Section]:
    """What happened; to a deal nothing does but what is told of it anyway."""
    if agent.kind == DEAL:
        return []
    lines = tuple(happenings(record, agent, year))
    return [Section("What happened", lines or ("Nothing out of the ordinary.",))]


def _ran(record: Record, agent: Agent, year: int | None) -> list[Section]:
    told = running_years(record, agent.key, year) if agent.kind == PLANT else []
    return [Section("Why it ran or stood still", tuple(told))] if told else []


def _decided(record: Record, agent: Agent, verdicts: Sequence[Verdict], full: bool) -> list[Section]:
    """The section of decisions, with the rules that decided at its end."""
    if not verdicts:
        return []
    closest = _closest(verdicts)
    parts: list[str | Entry] = []
    rules: dict[str, None] = {}
    for place, each in enumerate(verdicts):
        rules.setdefault(rule_of(each))
        parts.append(_entry(record, agent, each, full or place in closest or not each.waits))
    parts += [f"The rule: {rule}." for rule in rules]
    return [Section("What was decided, and what would have tipped it", tuple(parts))]


def _closest(verdicts: Sequence[Verdict]) -> set[int]:
    """The places of the closest calls among decisions to wait, one for each kind."""
    best: dict[str, int] = {}
    for place, each in enumerate(verdicts):
        kind = each.decision.kind
        if each.waits and (kind not in best or _gap(each) < _gap(verdicts[best[kind]])):
            best[kind] = place
    return {*best.values()}


def _gap(each: Verdict) -> float:
    return abs(each.decision.margin)


def rule_of(each: Verdict) -> str:
    """The rule that decided, without the reason of the single case behind it."""
    decision = each.decision
    return decision.rule.removesuffix(f"; {decision.because}") if decision.because else decision.rule


def _entry(record: Record, agent: Agent, each: Verdict, full: bool) -> Entry:
    """One decision: in full, or in one line."""
    decision = each.decision
    who = "" if decision.agent == agent.key else f"{record.called(decision.agent)}: "
    lead = f"{decision.year}: {who}{each.question} {each.answer}"
    if full:
        tipped = each.tipped(WAYS_IN_FULL)
        return Entry(lead, (*each.told, *([tipped] if tipped else [])))
    tipped = each.tipped(WAYS_IN_SHORT)
    return Entry(f"{lead} {tipped}")


def _content(
    record: Record, agent: Agent, year: int | None, numbers: dict[str, Any], verdicts: Sequence[Verdict]
) -> dict[str, Any]:
    """The numbers behind an explanation as plain values that JSON can hold."""
    events = [dict(row) for row in events_of(record, agent, year)]
    content = {"numbers": numbers, "events": events, "decisions": [_told(each) for each in verdicts]}
    return _head(record, agent, year) | dict(_plain(content))


def _head(record: Record, agent: Agent, year: int | None) -> dict[str, Any]:
    """What an explanation is about, as plain values."""
    who = {"agent": agent.key, "kind": agent.kind, "name": agent.name}
    run = {"scenario": record.name, "seed": record.seed}
    return run | who | {"years": [year] if year else list(record.years)}


def _told(each: Verdict) -> dict[str, Any]:
    decision = each.decision
    return {
        **{name: getattr(decision, name) for name in RECORDED},
        "options_again": dict(each.again),
        "words": [each.answer, *each.told],
        "tipping": [{name: getattr(way, name) for name in TIPPING} for way in each.tippings],
    }


def _plain(value: Any) -> Any:
    """A value that JSON can hold; what is not finite becomes nothing."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, bool | str | int) or value is None:
        return value
    number = float(value)
    return number if math.isfinite(number) else None


def in_short(told: Sequence[str | Entry | Grid], event: str, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """What stands before a long explanation: what it is, what happened, and the decision that weighed most.

    Args:
        told: what it is; the first sentence is taken.
        event: the event that weighs most, or nothing.
        verdicts: its decisions and those about it.
    """
    is_it = [part for part in told if isinstance(part, str)][:1]
    said = [event if event.endswith(".") else f"{event}."] if event else []
    return (*is_it, *said, *_weightiest(verdicts))


def _weightiest(verdicts: Sequence[Verdict]) -> list[str]:
    """The last decision that changed something, or else the closest call, with what would have tipped it."""
    if not verdicts:
        return []
    acted = [each for each in verdicts if not each.waits]
    each = acted[-1] if acted else min(verdicts, key=lambda one: abs(one.decision.margin))
    which = "the last that changed anything" if acted else "the closest"
    of = f"Of {len(verdicts)} decisions {which}" if len(verdicts) > 1 else "The only decision"
    said = [f"{of}, {each.decision.year}: {each.question} {each.answer}", each.tipped(1)]
    return [" ".join(filter(None, said))]
