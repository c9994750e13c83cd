"""What a metric is, and the register of all of them: one number a year, with unit, meaning and source.

A metric is one function of a `Picture`: the industry at the end of a year with what several metrics share,
worked out once. It reads and never writes.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from operator import attrgetter
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.core.arrays import Floats, total_by
from sim.core.registry import Registry
from sim.scenario.pack import Pack
from sim.scenario.processes import KNOWN
from sim.world.kinds import Happened
from sim.world.world import World


@dataclass(frozen=True)
class Picture:
    """The industry at the end of a year.

    Attributes:
        world: the world; for reading only.
    """

    world: World
    _once: dict[Callable[["Picture"], Any], Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def standing(self) -> NDArray[np.int64]:
        """Rows of installed plants, written-off ones included."""
        return (self.world.refineries.nameplate_mt > 0.0).nonzero()[0]

    @cached_property
    def regions(self) -> int:
        """Number of supply regions."""
        return len(self.world.geography.regions)

    def by_region(self, volume: Floats) -> Floats:
        """A plant column summed by supply region, (regions,), in row order."""
        return total_by(self.world.refineries.region, volume, self.regions)

    def total(self, volume: Floats) -> float:
        """A plant column summed, region by region, so that a plant of zero size changes no bit."""
        return float(np.add.reduce(self.by_region(volume)))

    @cached_property
    def installed_mt(self) -> float:
        """Nameplate at the end of the year."""
        return self.total(self.world.refineries.nameplate_mt)

    @cached_property
    def made_mt(self) -> float:
        """Output of the year."""
        return self.total(self.world.book.made_mt)

    @cached_property
    def cost_order(self) -> tuple[Floats, Floats]:
        """Cash costs of plants that made alumina this year, rising, and their cumulated share of output."""
        book = self.world.book
        rows = (book.made_mt > 0.0).nonzero()[0]
        cost = book.cost_mcny[rows] / book.made_mt[rows]
        order = cost.argsort(kind="stable")
        reached = book.made_mt[rows][order].cumsum()
        return cost[order], reached / reached[-1] if reached.size else reached

    def cost_at(self, share: float) -> float:
        """The cash cost under which a share of output lies, CNY/t."""
        cost, reached = self.cost_order
        return float(cost[min(int(np.searchsorted(reached, share)), cost.size - 1)]) if cost.size else 0.0

    @cached_property
    def price(self) -> float:
        """Mill price of the year, weighted by quarterly output, CNY/t."""
        quarters = self.world.book.quarters
        made = sum_in_order([each["production_mt"] for each in quarters])
        value = sum_in_order([each["production_mt"] * each["price_cny_per_t"] for each in quarters])
        return value / made if made > 0.0 else quarters[-1]["price_cny_per_t"]

    def count(self, kind: Happened) -> float:
        """How many events of a kind happened this year."""
        return float(len(self._amounts.get(kind, ())))

    def amount(self, kind: Happened) -> float:
        """The sum of the amounts of this year's events of a kind."""
        return sum_in_order(self._amounts.get(kind, []))

    @cached_property
    def _amounts(self) -> dict[Happened, list[float]]:
        """The amounts of this year's events by kind, in their order."""
        amounts: dict[Happened, list[float]] = {}
        events = self.world.events
        for event in events[bisect_left(events, self.world.year, key=attrgetter("year")) :]:
            amounts.setdefault(event.kind, []).append(event.amount)
        return amounts


T = TypeVar("T")


def once(work: Callable[[Picture], T]) -> Callable[[Picture], T]:
    """The decorator of what several metrics rest on: it is worked out once a picture."""

    @wraps(work)
    def kept(picture: Picture) -> T:
        seen = picture._once
        if work not in seen:
            seen[work] = work(picture)
        value: T = seen[work]
        return value

    return kept


def sum_in_order(values: list[float]) -> float:
    """A sum taken strictly in order, the same on every Python."""
    total = 0.0
    for value in values:
        total += value
    return total


LEVEL, FLOW, EVENT = "level", "flow", "event"
"""Kinds of measures: what is (a stock, a price, a share); what goes on all year and adds up over years; what
happens now and then, so that one year of it tells nothing and only the sum over years does."""


@dataclass(frozen=True)
class Metric:
    """One number a year.

    Attributes:
        name: column name.
        unit: unit, as printed.
        label: what people call it, in a few words.
        kind: level, flow or event, which decides how many years are told in one number.
        meaning: what it is, from the docstring.
        source: where the measure is from.
        measure: gives the number from the picture.
        needs: the part of an industry that it is about, if it is about one that not all have.
    """

    name: str
    unit: str
    label: str
    kind: str
    meaning: str
    source: str
    measure: Callable[[Picture], float]
    needs: str = ""

    def fits(self, pack: Pack) -> bool:
        """Whether the industry has the part that it is about."""
        return not self.needs or pack.has(self.needs)

    def column(self, pack: Pack) -> str:
        """What its column is called in files of an industry."""
        return pack.trade.known.published.get(self.name, (self.name,))[0]


class Metrics(Registry[Metric]):
    """Metrics by name, found as well by what their columns are called where an industry has other names for them."""

    def get(self, name: str) -> Metric:
        """The metric of a name, with the label of the industry that calls it so.

        Raises:
            UnknownNameError: nothing has the name.
        """
        own, label = PUBLISHED.get(name, (name, ""))
        found = super().get(own)
        return replace(found, label=label) if label else found

    def __contains__(self, name: object) -> bool:
        """Whether something has the name."""
        return name in PUBLISHED or super().__contains__(name)


METRICS = Metrics("metric")
"""Every metric by name."""
PUBLISHED = {
    column: (name, label) for _, known in KNOWN.items() for name, (column, label) in known.published.items()
}
"""Names of metrics, and labels, by the columns of industries that have other names for them."""


def metric(
    name: str, unit: str, source: str, *, label: str, kind: str = LEVEL, needs: str = ""
) -> Callable[[Callable[[Picture], float]], Callable[[Picture], float]]:
    """The decorator that registers a function of a picture as a metric."""

    def put(measure: Callable[[Picture], float]) -> Callable[[Picture], float]:
        meaning = (measure.__doc__ or "").strip()
        METRICS.add(name, Metric(name, unit, label, kind, meaning, source, measure, needs))
        return measure

    return put


OWN = "own definition"
"""Source of measures that are plain sums or ratios."""
