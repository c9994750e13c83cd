"""Numbers that know their unit, and the frozen base of everything that is declared.

One coherent set is used inside the simulator: million tonnes, CNY per tonne including VAT, million CNY,
shares in 0-1, years as integers, real 2025 CNY. CNY/t times Mt is million CNY, so no conversion factor
appears inside `sim/`; conversions happen when data are read and at the border (`market/parity.py`).

A stored number carries its unit twice: in its name (`capacity_mt`) and in its type (`Mt`). A contract test
checks that the two agree, with `SUFFIXES` as the table of what a name must end with.
"""

from dataclasses import dataclass
from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


@dataclass(frozen=True)
class Unit:
    """The unit of a declared number, as it is printed, for example `CNY/t`."""

    symbol: str


class Declared(BaseModel):
    """A frozen declaration: unknown keys are refused, text is not read as a number, NaN and inf are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


Mt = Annotated[float, Unit("Mt")]
MtPerYear = Annotated[float, Unit("Mt/yr")]
Share = Annotated[float, Unit("share"), Field(ge=0.0, le=1.0)]
CnyPerT = Annotated[float, Unit("CNY/t")]
UsdPerT = Annotated[float, Unit("USD/t")]
MillionCny = Annotated[float, Unit("million CNY")]
MillionCnyPerJob = Annotated[float, Unit("million CNY/job")]
CnyPerKwh = Annotated[float, Unit("CNY/kWh")]
CnyPerTco2 = Annotated[float, Unit("CNY/t CO2")]
CnyPerUsd = Annotated[float, Unit("CNY/USD")]
GjPerT = Annotated[float, Unit("GJ/t")]
KwhPerT = Annotated[float, Unit("kWh/t")]
TPerT = Annotated[float, Unit("t/t")]
Tco2PerGj = Annotated[float, Unit("t CO2/GJ")]
Tco2PerMwh = Annotated[float, Unit("t CO2/MWh")]
Tco2PerT = Annotated[float, Unit("t CO2/t")]
MtPerUsd = Annotated[float, Unit("Mt per USD/t")]
JobsPerKt = Annotated[float, Unit("jobs/kt")]
Days = Annotated[float, Unit("days")]
Years = Annotated[float, Unit("years")]
Quarters = Annotated[int, Unit("quarters")]
Count = Annotated[int, Unit("count")]
Year = Annotated[int, Unit("year"), Field(ge=1900, le=2100)]
Quarter = Annotated[int, Unit("quarter"), Field(ge=1, le=4)]
PerYear = Annotated[float, Unit("1/yr")]
PerSqrtYear = Annotated[float, Unit("1/sqrt(yr)")]
PerQuarter = Annotated[float, Unit("1/quarter")]
Ratio = Annotated[float, Unit("ratio")]
Logit = Annotated[float, Unit("logit")]
HhiPoints = Annotated[float, Unit("points")]
Degrees = Annotated[float, Unit("degrees")]
Ppm = Annotated[int, Unit("ppm")]
Measured = Annotated[float, Unit("as the row says")]
Named = Annotated[float, Unit("as its name says")]

SUFFIXES: dict[str, tuple[str, ...]] = {
    "Mt": ("_mt",),
    "Mt/yr": ("_mt",),
    "share": ("_share",),
    "CNY/t": ("_cny_per_t",),
    "USD/t": ("_usd_per_t",),
    "million CNY": ("_mcny",),
    "million CNY/job": ("_mcny_per_job",),
    "CNY/kWh": ("_cny_per_kwh",),
    "CNY/t CO2": ("_cny_per_tco2",),
    "CNY/USD": ("_cny_per_usd",),
    "GJ/t": ("_gj_per_t",),
    "kWh/t": ("_kwh_per_t",),
    "t/t": ("_t_per_t",),
    "t CO2/GJ": ("_tco2_per_gj",),
    "t CO2/MWh": ("_tco2_per_mwh",),
    "t CO2/t": ("_tco2_per_t",),
    "Mt per USD/t": ("_mt_per_usd",),
    "jobs/kt": ("_jobs_per_kt",),
    "days": ("_days",),
    "years": ("_years",),
    "quarters": ("_quarters",),
    "count": ("_count",),
    "year": ("year",),
    "quarter": ("quarter",),
    "1/yr": ("_per_year",),
    "1/sqrt(yr)": ("_per_sqrt_year",),
    "1/quarter": ("_per_quarter",),
    "ratio": ("_ratio",),
    "logit": ("_logit",),
    "points": ("_hhi",),
    "degrees": ("_deg",),
    "ppm": ("_ppm",),
    "as the row says": ("value", "_sd"),
    "as its name says": ("levels", "low", "high", "base"),
}
"""What the name of a stored number must end with, by unit."""


@cache
def unit_of(name: str) -> str:
    """The unit that the ending of a stored number's name says, or nothing.

    Example:
        >>> unit_of("cash_cost_cny_per_t")
        'CNY/t'
    """
    endings = [
        (ending, unit) for unit, all_of_it in SUFFIXES.items() for ending in all_of_it if ending[0] == "_"
    ]
    fits = [(len(ending), unit) for ending, unit in endings if name.endswith(ending)]
    return max(fits, key=lambda fit: fit[0])[1] if fits else ""
