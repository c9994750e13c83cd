"""The deals: who bought what from whom, why, at what price, and what became of it."""

import math
from typing import Any

import pandas as pd

from sim.aftermath import INSIDE, plants_bought
from sim.core.words import number, percent
from sim.decisions.buy.judging import GIVEN
from sim.report.page.cards import event_told
from sim.report.page.facts import CONTROL, EQUITY, VIEWS, Facts, Row
from sim.report.page.parts import Section, Table, cell, section, signed
from sim.report.wording import short
from sim.strategy.approving import LEVELS
from sim.strategy.finance import BEARERS
from sim.world.dealbook import CLOSED
from sim.world.kinds import Happened

GAINS = ("ore_mcny", "overhead_mcny", "coast_mcny", "policy_mcny")
"""What a buyer hopes to gain beyond the worth of the target as it stands."""
PAID = ("paid_cash_mcny", "paid_debt_mcny", "paid_shares_mcny", "debt_assumed_mcny")
MANY = 25
"""More rows than these can be searched."""
QUIET = (
    *(Happened.PERMIT, Happened.MUD_USE, Happened.POND, Happened.POND_COVERED),
    *(Happened.SUPPORT, Happened.RESTRUCTURE, Happened.RETROFIT, Happened.CONVERSION),
)


def deals_section(facts: Facts) -> Section:
    """The section of deals and of everything else that happened."""
    words, told = facts.words, _told(facts)
    closed = told[told["outcome"] == CLOSED]
    lead, brought = _sums(facts, told)
    tables = (
        *(_closed(facts, closed, brought, view) for view in VIEWS),
        _failed(facts, told[told["outcome"] != CLOSED]),
        _causes(facts),
        _losses(facts),
        _events(facts),
    )
    return section("deals", words("deals.label"), tables, lead)


def _told(facts: Facts) -> pd.DataFrame:
    """The deals between owners with what became of what was bought.

    Adds `paid_mcny`: cash, loan, shares and debt taken over; `cost`: the change of cash cost against peers in CNY/t;
    `bought`: keys of the plants that came with it; `cash_mcny`: what these earned over cash cost since.
    """
    results = facts.results
    book, plants = results.deals[~results.deals["kind"].isin(INSIDE)], results.refineries
    after = results.deal_outcomes.groupby("id")["cash_cost_against_peers_cny_per_t"].last()
    earned = (plants["price_cny_per_t"] - plants["cash_cost_cny_per_t"]) * plants["sold_mt"]
    known = plants_bought(results.world, plants)
    bought = [
        known.get(key, ()) if end == CLOSED else ()
        for key, end in zip(book["id"], book["outcome"], strict=True)
    ]
    since = [
        plants["refinery"].isin(keys) & (plants["year"] > year)
        for keys, year in zip(bought, book["year"], strict=True)
    ]
    return book.assign(
        paid_mcny=book[list(PAID)].sum(axis=1),
        cost=book["id"].map(after),
        bought=bought,
        cash_mcny=[earned[rows].sum() if rows.any() else math.nan for rows in since],
    )


def _sums(facts: Facts, told: pd.DataFrame) -> tuple[str, str]:
    """What all deals together took, and what they brought."""
    words, closed = facts.words, told[told["outcome"] == CLOSED]
    followed = closed[closed["cost"].notna()]
    size = float(followed["size_mt"].sum())
    cost = float((followed["cost"] * followed["size_mt"]).sum()) / size if size > 0.0 else 0.0
    last = facts.plants[facts.years[-1]]
    standing = {row["refinery"] for row in last if row["nameplate_mt"] > 0.0}
    pressed = closed[closed["seller_state"].isin(words.catalogue["seller_states"])]
    bought, saved = (set().union(*deals["bought"]) for deals in (closed, pressed))
    money = {"money": "paid_mcny", "gain": "gain_mcny", "cash": "cash_mcny"}
    known = {
        **{"count": len(closed), "failed": len(told) - len(closed), "followed": len(followed)},
        **{"tonnes": words.mt(closed["size_mt"].sum()), "metal": words.mt(closed["smelting_mt"].sum())},
        **{name: words.billions(closed[column].sum()) for name, column in money.items()},
        **{"hhi": signed(closed["hhi_step"].sum()), "cost": number(abs(cost)), "last": facts.years[-1]},
        **{"plants": len(bought), "stand": len(standing & bought), "saved": len(standing & saved)},
    }
    brought = "not_followed" if followed.empty else "dearer" if cost > 0.0 else "cheaper"
    return words("deals.finding", **known), words(f"deals.{brought}", **known)


