"""Charges on the energy of refineries."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from sim.core.units import CnyPerKwh, CnyPerT
from sim.policies.policy import POLICIES, Lever, Policy, Regions, lowers
from sim.policies.rulebook import EnergyCharge, Rulebook


@POLICIES.register("energy_price")
class EnergyPrice(Policy):
    """Make coal and electricity dearer for refineries, in some regions or everywhere.

    Smelters are not charged: a change of their costs is a change of the metal's price.
    """

    source: ClassVar[str] = (
        "NDRC notice 1439 of October 2021 frees the power price of energy-intensive users (from memory); "
        "NDRC energy efficiency action plan 2021-25"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever("coal", "coal_cny_per_t", (100.0, 200.0, 400.0, 800.0), lowers("co2_t_per_t")),
        Lever(
            "power",
            "power_cny_per_kwh",
            (0.05, 0.1, 0.2, 0.4),
            lowers("co2_t_per_t"),
            {"coal_cny_per_t": 0.0},
        ),
    )
    type: Literal["energy_price"]
    coal_cny_per_t: CnyPerT = Field(ge=-500, le=2000)
    """Added to the price of a tonne of coal."""
    power_cny_per_kwh: CnyPerKwh = Field(default=0.0, ge=-0.3, le=2)
    """Added to the price of a kilowatt-hour."""
    regions: Regions = ()
    """Regions charged; none named is everywhere."""

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with the charge in it."""
        charge = EnergyCharge(weight * self.coal_cny_per_t, weight * self.power_cny_per_kwh, self.regions)
        return replace(rules, energy_charges=(*rules.energy_charges, charge))
