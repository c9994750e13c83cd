"""What a process of making the product declares before a pack is read: its inputs, and the parameters of its costs.

What it does with them stands in a module of its own in `sim/process/`.
"""

from collections.abc import Mapping

from pydantic import Field

from sim.core import units

INPUTS_OF: Mapping[str, Mapping[str, str]] = {
    "bayer": {"domestic_ore": "ratio", "caustic": "CNY/t", "coal": "CNY/t"}
}
"""Processes by name: the inputs that each takes besides the feed, with their units."""


class BayerCosts(units.Declared):
    """Cash cost of a refinery by mass balance."""

    soda_per_silica_t_per_t: units.TPerT = Field(ge=0.1, le=2)
    """NaOH lost per tonne of reactive silica as desilication product."""
    soda_base_t_per_t: units.TPerT = Field(ge=0, le=0.2)
    """NaOH lost with mud liquor and product."""
    boiler_efficiency_share: units.Share = Field(ge=0.3, le=1)
    """Heat delivered over heat in coal."""
    coal_heat_gj_per_t: units.GjPerT = Field(ge=10, le=30)
    """Net heat of the coal that is priced."""
    low_digestion_gj_per_t: units.GjPerT = Field(ge=4, le=15)
    """Heat of digestion and calcination, low-temperature Bayer."""
    high_digestion_gj_per_t: units.GjPerT = Field(ge=5, le=20)
    """Heat of digestion and calcination, high-temperature Bayer."""
    electricity_kwh_per_t: units.KwhPerT = Field(ge=100, le=500)
    """Electricity."""
    fixed_cny_per_t: units.CnyPerT = Field(ge=50, le=1000)
    """Labour, maintenance, overhead and consumables at the reference size."""
    reference_mt: units.MtPerYear = Field(ge=0.1, le=10)
    """Reference size of a site."""
    scale_ratio: units.Ratio = Field(ge=0, le=0.5)
    """Exponent of size on the fixed part."""
    age_energy_share: units.Share
    """Extra heat of a plant 25 years old."""
    age_fixed_share: units.Share
    """Extra fixed cost of a plant 25 years old."""
    logistics_cny_per_t: units.CnyPerT = Field(ge=0, le=500)
    """Logistics and services inside the fixed part, on which clusters save."""
    agglomeration_ratio: units.Ratio = Field(ge=0, le=0.2)
    """Elasticity of that saving to the size of the cluster."""
    ore_port_cny_per_t: units.CnyPerT = Field(ge=0, le=150)
    """Port charges and local haul of imported ore, per tonne of ore."""
    full_minus_cash_cny_per_t: units.CnyPerT = Field(ge=0, le=800)
    """Depreciation, finance and other items between cash and full cost."""
    mixed_low_share: units.Share
    """Low-temperature share of digestion in a plant that digests at both temperatures."""
