"""What an industry buys: its inputs, how their prices are written down, and which part each of them plays.

The block `trade` of `industry.yaml`. The engine knows no input by name: it knows the ore that is landed and can
run short, the metal that customers earn and the exchange rate, and asks the pack which inputs they are.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Literal

from pydantic import Field

from sim.core.units import Declared, Named, Share, unit_of
from sim.scenario.merge import Node
from sim.scenario.problems import Path, Problem, nearest_name, problem_at, shown
from sim.scenario.processes import KNOWN, Known, known_process
from sim.scenario.register import Register
from sim.scenario.row import HistoryRow, Identifier
from sim.scenario.schema import PRICE

ROLES = {"feed": "USD/t", "metal": "CNY/t", "exchange": "CNY/USD"}
"""What the engine itself needs of the inputs, and the unit that it reckons in."""
QUARTERS = 4


class Input(Declared):
    """One price that plants pay or that their customers earn."""

    id: Identifier
    """Its name among the inputs, and in `inputs.motions`."""
    name: str = Field(min_length=1, max_length=40)
    """What it is, in short."""
    means: str = Field(min_length=1, max_length=200)
    """What exactly its price is the price of."""
    price: str = Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")
    """What its price is called in `inputs.levels` and in tables; the name ends with the unit."""
    low: Named = Field(gt=0)
    """Lowest price that is possible at all."""
    high: Named = Field(gt=0)
    """Highest price that is possible at all."""
    recorded: Identifier | None = None
    """Series of `history.csv` that holds its price in the base year."""
    base: Named = Field(default=1.0, gt=0)
    """Its price in the base year, where none is recorded."""
    shock: str | None = None
    """Shock of a scenario that moves it."""

    @property
    def unit(self) -> str:
        """Unit of its price, nothing if the name does not say one."""
        return unit_of(self.price)


class Origin(Declared):
    """A country that ships part of the feed."""

    id: Identifier
    """Its name, as policies write it."""
    share: Share
    """Part of all that is landed that it ships."""
    source: str = Field(min_length=1, max_length=300)
    """Where that is from, with its date."""


class Pair(Declared):
    """Two inputs whose prices move together."""

    one: Identifier
    """An input."""
    other: Identifier
    """Another."""
    ratio: Literal["energy_ratio", "ore_ore_ratio"]
    """Parameter of `inputs` that says how closely: their correlation."""


class Trade(Declared):
    """The inputs of an industry."""

    process: Identifier
    """How the product is made: a module of `sim/process`."""
    feed: Identifier | None = None
    """The input that is landed at ports, follows the product's price and can run short; none where customers own it."""
    metal: Identifier
    """What customers make of the product and earn."""
    exchange: Identifier
    """The exchange rate."""
    inputs: tuple[Input, ...] = Field(strict=False, min_length=1)
    """All inputs, in the order in which their luck is drawn."""
    pairs: tuple[Pair, ...] = Field(default=(), strict=False)
    """Inputs whose prices move together."""
    origins: tuple[Origin, ...] = Field(default=(), strict=False)
    """Countries that ship the feed, those that matter."""

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Ids of the inputs, in order."""
        return tuple(each.id for each in self.inputs)

    @cached_property
    def told(self) -> tuple[Input, ...]:
        """Inputs whose price tables of quarters have: those that are recorded, and the exchange rate."""
        return tuple(each for each in self.inputs if each.recorded or each.id == self.exchange)

    @property
    def known(self) -> Known:
        """What its process declares, nothing where there is no such process."""
        return known_process(self.process) or Known({})

    @property
    def feed_price(self) -> str:
        """What the price of the feed is called in parameters and tables, nothing where no plant pays for it."""
        return self.of(self.feed).price if self.feed else ""

    def shipped_share(self, countries: Sequence[str]) -> float:
        """The part of the feed that some countries ship."""
        return min(1.0, sum(each.share for each in self.origins if each.id in countries))

    def of(self, name: str) -> Input:
        """The input of an id."""
        return self.inputs[self.ids.index(name)]


def spin_up(base_year: int) -> list[tuple[int, int]]:
    """Years and quarters at whose recorded prices the base year is played: the last before it, and its own."""
    return [(base_year - 1, QUARTERS), *((base_year, quarter) for quarter in range(1, QUARTERS + 1))]


def trade_problems(trade: Trade, written: Node, base_year: int, register: Register) -> list[Problem]:
    """Everything in the block that makes no sense, alone or with the recorded series.

    Args:
        trade: the block.
        written: where it was written.
        base_year: the year that the data describe.
        register: rows of the pack.
    """
    at = _Writing(written, ("trade",))
    return [
        *_process(trade, at),
        *_roles(trade, at),
        *_names(trade, at),
        *_ranges(trade, at),
        *_shocks(trade, at),
        *_series(trade, at, base_year, register),
        *_pairs(trade, at),
    ]


class _Writing:
    """The block as it was written: gives a problem at the place of a value."""

    def __init__(self, node: Node, path: Path) -> None:
        self.node, self.path = node, path

    def input(self, number: int, each: Input) -> "_Writing":
        """The writing of one input; it is called by its id."""
        node = self.node.child("inputs")
        found = node.child(number) if node else None
        return _Writing(found or self.node, (*self.path, "inputs", each.id))

    def pair(self, number: int) -> "_Writing":
        """The writing of one pair."""
        node = self.node.child("pairs")
        found = node.child(number) if node else None
        return _Writing(found or self.node, (*self.path, "pairs", number))

    def problem(self, key: str, message: str, nearest: str | None = None) -> Problem:
        """A problem with the value under a key."""
        node = self.node.child(key) or self.node
        return problem_at(node.place, (*self.path, key), message, nearest)

    def unknown(self, key: str, name: str, known: Sequence[str], what: str) -> Problem:
        """The problem of a name that nothing has, with the nearest that something has."""
        message = f"no {what} {shown(name)}; there are: {', '.join(known)}"
        return self.problem(key, message, nearest_name(name, known))


def _process(trade: Trade, at: _Writing) -> Iterator[Problem]:
    """An unknown process, or the inputs that it takes and the pack does not have."""
    if known_process(trade.process) is None:
        yield at.unknown("process", trade.process, list(KNOWN), "process")
    for name, unit in trade.known.inputs.items():
        if name not in trade.ids:
            yield at.problem("process", f"{trade.process} takes an input {shown(name)}, which is not there")
        elif trade.of(name).unit not in (unit, ""):
            here = at.input(trade.ids.index(name), trade.of(name))
            yield here.problem(
                "price", f"{shown(trade.of(name).price)} is not in {unit}, as {trade.process} takes it"
            )


def _roles(trade: Trade, at: _Writing) -> Iterator[Problem]:
    for role, unit in ROLES.items():
        name = getattr(trade, role)
        if name is None and trade.known.toll:
            continue
        if name not in trade.ids:
            yield at.unknown(role, name, trade.ids, "input")
        elif trade.of(name).unit != unit:
            price = trade.of(name).price
            yield at.problem(role, f"the price of {shown(name)}, {shown(price)}, is not in {unit}")


def _names(trade: Trade, at: _Writing) -> Iterator[Problem]:
    for key in ("id", "price", "shock"):
        seen: set[str] = set()
        for number, each in enumerate(trade.inputs):
            name = getattr(each, key)
            if name in seen:
                yield at.input(number, each).problem(key, f"{shown(name)} is that of another input")
            seen.update([name] if name else [])


def _ranges(trade: Trade, at: _Writing) -> Iterator[Problem]:
    for number, each in enumerate(trade.inputs):
        here = at.input(number, each)
        if not each.unit:
            message = f"the end of {shown(each.price)} says no unit, such as _cny_per_t, _usd_per_t or _ratio"
            yield here.problem("price", message)
        if each.low >= each.high:
            yield here.problem("low", f"{each.low:g} is not below high {each.high:g}")
        if each.recorded is None and not each.low <= each.base <= each.high:
            message = f"{each.base:g}, where no series is recorded, is not between low and high"
            yield here.problem("base", message)


def _shocks(trade: Trade, at: _Writing) -> Iterator[Problem]:
    for number, each in enumerate(trade.inputs):
        if each.shock is not None and not each.shock.endswith(PRICE):
            message = f"the name of a shock of a price ends with {PRICE}, which {shown(each.shock)} does not"
            yield at.input(number, each).problem("shock", message)


def _series(trade: Trade, at: _Writing, base_year: int, register: Register) -> Iterator[Problem]:
    """Inputs whose series has no price, or one in another unit, in a quarter of the spin-up."""
    whole, rows = register.whole(HistoryRow), register.rows(HistoryRow)
    known = list(dict.fromkeys(row.series for row in rows))
    dated = {(row.series, row.year, row.quarter) for row in rows}
    units = {row.series: row.unit for row in rows}
    for number, each in enumerate(trade.inputs):
        here = at.input(number, each)
        if each.recorded is None or not whole:
            continue
        if each.recorded not in known:
            yield here.unknown("recorded", each.recorded, known, "series in history.csv")
            continue
        if units[each.recorded] != each.unit:
            message = (
                f"the series {shown(each.recorded)} is in {units[each.recorded]}, the price in {each.unit}"
            )
            yield here.problem("recorded", message)
        missing = [
            f"{year}-{quarter}"
            for year, quarter in spin_up(base_year)
            if (each.recorded, year, quarter) not in dated
        ]
        if missing:
            message = f"the series {shown(each.recorded)} has no value for {', '.join(missing)}"
            yield here.problem("recorded", message)


def _pairs(trade: Trade, at: _Writing) -> Iterator[Problem]:
    for number, pair in enumerate(trade.pairs):
        here = at.pair(number)
        for key in ("one", "other"):
            if getattr(pair, key) not in trade.ids:
                yield here.unknown(key, getattr(pair, key), trade.ids, "input")
        if pair.one == pair.other:
            yield here.problem("other", f"{shown(pair.other)} is paired with itself")
