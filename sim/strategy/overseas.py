"""What a line outside China is worth, begun now, begun later, or kept.

*Measure* only: nothing here decides. All values are today's, per tonne of yearly capacity, USD.
"""

from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Floats
from sim.strategy.finance import option_margin
from sim.strategy.smelting import annuity


@dataclass(frozen=True, slots=True)
class Line:
    """Lines as their producers see them, arrays (lines,), USD per tonne of alumina or of metal.

    Attributes:
        now_usd_per_t: margin at the prices of the day.
        lasting_usd_per_t: margin at those expected to last.
        unspent_usd_per_t: investment that is still to be spent.
        volatility_usd_per_t: by how much the lasting margin may have moved a year later.
        discount_per_year: discount rate, or one for all.
        life_years: years over which a line is valued.
    """

    now_usd_per_t: Floats
    lasting_usd_per_t: Floats
    unspent_usd_per_t: Floats
    volatility_usd_per_t: Floats
    discount_per_year: Floats
    life_years: int


def worth_of_starting(line: Line) -> Floats:
    """Net present value of a line that starts now, (lines,).

    Source: equation (5.10) of the model description.
    """
    life, first = annuity(line.discount_per_year, line.life_years), annuity(line.discount_per_year, 1)
    earned = line.now_usd_per_t * first + line.lasting_usd_per_t * (life - first)
    return np.asarray(earned - line.unspent_usd_per_t)


def worth_of_delay(line: Line, keep_usd_per_t: float) -> Floats:
    """Value of looking at a line again a year later and starting it only if it pays then, (lines,).

    Source: equation (5.11) of the model description; value of waiting, Dixit and Pindyck 1994, over one year.
    """
    life = annuity(line.discount_per_year, line.life_years)
    later = life * line.lasting_usd_per_t - line.unspent_usd_per_t
    return np.asarray(
        option_margin(later, life * line.volatility_usd_per_t) / (1.0 + line.discount_per_year)
        - keep_usd_per_t
    )


def worth_of_keeping(
    margin_usd_per_t: Floats, swing_usd_per_t: float, upkeep_usd_per_t: float, rates: Floats, years: int
) -> Floats:
    """Value of keeping a refinery that may stop in bad years, less its upkeep, (producers,).

    Source: equation (5.13) of the model description.
    """
    swing = np.full(len(margin_usd_per_t), swing_usd_per_t)
    return np.asarray(annuity(rates, years) * (option_margin(margin_usd_per_t, swing) - upkeep_usd_per_t))
