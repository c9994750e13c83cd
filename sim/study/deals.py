"""The deals of a study beside the recorded ones: how often, how large, at what price, how paid, between whom.

Rates of the record have exact Poisson intervals, shares exact binomial ones; medians are held against the span of
what is recorded. A row is `inside` where the model's number lies in that interval: few deals exclude little.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from scipy.stats import beta, chi2

from sim.core.cells import write_csv
from sim.core.errors import UsageError
from sim.scenario.row import RecordedDealRow
from sim.scenario.subject import DealRecord
from sim.study.design import unpacked
from sim.study.store import told
from sim.study.study import Study
from sim.world import dealbook

LEVEL = 0.95
"""Of the intervals of the record."""
LARGE_MT = 1.0
"""A whole group of this size counts as a large one."""
LARGEST_SHARE = 0.35
"""No group should be larger in nineteen runs of twenty; the largest of the record has a fifth."""
CHANGES = (dealbook.CONTROL, dealbook.COMBINATION, dealbook.RESCUE, dealbook.REMEDY, dealbook.TRANSFER)
"""Kinds of the book of deals by which control passes between groups."""
RECORDED_CHANGES = ("control", "rescue", "state transfer")
"""The same in the record."""
BUYERS = ("central", "provincial", "private")
"""Classes of buyers that are told."""
NO_RECORD = "no record"
COLUMNS = ["about", "what", "unit", "recorded", "out_of", "record", "low", "high"]
COLUMNS += ["modelled", "model", "p05", "p95", "verdict"]


class Exact(NamedTuple):
    """An estimate with its exact interval."""

    value: float
    low: float
    high: float


def exact_rate(count: int, years: float) -> Exact:
    """A rate a year with its exact Poisson interval (Garwood, 1936)."""
    tail = (1.0 - LEVEL) / 2.0
    low = chi2.ppf(tail, 2 * count) / 2.0 if count else 0.0
    high = chi2.ppf(1.0 - tail, 2 * count + 2) / 2.0
    return Exact(count / years, float(low) / years, float(high) / years)


def exact_share(count: int, of: int) -> Exact:
    """A share with its exact binomial interval (Clopper and Pearson, 1934); of none it may be anything."""
    if not of:
        return Exact(math.nan, 0.0, 1.0)
    tail = (1.0 - LEVEL) / 2.0
    low = beta.ppf(tail, count, of - count + 1) if count else 0.0
    high = beta.ppf(1.0 - tail, count + 1, of - count) if count < of else 1.0
    return Exact(count / of, float(low), float(high))


def verdict_of(value: float, low: float, high: float) -> str:
    """Where a number of the model lies against an interval of the record."""
    if not (math.isfinite(value) and math.isfinite(low) and math.isfinite(high)):
        return NO_RECORD
    return "below" if value < low else "above" if value > high else "inside"


def recorded_table(rows: tuple[RecordedDealRow, ...]) -> pd.DataFrame:
    """The record as a table, one row a deal: its columns, `changes_control`, `price_cny_per_t`, `label` for figures."""
    columns = [*RecordedDealRow.model_fields]
    frame = pd.DataFrame([row.model_dump() for row in rows], columns=columns)
    for name in ("size_mt", "stake_share", "price_mcny"):
        frame[name] = pd.to_numeric(frame[name])
    frame["price_cny_per_t"] = pd.to_numeric(pd.Series([row.price_cny_per_t for row in rows], dtype=object))
    frame["changes_control"] = frame["kind"].isin(RECORDED_CHANGES)
    frame["label"] = [f"{row.target.split(' (')[0]} {row.year}" for row in rows]
    return frame


def modelled_table(deals: pd.DataFrame) -> pd.DataFrame:
    """The closed deals of runs with `changes_control`, `whole_group`, and `price_cny_per_t`.

    A price a tonne is told where refining alone was sold at one. The book has the price of a stake with the debt that
    comes along, but of a whole firm that combines the price of all of it, whatever part is bought.
    """
    whole = deals["seller"] == deals["target"]
    combined = whole & deals["kind"].isin((dealbook.COMBINATION, dealbook.RESCUE))
    part = deals["stake_share"].where(~combined, 1.0)
    tonnes = (part * deals["size_mt"]).where((deals["smelting_mt"] == 0.0) & (deals["price_mcny"] > 0.0))
    priced = deals["price_mcny"] / tonnes.where(tonnes > 0.0)
    sold = deals["kind"].isin((*CHANGES, dealbook.MINORITY))
    control = deals["kind"].isin(CHANGES)
    return deals.assign(changes_control=control, whole_group=whole, price_cny_per_t=priced.where(sold))


class Counted(NamedTuple):
    """A kind of deal that is counted a year: how it is called, which of the record, which of the model, since when."""

    what: str
    recorded: Callable[[pd.DataFrame], "pd.Series[bool]"]
    modelled: Callable[[pd.DataFrame], "pd.Series[bool]"]
    whole: bool = False


def _changes(table: pd.DataFrame) -> "pd.Series[bool]":
    return table["changes_control"].astype(bool)


def _large(table: pd.DataFrame) -> "pd.Series[bool]":
    return _changes(table) & table["whole_group"].astype(bool) & (table["size_mt"] >= LARGE_MT)


def _of(*kinds: str) -> Callable[[pd.DataFrame], "pd.Series[bool]"]:
    return lambda table: table["kind"].isin(kinds)


def _refining(table: pd.DataFrame) -> "pd.Series[bool]":
    return _changes(table) & (table["size_mt"] > 0.0)


def _inside(table: pd.DataFrame) -> "pd.Series[bool]":
    """One a run, year and buyer: an owner that gathers its plants moves many at once."""
    moved = table["kind"] == dealbook.RESTRUCTURING
    return moved & ~table[moved].duplicated(["run", "year", "buyer"]).reindex(table.index, fill_value=False)


COUNTED = (
    Counted("control, refining", _refining, _refining),
    Counted("control, metal too", _changes, _changes),
    Counted("whole groups, >= 1 Mt", _large, _large, whole=True),
    Counted("state transfers", _of("state transfer"), _of(dealbook.TRANSFER), whole=True),
    Counted("rescues", _of("rescue"), _of(dealbook.RESCUE)),
    Counted("moves inside one owner", _of("inside"), _inside),
    Counted("minority stakes", _of("minority stake"), _of(dealbook.MINORITY)),
    Counted("joint ventures", _of("joint venture"), _of(dealbook.VENTURE)),
)
"""What is counted a year."""


@dataclass(frozen=True)
class Sides:
    """Both sides of the comparison.

    Attributes:
        record: as `recorded_table`.
        covers: from when the record is whole.
        last_year: its last year.
        model: as `modelled_table`.
        runs: numbers of the runs, those without deals too.
        years: years of a run.
    """

    record: pd.DataFrame
    covers: DealRecord
    last_year: int
    model: pd.DataFrame
    runs: tuple[int, ...]
    years: int

    @property
    def counted(self) -> pd.DataFrame:
        """The deals of the record that count."""
        return self.record[self.record["counted"].astype(bool)]


def rates(sides: Sides) -> Iterator[tuple[object, ...]]:
    """The rows of deals a year by kind; the model's 5 and 95 % are over runs."""
    for each in COUNTED:
        first = sides.covers.whole_groups_from_year if each.whole else sides.covers.from_year
        record = sides.counted[sides.counted["year"].between(first, sides.last_year)]
        count, span = int(each.recorded(record).sum()), sides.last_year - first + 1
        found = exact_rate(count, span)
        mine = sides.model[each.modelled(sides.model)].groupby("run").size()
        a_year = mine.reindex([*sides.runs], fill_value=0) / sides.years
        model, low, high = a_year.mean(), a_year.quantile(0.05), a_year.quantile(0.95)
        verdict = verdict_of(model, found.low, found.high)
        yield ("rate", each.what, "1/yr", count, span, *found, int(mine.sum()), model, low, high, verdict)


