"""Input prices: correlated mean-reverting paths, ore that follows alumina with a lag, and supply events.

Log prices follow Ornstein-Uhlenbeck processes with the exact quarterly step. The level of imported ore also
moves with last quarter's alumina price, because miners ask for their share: the floor under alumina is
elastic. Noise alone would be far too quiet, so events with a place, a depth and a duration come on top.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Floats
from sim.core.rng import Streams
from sim.scenario.market_parameters import Disruption, Inputs
from sim.scenario.parameters import Parameters
from sim.scenario.schema import Shock
from sim.scenario.trade import Trade

QUARTERS = 4
CLOSEST = 1.0 - 1e-9
"""Closest correlation that is kept apart from one, for which no loading can be worked out."""


@dataclass(slots=True)
class InputPrices:
    """Prices of one quarter that plants pay or earn, each in the unit in which the pack states it.

    Attributes:
        trade: what the inputs are.
        of: price by id of the input.
    """

    trade: Trade
    of: Mapping[str, float]

    @property
    def feed_usd_per_t(self) -> float:
        """Imported ore CIF per dry tonne; nothing where no plant pays for it."""
        return self.of[self.trade.feed] if self.trade.feed else 0.0

    @property
    def metal_cny_per_t(self) -> float:
        """What customers earn for a tonne of metal."""
        return self.of[self.trade.metal]

    @property
    def exchange_rate_cny_per_usd(self) -> float:
        """Yuan per dollar."""
        return self.of[self.trade.exchange]

    def with_feed(self, usd_per_t: float) -> "InputPrices":
        """Give the same prices but for that of imported ore."""
        return InputPrices(self.trade, {**self.of, self.trade.feed: usd_per_t}) if self.trade.feed else self


@dataclass(frozen=True, slots=True)
class Motion:
    """The processes of all inputs as arrays (inputs,), for quarterly steps."""

    feed: int | None
    level: Floats
    trend: Floats
    decay: Floats
    spread: Floats
    loading: Floats


def motion(inputs: Inputs, trade: Trade) -> Motion:
    """Give the quarterly processes of the input prices.

    Source: Schwartz 1997, one-factor model; exact discretisation of the Ornstein-Uhlenbeck process.
    """
    motions = [inputs.motions[name] for name in trade.ids]
    speed = np.array([each.reversion_per_year for each in motions])
    volatility = np.array([each.volatility_per_sqrt_year for each in motions])
    decay = np.exp(-speed / QUARTERS)
    spread = volatility * np.sqrt((1.0 - decay * decay) / (2.0 * speed))
    correlation = np.eye(len(motions))
    for pair in trade.pairs:
        one, other = trade.ids.index(pair.one), trade.ids.index(pair.other)
        ratio = min(max(getattr(inputs, pair.ratio), -CLOSEST), CLOSEST)
        correlation[one, other] = correlation[other, one] = ratio
    return Motion(
        feed=trade.ids.index(trade.feed) if trade.feed else None,
        level=np.log(np.array([inputs.levels[each.price] for each in trade.inputs])),
        trend=np.array([each.trend_per_year for each in motions]),
        decay=decay,
        spread=spread,
        loading=np.asarray(np.linalg.cholesky(correlation), dtype=np.float64),
    )


def draw_noise(streams: Streams, moving: Motion, year: int) -> Floats:
    """Give the correlated innovations of a year's four quarters, (4, inputs), in logs."""
    normal = streams.generator("inputs", year).standard_normal((QUARTERS, moving.level.size))
    return np.asarray((normal[:, None, :] * moving.loading).sum(axis=2) * moving.spread)


def next_logs(moving: Motion, logs: Floats, noise: Floats, years_ahead: float, ore_shift: float) -> Floats:
    """Give next quarter's log prices, (inputs,).

    Args:
        moving: the processes.
        logs: (inputs,) this quarter's log prices.
        noise: (inputs,) innovations.
        years_ahead: years since the base year, for the trend of the level.
        ore_shift: log shift of the ore's level because of the alumina price.
    """
    level = moving.level + moving.trend * years_ahead
    if moving.feed is not None:
        level[moving.feed] += ore_shift
    return level + (logs - level) * moving.decay + noise


def ore_follows(inputs: Inputs, alumina_cny_per_t: float) -> float:
    """Give the log shift of the imported ore's level that last quarter's alumina price causes."""
    ratio = max(alumina_cny_per_t, 1.0) / inputs.feedback_reference_cny_per_t
    return inputs.ore_feedback_ratio * float(np.log(ratio))


