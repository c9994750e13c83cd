"""Numbers that know their unit, and the frozen base of everything that is declared.

One coherent set is used inside the simulator: million tonnes, CNY per tonne including VAT, million CNY,
shares in 0-1, years as integers, real 2025 CNY. CNY/t times Mt is million CNY, so no conversion factor
appears inside `sim/`; conversions happen when data are read and at the border (`market/parity.py`).

A stored number carries its unit twice: in its name (`capacity_mt`) and in its type (`Mt`), which says what the name
must end with. A contract test checks that the two agree.
"""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.fields import FieldInfo


@dataclass(frozen=True)
class Unit:
    """The unit of a declared number.

    Attributes:
        symbol: as it is printed, for example `CNY/t`.
        endings: what the name of a number in it must end with.
    """

    symbol: str
    endings: tuple[str, ...]


class Declared(BaseModel):
    """A frozen declaration: unknown keys are refused, text is not read as a number, NaN and inf are refused.

    What the fields mean is the text below them; `fields_of` reads it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, declared: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The JSON Schema, with what the fields mean."""
        shape = handler(declared)
        shown = handler.resolve_ref_schema(shape).get("properties", {})
        for name, field in fields_of(cls).items():
            if name in shown and field.description:
                shown[name]["description"] = field.description
        return shape


@cache
def fields_of(kind: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """The fields of a declaration with what they mean, which importing it does not wait for."""
    fields = kind.model_fields
    for each in reversed(kind.__mro__):
        told = _texts(each.__module__).get(each.__qualname__, {})
        for name in told.keys() & fields.keys():
            fields[name].description = told[name]
    return fields


@cache
def _texts(module: str) -> dict[str, dict[str, str]]:
    """The text below each field of the classes of a module, by class; none where there is no source."""
    try:
        body = ast.parse(inspect.getsource(sys.modules[module])).body
    except (OSError, TypeError):
        return {}
    return {each.name: dict(_told(each)) for each in body if isinstance(each, ast.ClassDef)}


def _told(declared: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, text in pairwise(declared.body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(said))):
                yield name, inspect.cleandoc(said)


Mt = Annotated[float, Unit("Mt", ("_mt",))]
MtPerYear = Annotated[float, Unit("Mt/yr", ("_mt",))]
Share = Annotated[float, Unit("share", ("_share",)), Field(ge=0.0, le=1.0)]
CnyPerT = Annotated[float, Unit("CNY/t", ("_cny_per_t",))]
UsdPerT = Annotated[float, Unit("USD/t", ("_usd_per_t",))]
MillionCny = Annotated[float, Unit("million CNY", ("_mcny",))]
MillionCnyPerJob = Annotated[float, Unit("million CNY/job", ("_mcny_per_job",))]
CnyPerKwh = Annotated[float, Unit("CNY/kWh", ("_cny_per_kwh",))]
CnyPerTco2 = Annotated[float, Unit("CNY/t CO2", ("_cny_per_tco2",))]
CnyPerUsd = Annotated[float, Unit("CNY/USD", ("_cny_per_usd",))]
GjPerT = Annotated[float, Unit("GJ/t", ("_gj_per_t",))]
KwhPerT = Annotated[float, Unit("kWh/t", ("_kwh_per_t",))]
TPerT = Annotated[float, Unit("t/t", ("_t_per_t",))]
Tco2PerGj = Annotated[float, Unit("t CO2/GJ", ("_tco2_per_gj",))]
Tco2PerMwh = Annotated[float, Unit("t CO2/MWh", ("_tco2_per_mwh",))]
Tco2PerT = Annotated[float, Unit("t CO2/t", ("_tco2_per_t",))]
MtPerUsd = Annotated[float, Unit("Mt per USD/t", ("_mt_per_usd",))]
JobsPerKt = Annotated[float, Unit("jobs/kt", ("_jobs_per_kt",))]
Days = Annotated[float, Unit("days", ("_days",))]
Years = Annotated[float, Unit("years", ("_years",))]
Quarters = Annotated[int, Unit("quarters", ("_quarters",))]
Count = Annotated[int, Unit("count", ("_count",))]
Year = Annotated[int, Unit("year", ("year",)), Field(ge=1900, le=2100)]
Quarter = Annotated[int, Unit("quarter", ("quarter",)), Field(ge=1, le=4)]
PerYear = Annotated[float, Unit("1/yr", ("_per_year",))]
PerSqrtYear = Annotated[float, Unit("1/sqrt(yr)", ("_per_sqrt_year",))]
PerQuarter = Annotated[float, Unit("1/quarter", ("_per_quarter",))]
Ratio = Annotated[float, Unit("ratio", ("_ratio",))]
Logit = Annotated[float, Unit("logit", ("_logit",))]
HhiPoints = Annotated[float, Unit("points", ("_hhi",))]
Degrees = Annotated[float, Unit("degrees", ("_deg",))]
Ppm = Annotated[int, Unit("ppm", ("_ppm",))]
Measured = Annotated[float, Unit("as the row says", ("value", "_sd"))]
Named = Annotated[float, Unit("as its name says", ("levels", "process", "low", "high", "base"))]

SUFFIXES: dict[str, tuple[str, ...]] = {
    note.symbol: note.endings
    for alias in [*globals().values()]
    for note in getattr(alias, "__metadata__", ())
    if isinstance(note, Unit)
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
