"""The law that prices are positive: nobody is paid to take what is scarce, and logs of prices are taken all over."""

from collections.abc import Mapping

from sim.core.errors import ModelCheckError

LAW = "prices are positive"


def demand_positive(prices: Mapping[str, float]) -> None:
    """Stop at the lowest of some prices by name when it is not above zero, or is no number.

    Raises:
        ModelCheckError: with how far below zero it is, in its unit.
    """
    wrong = {name: price for name, price in prices.items() if not price > 0.0}
    if wrong:
        lowest = min(wrong, key=lambda name: wrong[name])
        raise ModelCheckError(law=LAW, amount=-wrong[lowest], agents=(lowest,))
