"""Rows of a pack that carry a date: recorded drivers, and what other rows and parameters were before."""

from pydantic import Field

from sim.core.units import Measured, Quarter, Quarters, Ratio, Year
from sim.scenario.row import Identifier, Row


class HistoryRow(Row):
    """One dated driver of the spin-up year. Its id is `series@year-quarter`."""

    id: str = Field(min_length=3)
    """`series@year-quarter`."""
    series: Identifier
    """What."""
    year: Year
    """Year."""
    quarter: Quarter
    """Quarter."""
    value: Measured
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
    until_year: Year
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
    size_ratio: Ratio = Field(ge=-20, le=100)
    """How hard: a share, a relative change or Mt/yr, as the variable says."""
    year: Year
    """Year in which it starts."""
    quarter: Quarter
    """Quarter in which it starts."""
    duration_quarters: Quarters = Field(ge=1, le=40)
    """How long it lasts."""
    regions: str = ""
    """Supply regions hit, joined by spaces; empty means everywhere."""
    abroad: bool = False
    """Whether a recorded world price holds it already."""
