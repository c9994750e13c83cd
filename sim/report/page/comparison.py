"""The page of a comparison: what scenarios change against the first of them, and whether that is more than noise."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sim.core.words import percent
from sim.report.answer_comparison import CLEAR, answer_comparison
from sim.report.answer_tables import Compared
from sim.report.measures import MAIN, PERCENT, unit_shown
from sim.report.page import rendered, told
from sim.report.page.assumptions import limit_in, parameter_name
from sim.report.page.facts import inert
from sim.report.page.pairs import Told, charge_section, measures_by_year, years_section
from sim.report.page.parts import (
    Choice,
    Figure,
    Frame,
    Section,
    Table,
    Words,
    cell,
    frame,
    marks,
    section,
)
from sim.report.wording import short

MOST_HOLDERS, MOST_NAMES = 16, 20
NONE = "-"
"""What a scenario has that does not set a value."""
LEAST_CHANGE_MT = 0.005


def comparison_page(found: Compared, lang: str = "en") -> str:
    """The page of a comparison as HTML text.

    Raises:
        UsageError: there is no such language.
    """
    words = Words(lang, found.study.pack.say(lang, *found.study.questions.values()))
    told_of = Told(found, words)
    known = {"names": ", ".join(map(words.scenario, told_of.others)), "base": told_of.base}
    asked = [words.question(found.study.questions[label]) for label in told_of.others]
    pairs, years = int(found.outcomes["pairs"].max()), [*range(found.years[0], found.years[1] + 1)]
    levels = "comparison.sampled" if found.study.parameters else "comparison.not_sampled"
    warning = words("comparison.warning", year=found.study.pack.subject.base_year)
    head = {
        "title": words("comparison.title", **known),
        "over": words("comparison.over", asked=" ".join(asked), pairs=pairs, years=f"{years[0]}–{years[-1]}"),
        "question": words("comparison.question", **known),
        "answer": told(answer_comparison(found, lang)),
        "warning": found.study.pack.banner(words(levels, pairs=pairs), warning, lang=lang),
        "foot": words("study.foot", digest=found.study.digest),
    }
    measured = tuple((name, words.of("measures", name)) for name in measures_by_year(found))
    named = tuple((label, words.scenario(label)) for label in told_of.others)
    choices = (
        Choice("scenario", words("study.scenario"), named),
        Choice("outcome", words("study.measure"), measured),
    )
    return rendered(head, list(_sections(told_of)), words, choices, years=years)


def _sections(told_of: Told) -> Iterator[Section]:
    words, found, base = told_of.words, told_of.found, told_of.base

    def made(name: str, *parts: Figure | Table) -> Section:
        return section(name, words(f"comparison.{name}"), parts, words(f"comparison.{name}_lead", base=base))

    yield made("effects", *(_effects(told_of, label) for label in told_of.others))
    yield years_section(told_of)
    yield from charge_section(told_of)
    if found.ends_differ:
        yield section("holders", words("comparison.holders"), (), words("comparison.no_holders"))
    else:
        yield made("holders", _holders(told_of, "group"), _holders(told_of, "region"))
    yield made("plants", *(each(told_of, label) for label in told_of.others for each in (_plants, _deals)))
    yield made("set", *(each(told_of, label) for label in told_of.others for each in (_inputs, _expected)))
    ratio = percent(found.variance_ratio) if math.isfinite(found.variance_ratio) else "–"
    counted = {"pairs": int(found.outcomes["pairs"].max()), "planned": found.planned_pairs}
    counted |= {"failed": found.study.count["failed"]}
    yield section("runs", words("comparison.runs"), (), words("comparison.counted", ratio=ratio, **counted))


def _effects(told_of: Told, label: str) -> Table:
    """The main outcomes with their effects."""
    words, order = told_of.words, {name: place for place, name in enumerate(MAIN)}
    kept = [row for row in told_of.of(told_of.found.outcomes, label) if row["measure"] in order]
    kept.sort(key=lambda row: (row["verdict"] not in CLEAR, order[row["measure"]]))
    rows = [
        [words.of("measures", row["measure"]), _when(str(row["when"]), words), *told_of.of_measure(row)]
        for row in kept
    ]
    clear = sum(row["verdict"] in CLEAR for row in kept)
    caption = words("comparison.effects_caption", base=told_of.base, clear=clear, count=len(kept))
    head = told_of.heads(label, "outcome", "when")
    note = words("comparison.effects_note")
    return Table(f"effects {label}", caption, head, rows, 3, True, note, scenario=told_of.scenario(label))


def _when(when: str, words: Words) -> str:
    if when.isdigit():
        return when
    return words(f"comparison.{when if when in ('mean', 'total') else 'last_years'}")


def _holders(told_of: Told, kind: str) -> Figure:
    """Who ends with more and who with less."""
    frames, most, words = {}, 0, told_of.words
    for label in told_of.others:
        winners = told_of.of(told_of.found.winners, label)
        rows = [row for row in winners if row["holder"].startswith(f"{kind} ")]
        moved = [row for row in rows if abs(row["change"]) >= LEAST_CHANGE_MT]
        moved = sorted(moved, key=lambda row: -abs(row["change"]))[:MOST_HOLDERS]
        clear = sum(row["verdict"] in CLEAR for row in rows)
        finding = words(f"comparison.{kind}s", clear=clear, count=len(rows))
        frames[label] = _dots(told_of, finding, sorted(moved, key=lambda row: row["change"]), kind)
        most = max(most, len(moved))
    return Figure(f"{kind}s", ("scenario",), frames, 110 + 28 * most, words("comparison.holders_note"))


def _dots(told_of: Told, finding: str, rows: list[dict[str, Any]], kind: str) -> Frame:
    if not rows:
        return frame(finding, [], {})
    words, names = told_of.words, told_of.names.groups if kind == "group" else told_of.names.regions
    keys = [str(row["holder"]).partition(" ")[2] for row in rows]
    hover = [_holder(told_of, names.get(key, key), row) for key, row in zip(keys, rows, strict=True)]
    colours = ["@coast" if row["change"] > 0.0 else "@inland" for row in rows]
    marker = {"size": 10, "color": colours, "line": {"width": 2, "color": colours}}
    marker["symbol"] = ["circle" if row["verdict"] in CLEAR else "circle-open" for row in rows]
    reach: dict[str, Any] = {"type": "data", "color": "@soft", "thickness": 1.5, "width": 0}
    reach["array"] = [_reach(row, words.per_mt) for row in rows]
    x = [round(words.per_mt * row["change"], 4) for row in rows]
    dots = marks(x, keys, "markers", hovertext=hover, hoverinfo="text", error_x=reach, marker=marker)
    called = [inert(short(names.get(key, key))) for key in keys]
    across = {"showgrid": True, "zeroline": True, "zerolinecolor": "@ink"}
    across["title"] = {"text": words("comparison.holders_x")}
    up = {"type": "category", "tickvals": keys, "ticktext": called}
    return frame(finding, [dots], {"xaxis": across, "yaxis": up, "showlegend": False, "margin": {"t": 10}})


def _holder(told_of: Told, name: str, row: Mapping[str, Any]) -> str:
    """What a holder's dot tells."""
    verdict, *cells = told_of.effect(row, told_of.words.per_mt)
    known = dict(zip(("change", "span", "before", "after"), (each[0] for each in cells), strict=True))
    return f"{inert(name)}<br>{told_of.words('comparison.holder_hover', verdict=verdict, **known)}"


