"""The deals: who bought what from whom, why, at what price, and what became of it."""

import math
from typing import Any

from sim.aftermath import INSIDE
from sim.core.words import number, percent
from sim.report.page.facts import EQUITY, VIEWS, Facts, Row
from sim.report.page.parts import Section, Table, cell, signed
from sim.report.page.telling import event_told
from sim.report.wording import short
from sim.strategy.finance import BEARERS
from sim.world.dealbook import CLOSED
from sim.world.kinds import Happened

GAINS = ("ore_mcny", "overhead_mcny", "coast_mcny", "policy_mcny")
"""What a buyer hopes to gain beyond the worth of the target as it stands."""
QUIET = (
    Happened.PERMIT,
    Happened.MUD_USE,
    Happened.POND,
    Happened.POND_COVERED,
    Happened.SUPPORT,
    Happened.RESTRUCTURE,
    Happened.RETROFIT,
    Happened.CONVERSION,
)


def deals_section(facts: Facts) -> Section:
    """The section of deals and of everything else that happened."""
    words, book = facts.words, facts.results.deals
    between = book[~book["kind"].isin(INSIDE)]
    closed = between[between["outcome"] == CLOSED]
    lead = words(
        "deals.finding",
        count=len(closed),
        tonnes=words.mt((closed["stake_share"] * closed["size_mt"]).sum()),
        money=words.billions(closed["price_mcny"].sum()),
        failed=len(between) - len(closed),
        inside=int(book["kind"].isin(INSIDE).sum()),
    )
    head = [words(f"deals.{name}") for name in ("year", "what", "buyer", "seller", "kind", "outcome", "why")]
    head += [
        words(f"deals.{name}") for name in ("stake", "mt", "price", "hhi", "brought_use", "brought_cost")
    ]
    tables = (
        *(_deals(facts, between.to_dict("records"), head, view) for view in VIEWS),
        _causes(facts),
        _losses(facts),
        _events(facts),
    )
    return Section(
        "deals", words("deals.label"), tuple(table.id for table in tables), tables=tables, lead=lead
    )


def _deals(facts: Facts, deals: list[dict[str, Any]], head: list[str], view: str) -> Table:
    """The deals, with the whole of what is decided over by control, and the stake in it by equity."""
    rows = [_row(facts, row, _outcomes(facts), view) for row in deals]
    caption = facts.words(f"deals.caption_{view}")
    return Table(
        f"deals-{view}", caption, head, rows, 7, True, facts.words("deals.note"), view=view, answer=2
    )


def _outcomes(facts: Facts) -> dict[str, Row]:
    """The last row of what became of each deal."""
    return {str(row["id"]): row for row in facts.results.deal_outcomes.to_dict("records")}


def _row(facts: Facts, row: Row, outcomes: dict[str, Row], view: str) -> list[Any]:
    words, called = facts.words, facts.called
    after = outcomes.get(str(row["id"]), {})
    use, cost = (
        float(after.get(name, math.nan))
        for name in ("utilisation_against_peers_share", "cash_cost_against_peers_cny_per_t")
    )
    tonnes = float(row["size_mt"] * (row["stake_share"] if view == EQUITY else 1.0))
    is_whole = row["seller"] == row["target"]
    return [
        cell(row["year"], str(row["year"])),
        words("deals.whole", what=called(str(row["target"]))) if is_whole else called(str(row["target"])),
        short(called(str(row["buyer"]))),
        short(called(str(row["seller"]))),
        words.of("deal_kinds", str(row["kind"])),
        words.of("outcomes", str(row["outcome"])),
        _why(facts, row),
        cell(row["stake_share"], percent(row["stake_share"])),
        cell(tonnes, words.mt(tonnes, 2)),
        cell(row["price_mcny"], number(row["price_mcny"])),
        cell(row["hhi_step"], signed(row["hhi_step"])),
        cell(use, signed(100.0 * use)),
        cell(cost, signed(cost)),
    ]


def _why(facts: Facts, row: Row) -> str:
    """Why the deal came up, in few words: the need of the seller and the buyer's largest gain."""
    words, state = facts.words, str(row["seller_state"])
    parts = [words(f"seller_states.{state}")] if state in words.catalogue["seller_states"] else []
    gains = {name: float(row[name]) for name in GAINS if row[name] > 0.0}
    if gains:
        most = max(gains, key=lambda name: gains[name])
        parts.append(
            words("deals.gain", what=words(f"gains.{most}"), size=words.figure(gains[most], "million CNY"))
        )
    elif row["gain_mcny"] > 0.0:
        parts.append(words("deals.worth", size=words.figure(row["gain_mcny"], "million CNY")))
    return "; ".join(parts)


def _events(facts: Facts) -> Table:
    """What else happened, but for what happens all the time."""
    words, called = facts.words, facts.called
    rows, own = [], {(each.year, each.agent, each.name): each for each in facts.record.decisions}
    for event in facts.results.events.to_dict("records"):
        if event["kind"] in (*QUIET, Happened.DEAL):
            continue
        where = ", ".join(called(each) for each in str(event["counterpart"]).split(", ") if each)
        quarter = f" Q{event['quarter']}" if event["quarter"] else ""
        what = str(event["agent"])
        rows.append(
            [
                cell(event["year"] + event["quarter"] / 10.0, f"{event['year']}{quarter}"),
                words.of("events", str(event["kind"])),
                words.of("shocks", what) if event["kind"] == Happened.DISRUPTION else called(what),
                where,
                (
                    event_told(event, own, words)
                    if words.catalogue["because"]
                    else str(event["reason"]).replace("_", " ")
                ),
                cell(event["amount"], words.figure(event["amount"], event["unit"])),
            ]
        )
    head = [words(f"deals.{name}") for name in ("when", "event", "who", "where", "reason", "size")]
    return Table(
        "events", words("deals.events"), head, rows, 5, True, words("deals.events_note"), folded=True
    )


def _causes(facts: Facts) -> Table:
    """What moved the index of concentration over all years, the largest part first."""
    words, years = facts.words, facts.results.years
    points = {name: float(years[name].sum()) for name in words.catalogue["causes"] if name in years}
    rows: list[list[Any]] = [
        [words(f"causes.{name}"), cell(value, signed(value))]
        for name, value in sorted(points.items(), key=lambda item: -abs(item[1]))
    ]
    head = [words("deals.cause"), words("deals.points")]
    total = signed(sum(points.values()))
    return Table("causes", words("deals.causes", total=total), head, rows, note=words("deals.causes_note"))


def _losses(facts: Facts) -> Table:
    """Who bore the losses of plants, in billion CNY."""
    words, groups = facts.words, facts.results.groups
    sums = {name: float(groups[f"loss_{name}_mcny"].sum()) for name in BEARERS}
    total = sum(sums.values())
    rows = [
        [
            words(f"bearers.{name}"),
            cell(value, words.billions(value, 2)),
            cell(value / max(total, 1e-9), percent(value / total if total > 0.0 else 0.0, 1)),
        ]
        for name, value in sorted(sums.items(), key=lambda item: -item[1])
    ]
    head = [words("deals.bearer"), words("deals.billion"), words("deals.share")]
    return Table(
        "losses",
        words("deals.losses", total=words.billions(total)),
        head,
        rows,
        note=words("deals.losses_note"),
    )
