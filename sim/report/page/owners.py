"""Who owns what at the end of any year: the largest groups, and the graph of holdings around one of them."""

from typing import Any

import networkx as nx

from sim.core.words import percent
from sim.report.page.facts import CONTROL, LEAST_SHARE, VIEWS, Facts, Row, inert
from sim.report.page.parts import Figure, Frame, Section, bars, frame, marks
from sim.report.wording import short
from sim.world.holdings import controllers, economic_interest
from sim.world.owners import asset_nodes
from sim.world.ownership import EQUITY_PPM, Ownership

LARGEST = 10


def owners_section(facts: Facts) -> Section:
    """The section of owners."""
    words = facts.words
    frames = {f"{view}|{year}": _largest(facts, view, year) for view in VIEWS for year in facts.years}
    figure = Figure("owners", ("view", "year"), frames, 400, words("owners.note"), 0)
    order: dict[str, float] = {}
    for year in facts.years:
        for key, size in facts.owned[CONTROL][year].items():
            order[key] = max(order.get(key, 0.0), size)
    heads = sorted(order, key=lambda key: -order[key])
    extra = {
        "owners": [[key, facts.owner(key)] for key in heads],
        "firms": _firms(facts, heads),
        "held": {view: {str(year): _held(facts, view, year) for year in facts.years} for view in VIEWS},
        "graphs": {key: graph_of(facts, key) for key in heads},
    }
    parts = ("owners", "owner-picker", "graph", "holdings")
    return Section("owners", words("owners.label"), parts, (figure,), lead=words("owners.lead"), extra=extra)


def _firms(facts: Facts, heads: list[str]) -> dict[str, dict[str, Any]]:
    """Firms that people name: name, the group that controls each in the first year, and its interest by year.

    Its interest is what of each plant's profit reaches it through all chains, as in the holdings of a group. A firm
    without a plant in any year is left out.
    """
    graph = Ownership(facts.results.ownership(facts.years[0]), facts.years[0])
    top, kinds = controllers(graph), graph.snapshot().kinds
    known = [key for key, head in top.items() if key != head and head in heads and kinds[key] == "company"]
    held: dict[str, dict[str, list[list[Any]]]] = {key: {} for key in known}
    for year in facts.years:
        ownership = Ownership(facts.results.ownership(year), year)
        there = [key for key in known if key in ownership.snapshot().kinds]
        rows = [row for row in facts.plants[year] if row["nameplate_mt"] > 0.0]
        plants = asset_nodes(ownership.snapshot().kinds, [row["refinery"] for row in rows])
        for key, parts in zip(there, economic_interest(ownership, there, plants).tolist(), strict=True):
            found = [
                _holding(facts, *each) for each in zip(rows, parts, strict=True) if each[1] > LEAST_SHARE
            ]
            held[key][str(year)] = sorted(found, key=lambda each: -each[1] * each[2])
    named = {key: {"name": facts.called(key), "head": top[key], "held": held[key]} for key in known}
    order = sorted(known, key=lambda key: str(named[key]["name"]))
    return {key: named[key] for key in order if any(held[key].values())}


def _holding(facts: Facts, row: Row, part: float) -> list[Any]:
    """A plant in the holdings of an owner: key, nameplate, the owner's share and state."""
    return [row["refinery"], round(facts.words.per_mt * row["nameplate_mt"], 3), round(part, 4), row["state"]]


def _largest(facts: Facts, view: str, year: int) -> Frame:
    words, start = facts.words, facts.years[0]
    now, before = facts.owned[view][year], facts.owned[view][start]
    shown = list(now)[:LARGEST][::-1]
    total, mt = facts.annual[year]["capacity_mt"], words.per_mt
    size = f"%{{x:.{words.decimals(2)}f}} {words('units.mt_yr')}"
    look = {"orientation": "h", "textposition": "inside", "insidetextanchor": "start", "name": str(year)}
    look["hovertemplate"] = f"%{{hovertext}}<br>{size}<extra>{year}</extra>"
    told = {
        "text": [words.mt(now[key]) for key in shown],
        "customdata": [f"owner:{key}" for key in shown],
        "hovertext": [f"{inert(facts.owner(key))}<br>{percent(now[key] / total, 1)}" for key in shown],
    }
    data = [bars([round(mt * now[key], 3) for key in shown], shown, "@coast", **look, **told)]
    if year != start:
        sign = {"symbol": "line-ns", "size": 20, "line": {"width": 2.5, "color": "@inland"}}
        x, hover = [round(mt * before.get(key, 0.0), 3) for key in shown], f"{size}<extra>{start}</extra>"
        data.append(marks(x, shown, "markers", name=str(start), hovertemplate=hover, marker=sign))
    most, called = max([*now.values(), *before.values(), 1.0]), (short(facts.owner(key)) for key in shown)
    x = {"range": [0, 1.16 * mt * most], "title": {"text": words("owners.x")}, "zeroline": False}
    y = {"type": "category", "tickvals": shown, "ticktext": [f"{inert(name)} " for name in called]}
    among = facts.among("cr10", year) if view == CONTROL else ""
    return frame(_finding(facts, view, year), data, {"xaxis": x, "yaxis": y}, among)