def _reach(row: Mapping[str, Any], scale: float) -> float:
    """Half of the interval of a change, zero where there is none."""
    half = scale * float(row["high"] - row["change"])
    return round(half, 4) if math.isfinite(half) else 0.0


def _plants(told_of: Told, label: str) -> Table:
    """Plants that do not stand as often as in the first scenario, the largest change first."""
    rows = _moved(told_of.of(told_of.found.survival, label))
    cells = [
        [told_of.names.plant(row["refinery"]), *told_of.effect(row, 100.0, PERCENT)]
        for row in rows[:MOST_NAMES]
    ]
    return _named(told_of, label, "plants", "plant", rows, cells)


def _deals(told_of: Told, label: str) -> Table:
    """Pairs of owners that do not deal as often as in the first scenario, the largest change first."""
    rows, groups, cells = _moved(told_of.of(told_of.found.deals, label)), told_of.names.groups, []
    for row in rows[:MOST_NAMES]:
        buyer, _, seller = row["deal"].partition(" from ")
        ends = {"buyer": groups.get(buyer, buyer), "seller": groups.get(seller, seller)}
        cells.append([told_of.words("comparison.from", **ends), *told_of.effect(row, 1.0)])
    return _named(told_of, label, "deals", "deal", rows, cells)


def _moved(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    differing = (row for row in rows if row["differing"])
    return sorted(differing, key=lambda row: (row["p_value"], -abs(row["change"])))


def _named(
    told_of: Told, label: str, table: str, column: str, rows: list[dict[str, Any]], cells: list[list[Any]]
) -> Table:
    clear = sum(row["verdict"] in CLEAR for row in rows)
    caption = told_of.words(f"comparison.{table}_caption", clear=clear, count=len(rows))
    head, chosen = told_of.heads(label, column), told_of.scenario(label)
    return Table(f"{table} {label}", caption, head, cells, 2, len(cells) > 10, scenario=chosen)


def _called(told_of: Told, each: Mapping[str, Any], kinds: Mapping[str, str]) -> str:
    """What an input is called in the language, its policy by its kind."""
    words, (section, *path) = told_of.words, str(each["value"]).split(".")
    if section == "parameters":
        return parameter_name(told_of.found.study.pack, words, ".".join(path))
    known = words.catalogue["settings"].get(path[-1].partition("[")[0])
    called = known or str(each["called"]).removeprefix(f"{path[0]}: ")
    return words("changes.set", name=kinds[path[0]], value=called) if path[0] in kinds else called


def _shown(told_of: Told, value: Any, unit: str) -> str:
    """A value with its unit, kinds of policies and places by their names."""
    words = told_of.words
    if isinstance(value, int | float) and not isinstance(value, bool):
        return limit_in(words, value, unit)
    names = {**words.catalogue["policies"], **told_of.names.regions}
    names |= {"True": words("changes.yes"), "False": words("changes.no")}
    parts = str(value).strip("[]()").replace("'", "").split(", ")
    return words("answer.names").join(names.get(each, each) for each in parts)


def _inputs(told_of: Told, label: str) -> Table:
    """What a scenario sets."""
    words, base = told_of.words, told_of.base
    found = told_of.of(told_of.found.inputs, label)
    typed = [each for each in found if re.fullmatch(r"policies\..*\.type", str(each["value"]))]
    kinds = {
        str(each["value"]).split(".")[1]: words.of("policies", str(each[side]))
        for each in typed
        for side in ("before", "after")
        if each[side] != NONE
    }
    rows = []
    for each in found:
        shown = (_shown(told_of, each[side], str(each["unit"])) for side in ("before", "after"))
        rows.append([_called(told_of, each, kinds), *shown])
    caption = words("comparison.inputs_caption" if rows else "comparison.no_inputs", base=base)
    head = [words("comparison.input"), base, words.scenario(label)]
    return Table(f"inputs {label}", caption, head, rows, 3, scenario=told_of.scenario(label))


def _expected(told_of: Told, label: str) -> Table:
    """What was argued beforehand, and whether it came."""
    words, rows = told_of.words, []
    for row in told_of.of(told_of.found.expectations, label):
        years = f"{row['start_year']}–{row['end_year']}"
        change, span = told_of.change(row, words.scale(row["measure"]), unit_shown(row["measure"]))
        said = words.of("comparison", f"verdict_{row['verdict']}")
        numbers = [cell(row["change"], change), cell(row["low"], span)]
        way = words.of("comparison", f"way_{row['direction']}")
        named = words.of("measures", row["measure"])
        rows.append([named, years, way, said, str(row["because"]), *numbers])
    names = ("outcome", "mean_of", "expected", "said", "because", "change", "interval")
    head = [words(f"comparison.{name}") for name in names]
    caption = words("comparison.expected_caption" if rows else "comparison.none_expected")
    return Table(f"expected {label}", caption, head, rows, 5, scenario=told_of.scenario(label))
