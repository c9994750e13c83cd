"""Where capacity goes since the first year: from inland to the coast, and from old owners to new."""

from collections.abc import Iterator, Mapping
from typing import Any

from sim.core.words import number
from sim.report.page.facts import MINORITIES, VIEWS, Facts, Shares, inert
from sim.report.page.parts import Figure, Frame, Section, Words, frame
from sim.report.wording import short

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


def _sizes(facts: Facts, year: int) -> dict[str, float]:
    return {row["refinery"]: float(row["nameplate_mt"]) for row in facts.plants[year]}


def _region(facts: Facts, year: int) -> dict[str, str]:
    opening = {row.id: row.region for row in facts.results.scenario.pack.refineries}
    return opening | {row["refinery"]: row["region"] for row in facts.plants[year]}


def _coastward(facts: Facts, year: int) -> Frame:
    """By region since the opening: what stays, what closes, what moves to the coast and what is new."""
    words, before, after = facts.words, facts.seen.opening, _sizes(facts, year)
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
    before, after = (_held(facts, shares[each], each) for each in (start, year))
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


def _held(facts: Facts, shares: Shares, year: int) -> dict[str, dict[str, float]]:
    """Who has how much of each site, Mt/yr: a plant that was moved is the site that it replaces."""
    found: dict[str, dict[str, float]] = {}
    for plant, size in _sizes(facts, year).items():
        site = found.setdefault(plant.partition("-to-")[0], {})
        for who, part in shares[plant].items():
            site[who] = site.get(who, 0.0) + part * size
    return found


def _year_of_hands(facts: Facts, view: str, year: int) -> list[Flow]:
    """What changed hands within a year, site by site."""
    shares = facts.shares[view]
    before, after = (_held(facts, shares[each], each) for each in (year - 1, year))
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
