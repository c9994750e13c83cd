"""What every row of an industry pack carries: its key, and how far to trust its key figure.

What bounds the plants of a supply region: its environment, its sites and its local ore.

Recorded deals over ownership, against which the deals of runs are held; no decision reads them.

Rows of a pack that carry a date: recorded drivers, and what other rows and parameters were before.
"""

from typing import Annotated, Literal

from pydantic import Field

from sim.core import units

Status = Literal["data", "derived", "literature", "assumption", "synthetic"]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,59}$")]


class Row(units.Declared):
    """What every row carries."""

    id: Identifier
    """Lasting key of the row."""
    source: str = Field(min_length=3)
    """Where the key figure is from: an address, a title, or `background knowledge`."""
    source_date: str = ""
    """Date of the source as it gives it."""
    status: Status
    """How far to trust the key figure."""
    note: str = ""
    """What a reader should know."""


class LimitRow(Row):
    """What the environment of a supply region bears and its mines give. Its id is the region's."""

    opening_mud_mt: units.Mt = Field(default=0.0, ge=0, le=5000)
    """Mud in ponds at the start."""
    mud_ceiling_mt: units.Mt = Field(default=1.0, gt=0, le=10_000)
    """Most mud that ponds should ever hold."""
    fresh_mud_mt: units.MtPerYear = Field(default=1.0, gt=0, le=500)
    """Most mud that should be stacked in a year."""
    carbon_mt: units.MtPerYear = Field(gt=0, le=1000)
    """Budget of CO2 of alumina refining."""
    curb_per_quarter: units.PerQuarter = Field(ge=0, le=1)
    """Rate of curbs at the reference index."""
    winter: bool
    """Whether heating-season limits hold there."""
    room_mt: units.MtPerYear | None = Field(default=None, ge=0, le=500)
    """Most refining capacity for which there are sites; left out, there is no such limit."""
    local_ore_mt: units.MtPerYear | None = Field(default=None, ge=0, le=100)
    """Alumina from the ore that its mines can dig in a year, at `local_ore.as_of_year`; left out, no limit is known."""
    local_ore_per_year: units.PerYear = Field(default=0.0, ge=-1, le=1)
    """Trend of the logarithm of that potential."""


OwnerClass = Literal["central", "provincial", "private", "foreign"]


class RecordedDealRow(Row):
    """One deal over ownership of the record, done, agreed or failed."""

    year: units.Year
    """When it closed, was agreed or failed."""
    buyer: str = Field(min_length=1)
    """Who bought."""
    seller: str = ""
    """Who sold; empty where the source does not tell."""
    target: str = Field(min_length=1)
    """What changed hands."""
    kind: Literal["control", "rescue", "state transfer", "inside", "minority stake", "joint venture"]
    """What it was: control between groups, the same out of distress or by order of the state, a move between companies
    of one owner, a holding without control, entry into a joint venture."""
    whole_group: bool
    """Whether a whole group changed hands."""
    outcome: Literal["closed", "agreed", "failed"]
    """agreed: completion not seen."""
    counted: bool
    """Whether it counts in the rates: done or agreed, in the country, over what the model has."""
    product: Literal["refined", "metal", "both", "other"]
    """What the target makes: the product of the pack, the metal made of it, both, or neither."""
    size_mt: units.MtPerYear | None = Field(default=None, ge=0, le=50)
    """Refining capacity of the target."""
    stake_share: units.Share | None = None
    """Part that changed hands."""
    price_mcny: units.MillionCny | None = Field(default=None, ge=0, le=1_000_000)
    """Price of that part, as the source has it."""
    payment: Literal["cash", "shares", "capital", "none", "lease", ""] = ""
    """How it was paid: capital is money put into the target; none: handed over, or duties taken on. No source tells
    what part was borrowed."""
    seller_state: Literal["sound", "distressed", "stranded", ""] = ""
    """How the seller stood; stranded: a plant that stood idle."""
    buyer_class: OwnerClass
    """Who stands behind the buyer."""
    seller_class: OwnerClass | Literal[""] = ""
    """Who stands behind the seller."""
    trigger: str = ""
    """What set it off."""

    @property
    def price_cny_per_t(self) -> units.CnyPerT | None:
        """Price per tonne of capacity bought, of deals over the product alone; None where it cannot be told."""
        if self.product != "refined" or not (self.price_mcny and self.size_mt and self.stake_share):
            return None
        return self.price_mcny / (self.stake_share * self.size_mt)


class HistoryRow(Row):
    """One dated driver of the spin-up year. Its id is `series@year-quarter`."""

    id: str = Field(min_length=3)
    """`series@year-quarter`."""
    series: Identifier
    """What."""
    year: units.Year
    """Year."""
    quarter: units.Quarter
    """Quarter."""
    value: units.Measured
    """Value in `unit`."""
    unit: str
    """Unit."""

    @property
    def of_parameter(self) -> bool:
        """Whether the series is that of a parameter by its dotted path, not of a price or a quantity."""
        return "." in self.series


class DatedRow(Row):
    """What a row of another table, or a parameter, was until the end of a year. Its id is `table/row@until_year`."""

    id: str = Field(min_length=3)
    """`table/row@until_year`."""
    table: str
    """The table, or `parameters`."""
    row: str = Field(min_length=1)
    """The row by its id, or the dotted path of the parameter; a row that is gone since is written here whole."""
    until_year: units.Year
    """Last year at the end of which it still held."""
    values: str = Field(pattern=r"^[a-z_]+=[^;]*(; [a-z_]+=[^;]*)*$")
    """What differed: `column=value; column=value`."""

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Columns with their values as written."""
        parts = (each.partition("=") for each in self.values.split("; "))
        return tuple((name, value.strip()) for name, _, value in parts)


class DriverRow(HistoryRow):
    """One recorded driver of a quarter before the record of the base year begins. Its id is `series@year-quarter`."""


class RecordedShockRow(Row):
    """One dated event of the record, as a shock that a past replays."""

    variable: str
    """What it hits, a shock of the scenario schema or `domestic_ore`."""
    size_ratio: units.Ratio = Field(ge=-20, le=100)
    """How hard: a share, a relative change or Mt/yr, as the variable says."""
    year: units.Year
    """Year in which it starts."""
    quarter: units.Quarter
    """Quarter in which it starts."""
    duration_quarters: units.Quarters = Field(ge=1, le=40)
    """How long it lasts."""
    regions: str = ""
    """Supply regions hit, joined by spaces; empty means everywhere."""
    abroad: bool = False
    """Whether a recorded world price holds it already."""
