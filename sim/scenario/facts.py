"""Dated facts that a scenario may state: a closure, a start, a stop, a deal.

A fact happens in its year whatever owners would have decided. What contradicts the register, the horizon or another
fact is refused when the scenario is read (`fact_fit.py`). What depends on the run, as a plant that its owner has closed
before, cannot be known then: the fact finds nothing to do, and that is told.
"""

from typing import Literal

from pydantic import Field, model_validator

from sim.core.units import Declared, MillionCny, Quarter, Quarters, Share, Year

OfPlant = Literal["closure", "stop"]
OfProject = Literal["start"]
OfOwner = Literal["deal"]
CLOSURE: OfPlant = "closure"
STOP: OfPlant = "stop"
START: OfProject = "start"
DEAL: OfOwner = "deal"
FACTS = {
    CLOSURE: "a plant closes for good before the year's trade",
    START: "a project starts, not before and not after; a planned one is paid by its owner",
    STOP: "a plant stands still for some quarters, because of an accident or an order",
    DEAL: "a buyer takes a part of a plant, a company or a group, without consent or review",
}
"""What may be stated, and what each does."""
NEEDED = {CLOSURE: ("plant",), START: ("project",), STOP: ("plant", "quarters"), DEAL: ("buyer", "target")}
"""Keys that each must have, besides `id`, `year` and `what`."""
OPEN = {CLOSURE: (), START: ("quarter",), STOP: ("quarter",), DEAL: ("share", "price_mcny")}
"""Keys that each may have."""


class Fact(Declared):
    """One dated fact; `what` says which further keys it has."""

    id: str = Field(min_length=1, max_length=60)
    """Name of this fact in its scenario."""
    year: Year
    """Year in which it happens."""
    what: Literal[OfPlant, OfProject, OfOwner]
    """What happens."""
    plant: str = ""
    """Refinery that closes or stops."""
    project: str = ""
    """Project that starts, in China or outside it."""
    quarter: Quarter = 1
    """Quarter in which a stop begins, or a refinery of China starts."""
    quarters: Quarters = Field(default=0, ge=0, le=160)
    """How long a stop lasts."""
    buyer: str = ""
    """Who buys: a group, a company or holder that a group controls, or less than half somebody foreign."""
    target: str = ""
    """What is bought of: a refinery, a smelter, a company or a group; of a group all that it holds."""
    share: Share = 1.0
    """Part of the target that changes hands; left out, all that the buyer does not have."""
    price_mcny: MillionCny | None = Field(default=None, ge=0, le=1e7)
    """Price of that part; left out, the book value of its plants."""

    @model_validator(mode="after")
    def _has_its_keys(self) -> "Fact":
        fields = Fact.model_fields
        written = {name for name, field in fields.items() if getattr(self, name) != field.default}
        for name in NEEDED[self.what]:
            if name not in written:
                raise ValueError(f"{name} is missing: a {self.what} needs {' and '.join(NEEDED[self.what])}")
        allowed = {"id", "year", "what", *NEEDED[self.what], *OPEN[self.what]}
        for name in fields:
            if name in written and name not in allowed:
                raise ValueError(f"{name} does not belong to a {self.what}")
        if self.share <= 0.0:
            raise ValueError("share 0 of a deal moves nothing")
        return self
