"""Who owns what at the end of any year: the largest groups, and the graph of holdings around one of them.

Where capacity goes since the first year: from inland to the coast, and from old owners to new.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import networkx as nx

from sim.core.words import number, percent
from sim.report.page.facts import CONTROL, LEAST_SHARE, MINORITIES, VIEWS, Facts, Row, Shares, inert
from sim.report.page.parts import Figure, Frame, Section, Words, bars, frame, marks
from sim.report.wording import short
from sim.world.holdings import controllers, economic_interest
from sim.world.owners import asset_nodes
from sim.world.ownership import EQUITY_PPM

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
    graph = facts.ownership[facts.years[0]]
    top, kinds = controllers(graph), graph.snapshot().kinds
    known = [key for key, head in top.items() if key != head and head in heads and kinds[key] == "company"]
    held: dict[str, dict[str, list[list[Any]]]] = {key: {} for key in known}
    for year in facts.years:
        ownership = facts.ownership[year]
        there = [key for key in known if key in ownership.snapshot().kinds]
        rows = [row for row in facts.plants[year] if row["nameplate_mt"] > 0.0]
        plants = asset_nodes(ownership.snapshot().kinds, [row["refinery"] for row in rows])
        for key, parts in zip(there, economic_interest(ownership, there, plants).tolist(), strict=True):
            shares = zip(rows, parts, strict=True)
            found = [_holding(facts, row, part) for row, part in shares if part > LEAST_SHARE]
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
    across = {"range": [0, 1.16 * mt * most], "title": {"text": words("owners.x")}, "zeroline": False}
    y = {"type": "category", "tickvals": shown, "ticktext": [f"{inert(name)} " for name in called]}
    among = facts.among("cr10", year) if view == CONTROL else ""
    return frame(_finding(facts, view, year), data, {"xaxis": across, "yaxis": y}, among)


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


LEAST_MT = 0.005
PAD = 16
"""Between nodes, in pixels: room for the label of a node as thin as a line."""
NEW, CLOSED = "+", "-"
Flow = tuple[str, str, float]
Sizes = dict[str, float]


def flows_section(facts: Facts) -> Section:
    """The section of both flows."""
    words = facts.words
    later = facts.years[1:] or facts.years
    coast = {str(year): _coastward(facts, year) for year in facts.years}
    owners = {f"{view}|{year}": _hands(facts, view, year) for view in VIEWS for year in later}
    first = str(facts.years[0])
    for view in VIEWS:
        owners.setdefault(f"{view}|{first}", owners[f"{view}|{later[0]}"])
    figures = (
        Figure("coastward", ("year",), coast, _height(coast), words("flows.coast_note"), 480),
        Figure("hands", ("view", "year"), owners, _height(owners), words("flows.hands_note"), 480),
    )
    return Section("flows", words("flows.label"), ("coastward", "hands"), figures, lead=words("flows.lead"))


def _height(frames: Mapping[str, Frame]) -> int:
    """Room for the longer side of the fullest frame, in pixels."""
    links = [trace["link"] for each in frames.values() for trace in each["data"]]
    most = max((len({*link[side]}) for link in links for side in ("source", "target")), default=0)
    return max(380, 140 + 2 * PAD * most)


def _plant_sizes(facts: Facts, year: int) -> dict[str, float]:
    return {row["refinery"]: float(row["nameplate_mt"]) for row in facts.plants[year]}


def _region(facts: Facts, year: int) -> dict[str, str]:
    opening = {row.id: row.region for row in facts.results.scenario.pack.refineries}
    return opening | {row["refinery"]: row["region"] for row in facts.plants[year]}


def _coastward(facts: Facts, year: int) -> Frame:
    """By region since the opening: what stays, what closes, what moves to the coast and what is new."""
    words, before, after = facts.words, facts.seen.opening, _plant_sizes(facts, year)
    where, gone = _region(facts, year), facts.closed_mt(facts.results.scenario.pack.base_year, year)
    flows = [
        flow
        for key in dict.fromkeys([*before, *after])
        for flow in _of_plant(key, before, after, where, gone)
    ]
    moved = sum(
        size for left, right, size in flows if left != right and {left, right}.isdisjoint((NEW, CLOSED))
    )
    step = {
        side: sum(size for key, size in after.items() if facts.coastal[where[key]] is side)
        - sum(size for key, size in before.items() if facts.coastal[where[key]] is side)
        for side in (True, False)
    }
    at_sea = {row.id for row in facts.results.scenario.pack.refineries if row.coastal}
    opening = sum(size for key, size in before.items() if key in at_sea) / max(sum(before.values()), LEAST_MT)
    shares = [number(100.0 * each) for each in (opening, facts.annual[year]["coastal_share"])]
    known = {"before": shares[0], "after": shares[1], "moved": words.mt(moved)}
    known |= {"coast": words.mt(step[True], sign=True), "inland": words.mt(step[False], sign=True)}

    def look(key: str) -> tuple[str, str]:
        if key in (NEW, CLOSED):
            return words(f"flows.{'new' if key == NEW else 'closed'}"), "@soft"
        return facts.called(key), "@coast" if facts.coastal[key] else "@inland"

    finding = words("flows.coast_finding", year=year, **known)
    return frame(finding, _sankey(flows, look, words), {}, facts.among("coastal_share", year))


def _of_plant(key: str, before: Sizes, after: Sizes, where: dict[str, str], gone: Sizes) -> Iterator[Flow]:
    """What became of one plant, of which so much is gone for good: it stays, closes, moves to the coast or is new."""
    old, new, here, closed = before.get(key, 0.0), after.get(key, 0.0), where[key], gone.get(key, 0.0)
    follower = next((each for each in after if each.startswith(f"{key}-to-") and after[each] > 0.0), "")
    moved = max(old - closed - new, 0.0) if follower else 0.0
    kept = max(old - closed - moved, 0.0)
    yield here, here, kept
    # What closes of what was not there at the opening came and went.
    yield here, CLOSED, min(closed, old)
    yield NEW, CLOSED, max(closed - old, 0.0)
    yield here, where[follower or key], moved
    source = key.partition("-to-")[0]
    came = before.get(source, 0.0) - after.get(source, 0.0) - gone.get(source, 0.0) if source != key else 0.0
    yield NEW, here, max(new - kept - came, 0.0)


def _hands(facts: Facts, view: str, year: int) -> Frame:
    """What has left an owner since the first year and who got it; what stays is told and not drawn."""
    start, words, shares = facts.years[0], facts.words, facts.shares[view]
    flows = [flow for each in range(start + 1, year + 1) for flow in _year_of_hands(facts, view, each)]
    before, after = (_sites_held(facts, shares[each], each) for each in (start, year))
    kept = sum(
        min(size, after.get(plant, {}).get(who, 0.0))
        for plant, held in before.items()
        for who, size in held.items()
    )
    sums = {
        "kept": kept,
        "closed": sum(facts.closed_mt(start, year).values()),
        "new": sum(size for left, _, size in flows if left == NEW),
        "moved": sum(size for left, right, size in flows if left != NEW and right != CLOSED),
    }
    known = {name: words.mt(size) for name, size in sums.items()}

    def look(key: str) -> tuple[str, str]:
        if key in (NEW, CLOSED):
            return words(f"flows.{'new' if key == NEW else 'closed'}"), "@soft"
        return short(facts.owner(key)), "@line" if key == MINORITIES else "@coast"

    finding = words(f"flows.hands_{view}", year=year, start=start, **known)
    return frame(finding, _sankey(flows, look, words), {})


def _sites_held(facts: Facts, shares: Shares, year: int) -> dict[str, dict[str, float]]:
    """Who has how much of each site, Mt/yr: a plant that was moved is the site that it replaces."""
    found: dict[str, dict[str, float]] = {}
    for plant, size in _plant_sizes(facts, year).items():
        site = found.setdefault(plant.partition("-to-")[0], {})
        for who, part in shares[plant].items():
            site[who] = site.get(who, 0.0) + part * size
    return found


def _year_of_hands(facts: Facts, view: str, year: int) -> list[Flow]:
    """What changed hands within a year, site by site."""
    shares = facts.shares[view]
    before, after = (_sites_held(facts, shares[each], each) for each in (year - 1, year))
    flows: list[Flow] = []
    for site in dict.fromkeys([*before, *after]):
        old, new = before.get(site, {}), after.get(site, {})
        step = {who: new.get(who, 0.0) - old.get(who, 0.0) for who in dict.fromkeys([*old, *new])}
        flows += _matched(
            {who: -size for who, size in step.items() if size < -LEAST_MT},
            {who: size for who, size in step.items() if size > LEAST_MT},
        )
    return flows


def _matched(lost: Mapping[str, float], won: Mapping[str, float]) -> list[Flow]:
    """Who lost to whom in one plant: in proportion; what nobody has now is closed, what nobody had is new."""
    less, more = sum(lost.values()), sum(won.values())
    passed = min(less, more)
    flows: list[Flow] = []
    for left, size in lost.items():
        if more > 0.0:
            flows += [(left, right, size * other / more * passed / less) for right, other in won.items()]
        flows.append((left, CLOSED, size * (less - passed) / less))
    return [*flows, *((NEW, right, size * (more - passed) / more) for right, size in won.items())]


def _sankey(flows: list[Flow], look: Any, words: Words) -> list[dict[str, Any]]:
    """Flows as plotly's Sankey, nothing for none: the same key left and right are two nodes."""
    sums: dict[tuple[str, str], float] = {}
    for left, right, size in flows:
        sums[left, right] = sums.get((left, right), 0.0) + size
    links = {ends: size for ends, size in sums.items() if size > LEAST_MT}
    if not links:
        return []
    nodes = list(dict.fromkeys([*((0, left) for left, _ in links), *((1, right) for _, right in links)]))
    index = {node: place for place, node in enumerate(nodes)}
    looks = [look(key) for _, key in nodes]
    totals = [sum(size for ends, size in links.items() if ends[side] == key) for side, key in nodes]
    named = [f"{inert(name)} {words.mt(total)}" for (name, _), total in zip(looks, totals, strict=True)]
    node = {"label": named, "color": [colour for _, colour in looks], "pad": PAD, "thickness": 12}
    link = {
        "source": [index[0, left] for left, _ in links],
        "target": [index[1, right] for _, right in links],
        "value": [round(words.per_mt * size, 3) for size in links.values()],
        "color": [_band(look, left, right) for left, right in links],
    }
    unit = {"valueformat": f".{words.decimals(2)}f", "valuesuffix": f" {words('units.mt_yr')}"}
    trace = {"type": "sankey", "arrangement": "snap", "node": node | {"line": {"width": 0}}, "link": link}
    return [trace | unit]


def _band(look: Any, left: str, right: str) -> str:
    """The colour of a flow: pale for what stays, else that of where it comes from, or goes to when it is new."""
    if left == right:
        return "@veil-line"
    colour = look(right if left == NEW else left)[1]
    return f"{colour}-veil" if colour in ("@coast", "@inland") else "@band"
