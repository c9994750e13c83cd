"""What a user may write in a scenario file, after `extends` has been resolved.

A scenario is data: a question, the years, the pack of an industry, and what differs from it: parameters,
policies, shocks and rows of the register. Everything here is frozen and refuses unknown keys.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SerializeAsAny, field_validator, model_validator

from sim.core.units import Declared, Quarter, Quarters, Ratio, Year
from sim.policies.policy import POLICIES, Policy
from sim.scenario import former
from sim.scenario.facts import Fact
from sim.scenario.parameters import Parameters

PACK_NAME = r"^[a-z][a-z0-9_]{0,40}$"
"""What a pack may be called; it is the name of a folder."""
SHOCKS = {
    "ore_supply": "share of imported ore that fails to arrive",
    "domestic_ore": "share of what mines can give their region's plants that is lost, in `regions` or everywhere",
    "ocean_freight": "relative change of ocean freight, of ore and of alumina",
    "refining": "share of runnable refining capacity that is shut, in `regions` or everywhere",
    "smelting": "share of smelting that is shut",
    "world_balance": "Mt/yr added to the excess supply abroad",
}
"""What a shock can hit besides the price of an input, and what its size means."""
PRICE = "_price"
"""End of the name of a shock that moves the price of an input by a share; the pack says which inputs have one."""
LOCAL_SHOCKS = ("refining", "domestic_ore")
"""Those that can hit some regions alone."""


def is_relative(variable: str) -> bool:
    """Whether the size of a shock is a relative change; several at a time compound."""
    return variable == "ocean_freight" or variable.endswith(PRICE)


class Years(Declared):
    """First and last simulated year."""

    start_year: Year = 2026
    """First simulated year, the one after the base year of the pack, which it is where none is given."""
    end_year: Year = 2035
    """Last simulated year."""

    @model_validator(mode="after")
    def _in_order(self) -> "Years":
        if not self.start_year <= self.end_year <= 2060:
            raise ValueError(f"end_year {self.end_year} is not between {self.start_year} and 2060")
        return self


class Shock(Declared):
    """One dated event that the scenario imposes on top of the drawn ones."""

    id: str = Field(min_length=1, max_length=60)
    """Name of this shock in its scenario."""
    variable: str
    """What it hits: `ore_supply`, `domestic_ore`, `ocean_freight`, `refining`, `smelting`, `world_balance`, or the
    price of an input by the name that the pack gives its shock, such as `ore_price`."""
    size_ratio: Ratio = Field(ge=-20, le=100)
    """How hard: a share, a relative change or Mt/yr, as the variable says."""
    start_year: Year
    """Year in which it starts."""
    start_quarter: Quarter = 1
    """Quarter in which it starts."""
    duration_quarters: Quarters = Field(ge=1, le=160)
    """How long it lasts."""
    regions: Annotated[tuple[str, ...], Field(strict=False)] = ()
    """Regions or provinces hit, of `refining` and `domestic_ore` alone; empty means everywhere."""
    countries: Annotated[tuple[str, ...], Field(strict=False)] = ()
    """Countries from which the missing ore of `ore_supply` comes; empty means all."""

    @field_validator("variable")
    @classmethod
    def _is_there(cls, variable: str) -> str:
        if variable not in SHOCKS and not variable.endswith(PRICE):
            raise ValueError(f"not one of: {', '.join(SHOCKS)}, and prices such as ore{PRICE}")
        return variable

    @model_validator(mode="after")
    def _shares_are_shares(self) -> "Shock":
        if self.regions and self.variable not in LOCAL_SHOCKS:
            names = " and ".join(LOCAL_SHOCKS)
            raise ValueError(f"{self.variable} hits everywhere; only {names} can be hit in some regions")
        if (
            self.variable in ("ore_supply", "domestic_ore", "refining", "smelting")
            and not 0 <= self.size_ratio <= 1
        ):
            raise ValueError(
                f"size_ratio {self.size_ratio} of {self.variable} is not a share between 0 and 1"
            )
        if is_relative(self.variable) and self.size_ratio <= -1:
            raise ValueError(f"size_ratio {self.size_ratio} would make {self.variable} zero or negative")
        if self.countries and self.variable != "ore_supply":
            raise ValueError(f"countries say where ore is missing, and {self.variable} is not ore_supply")
        return self


class Expected(Declared):
    """One outcome that a scenario is argued to move against the baseline, before anybody has looked."""

    measure: str = Field(pattern=r"^[a-z][a-z0-9_]{0,60}$")
    """Column of years.csv; its mean over the years is compared, seed by seed."""
    direction: Literal["higher", "lower", "same"]
    """Which way; `same` is within one per cent."""
    because: str = Field(min_length=10, max_length=300)
    """The argument."""
    start_year: Year | None = None
    """First year that is compared; left out, the first of the horizon."""
    end_year: Year | None = None
    """Last year that is compared; left out, the last of the horizon."""


def _read_policy(value: Any) -> Policy:
    """The policy of the instrument that `type` names; errors name the allowed types."""
    if isinstance(value, Policy):
        return value
    if not isinstance(value, dict) or "type" not in value:
        raise ValueError(f"a policy needs a `type`, one of {', '.join(POLICIES.names())}")
    kind = former.POLICIES.get(str(value["type"]), value["type"])
    if kind not in POLICIES.names():
        raise ValueError(f"unknown policy type {kind!r}, allowed: {', '.join(POLICIES.names())}")
    return POLICIES.get(kind).model_validate({**value, "type": kind})


AnyPolicy = Annotated[SerializeAsAny[Policy], BeforeValidator(_read_policy)]


class ScenarioSpec(Declared):
    """A resolved scenario."""

    question: str = Field(min_length=1, max_length=400)
    """The question that this scenario asks, in a sentence."""
    pack: str = Field(pattern=PACK_NAME)
    """The industry: the name of a folder of data beside the scenarios."""
    base_year: Year | None = None
    """The year at the end of which the world opens, one for which the pack has a past; left out, the pack's own."""
    drivers: Literal["drawn", "recorded", "recorded_own_world"] = "drawn"
    """Whether input prices, smelting, the world price and events are drawn as usual, replayed where they are on record,
    or replayed but for the world price."""
    years: Years = Years()
    """The horizon."""
    parameters: Parameters
    """All parameters, the pack's values with this scenario's changes in them."""
    policies: Annotated[tuple[AnyPolicy, ...], Field(strict=False)] = ()
    """Dated instruments of government."""
    shocks: Annotated[tuple[Shock, ...], Field(strict=False)] = ()
    """Dated events."""
    facts: Annotated[tuple[Fact, ...], Field(strict=False)] = ()
    """Dated facts: a deal, a closure, a start, a stop."""
    expects: Annotated[tuple[Expected, ...], Field(strict=False)] = ()
    """What it should move and why; no run depends on it, and a scenario that extends this one has its own."""
    rows: dict[str, dict[str, dict[str, Any]]] = Field(default_factory=dict)
    """Changes of the register: table, row id, column, value."""