def shares(sides: Sides) -> Iterator[tuple[object, ...]]:
    """The rows of shares of changes of control, of the metal too: state of the seller, class of the buyer, payment."""
    record, model = sides.counted[_changes(sides.counted)], sides.model[_changes(sides.model)]
    for about, column, values in (
        ("seller", "seller_state", (dealbook.SOUND, dealbook.DISTRESSED, dealbook.STRANDED)),
        ("buyer", "buyer_class", BUYERS),
    ):
        known = record[record[column] != ""]
        for value in values:
            yield _share(about, value, known[column] == value, model[column] == value)
    told = record[~record["payment"].isin(("", "lease"))]
    money = model["paid_cash_mcny"] + model["paid_debt_mcny"] > 0.0
    yield _share("payment", "money changes hands", told["payment"] == "cash", money)
    shares_paid = model["paid_shares_mcny"] > 0.0
    yield _share("payment", "exchange of shares", told["payment"] == "shares", shares_paid)
    kept = record[record["stake_share"].notna()]
    yield _share("payment", "seller keeps a part", kept["stake_share"] < 1.0, model["stake_share"] < 1.0)


def _share(about: str, what: str, recorded: "pd.Series[bool]", mine: "pd.Series[bool]") -> tuple[object, ...]:
    found = exact_share(int(recorded.sum()), len(recorded))
    value = float(mine.mean()) if len(mine) else math.nan
    counted = (about, what, "share", int(recorded.sum()), len(recorded))
    numbers = (int(mine.sum()), value, math.nan, math.nan)
    return (*counted, *found, *numbers, verdict_of(value, found.low, found.high))


