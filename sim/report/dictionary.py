"""The data dictionary of a run: for every column of every table its unit and its meaning, from where it is declared."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sim.core.units import unit_of
from sim.metrics import METRICS
from sim.process.base import process_of
from sim.report.named import ENDING
from sim.scenario.pack import Pack
from sim.strategy.finance import BEARERS
from sim.world.books import Decision, Event, YearBook
from sim.world.dealbook import Deal
from sim.world.population import Groups, Refineries

if TYPE_CHECKING:
    import pandas as pd


DICTIONARY = "dictionary"
"""Name of its table."""


@dataclass(frozen=True)
class Entry:
    """What a column is.

    Attributes:
        unit: its unit, empty for text, codes and yes-or-no.
        meaning: one phrase.
    """

    unit: str
    meaning: str


DECLARED = {
    "refineries": (Refineries, YearBook),
    "groups": (Groups, YearBook),
    "regions": (YearBook,),
    "flows": (YearBook,),
    "events": (Event,),
    "decisions": (Decision,),
    "deals": (Deal,),
    "deal_classes": (Deal,),
    "deal_outcomes": (Deal,),
}
"""Where the columns of a table are declared besides here and among the metrics, the first to know one first."""
OWN = {
    "year": Entry("year", "when"),
    "quarter": Entry("quarter", "when"),
    "events.quarter": Entry("quarter", "when, 0 for the whole year"),
    "refinery": Entry("", "id of the plant"),
    "group": Entry("", "id of the owner group; that of a plant controls it at the end of the year"),
    "region": Entry("", "id of the supply region"),
    "nameplate_mt": Entry("Mt/yr", "installed nameplate at the end of the year"),
    "runnable_mt": Entry("Mt/yr", "capacity that can run at the end of the year, cold lines counted"),
    "warm_share": Entry(
        "share", "part of its runnable capacity whose lines are warm, at the end of the year"
    ),
    "operating_mt": Entry("Mt/yr", "output of the last quarter at an annual rate"),
    "made_mt": Entry("Mt", "alumina made in the year, by plants that closed at its end as well"),
    "opening_mt": Entry("Mt/yr", "nameplate when the year began"),
    "price_cny_per_t": Entry(
        "CNY/t",
        "mill price of sales including VAT, mean of the year; 0 at a plant that sold nothing",
    ),
    "last_price_cny_per_t": Entry("CNY/t", "mill price of the last quarter"),
    "cash_cost_cny_per_t": Entry("CNY/t", "cash cost including VAT, mean of the year by output"),
    "last_cash_cost_cny_per_t": Entry("CNY/t", "cash cost of the last quarter"),
    "support_cny_per_t": Entry("CNY/t", "local support"),
    "quarters.price_cny_per_t": Entry("CNY/t", "mill price including VAT, weighted by output"),
    "quarters.fob_usd_per_t": Entry("USD/t", "world price FOB"),
    "quarters.production_mt": Entry("Mt", "alumina made"),
    "quarters.imports_mt": Entry("Mt", "alumina imported"),
    "quarters.exports_mt": Entry("Mt", "alumina exported"),
    "quarters.stock_refineries_mt": Entry("Mt", "alumina at refineries at the end of the quarter"),
    "quarters.stock_smelters_mt": Entry("Mt", "alumina at smelters at the end of the quarter"),
    "state": Entry("", "ramping, running, partial, mothballed or exited (gone for good)"),
    "stock_mt": Entry("Mt", "alumina at refineries at the end of the year"),
    "mud_stock_mt": Entry("Mt", "red mud in ponds, dry"),
    "pond_space_mt": Entry("Mt", "space left in ponds"),
    "curbed_by_mud_mt": Entry("Mt", "runnable capacity that ponds kept idle"),
    "curbed_by_region_mt": Entry("Mt", "runnable capacity that regional curbs kept idle"),
    "curb_quarters": Entry("quarters", "quarters under a curb"),
    "environment_index_ratio": Entry(
        "ratio", "strain on the environment over what is allowed; a curb follows"
    ),
    "refineries.co2_mt": Entry("Mt", "CO2 from fuel and electricity"),
    "groups.smelter_mt": Entry("Mt/yr", "capacity of its smelters, metal, at the end of the year"),
    "groups.smelting_mt": Entry("Mt", "aluminium made by its smelters"),
    "smelting_earned_mcny": Entry("million CNY", "the part of what was earned by smelters"),
    "mining_earned_mcny": Entry("million CNY", "the part of what was earned by mines abroad"),
    "origin": Entry("", "id of the region that ships, or imports"),
    "market": Entry("", "id of the demand market"),
    "shipped_mt": Entry("Mt", "alumina shipped"),
    "committed_mt": Entry("Mt", "the captive and contracted part of it"),
    "use_mt": Entry("Mt", "alumina used by smelters"),
    "cash_cost_mean_cny_per_t": Entry("CNY/t", "cash cost weighted by output"),
    "ore_imports_mt": Entry("Mt", "imported ore used, dry"),
    "clearing_residual_mt": Entry("Mt", "largest gap of the market equilibrium"),
    "decisions.kind": Entry("", "about what; its first word is the kind of the decision"),
    "role": Entry("", "whether the row is an option or a fact"),
    "name": Entry("", "name of the option or fact"),
    "value": Entry("as value_unit says", "value of the option or fact"),
    "value_unit": Entry("", "unit of the value"),
    "decision_id": Entry("", "number of the decision in the run; its rows share it"),
    "replaces": Entry("", "id of the plant that would go for an option"),
    "amount": Entry("as unit says", "how much"),
    "unit": Entry("", "unit of the amount; of a decision that of margin and options"),
    "margin": Entry("as unit says", "by how much the choice won"),
    "buyer_class": Entry("", "class of the buyer's owner"),
    "seller_class": Entry("", "class of the seller's owner"),
    "deals_count": Entry("count", "closed deals"),
    "bought_mt": Entry("Mt/yr", "nameplate that changed hands"),
    "after_years": Entry("years", "years since the deal"),
    "plants_count": Entry("count", "plants that changed hands"),
    "standing_share": Entry("share", "part of what was bought that still stands"),
    "size_mt": Entry("Mt/yr", "refining capacity of the target"),
    "deals.smelting_mt": Entry("Mt/yr", "capacity of the smelters that come with it, metal"),
    "deals.integration_mcny": Entry("million CNY", "synergy, alumina for own smelters"),
    "offtake_mt": Entry("Mt/yr", "alumina that comes with a minority stake or with the partner's part"),
}
"""Columns that are declared nowhere else, or mean something of their own in a table, and then as `table.column`."""
CHANGES = {
    "_change": "change since the year of the deal, at the plants bought",
    "_against_peers": "the same less that of peers, plants of the region that were not sold",
}


def dictionary(tables: Mapping[str, "pd.DataFrame"], pack: Pack) -> "pd.DataFrame":
    """One row a table and column: `table`, `column`, `unit`, `meaning`, in the order of the tables.

    Raises:
        KeyError: a column is declared nowhere.
    """
    import pandas as pd

    prices = {each.price: each.means for each in pack.trade.inputs}
    components = process_of(pack).components
    rows = []
    for table, frame in tables.items():
        for column in map(str, frame.columns):
            entry = entry_of(table, column, prices, components)
            rows.append((table, column, entry.unit, pack.say()(entry.meaning)))
    return pd.DataFrame(rows, columns=["table", "column", "unit", "meaning"])


def entry_of(table: str, column: str, prices: Mapping[str, str], components: tuple[str, ...]) -> Entry:
    """What a column is.

    Args:
        table: name of its table.
        column: its name.
        prices: what the input prices of this industry are the price of, by column.
        components: components of cash cost in this industry.

    Raises:
        KeyError: it is declared nowhere.
    """
    if column.endswith(ENDING):
        return Entry("", f"name of what stands in {column.removesuffix(ENDING)}")
    if column != "year" and table == "years":
        metric = METRICS.get(column)
        return Entry(metric.unit, metric.meaning.partition("\n")[0])
    for name in (f"{table}.{column}", column):
        if name in OWN:
            return OWN[name]
    stem = column.removesuffix("_cny_per_t")
    if column in prices or stem in components:
        return Entry(unit_of(column), prices.get(column, f"{stem}, part of cash cost, mean of the year"))
    for bearer in BEARERS:
        if column == f"loss_{bearer}_mcny":
            return Entry("million CNY", f"losses of plants that were borne by: {bearer.replace('_', ' ')}")
    for what, meaning in CHANGES.items():
        if table == "deal_outcomes" and what in column:
            return Entry(unit_of(column), f"{column.partition(what)[0].replace('_', ' ')}: {meaning}")
    return _declared(table, column)


def _declared(table: str, column: str) -> Entry:
    for kind in DECLARED.get(table, ()):
        for known in kind.columns() if hasattr(kind, "columns") else ():
            if known.name == column:
                return Entry(known.unit, known.meaning)
        if column in (told := attributes(kind)):
            return Entry(unit_of(column) or ("points" if column.startswith("hhi") else ""), told[column])
    raise KeyError(f"{table}.{column} is declared nowhere")


@cache
def attributes(kind: type) -> dict[str, str]:
    """What the docstring of a class says of its attributes, by name, shapes left out."""
    text = (inspect.getdoc(kind) or "").partition("Attributes:\n")[2]
    found = re.findall(r"^    (\w+): (.*(?:\n {6,}.*)*)", text, flags=re.MULTILINE)
    return {name: re.sub(r"^\([^)]*\) ", "", " ".join(said.split())).rstrip(".") for name, said in found}
