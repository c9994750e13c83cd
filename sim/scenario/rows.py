"""The rows of an industry pack: one frozen declaration per table, each row with source, date and status.

`status` says how far to trust the key figure of a row: data (a source states it), derived (worked out from
a source), literature, assumption, synthetic (a filler that stands for something real but unidentified).
"""

from typing import Literal

from pydantic import Field

from sim.core import units
from sim.scenario.row import (
    DatedRow,
    DriverRow,
    HistoryRow,
    Identifier,
    LimitRow,
    RecordedDealRow,
    RecordedShockRow,
    Row,
)

SMELTING, EXPORT = "smelting", "export"
"""Kinds of markets at home and at ports of export; any other kind is a country under standing terms."""


class RefineryRow(Row):
    """One refinery or phase at home."""

    name: str
    """Name in English."""
    name_zh: str = ""
    """Name in Chinese."""
    company: Identifier
    """Operating company, a row of groups.csv."""
    region: Identifier
    """Supply region, a row of regions.csv."""
    prefecture: str = ""
    """Prefecture or county."""
    latitude_deg: units.Degrees | None = Field(default=None, ge=-90, le=90)
    """Latitude of the county or city centre."""
    longitude_deg: units.Degrees | None = Field(default=None, ge=-180, le=180)
    """Longitude of the county or city centre."""
    coastal: bool
    """At or near a seaport."""
    port: str = ""
    """Port that it uses."""
    nameplate_mt: units.MtPerYear = Field(ge=0, le=15)
    """Nameplate of metallurgical alumina."""
    state: Literal["operating", "mothballed"]
    """Whether it makes alumina at the start."""
    installed: bool
    """Counted in the installed total of the base year."""
    started_year: units.Year
    """First year of operation."""
    imported_share: units.Share
    """Imported share of its ore."""
    digestion: Literal["low", "high", "mixed"] = "low"
    """Bayer digestion temperature."""


class ProjectRow(Row):
    """One project of the known pipeline, at home or abroad."""

    name: str
    """Name in English."""
    name_zh: str = ""
    """Name in Chinese."""
    kind: Literal["refinery", "overseas_refinery", "overseas_smelter"]
    """What it makes and where."""
    company: Identifier
    """Owner, a row of groups.csv."""
    importer: str = ""
    """For projects abroad: the row of importers.csv that it belongs to."""
    region: str = ""
    """For refineries at home: supply region."""
    coastal: bool
    """At or near a seaport."""
    capacity_mt: units.MtPerYear = Field(ge=0, le=15)
    """Nameplate."""
    stage: Literal["building", "planned", "stalled"]
    """Stage at the start."""
    odds_share: units.Share | None = None
    """Chance of its next step in a year: to go ahead, or to start when due; empty: as usual at its stage."""
    expected_year: units.Year
    """Start as planned."""
    expected_quarter: units.Quarter = 3
    """Quarter in which it starts when on time."""
    imported_share: units.Share = 1.0
    """Imported share of its ore."""
    digestion: Literal["low", "high", "mixed"] = "low"
    """Bayer digestion temperature."""


class SmelterRow(Row):
    """One smelter at home."""

    name: str
    """Name in English."""
    name_zh: str = ""
    """Name in Chinese."""
    company: Identifier
    """Owner, a row of groups.csv."""
    market: Identifier
    """Demand region, a row of markets.csv."""
    province: str
    """Province."""
    capacity_mt: units.MtPerYear = Field(ge=0, le=10)
    """Capacity of primary aluminium."""
    neighbour: str = ""
    """Refinery or project over the fence that serves it without freight, a row of its table."""
    neighbour_mt: units.MtPerYear = Field(default=0.0, ge=0, le=20)
    """Most alumina that it takes from there."""
    offered_mt: units.MtPerYear = Field(default=0.0, ge=0, le=10)
    """A stake on offer, for who wants feed of its own: what it gives a year, metal; its capacity is none until then."""
    capex_cny_per_t: units.CnyPerT = Field(default=0.0, ge=0, le=1_000_000)
    """Price of that stake with what is still to be built, per tonne a year."""
    lead_years: units.Years = Field(default=1.0, ge=1, le=20)
    """Years until the stake ships for its new owner."""
    ships: bool = False
    """Whether it ships already, so that what its new owner takes is no longer traded."""


