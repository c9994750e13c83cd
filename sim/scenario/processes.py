"""What a process of making the product declares before a pack is read: inputs, parts, and the parameters of its costs.

A process does so in its module of `sim/process/`, as `tests/process/example_process.py` shows. The two with which packs
ship do so here, so that to read one of these packs no model is imported.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Annotated

from pydantic import Field

from sim.core import units

SECTIONS = {
    "residue": ("red_mud.", "mud_use."),
    "retrofits": ("retrofits.",),
    "local feed": ("local_ore.",),
    "digestion": ("costs.",),
}
"""Beginnings of the paths of parameters that mean nothing where an industry lacks a part."""
OPTIONAL = ("benchmark", "mining")
"""Sections of parameters that packs have where their process has the part of that name."""


@dataclass(frozen=True)
class Known:
    """What is known of a process before a pack is read.

    Attributes:
        inputs: the inputs that it takes besides the feed, with their units.
        parts: parts of an industry that it has, as metrics, phases and pages ask for them; without `paid feed` the feed
            is its customers': what they cannot ship they do not need made, and no plant pays for it.
        columns: by table, columns that each row must fill; a table named here must have rows.
        numbers: declares what its packs have under `process` in their parameters.
        fee: its price is a fee, which may be negative.
        price: series of `history.csv` that holds the price of the product.
        running: series that holds how much customers run.
        ore: row of `ores.csv` of which imported ore is made.
        published: by metric, name and label of its column where they are others in this industry.
    """

    inputs: Mapping[str, str]
    parts: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: type[units.Declared] = units.Declared
    fee: bool = False
    price: str = "price"
    running: str = "customers_running"
    ore: str = ""
    published: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def least_price_cny_per_t(self) -> float:
        """What no price of the product is below."""
        return -math.inf if self.fee else 0.0

    @property
    def toll(self) -> bool:
        """Whether plants work on what is their customers'."""
        return "paid feed" not in self.parts

    @property
    def unused(self) -> tuple[str, ...]:
        """Beginnings of the paths of parameters that mean nothing to it."""
        return tuple(path for part, paths in SECTIONS.items() if part not in self.parts for path in paths)


class BayerCosts(units.Declared):
    """Cash cost of a refinery by mass balance."""

    soda_per_silica_t_per_t: units.TPerT = Field(ge=0.1, le=2)
    """NaOH lost per tonne of reactive silica as desilication product."""
    soda_base_t_per_t: units.TPerT = Field(ge=0, le=0.2)
    """NaOH lost with mud liquor and product."""
    boiler_efficiency_share: Annotated[units.Share, Field(ge=0.3)]
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


class ConversionCosts(units.Declared):
    """Cash cost of a custom smelter, per tonne of metal that it makes of its customers' feed."""

    feed_t_per_t: units.TPerT = Field(ge=1, le=20)
    """Dry feed, by its grade and the recovery of metal."""
    materials_cny_per_t: units.CnyPerT = Field(ge=0, le=5000)
    """Fluxes, oxygen, refractories and reagents."""
    fuel_cny_per_t: units.CnyPerT = Field(ge=0, le=5000)
    """Fuel, at the price of the base year."""
    electricity_kwh_per_t: units.KwhPerT = Field(ge=0, le=5000)
    """Electricity of smelting, acid plant and electrolysis."""
    fixed_cny_per_t: units.CnyPerT = Field(ge=0, le=5000)
    """Labour, maintenance and overhead at the reference size."""
    reference_mt: units.MtPerYear = Field(ge=0.01, le=10)
    """Reference size of a site."""
    scale_ratio: units.Ratio = Field(ge=0, le=0.5)
    """Exponent of size on the fixed part."""
    least_ratio: units.Ratio = Field(gt=0, le=1)
    """Size over the reference size below which the fixed part rises no more."""
    age_fixed_share: units.Share
    """Extra fixed cost of a plant 25 years old."""
    acid_t_per_t: units.TPerT = Field(ge=0, le=10)
    """Sulphuric acid that is made."""
    acid_making_cny_per_t: units.CnyPerT = Field(ge=0, le=1000)
    """Cost of making a tonne of acid."""
    free_metal_share: units.Share
    """Metal that is recovered and not paid for, share of what is made."""
    precious_cny_per_t: units.CnyPerT = Field(ge=0, le=20_000)
    """Precious metals that are recovered and not paid for, at the price of the base year."""
    emission_tco2_per_t: units.Tco2PerT = Field(ge=0, le=20)
    """CO2 from fuel and electricity."""


KNOWN: dict[str, Known] = {
    "bayer": Known(
        {"domestic_ore": "ratio", "caustic": "CNY/t", "coal": "CNY/t"},
        parts=(
            *("residue", "retrofits", "paid feed", "local feed", "digestion", "class A", "alumina", "rights"),
            "world price",
        ),
        columns={
            "ores": (),
            "mud_uses": (),
            "refineries": ("digestion",),
            "regions": (
                *("ore", "domestic_ore_cny_per_t", "haul_cny_per_t", "caustic_premium_cny_per_t"),
                *("coal_premium_cny_per_t", "pond_life_years", "permit_share"),
            ),
            "limits": ("opening_mud_mt", "mud_ceiling_mt", "fresh_mud_mt"),
        },
        price="alumina_price",
        running="aluminium_operating",
        ore="guinea",
        published={
            "feed_usd_per_t": ("guinea_ore_usd_per_t", "imported ore CIF"),
            "imports_near_mt": ("imports_indonesia_mt", "imports from Indonesia"),
            "watched_share": ("guangxi_share", "capacity in Guangxi"),
        },
    ),
    "conversion": Known(
        {"acid": "CNY/t", "precious": "ratio"},
        parts=OPTIONAL,
        columns={"regions": ("acid_discount_cny_per_t",)},
        numbers=ConversionCosts,
        fee=True,
    ),
}
"""Processes by name."""


def known_process(name: str) -> Known | None:
    """What is known of a process; one that is not declared here is looked for in the folder of processes."""
    if name not in KNOWN:
        import_module("sim.process")
    return KNOWN.get(name)