def paid_parts(model: pd.DataFrame) -> dict[str, float]:
    """How what is bought is paid for, as parts of its worth: cash, loan, shares, debt taken over, kept by the seller.

    Deals at a price alone; what the seller keeps is valued like what it sells.
    """
    sold = model[_changes(model) & (model["price_mcny"] > 0.0)]
    money = sold["paid_cash_mcny"] + sold["paid_debt_mcny"]
    kept = money * (1.0 / sold["stake_share"] - 1.0)
    parts = {
        "cash": sold["paid_cash_mcny"].sum(),
        "loan": sold["paid_debt_mcny"].sum(),
        "shares of the buyer": sold["paid_shares_mcny"].sum(),
        "debt taken over": sold["debt_assumed_mcny"].sum(),
        "kept by the seller": kept.sum(),
    }
    total = sum(parts.values())
    return {name: float(part / total) if total > 0.0 else math.nan for name, part in parts.items()}


def levels(sides: Sides) -> Iterator[tuple[object, ...]]:
    """The rows of sizes and prices: medians, for the record with its span, for the model with 5 and 95 % of deals.

    Prices of the record are those of stakes and moves inside one owner as well, and one that was asked; control and
    stakes of the model are both held against all of them.
    """
    changed = sides.counted[_refining(sides.counted)]
    yield _level("size", "control changes", "Mt/yr", changed["size_mt"], _bought(sides.model)["size_mt"])
    model, stakes = sides.model, sides.model["kind"] == dealbook.MINORITY
    for state, what, chosen in (
        (dealbook.SOUND, "sound, control", ~stakes),
        (dealbook.SOUND, "sound, stakes", stakes),
        (dealbook.DISTRESSED, "distressed, control", ~stakes),
        (dealbook.STRANDED, "stranded, control", ~stakes),
    ):
        recorded = sides.record.loc[sides.record["seller_state"] == state, "price_cny_per_t"]
        mine = model.loc[chosen & (model["seller_state"] == state), "price_cny_per_t"]
        yield _level("price", what, "CNY/t", recorded.dropna(), mine.dropna())


def _bought(model: pd.DataFrame) -> pd.DataFrame:
    return model[_refining(model)]