class ImporterRow(Row):
    """One producer abroad that can sell alumina here."""

    name: str
    """Name in English."""
    company: Identifier
    """Company, a row of groups.csv; its owners decide whether tonnes are captive."""
    kind: Identifier
    """`rest_of_world`, or, by its country, a producer next door that can build smelters of its own."""
    capacity_mt: units.MtPerYear = Field(ge=0, le=200)
    """Refining capacity at the end of the base year."""
    smelting_mt: units.MtPerYear = Field(ge=0, le=100)
    """Matched smelter capacity at the end of the base year, Mt of metal."""
    cash_cost_usd_per_t: units.UsdPerT = Field(ge=50, le=1000)
    """FOB cash cost."""
    freight_usd_per_t: units.UsdPerT = Field(ge=0, le=100)
    """Ocean freight to the home market."""
    china_contract_mt: units.MtPerYear = Field(ge=0, le=10)
    """Tonnes that come to the home market under standing terms."""

    @property
    def is_near(self) -> bool:
        """Whether it is a producer next door."""
        return self.kind != "rest_of_world"


class GroupRow(Row):
    """One holder, group or company: a node of the ownership graph."""

    name: str
    """Name in English."""
    name_zh: str = ""
    """Name in Chinese."""
    kind: Literal["state", "holder", "group", "company"]
    """state: a government that does not decide as a group; the rest as named."""
    owner_type: Literal["central", "provincial", "private", "foreign"]
    """Who stands behind it, for finance and consents."""
    opening_debt_ratio: units.Ratio | None = Field(default=None, ge=0, le=5)
    """Its debt over assets at the start; empty: as is usual."""


class MineRow(Row):
    """A mine or a long contract, and how much of its owner's ore it gives; who is not listed controls none."""

    name: str = ""
    """Name in English."""
    owner: str = ""
    """Who has it, a row of groups.csv; its ore counts for whoever controls that. Empty: the id is the owner's."""
    country: str = ""
    """Country of the mine, lower case."""
    ore_control_share: units.Share
    """Part of the ore that its owner's plants need which it gives."""
    cost_usd_per_t: units.UsdPerT | None = Field(default=None, ge=0, le=1000)
    """Mining, haul, loading, royalty and freight of a dry tonne; empty: it ships nothing here, or is at home
    and its ore is priced by region."""
    profit_share: units.Share = 1.0
    """Part of its profit on that ore which falls to its owner; a contract alone gives none."""

    @property
    def held_by(self) -> str:
        """The row of groups.csv that has it."""
        return self.owner or self.id


class CandidateRow(Row):
    """Who may own a plant whose owner is not known. Its id is `plant>company`."""

    id: str = Field(min_length=3)
    """`plant>company`."""
    plant: Identifier
    """A refinery or project, rows of refineries.csv or projects.csv."""
    company: Identifier
    """Who may own it, a row of groups.csv; what is left of the chances stays with the company in the plant's row."""
    chance_share: units.Share
    """Chance that it does."""


class StakeRow(Row):
    """One ownership edge. Its id is `holder>held`."""

    id: str = Field(min_length=3)
    """`holder>held`."""
    holder: Identifier
    """Holder, a row of groups.csv."""
    held: Identifier
    """Company held, or a plant."""
    share_ppm: units.Ppm = Field(ge=1, le=1_000_000)
    """Equity, parts per million."""
    votes_ppm: units.Ppm | None = Field(default=None, ge=0, le=1_000_000)
    """Votes, where they differ."""
    controls: bool = False
    """The holder names the board whatever its share."""
    since_year: units.Year
    """First year known."""
    state: Literal["current", "planned"] = "current"
    """planned: agreed, completion not seen; not in the graph at the start."""


class RegionRow(Row):
    """One supply region."""

    name: str
    """Name for tables and figures."""
    name_zh: str = ""
    """Name in Chinese."""
    tile: str = Field(default="", pattern="^([1-9]-[1-9])?$")
    """Its place on a map of tiles, column from the west and row from the north, such as `3-2`."""
    province: str
    """Province."""
    macro_region: str = ""
    """Part of the country that its province belongs to; left out, the province itself."""
    coastal: bool
    """A coast or river-port region."""
    ore: str = ""
    """Domestic ore that its plants can use, a row of ores.csv."""
    domestic_ore_cny_per_t: units.CnyPerT = Field(default=50.0, ge=50, le=5000)
    """Domestic ore delivered, base year, including tax."""
    haul_cny_per_t: units.CnyPerT = Field(default=0.0, ge=0, le=600)
    """Haul of imported ore from port to plant, per tonne of ore."""
    caustic_premium_cny_per_t: units.CnyPerT = Field(default=0.0, ge=-500, le=1500)
    """Caustic above the reference price."""
    coal_premium_cny_per_t: units.CnyPerT = Field(default=0.0, ge=-500, le=600)
    """Coal above the reference price."""
    power_cny_per_kwh: units.CnyPerKwh = Field(ge=0.05, le=1.5)
    """Electricity."""
    best_rate_share: units.Share
    """Best operating rate seen lately: prior of the runnable share."""
    acid_discount_cny_per_t: units.CnyPerT = Field(default=0.0, ge=-500, le=1500)
    """What sulphuric acid fetches below the reference price."""
    pond_life_years: units.Years = Field(default=50.0, ge=0.1, le=50)
    """Typical pond life at the start."""
    permit_share: units.Share = 0.0
    """Yearly chance that an application for a new pond is granted."""
    port: Identifier
    """Where its imported ore is landed, a row of ports.csv."""
    shore: bool
    """Whether a new plant here can stand at a seaport or river port."""