def _closed(facts: Facts, deals: pd.DataFrame, brought: str, view: str) -> Table:
    """The deals that closed, with the whole of what is decided over by control, and the stake in it by equity."""
    names = f"year buyer what mt_{view} price brought_cost brought_cash hhi consents why".split()
    rows = []
    for row in deals.to_dict("records"):
        cash = cell(row["cash_mcny"], facts.words.billions(row["cash_mcny"], 2))
        steps = [cell(row["cost"], signed(row["cost"])), cash, cell(row["hhi_step"], signed(row["hhi_step"]))]
        offer = _offer(facts, row, float(row["paid_mcny"]), view)
        rows.append([*offer, *steps, _consents(facts, row), _why(facts, row)])
    head = [facts.words(f"deals.{name}") for name in names]
    note = facts.words("deals.note")
    return Table(f"deals-{view}", brought, head, rows, 3, len(rows) > MANY, note, view=view)


def _failed(facts: Facts, deals: pd.DataFrame) -> Table:
    """The bids that came to nothing, with the reason."""
    words, rows = facts.words, []
    for row in deals.to_dict("records"):
        came = words.of("outcomes", str(row["outcome"]))
        rows.append([*_offer(facts, row, float(row["price_mcny"])), came, _why(facts, row)])
    head = [words(f"deals.{name}") for name in ("year", "buyer", "what", "mt", "bid", "outcome", "why")]
    return Table("deals-failed", words("deals.caption_failed", count=len(rows)), head, rows, 3, folded=True)


def _offer(facts: Facts, row: Row, mcny: float, view: str = CONTROL) -> list[Any]:
    """Year, buyer, what was for sale, its size, and what was paid or bid."""
    words, called = facts.words, facts.called
    size = float(row["size_mt"] * (row["stake_share"] if view == EQUITY else 1.0)) or math.nan
    seller = "" if row["seller"] == row["target"] else short(called(str(row["seller"])))
    known = {"what": called(str(row["target"])), "kind": words.of("deal_kinds", str(row["kind"]))}
    if known["what"] in seller:
        seller = ""
    stake = percent(row["stake_share"]) if row["stake_share"] < 1.0 else words("deals.all")
    known |= {"stake": stake, "seller": seller, "metal": words.mt(row["smelting_mt"], 2)}
    metal = words("deals.metal", **known) if row["smelting_mt"] > 0.0 else ""
    what = words("deals.of_seller" if seller else "deals.whole", **known) + metal
    sizes = (cell(size, words.mt(size, 2)), cell(mcny, words.billions(mcny, 2)))
    return [cell(row["year"], str(row["year"])), short(called(str(row["buyer"]))), what, *sizes]


def _consents(facts: Facts, row: Row) -> str:
    """Who had to agree, and that the review of the merger ended clear or with conditions."""
    words = facts.words
    given = [words(f"consents.{name}") for name in ("province", "sasac") if row[name] == GIVEN]
    if row["review"] != LEVELS[0] and row["review_outcome"]:
        given.append(words(f"consents.{row['review_outcome']}"))
    return words("names.and").join(given) or words("consents.none")


def _why(facts: Facts, row: Row) -> str:
    """Why the deal came up, in few words: the need of the seller and the buyer's largest gain."""
    words, state = facts.words, str(row["seller_state"])
    parts = [words(f"seller_states.{state}")] if state in words.catalogue["seller_states"] else []
    gains = {name: float(row[name]) for name in GAINS if row[name] > 0.0}
    if gains:
        most = max(gains, key=lambda name: gains[name])
        size = words.figure(gains[most], "million CNY")
        parts.append(words("deals.gain", what=words(f"gains.{most}"), size=size))
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
        when = words("price.quarter", **event) if event["quarter"] else str(event["year"])
        what = str(event["agent"])
        who = words.of("shocks", what) if event["kind"] == Happened.DISRUPTION else called(what)
        reason = str(event["reason"]).replace("_", " ")
        why = event_told(event, own, words) if words.catalogue["because"] else reason
        size = cell(event["amount"], words.figure(event["amount"], event["unit"]))
        at = cell(event["year"] + event["quarter"] / 10.0, when)
        rows.append([at, words.of("events", str(event["kind"])), who, where, why, size])
    head = [words(f"deals.{name}") for name in ("when", "event", "who", "where", "reason", "size")]
    note = words("deals.events_note")
    return Table("events", words("deals.events"), head, rows, 5, True, note, folded=True)


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
    words, groups, rows = facts.words, facts.results.groups, []
    sums = {name: float(groups[f"loss_{name}_mcny"].sum()) for name in BEARERS}
    total = sum(sums.values())
    for name, value in sorted(sums.items(), key=lambda item: -item[1]):
        share = cell(value / max(total, 1e-9), percent(value / total if total > 0.0 else 0.0, 1))
        rows.append([words(f"bearers.{name}"), cell(value, words.billions(value, 2)), share])
    head = [words(f"deals.{name}") for name in ("bearer", "billion", "share")]
    caption = words("deals.losses", total=words.billions(total))
    return Table("losses", caption, head, rows, note=words("deals.losses_note"))