def _level(
    about: str, what: str, unit: str, recorded: "pd.Series[float]", mine: "pd.Series[float]"
) -> tuple[object, ...]:
    span = (recorded.median(), recorded.min(), recorded.max())
    quantiles = (mine.median(), mine.quantile(0.05), mine.quantile(0.95))
    spread = len(recorded) > 1
    verdict = verdict_of(quantiles[0], span[1], span[2]) if spread else NO_RECORD
    return (about, what, unit, len(recorded), len(recorded), *span, len(mine), *quantiles, verdict)


def parts(sides: Sides) -> Iterator[tuple[object, ...]]:
    """The rows of how the model's deals were paid, for which the record has no figures."""
    blank = (0, 0, math.nan, math.nan, math.nan)
    count = int((_changes(sides.model) & (sides.model["price_mcny"] > 0.0)).sum())
    for name, part in paid_parts(sides.model).items():
        yield ("paid by", name, "share", *blank, count, part, math.nan, math.nan, NO_RECORD)


@dataclass(frozen=True)
class Deals:
    """The deals of one scenario of a study beside the record of its pack.

    Attributes:
        study: where the runs are.
        scenario: its label.
    """

    study: Study
    scenario: str

    @cached_property
    def sides(self) -> Sides:
        """Record and model.

        Raises:
            UsageError: the pack has no record of deals, or no run is done.
        """
        with self.study.opened() as link, told(self.study.path):
            pack = unpacked(link, self.scenario).pack
        if pack.subject.deal_record is None:
            raise UsageError(f"{pack.name} has no record of deals (deal_record in its industry.yaml)")
        if not len(self.yearly):
            raise UsageError(f"{self.study.folder} has no run of {self.scenario} that is done")
        runs, years = tuple(self.yearly["run"].unique()), int(self.yearly["year"].nunique())
        deals = self.study.deals()
        mine = modelled_table(deals[deals["scenario"] == self.scenario].reset_index(drop=True))
        record = recorded_table(pack.recorded_deals)
        return Sides(record, pack.subject.deal_record, pack.base_year, mine, runs, years)

    @cached_property
    def yearly(self) -> pd.DataFrame:
        """The measures of the runs by year."""
        frame = self.study.to_frame()
        return frame[frame["scenario"] == self.scenario]

    @cached_property
    def distressed_firm_years(self) -> int:
        """Owner groups in distress at the end of a year, over all years and runs: the denominator of rescues."""
        return int(self.yearly["groups_in_distress"].sum())

    @cached_property
    def comparison(self) -> pd.DataFrame:
        """One row a figure: the record with its interval, the model with its spread, the verdict.

        `recorded` of `out_of` years or deals give `record`, `low` and `high`; `modelled` is how many deals of all runs
        the model's number rests on. The last row is the largest share of a group in a run, its 95 % quantile over runs.
        """
        rows = [row for part in (rates, levels, shares, parts) for row in part(self.sides)]
        peak = self.yearly.groupby("run")["largest_share"].max()
        largest, span = peak.quantile(0.95), (peak.quantile(0.05), peak.max())
        limit = (0, 0, math.nan, 0.0, LARGEST_SHARE)
        verdict = verdict_of(largest, 0.0, LARGEST_SHARE)
        rows.append(("largest", "at most, 95 % of runs", "share", *limit, len(peak), largest, *span, verdict))
        return pd.DataFrame(rows, columns=COLUMNS)

    def write(self, folder: Path) -> Path:
        """Write the figure with the comparison as its data, and the deals of all runs; give the path of the picture."""
        from sim.report.deals import draw_deals
        from sim.report.style import write_chart

        write_csv(self.sides.model, folder / f"{self.scenario}_deals.csv")
        sides, path = self.sides, folder / self.scenario
        chart = draw_deals(self.comparison, (sides.record, sides.model), (self.scenario, len(sides.runs)))
        write_chart(chart, self.comparison, path)
        return path.with_suffix(".png")
