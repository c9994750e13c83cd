"""What a smelter is worth where it stands, with frozen pots, in another place, or as a capacity right for sale.

*Measure* only: nothing here decides. All values are today's, per tonne of yearly capacity of metal.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.core.arrays import Floats
from sim.strategy.finance import discount_factors


@dataclass(frozen=True, slots=True)
class Margins:
    """Margins of smelters before fixed cost, arrays (smelters,), CNY per tonne of metal including VAT.

    Attributes:
        now_cny_per_t: at the prices of the day.
        lasting_cny_per_t: at those expected to last.
        there_cny_per_t: the lasting one in the place where the right could go.
        discount_per_year: the owner's discount rate.
    """

    now_cny_per_t: Floats
    lasting_cny_per_t: Floats
    there_cny_per_t: Floats
    discount_per_year: Floats


@dataclass(frozen=True, slots=True)
class Rebuilding:
    """What it takes to smelt elsewhere.

    Attributes:
        life_years: years over which a smelter is valued.
        lead_years: years until new potlines stand; the old ones may run until then.
        capex_cny_per_t: investment, with what the owner asks for over it, (smelters,).
        switching_cny_per_t: cost of freezing and restarting pots.
        vat_share: value-added tax inside margins.
    """

    life_years: int
    lead_years: int
    capex_cny_per_t: Floats
    switching_cny_per_t: float
    vat_share: float


def annuity(rates: Floats, years: int) -> Floats:
    """Today's value of one a year for some years, (rates,)."""
    return _annuities(tuple(rates.tolist()), years)


@lru_cache
def _annuities(rates: tuple[float, ...], years: int) -> Floats:
    """The same, kept: it is asked again and again at the rates of a few kinds of owners."""
    worth: Floats = discount_factors(np.array(rates), years).sum(axis=0)
    worth.setflags(write=False)
    return worth


def spans_of(margins: Margins, terms: Rebuilding) -> tuple[Floats, Floats, Floats]:
    """The same of the first year, the years until new potlines stand, and the life of a smelter, (smelters,) each."""
    years = 1, terms.lead_years, terms.life_years
    spans = [_spans(rate, years) for rate in margins.discount_per_year.tolist()]
    first, lead, life = np.array(spans, dtype=np.float64).reshape(-1, len(years)).T
    return first, lead, life


@lru_cache
def _spans(rate: float, years: tuple[int, int, int]) -> list[float]:
    # One rate at a time, so that a case gives the same to the last digit alone and among others.
    return [float(annuity(np.array([rate]), each)[0]) for each in years]


def worth_of_new(margins: Margins, terms: Rebuilding, spans: tuple[Floats, Floats, Floats]) -> Floats:
    """Net value of new potlines in the other place, (smelters,) CNY/t; `spans` as from `spans_of`.

    Source: equation (5.9) of the model description.
    """
    _, lead, life = spans
    earned = np.maximum(margins.there_cny_per_t, 0.0) * (life - lead) / (1.0 + terms.vat_share)
    return np.asarray(earned - terms.capex_cny_per_t)


def worth_of_mine(margin_cny_per_t: Floats, rates: Floats, lead_years: Floats, life_years: float) -> Floats:
    """Today's value of what a tonne a year of a mine earns from the year in which it ships, (mines,), tax inside.

    Source: equation (5.9a) of the model description.
    """
    earning = annuity(rates, int(life_years)) * (1.0 + rates) ** -lead_years
    return np.asarray(np.maximum(margin_cny_per_t, 0.0) * earning)


def worth_of_waiting(
    margins: Margins, terms: Rebuilding, spans: tuple[Floats, Floats, Floats]
) -> tuple[Floats, Floats, Floats]:
    """What the first year, the years until new potlines stand, and all later ones earn here, (smelters,) CNY/t.

    A lasting loss is never run for: pots that lose for good are frozen. `spans` as from `spans_of`.

    Source: equation (5.8) of the model description.
    """
    first, lead, life = (each / (1.0 + terms.vat_share) for each in spans)
    lasting = np.maximum(margins.lasting_cny_per_t, 0.0)
    return margins.now_cny_per_t * first, lasting * (lead - first), lasting * (life - lead)
