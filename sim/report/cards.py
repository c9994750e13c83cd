"""What runs and studies show of themselves at the end of a notebook cell (`sim/core/card.py`)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from sim.core.card import Card, Curve, bars, curves
from sim.core.words import percent, plural
from sim.metrics.catalogue import EVENT
from sim.report import measures
from sim.report.parameter_names import range_shown
from sim.results import Results
from sim.scenario.pack import Pack

PRICE, COST = "price_cny_per_t", "cash_cost_mean_cny_per_t"
TOLD = (PRICE, COST, "operating_rate", "capacity_mt", "hhi_control", "exits_mt")
"""Measures of which a card tells, in this order."""
SPREAD = (PRICE, "hhi_control")
"""Measures of which the card of a study tells how they spread."""
MOST = 6
"""Rows of a card that lists what there may be many of."""


def run_card(results: Results) -> Card:
    """The card of a run: where its main measures begin and end, and the path of price and cost."""
    years, say = results.years, results.scenario.pack.say()
    first, last = int(years["year"].iloc[0]), int(years["year"].iloc[-1])
    facts = []
    for name in TOLD:
        values = years[name] * measures.scale_of(name)
        if measures.kind_of(name) == EVENT:
            told = f"{measures.levels(float(values.sum()))[0]} {measures.unit_shown(name)} in all"
        else:
            before, after = measures.levels(float(values.iloc[0]), float(values.iloc[-1]))
            told = f"{before} → {after} {measures.unit_shown(name)}"
        facts.append((say(measures.label_of(name)), told))
    lines = [Curve(say("price"), years[PRICE].tolist()), Curve("mean cash cost", years[COST].tolist())]
    return Card(
        f"Run of {results.scenario.name}, seed {results.seed}, {first}-{last}",
        results.scenario.pack.banner(results.scenario.question),
        tuple(facts),
        curves(lines, years["year"].tolist(), say("Price and mean cash cost of alumina, CNY/t")),
        ".years .refineries .groups .regions .deals .events .decisions .plot.price() .explain(NAME) .ownership(YEAR)",
    )


def _own_words(card: Card, pack: Pack) -> Card:
    """A card in the words of its industry, which it says first is a demonstration, where it is one."""
    return replace(pack.say().deep(card, is_text=True), about=pack.banner(card.about), hint=card.hint)


def study_card(count: dict[str, int], about: dict[str, str], outcomes: pd.DataFrame, pack: Pack) -> Card:
    """The card of a study: how far it is, how measures spread in its last year, and the fan of its price.

    Args:
        count: how many runs are done, failed and planned.
        about: what the study is.
        outcomes: one row a run and year: scenario, year and the measures of `SPREAD`.
        pack: the industry.
    """
    names = [str(each) for each in outcomes["scenario"].unique()]
    total = sum(count.values())
    told = f"{count['done']} of {plural(total, 'run')} done"
    told += f", {count['failed']} failed" if count["failed"] else ""
    facts = [
        ("runs", told),
        ("design", f"{about.get('kind', '')}, {about.get('design', about.get('method', ''))}"),
    ]
    lines, years = [], sorted({int(year) for year in outcomes["year"]})
    for place, name in enumerate(names[:3]):
        ours = outcomes[outcomes["scenario"] == name]
        end = ours[ours["year"] == ours["year"].max()]
        for measure in SPREAD:
            ends = end[measure].quantile([0.05, 0.5, 0.95]) * measures.scale_of(measure)
            low, middle, high = measures.levels(*ends)
            words = f"{middle} {measures.unit_shown(measure)}, nine runs of ten {low} to {high}"
            facts.append((f"{name}: {measures.label_of(measure)} {int(end['year'].iloc[0])}", words))
        bands = ours.groupby("year")[PRICE].quantile([0.05, 0.5, 0.95]).unstack().reindex(years)
        edges = (bands[0.05].tolist(), bands[0.95].tolist()) if not place else ((), ())
        lines.append(Curve(name, bands[0.5].tolist(), *edges))
    chart = "Price of alumina, CNY/t: median of the runs, and nine runs of ten of the first scenario"
    told_of = Card(
        f"Study of {', '.join(names) or 'nothing that is done yet'}",
        "",
        tuple(facts),
        curves(lines, years, pack.say()(chart)),
        ".to_frame() .runs() .deals() .moves() .plot.fan(MEASURE) .plot.survival()",
    )
    return _own_words(told_of, pack)


def comparison_card(labels: Sequence[str], outcomes: pd.DataFrame, gaps: pd.DataFrame, pack: Pack) -> Card:
    """The card of a comparison: what the pairs differ by, and the difference of the price year by year.

    Args:
        labels: the scenarios, the first of which the others are held against.
        outcomes: their effects, as `Comparison.outcomes`.
        gaps: quantiles of the paired differences of the price by scenario and year.
        pack: the industry.
    """
    facts = []
    for label in labels[1:]:
        ours = outcomes[outcomes["scenario"] == label]
        for name in TOLD:
            rows = ours[(ours["measure"] == name)]
            if len(rows):
                row = rows.iloc[-1]
                scale = measures.scale_of(name)
                change, span = measures.change_and_span(row["change"], row["low"], row["high"], scale)
                unit = measures.unit_shown(name).replace(measures.PERCENT, "% points")
                words = f"{change} {unit} ({span}), {row['verdict']}"
                facts.append((f"{label}: {measures.label_of(name)}, {row['when']}", words))
    years = sorted({int(year) for year in gaps["year"]})
    lines = []
    for label in labels[1:4]:
        ours = gaps[gaps["scenario"] == label].set_index("year").reindex(years)
        lines.append(Curve(label, *(ours[key].tolist() for key in ("p50", "p05", "p95"))))
    pairs = int(outcomes["pairs"].max()) if len(outcomes) else 0
    told_of = Card(
        f"{', '.join(labels[1:])} against {labels[0]}",
        f"{plural(pairs, 'pair')} of runs with the same luck and inputs; 95 % intervals in brackets.",
        tuple(facts),
        curves(lines, years, pack.say()("Difference of the price, CNY/t: median and nine pairs of ten")),
        ".inputs .outcomes .expectations .survival .deals .winners .plot.difference(MEASURE) .plot.winners()",
    )
    return _own_words(told_of, pack)


def discovery_card(words: str, ranges: pd.DataFrame) -> Card:
    """The card of a discovery: what was found, in words, and the ranges of its box within those of all runs."""
    title, *rest = words.splitlines()
    facts, shares = [], []
    for row in ranges.head(MOST).itertuples(index=False):
        own, every = (range_shown(*ends, row.unit) for ends in ((row.low, row.high), (row.least, row.most)))
        facts.append((str(row.name), f"{own} of {every}"))
        low, high = ((end - row.least) / (row.most - row.least) for end in (row.low, row.high))
        shares.append((str(row.name), low, high))
    said = [line for line in rest if not line.startswith("  ")]
    chart = bars(shares, "Ranges of the box within those of all runs, least to most", (0.0, 1.0))
    return Card(title, " ".join(said), tuple(facts), chart, ".words .ranges .trade .plot()")


def sensitivity_card(title: str, words: str, indices: pd.DataFrame, unit: str) -> Card:
    """The card of a sensitivity study: the parameters that move the outcome most."""
    index = indices.columns[1]
    top = indices[indices[index] > 0.0].head(MOST)
    facts = tuple(
        (str(row["name"]), f"{row[index]:,.3g}, {row['direction']}") for row in top.to_dict("records")
    )
    found = [(str(row["name"]), 0.0, float(row[index])) for row in top.to_dict("records")]
    return Card(title, words, facts, bars(found, f"{index}, {unit}"), ".indices .study .plot()")


def levers_card(scenario: str, pairs: int, verdicts: pd.DataFrame) -> Card:
    """The card of a study of levers: what the strongest dose of each does to its aim."""
    facts: list[Any] = []
    for row in verdicts.head(3 * MOST).to_dict("records"):
        scale = measures.scale_of(row["aim"])
        change, span = measures.change_and_span(row["change"], row["low"], row["high"], scale)
        facts.append((row["lever"], f"{measures.full_name(row['aim'])}: {change} ({span}), {row['verdict']}"))
    right = float((verdicts["verdict"] == "right way").mean()) if len(verdicts) else 0.0
    about = (
        f"{plural(len(verdicts), 'lever')}, {plural(pairs, 'pair')} each; {percent(right)} go the right way."
    )
    return Card(f"Levers on {scenario}", about, tuple(facts), "", ".aims .effects .verdicts")
