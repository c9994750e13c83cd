"""How a purchase is paid: spare cash first, then loans, as far as lenders go along.

*Measure* only. The price buys the plants with the debt that comes with them: what the buyer takes over of the
seller's debt is not paid a second time.
"""

from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Floats


@dataclass(frozen=True, slots=True)
class Buyers:
    """What bidders bring, arrays that broadcast to (targets, bidders), million CNY unless named.

    Attributes:
        spare_mcny: cash above the least.
        debt_mcny: debt.
        assets_mcny: book value of plants.
        earned_mcny: yearly earnings before interest and tax.
        rate_per_year: loan rate.
    """

    spare_mcny: Floats
    debt_mcny: Floats
    assets_mcny: Floats
    earned_mcny: Floats
    rate_per_year: Floats


def room_to_pay(
    buyers: Buyers, assets_mcny: Floats, earned_mcny: Floats, leverage_share: float, cover_ratio: float
) -> Floats:
    """The highest price, debt taken over included, that each bidder can pay, (targets, bidders) million CNY.

    Lenders look at both firms together: debt over assets afterwards, and earnings over interest.

    Args:
        buyers: the bidders.
        assets_mcny: (targets, 1) book value of the targets.
        earned_mcny: (targets, 1) yearly earnings of the targets.
        leverage_share: most debt over assets.
        cover_ratio: least earnings over interest.
    """
    by_assets = leverage_share * (buyers.assets_mcny + assets_mcny) - buyers.debt_mcny
    earned = np.maximum(buyers.earned_mcny + earned_mcny, 0.0)
    by_cover = earned / np.maximum(cover_ratio * buyers.rate_per_year, 1e-9) - buyers.debt_mcny
    return np.asarray(np.maximum(buyers.spare_mcny, 0.0) + np.maximum(np.minimum(by_assets, by_cover), 0.0))


@dataclass(frozen=True, slots=True)
class Payment:
    """How one price is paid, million CNY.

    Attributes:
        assumed_mcny: debt of the seller that the buyer takes over.
        cash_mcny: paid from spare cash.
        loan_mcny: paid from a new loan.
    """

    assumed_mcny: float
    cash_mcny: float
    loan_mcny: float


UNPAID = Payment(0.0, 0.0, 0.0)
"""How a deal is paid that is free, or does not close."""


def payment(price_mcny: float, debt_mcny: float, spare_mcny: float) -> Payment:
    """How a price is paid.

    Args:
        price_mcny: for the plants with all that they owe.
        debt_mcny: debt that comes with them.
        spare_mcny: cash that the buyer can spare.
    """
    assumed = min(debt_mcny, price_mcny)
    cash = min(max(spare_mcny, 0.0), price_mcny - assumed)
    return Payment(assumed, cash, price_mcny - assumed - cash)