class PortRow(Row):
    """One cluster of ports that land ore for several supply regions."""

    name: str
    """Name for tables and figures."""
    ore_mt: units.MtPerYear = Field(gt=0, le=1000)
    """Ore that the cluster can land in a year, dry."""


class MarketRow(Row):
    """One demand region."""

    name: str
    """Name for tables and figures."""
    kind: Identifier
    """`smelting`, `export`, or, by its country, a buyer abroad under standing terms, of which there is one."""
    smelter_other_cny_per_t: units.CnyPerT = Field(ge=0, le=100_000)
    """Smelting cost besides alumina, per tonne of metal."""

    @property
    def is_standing(self) -> bool:
        """Whether it is abroad and under standing terms."""
        return self.kind not in (SMELTING, EXPORT)


class FreightRow(Row):
    """Freight of alumina from a supply region (or `imports`) to a demand region. Its id is `from>to`."""

    id: str = Field(min_length=3)
    """`origin>destination`."""
    origin: Identifier
    """Supply region, or `imports`."""
    destination: Identifier
    """Demand region."""
    freight_cny_per_t: units.CnyPerT = Field(ge=0, le=4000)
    """Freight including VAT."""


class OreRow(Row):
    """One kind of bauxite."""

    name: str
    """Name for tables."""
    alumina_share: units.Share
    """Alumina by mass."""
    silica_share: units.Share
    """Reactive silica by mass."""
    recovery_share: units.Share
    """Practical over theoretical Bayer recovery."""
    soda_share: units.Share
    """Part of the silica that takes up soda."""
    ignition_share: units.Share
    """Loss on ignition by mass."""
    lime_t_per_t: units.TPerT = Field(ge=0, le=1)
    """Lime added that ends up in mud, per tonne of alumina."""
    lime_cny_per_t: units.CnyPerT = Field(ge=0, le=400)
    """Cost of that lime, per tonne of alumina."""


class MudUseRow(Row):
    """One way to use red mud."""

    name: str
    """Name for tables."""
    cost_cny_per_t: units.CnyPerT = Field(ge=-200, le=500)
    """Net cost with the annuity of its equipment, per tonne of mud, at the start."""
    most_share: units.Share
    """Most of a plant's mud that can be used so."""
    opening_share: units.Share
    """Share of plants that use it at the start."""
    used_before_mt: units.Mt = Field(gt=0, le=10_000)
    """Mud used so until the start, from which learning counts."""


class TargetRow(Row):
    """One published figure that the model must reproduce (`study/base_year.py` measures its like)."""

    measure: Identifier
    """Name of the measure that it is compared with: of the base year, or of a record where the start is earlier."""
    region: str = ""
    """Province, of a measure of a record; empty: the country."""
    start_year: units.Year
    """First simulated year of its world."""
    period: str = Field(pattern=r"^[0-9]{4}(-Q[1-4])?$")
    """Year, or quarter, of which it is told."""
    meaning: str
    """What it is, in words."""
    value: units.Measured
    """Published value in `unit`."""
    unit: str
    """Unit."""
    observation_sd: units.Measured = Field(gt=0)
    """Standard deviation of the published figure about the truth, in `unit`."""
    discrepancy_sd: units.Measured = Field(ge=0)
    """Standard deviation of the best model about the truth: other scope, date or cut, in `unit`."""


TABLES: dict[str, type[Row]] = {
    "refineries": RefineryRow,
    "projects": ProjectRow,
    "smelters": SmelterRow,
    "importers": ImporterRow,
    "groups": GroupRow,
    "mines": MineRow,
    "candidates": CandidateRow,
    "stakes": StakeRow,
    "regions": RegionRow,
    "ports": PortRow,
    "markets": MarketRow,
    "freight": FreightRow,
    "ores": OreRow,
    "mud_uses": MudUseRow,
    "limits": LimitRow,
    "history": HistoryRow,
    "targets": TargetRow,
    "recorded_deals": RecordedDealRow,
    "dated": DatedRow,
    "drivers": DriverRow,
    "recorded_shocks": RecordedShockRow,
}
"""The tables of a pack, each `<name>.csv`."""

OPTIONAL = ("candidates", "ores", "mud_uses", "recorded_deals", "dated", "drivers", "recorded_shocks")
"""Tables that a pack may lack."""
