"""What a plant is worth: expected prices, the margin of an option to idle, present values.

*Measure* only: nothing here decides. Prices expected n years ahead close in from today's price on what the
owner expects in the long run; margins are valued with the option to idle (a normal margin, Bachelier's
formula), so capacity that loses money today may still be worth keeping.
"""

import math

import numpy as np
from scipy.special import ndtr

from sim.core.arrays import Floats


def long_run_price(adaptive_cny_per_t: float, forward_cny_per_t: float, adaptive_share: float) -> float:
    """The price that owners expect in the long run, CNY/t: adaptive mean and forward clearing mixed."""
    return adaptive_share * adaptive_cny_per_t + (1.0 - adaptive_share) * forward_cny_per_t


def expected_prices(today: Floats, long_run: Floats, persistence_share: float, years: int) -> Floats:
    """Expected mill prices 1 to `years` ahead, (years, plants), from today's and long-run (plants,)."""
    weight = persistence_share ** np.arange(1, years + 1)[:, None]
    return np.asarray(weight * today + (1.0 - weight) * long_run)


def margin_spreads(volatility_cny_per_t: float, reversion_per_year: float, years: int) -> Floats:
    """The standard deviation of the margin 1 to `years` ahead, (years, 1), CNY/t.

    Source: variance of an Ornstein-Uhlenbeck process.
    """
    ahead = np.arange(1, years + 1)[:, None]
    if reversion_per_year < 1e-9:
        return np.asarray(volatility_cny_per_t * np.sqrt(ahead))
    grown = 1.0 - np.exp(-2.0 * reversion_per_year * ahead)
    return np.asarray(volatility_cny_per_t * np.sqrt(grown / (2.0 * reversion_per_year)))


def _normal_cdf(values: Floats) -> Floats:
    """The standard normal distribution function."""
    return np.asarray(ndtr(values))


def option_margin(margin_cny_per_t: Floats, spread_cny_per_t: Floats) -> Floats:
    """The expected margin of a plant that idles when the margin is negative, CNY/t.

    Example:
        >>> import numpy as np
        >>> round(float(option_margin(np.array([[0.0]]), np.array([[100.0]]))[0, 0]), 3)
        39.894

    Source: Bachelier 1900: m Phi(m/s) + s phi(m/s).
    """
    spread = np.maximum(spread_cny_per_t, 1e-9)
    ratio = margin_cny_per_t / spread
    density = np.exp(-0.5 * ratio * ratio) / math.sqrt(2.0 * math.pi)
    return np.asarray(margin_cny_per_t * _normal_cdf(ratio) + spread * density)


def discount_factors(rates: Floats, years: int) -> Floats:
    """Discount factors of years 1 to `years`, (years, plants), from yearly rates (plants,)."""
    return np.asarray((1.0 + rates) ** -np.arange(1, years + 1)[:, None])