def prices_of(
    trade: Trade, logs: Floats, ore_jump: float, jumps: Mapping[str, float], freight_usd_per_t: float = 0.0
) -> InputPrices:
    """Give the prices of a quarter from log prices, a log jump of imported ore and relative shocks by id.

    What freight adds to imported ore comes on top of all.
    """
    level = dict(zip(trade.ids, np.exp(logs).tolist(), strict=True))
    if trade.feed:
        level[trade.feed] *= float(np.exp(ore_jump))
    prices = {name: level[name] * (1.0 + jumps.get(name, 0.0)) for name in trade.ids}
    if trade.feed:
        prices[trade.feed] += freight_usd_per_t
    return InputPrices(trade, prices)


@dataclass(frozen=True, slots=True)
class Happening:
    """One supply event, or one shock of the scenario.

    Attributes:
        variable: what it hits, one of the scenario's shock variables, or `domestic_ore`.
        size: how hard, in the variable's own measure.
        first: quarter in which it starts, counted from the first quarter of year zero (year * 4 + quarter - 1).
        quarters: how long it lasts.
        regions: supply regions hit; empty means everywhere.
        name: name for the event log.
        buffered: whether stocks of ore soften the first quarter.
        countries: countries whose ore is missing; empty means all.
    """

    variable: str
    size: float
    first: int
    quarters: int
    regions: tuple[str, ...]
    name: str
    buffered: bool
    countries: tuple[str, ...] = ()

    def active(self, quarter: int) -> bool:
        """Tell whether it is under way in a quarter."""
        return self.first <= quarter < self.first + self.quarters


def together(sizes: Iterable[float]) -> float:
    """Give what relative changes that hold at the same time come to: they compound.

    Example:
        >>> round(together([-0.6, -0.6]), 2)
        -0.84
    """
    total = 0.0
    for size in sizes:
        total += size + total * size
    return total


def imposed(shocks: tuple[Shock, ...]) -> tuple[Happening, ...]:
    """Give the scenario's own shocks as happenings."""
    return tuple(
        Happening(
            variable=shock.variable,
            size=shock.size_ratio,
            first=shock.start_year * QUARTERS + shock.start_quarter - 1,
            quarters=shock.duration_quarters,
            regions=shock.regions,
            name=shock.id,
            buffered=False,
            countries=shock.countries,
        )
        for shock in shocks
    )


@dataclass(frozen=True, slots=True)
class Exposure:
    """Where local events can strike.

    Attributes:
        regions: supply regions.
        weights: by variable, (regions,) how much of it stands in each region.
        feed: what an event is called in which feed from abroad fails.
        shippers: countries from which it then fails; none named is all.
    """

    regions: tuple[str, ...]
    weights: dict[str, Floats]
    feed: str = "seaborne_feed"
    shippers: tuple[str, ...] = ()

    def place(self, variable: str, luck: float) -> str:
        """Give the region that a local event strikes, in proportion to what stands there."""
        reached = self.weights[variable].cumsum()
        return self.regions[int(np.searchsorted(reached, luck * reached[-1], side="right"))]


def exposure(trade: Trade, regions: tuple[str, ...], weights: dict[str, Floats]) -> Exposure:
    """Give where events can strike an industry: feed that is paid for fails where most of it comes from."""
    if not trade.feed:
        return Exposure(regions, weights)
    most = sorted(trade.origins, key=lambda each: -each.share)[:1]
    return Exposure(regions, weights, trade.feed, tuple(each.id for each in most))


def draw_happenings(
    streams: Streams, parameters: Parameters, year: int, exposure: Exposure
) -> list[Happening]:
    """Give the supply events that start in a year, drawn by address; at most one of a kind a year."""
    kinds = parameters.disruptions
    drawn: list[Happening] = []
    for name, kind, variable, scale, countries in (
        (exposure.feed, kinds.imported_ore, "ore_supply", 1.0, exposure.shippers),
        ("domestic_ore", kinds.domestic_ore, "domestic_ore", 1.0, ()),
        ("overseas_refinery", kinds.overseas_refinery, "world_balance", -kinds.overseas_scale_mt, ()),
    ):
        concern = f"disruption {name}"
        if streams.uniforms(concern, year, ("happens",))[0] >= 1.0 - float(np.exp(-kind.rate_per_year)):
            continue
        local = variable in exposure.weights
        if local and not exposure.weights[variable].any():
            continue
        luck = streams.uniforms(concern, year, ("depth", "start", "length", "place")).tolist()
        depth = kind.depth_low_share + (kind.depth_high_share - kind.depth_low_share) * luck[0]
        drawn.append(
            Happening(
                variable=variable,
                size=depth * scale,
                first=year * QUARTERS + int(luck[1] * QUARTERS),
                quarters=_length(kind, luck[2]),
                regions=(exposure.place(variable, luck[3]),) if local else (),
                name=name,
                buffered=variable == "ore_supply",
                countries=countries,
            )
        )
    return drawn


def _length(kind: Disruption, luck: float) -> int:
    """Give a duration between one quarter and the longest."""
    return 1 + int(luck * kind.longest_quarters)