def _finding(facts: Facts, view: str, year: int) -> str:
    start = facts.years[0]
    shares = [
        sum(list(facts.owned[view][each].values())[:LARGEST]) / max(facts.annual[each]["capacity_mt"], 1e-9)
        for each in (start, year)
    ]
    key = f"owners.finding_{view}" if year != start else f"owners.finding_{view}_start"
    return facts.words(key, year=year, start=start, before=percent(shares[0]), after=percent(shares[1]))


def _held(facts: Facts, view: str, year: int) -> dict[str, list[list[Any]]]:
    """The plants of each owner: key, nameplate, the owner's share and state, the largest first."""
    found: dict[str, list[list[Any]]] = {}
    for row in facts.plants[year]:
        if row["nameplate_mt"] <= 0.0:
            continue
        for owner, part in facts.shares[view][year][row["refinery"]].items():
            found.setdefault(owner, []).append(_holding(facts, row, part))
    return {key: sorted(rows, key=lambda each: -each[1] * each[2]) for key, rows in found.items()}


def graph_of(facts: Facts, owner: str) -> dict[str, Any]:
    """The holdings around a group in all years: nodes in columns from holders to plants, and stakes with their years.

    Of nodes: id, name, kind, column, place in the column. Of stakes: holder, held, equity, votes, first year, last
    year or none, deal, whether the holder controls.
    """
    history = facts.history
    plants = {row["refinery"] for rows in facts.plants.values() for row in rows if row["group"] == owner}
    nodes = {each for each in asset_nodes(history, sorted(plants)) if each in history}
    above: set[str] = set()
    for node in sorted(nodes):
        above |= nx.ancestors(history, node)
    kept = {
        node
        for node in nodes | above
        if history.nodes[node]["kind"] != "float" and (node in nodes or _near(history, node, nodes, owner))
    } | ({owner} & set(history))
    view = nx.DiGraph(history.subgraph(kept))
    columns = _columns(view, nodes)
    return {
        "nodes": _placed(facts, view, columns, nodes),
        "edges": [
            [
                *(holder, held, *(round(stake[name] / EQUITY_PPM, 4) for name in ("ppm", "votes_ppm"))),
                *(stake["from_year"], stake.get("to_year"), bool(stake["deal"]), bool(stake["controls"])),
            ]
            for holder, held, stake in sorted(
                history.subgraph(kept).edges(data=True), key=lambda each: (*each[:2], each[2]["from_year"])
            )
        ],
    }


def _near(history: nx.MultiDiGraph, node: str, plants: set[str], owner: str) -> bool:
    """Whether a holder is the group, below it, its own holder, or a partner with a part of what is below it."""
    below = nx.descendants(history, owner) if owner in history else set()
    return node == owner or node in below or any(held in below | {owner} for held in history.successors(node))


def _columns(view: nx.DiGraph, plants: set[str]) -> dict[str, int]:
    """The column of each node: one right of its last holder; plants stand in the last."""
    columns: dict[str, int] = {}
    parts = nx.condensation(view)
    for part in nx.topological_sort(parts):
        place = max((columns[f"part {before}"] + 1 for before in parts.pred[part]), default=0)
        columns[f"part {part}"] = place
        columns |= dict.fromkeys(parts.nodes[part]["members"], place)
    last = max(columns.values(), default=0)
    return {node: last if node in plants else columns[node] for node in view}


def _placed(facts: Facts, view: nx.DiGraph, columns: dict[str, int], plants: set[str]) -> list[list[Any]]:
    """The nodes with their places: within a column near the mean of their holders."""
    rows: dict[str, float] = {}
    found = []
    for column in range(max(columns.values(), default=0) + 1):
        members = [node for node in sorted(view) if columns[node] == column]

        def wanted(node: str) -> tuple[float, str]:
            known = [rows[holder] for holder in sorted(view.pred[node]) if holder in rows]
            return (sum(known) / len(known) if known else 0.5, node)

        for place, node in enumerate(sorted(members, key=wanted)):
            rows[node] = (place + 0.5) / len(members)
            kind = "plant" if node in plants else str(view.nodes[node]["kind"])
            name = facts.called(node.removeprefix("plant:"))
            name = name if kind == "plant" else short(name)
            found.append([node, name, kind, column, round(rows[node], 4)])
    return found
