"""The provinces by year as tiles of a map: capacity, output, red mud and curbs."""

from sim.report.page.facts import Facts
from sim.report.page.parts import Section

COLUMNS = 4
"""Width of the map when the pack gives its regions no places."""
CAPACITY = "capacity"
MEASURES = (
    (CAPACITY, "nameplate_mt", 1),
    ("output", "made_mt", 1),
    ("cost", "cash_cost_cny_per_t", 0),
    ("mud", "mud_stock_mt", 0),
    ("space", "pond_space_mt", 0),
    ("curbed", "curbed_mt", 2),
    ("index", "environment_index_ratio", 2),
)
"""Measure, column of the table of regions, decimals."""
RESIDUE = ("mud", "space", "index")
"""Those of an industry that leaves a residue."""


def provinces_section(facts: Facts) -> Section:
    """The section of the map."""
    words = facts.words
    rows = [row for row in facts.results.scenario.pack.regions if _settled(facts, row.id)]
    grid = [divmod(place, COLUMNS) for place in range(len(rows))]
    places = [(column + 1, row + 1) for row, column in grid]
    if all(row.tile for row in rows):
        places = [(int(row.tile[0]), int(row.tile[2])) for row in rows]
    opening = _opening(facts)
    tiles = []
    for row, (column, line) in zip(rows, places, strict=True):
        size = {"opening": {CAPACITY: round(words.per_mt * opening[row.id], 3)}}
        place = {"id": row.id, "name": facts.called(row.id), "column": column, "row": line}
        tiles.append({**place, "values": _values(facts, row.id), **size})
    measures = []
    for name, of, decimals in _measures(facts):
        start = facts.results.scenario.pack.base_year if name == CAPACITY else facts.years[0]
        shown = {"decimals": words.decimals(decimals) if of.endswith("_mt") else decimals, "start": start}
        label, unit = words(f"provinces.{name}"), words(f"provinces.{name}_unit")
        measures.append({"id": name, "label": label, "unit": unit, **shown})
    findings = {str(year): _finding(facts, year) for year in facts.years}
    extra = {"tiles": tiles, "measures": measures, "findings": findings, "among": _among(facts)}
    label, lead = words("provinces.label"), words("provinces.lead")
    return Section("provinces", label, ("tiles",), lead=lead, extra=extra)


def _measures(facts: Facts) -> list[tuple[str, str, int]]:
    """The measures of what the industry has."""
    return [each for each in MEASURES if facts.has("residue") or each[0] not in RESIDUE]


def _settled(facts: Facts, region: str) -> bool:
    """Whether any plant stands there in any year."""
    every = (row for rows in facts.regions.values() for row in rows if row["region"] == region)
    return any(row["nameplate_mt"] > 0.0 for row in every)


def _values(facts: Facts, region: str) -> dict[str, list[float]]:
    rows = [next(row for row in facts.regions[year] if row["region"] == region) for year in facts.years]
    full = [{**row, "curbed_mt": row["curbed_by_mud_mt"] + row["curbed_by_region_mt"]} for row in rows]
    shown = _measures(facts)
    scale = {column: facts.words.per_mt if column.endswith("_mt") else 1.0 for _, column, _ in shown}
    return {name: [round(scale[column] * float(row[column]), 3) for row in full] for name, column, _ in shown}


def _opening(facts: Facts) -> dict[str, float]:
    """Installed capacity of each region at the opening, Mt/yr."""
    sizes = dict.fromkeys((row["region"] for row in facts.regions[facts.years[0]]), 0.0)
    for row in facts.results.scenario.pack.refineries:
        sizes[row.region] += facts.seen.opening.get(row.id, 0.0)
    return sizes


def _finding(facts: Facts, year: int) -> str:
    """Which province has lost and which has gained most since the opening."""
    start, before = facts.results.scenario.pack.base_year, _opening(facts)
    after = {row["region"]: row["nameplate_mt"] for row in facts.regions[year]}
    steps = {region: after[region] - before[region] for region in after}
    least, most = min(steps, key=lambda key: steps[key]), max(steps, key=lambda key: steps[key])

    words, moved = facts.words, {"loses": steps[least] < -0.05, "gains": steps[most] > 0.05}
    ends = [(way, region) for way, region in (("loses", least), ("gains", most)) if moved[way]]
    mt = {
        region: {"before": words.mt(before[region]), "after": words.mt(after[region])} for _, region in ends
    }
    parts = [words(f"provinces.{way}", region=facts.called(key), **mt[key]) for way, key in ends]
    if not parts:
        return words("provinces.same", year=year, start=start)
    return words("provinces.finding", year=year, start=start, parts=words("names.and").join(parts))


def _among(facts: Facts) -> str:
    """Which province loses and which gains most at the end by the median of all runs, and in how many it is first."""
    seen, moved = facts.seen, facts.seen.by_region
    if not seen.runs:
        return ""
    parts = []
    for way, key, first in (
        ("loses", moved.idxmin(), seen.steps.idxmin(axis=1)),
        ("gains", moved.idxmax(), seen.steps.idxmax(axis=1)),
    ):
        known = {"region": facts.called(str(key)), "size": facts.words.mt(abs(float(moved[key])))}
        counted = {"count": int((first == key).sum()), "runs": seen.runs}
        parts.append(facts.words(f"provinces.runs_{way}", **counted, **known))
    return facts.words("provinces.among", year=facts.years[-1], parts=facts.words("names.and").join(parts))
