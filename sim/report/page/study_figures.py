"""How runs spread: fans by year, odds of plants, buyers, and what regions have at the end."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sim.core.words import number, percent
from sim.metrics.catalogue import EVENT
from sim.report.answer_tables import Seen
from sim.report.measures import MAIN, PERCENT, decimals_for, kind_of, unit_shown, written
from sim.report.naming import PackNames
from sim.report.page.facts import inert
from sim.report.page.gone import MOST_PLANTS, standing_frame
from sim.report.page.parts import Figure, Frame, Table, Words, band, bars, cell, frame, marks
from sim.report.spread import SHARES, fan_table, survival_table
from sim.report.wording import short
from sim.world.kinds import LEFT

ENDS = ("p05", "p25", "p50", "p75", "p95")
MOST_BUYERS = 16
MOST_PAIRS = 40
MOST_YEARS = 6
"""That an axis names, so that a narrow screen has room for them."""
LEAST_MT = 0.05


def told(measure: str, value: float, largest: float | None = None, sign: str = "") -> str:
    """A measure as it is written, shares in per cent, with the digits that its largest value needs."""
    if unit_shown(measure) == PERCENT:
        return f"{written(100.0 * value, 1, sign)} %"
    return written(value, decimals_for(abs(value) if largest is None else largest), sign)


def axis_of(measure: str, words: Words) -> dict[str, Any]:
    """The axis of a measure with its name and unit."""
    is_share = unit_shown(measure) == PERCENT
    return {"title": {"text": words.of("measures", measure)}, "tickformat": ".0%" if is_share else ","}


def years_axis(years: list[int]) -> dict[str, Any]:
    """An axis of years with room for each that it names."""
    return {"tickformat": "d", "tick0": years[-1], "dtick": -(-len(years) // MOST_YEARS)}


def measures_of(seen: Mapping[str, Seen], words: Words) -> tuple[tuple[str, str], ...]:
    """The measures that a reader may choose, with their names."""
    columns = next(iter(seen.values())).frame.columns
    kept = [name for name in MAIN if name in columns and kind_of(name) != EVENT]
    return tuple((name, words.of("measures", name)) for name in kept)


def _fans(seen: Seen, measures: list[str]) -> pd.DataFrame:
    """Quantiles by measure and year."""
    return fan_table({name: seen.by_year(name).to_numpy() for name in measures}, seen.years)


def fan_figure(seen: Mapping[str, Seen], words: Words) -> Figure:
    """Fans by year of one measure of one scenario."""
    frames = {}
    measures = [name for name, _ in measures_of(seen, words)]
    for label, each in seen.items():
        for name, rows in _fans(each, measures).groupby("measure", sort=False):
            frames[f"{label}|{name}"] = _fan(str(name), rows, each.runs, words)
    return Figure("fan", ("scenario", "outcome"), frames, 420, words("study.fan_note"))


def _fan(measure: str, rows: pd.DataFrame, runs: int, words: Words) -> Frame:
    years, scale = [int(year) for year in rows["year"]], words.per(measure)
    most = scale * float(rows["p95"].abs().max())
    ends = {end: (scale * rows[end]).round(6).tolist() for end in ENDS}
    shares = {
        year: {end: told(measure, ends[end][at], most) for end in ENDS} for at, year in enumerate(years)
    }
    hover = [words("study.fan_hover", year=year, **each) for year, each in shares.items()]
    line = {"color": "@coast", "width": 2.6}
    shown = {"name": words("study.median"), "text": hover, "hovertemplate": "%{text}<extra></extra>"}
    data = [
        *band(years, ends["p05"], ends["p95"], words("study.nine_tenths"), "@coast-veil"),
        *band(years, ends["p25"], ends["p75"], words("study.half"), "@coast-veil"),
        marks(years, ends["p50"], "lines+markers", line=line, **shown),
    ]
    known = {"measure": words.of("measures", measure), "runs": runs}
    said = {str(year): words("study.fan", year=year, **known, **each) for year, each in shares.items()}
    return frame("", data, {"xaxis": years_axis(years), "yaxis": axis_of(measure, words)}) | {"by_year": said}


def quantiles_table(seen: Mapping[str, Seen], words: Words) -> list[Table]:
    """All measures by scenario and year."""
    found = []
    for label, each in seen.items():
        fans = _fans(each, [name for name, _ in measures_of({label: each}, words)])
        scenario = label if len(seen) > 1 else ""
        found += [
            _quantiles(label, scenario, int(str(year)), rows, each.runs, words)
            for year, rows in fans.groupby("year")
        ]
    return found


def _quantiles(label: str, scenario: str, year: int, ends: pd.DataFrame, runs: int, words: Words) -> Table:
    rows = [
        [
            words.of("measures", str(row["measure"])),
            *(
                cell(row[end], told(str(row["measure"]), words.per(str(row["measure"])) * row[end]))
                for end in ENDS
            ),
        ]
        for row in ends.to_dict("records")
    ]
    head = [words("study.measure"), *(words(f"study.{end}") for end in ENDS)]
    caption = words("study.quantiles", year=year, runs=runs)
    return Table(f"quantiles {label} {year}", caption, head, rows, scenario=scenario, year=year)


def standing_figure(seen: Mapping[str, Seen], words: Words) -> Figure:
    """In how many runs plants stand, by year."""
    frames, most = {}, 0
    for label, each in seen.items():
        names = PackNames(each.pack, words.lang)
        gone = each.moves[each.moves["kind"].isin(LEFT)]
        starts = {str(key): names.first_year(str(key)) for key in gone["agent"].unique()}
        table = survival_table(gone, each.runs, each.years, starts).set_index("refinery").head(MOST_PLANTS)
        frames[label] = standing_frame(table, each.runs, words, names.plant)
        most = max(most, len(table))
    return Figure("standing-odds", ("scenario",), frames, 90 + 24 * most, words("odds.note"), 640)


def standing_table(seen: Mapping[str, Seen], words: Words) -> list[Table]:
    """How often each plant of the opening stands at the end, the least safe first."""
    return [_standing(label, each, len(seen) > 1, words) for label, each in seen.items()]


def _standing(label: str, seen: Seen, is_one_of_many: bool, words: Words) -> Table:
    names = PackNames(seen.pack, words.lang)
    gone = seen.gone.groupby("agent")["run"].nunique()
    rows = []
    for row in seen.pack.refineries:
        if row.id in seen.opening:
            share = 1.0 - float(gone.get(row.id, 0)) / seen.runs
            size = cell(row.nameplate_mt, words.mt(row.nameplate_mt, 2))
            where = names.regions.get(row.region, row.region)
            owner = names.groups.get(row.company, row.company)
            rows.append([names.plant(row.id), where, owner, size, cell(share, percent(share))])
    rows.sort(key=lambda cells: (cells[4][1], -cells[3][1]))
    head = [words(f"study.{name}") for name in ("plant", "region", "company", "mt", "stands")]
    caption = words("study.stands_caption", year=seen.years[-1], runs=seen.runs, count=len(rows))
    scenario = label if is_one_of_many else ""
    return Table(f"stands {label}", caption, head, rows, 3, True, folded=True, scenario=scenario)


def buyers_figure(seen: Mapping[str, Seen], words: Words) -> Figure:
    """How often each group buys, and how much."""
    frames, most = {}, 0
    for label, each in seen.items():
        found = each.bought.groupby("agent").agg(
            runs=("run", "nunique"), deals=("run", "size"), mt=("amount_mt", "sum")
        )
        found = found.sort_values(["runs", "mt"], ascending=False, kind="stable").head(MOST_BUYERS)
        frames[label] = _buyers(found, each, words)
        most = max(most, len(found))
    return Figure("buyers-odds", ("scenario",), frames, 110 + 26 * most, words("study.buyers_note"))


def _buyers(found: pd.DataFrame, seen: Seen, words: Words) -> Frame:
    if found.empty:
        return frame(words("study.no_buyers", runs=seen.runs), [], {})
    names, runs = PackNames(seen.pack, words.lang).groups, seen.runs
    rows = found[::-1]
    keys = [str(key) for key in rows.index]
    called = [inert(short(names.get(key, key))) for key in keys]
    told_of = [_bought(name, row, runs, words) for name, row in zip(called, rows.itertuples(), strict=True)]
    shares = rows["runs"] / runs
    look = {"orientation": "h", "hoverinfo": "text", "textposition": "outside", "cliponaxis": False}
    text = [percent(share) for share in shares]
    lying = bars(shares.round(4).tolist(), keys, "@coast", text=text, hovertext=told_of, **look)
    top = found.iloc[0]
    key = str(found.index[0])
    finding = words(
        "study.buyer_finding",
        name=names.get(key, key),
        share=percent(top["runs"] / runs),
        count=int((found["runs"] >= runs / 2.0).sum()),
        mt=words.mt(float(seen.counted(seen.bought, "amount_mt").median())),
    )
    x = {"range": [0, 1.08], "tickformat": ".0%", "title": {"text": words("study.buyers_x")}}
    y = {"type": "category", "tickvals": keys, "ticktext": called}
    return frame(finding, [lying], {"xaxis": x, "yaxis": y, "margin": {"t": 10}})


def _bought(name: str, row: Any, runs: int, words: Words) -> str:
    """What a buyer bought, a run on average, as it is shown beside its bar."""
    known = {"deals": number(row.deals / runs, 1), "mt": words.mt(row.mt / runs, 2)}
    return f"{name}<br>{words('study.buyer_hover', runs=int(row.runs), all=runs, **known)}"


def pairs_table(seen: Mapping[str, Seen], words: Words) -> list[Table]:
    """Who buys from whom in how many runs, the most often first."""
    return [_pairs(label, each, len(seen) > 1, words) for label, each in seen.items()]


def _pairs(label: str, seen: Seen, is_one_of_many: bool, words: Words) -> Table:
    names = PackNames(seen.pack, words.lang).groups
    found = seen.bought.groupby(["agent", "counterpart"], as_index=False).agg(
        runs=("run", "nunique"), mt=("amount_mt", "mean"), year=("year", "median")
    )
    found = found.sort_values(["runs", "mt"], ascending=False, kind="stable")
    rows = [
        [
            *(names.get(str(key), str(key)) for key in (row.agent, row.counterpart)),
            cell(row.runs / seen.runs, percent(row.runs / seen.runs)),
            cell(row.mt, words.mt(row.mt, 2)),
            cell(row.year, f"{row.year:.0f}"),
        ]
        for row in found.head(MOST_PAIRS).itertuples()
    ]
    head = [words(f"study.{name}") for name in ("buyer", "seller", "of_runs", "mt_deal", "median_year")]
    caption = words("study.pairs", count=len(found), shown=len(rows))
    scenario = label if is_one_of_many else ""
    note = words("study.pairs_note")
    return Table(f"pairs {label}", caption, head, rows, 2, True, note, True, scenario=scenario)


def regions_figure(seen: Mapping[str, Seen], words: Words) -> Figure:
    """What each region has at the opening and at the end, with bands."""
    frames, most = {}, 0
    for label, each in seen.items():
        moved = each.by_region
        ends = each.ends("region").reindex(columns=moved.index, fill_value=0.0)
        ends = ends.quantile([SHARES[0], SHARES[2], SHARES[-1]])
        table = pd.DataFrame({"moved": moved, "low": ends.iloc[0], "mid": ends.iloc[1], "high": ends.iloc[2]})
        table["before"] = table["mid"] - table["moved"]
        table = table[(table[["before", "high"]] > LEAST_MT).any(axis=1)].sort_values("moved", kind="stable")
        frames[label] = _regions(table, each, words)
        most = max(most, len(table))
    return Figure("regions-ends", ("scenario",), frames, 110 + 30 * most, words("study.regions_note"))


def _regions(table: pd.DataFrame, seen: Seen, words: Words) -> Frame:
    names, last = PackNames(seen.pack, words.lang).regions, seen.years[-1]
    called = [names.get(str(key), str(key)) for key in table.index]
    mt = words.per_mt
    sizes = {name: (mt * table[name]).round(3).tolist() for name in ("before", "low", "mid", "high")}
    hover = [
        words("study.region_hover", year=last, **{name: words.mt(row[name]) for name in sizes})
        for row in table.to_dict("records")
    ]
    common = {"type": "scatter", "mode": "markers", "y": [inert(name) for name in called]}
    common |= {"hovertext": hover, "hovertemplate": "%{y}<br>%{hovertext}<extra></extra>"}
    reach = {"type": "data", "symmetric": False, "color": "@coast", "thickness": 2}
    reach["array"] = (mt * (table["high"] - table["mid"])).round(3).tolist()
    reach["arrayminus"] = (mt * (table["mid"] - table["low"])).round(3).tolist()
    before = {"size": 12, "symbol": "circle-open", "color": "@inland", "line": {"width": 2}}
    after = {"marker": {"size": 9, "color": "@coast"}}
    data = [
        {**common, "name": words("study.opening"), "x": sizes["before"], "marker": before},
        {**common, "name": words("study.at_end", year=last), "x": sizes["mid"], "error_x": reach} | after,
    ]
    x = {"title": {"text": words("study.mt")}, "showgrid": True, "rangemode": "tozero"}
    finding = _most_moved(table.assign(name=called), last, words)
    return frame(finding, data, {"xaxis": x, "yaxis": {"type": "category"}})


def _most_moved(table: pd.DataFrame, last: int, words: Words) -> str:
    """Which region gains and which loses most, from rows in the order of what they gain."""
    rows = table.to_dict("records")
    ends = [("gains", row) for row in rows[-1:] if row["moved"] > LEAST_MT]
    ends += [("loses", row) for row in rows[:1] if row["moved"] < -LEAST_MT]
    parts = [
        words(
            f"provinces.{way}", region=row["name"], before=words.mt(row["before"]), after=words.mt(row["mid"])
        )
        for way, row in ends
    ]
    if not parts:
        return words("study.region_same", year=last)
    return words("study.region_finding", year=last, parts=words("names.and").join(parts))
