"""The model's parameters as a tree of frozen sections: what each number means, its unit and its hard range.

This is the only place that declares a parameter. Its value, its plausible range, its source and its status
(data, derived, literature, assumption) stand in the pack's `parameters.yaml` and `calibration.yaml`; a
scenario may override any value inside the hard range given here.
"""

from typing import Annotated

from pydantic import Field

from sim.core.units import CnyPerT, Declared, Mt, Named, Share
from sim.scenario.deal_parameters import Combining, Deals, Review
from sim.scenario.environment_parameters import Compliance, Curbs, MudUse, Retrofits
from sim.scenario.market_parameters import (
    Benchmark,
    Disruptions,
    Expectation,
    Inputs,
    LocalOre,
    Market,
    Measures,
    Overseas,
    RestOfWorld,
    Stocks,
)
from sim.scenario.owner_parameters import (
    Approvals,
    Building,
    Carbon,
    Finance,
    Leaving,
    Pipeline,
    Ports,
    RedMud,
    Running,
    Support,
)
from sim.scenario.processes import BayerCosts
from sim.scenario.smelter_parameters import Mining, Smelting
from sim.scenario.table_parameters import Tables


class Calibrated(Declared):
    """Numbers found by the calibration against the fourth quarter of 2025, together (`study/calibrate.py`)."""

    common_shift_cny_per_t: CnyPerT = Field(ge=-1000, le=1000)
    """Added to every plant's cash cost."""
    region_shift_cny_per_t: dict[str, Annotated[CnyPerT, Field(ge=-1000, le=1000)]]
    """Added to the cash cost of the plants of a region."""
    runnable_share: dict[str, Share]
    """Runnable over nameplate capacity, by region."""
    opening_expectation_cny_per_t: CnyPerT = Field(ge=-10_000, le=10_000)
    """Price that owners expected in the long run at the start of the spin-up year."""
    opening_refineries_mt: Mt = Field(ge=0, le=50)
    """Alumina stock of refineries at the start of the spin-up year."""
    opening_smelters_mt: Mt = Field(ge=0, le=50)
    """Alumina stock of smelters at the start of the spin-up year."""


class Parameters(Declared):
    """All parameters of the model."""

    market: Market
    """Trade inside the country."""
    benchmark: Benchmark | None = None
    """Price of the year under contracts, where they lock one."""
    stocks: Stocks
    """Stocks."""
    expectation: Expectation
    """Expectations."""
    world: RestOfWorld
    """Trade with the rest of the world."""
    inputs: Inputs
    """Input prices."""
    disruptions: Disruptions
    """Supply events."""
    costs: BayerCosts
    """Cash cost."""
    process: dict[str, Named] = Field(default_factory=dict)
    """Cash cost of the process of the pack, as that declares it (`processes.py`)."""
    running: Running
    """Stop and start."""
    finance: Finance
    """Accounts."""
    support: Support
    """Local support."""
    leaving: Leaving
    """Exit."""
    red_mud: RedMud
    """Red mud."""
    mud_use: MudUse
    """Use of red mud."""
    curbs: Curbs
    """Curbs of regions."""
    compliance: Compliance
    """Compliance of plants."""
    carbon: Carbon
    """Emission factors."""
    retrofits: Retrofits
    """Retrofits."""
    local_ore: LocalOre
    """Local ore, and the blend of ores."""
    pipeline: Pipeline
    """New plants."""
    building: Building
    """New plants and moves to the coast."""
    approvals: Approvals
    """What is weighed before a plant may be built."""
    ports: Ports
    """Landing of imported ore."""
    smelting: Smelting
    """Smelters and their capacity rights."""
    mining: Mining | None = None
    """Mines of an owner's own, where customers own the feed."""
    overseas: Overseas
    """Producers abroad."""
    deals: Deals
    """Mergers and acquisitions."""
    combining: Combining
    """Combinations of whole groups, and what deals save."""
    review: Review
    """Antitrust review."""
    measures: Measures
    """What measures of consolidation count."""
    tables: Tables
    """How far tables of the pack may be off."""
    calibrated: Calibrated
    """Found by calibration."""
