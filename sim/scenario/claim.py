"""What somebody claims of the industry, as a rule that runs can pass or miss: files of `scenarios/claims/`.

A claim names the scenario in which it is tried, with the twin that it is held against, and conditions on measures of
years.csv. What is normative or cannot be seen in a run is listed with the reason, and not scored.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from sim.core.units import Declared, Year
from sim.scenario import shelf
from sim.scenario.judge import problems_of
from sim.scenario.merge import duplicate_ids, nodes_of
from sim.scenario.problems import InvalidScenarioError, Place, problem_at
from sim.scenario.reader import read_file

FOLDER = "claims"
"""Under the shelf of scenarios."""
ARTICLE = "article"
"""The file of claims that is scored unless another is named."""
Measure = Field(pattern=r"^[a-z][a-z0-9_]{0,60}$")
MeasureOrNone = Field(default=None, pattern=r"^[a-z][a-z0-9_]{0,60}$")


class Condition(Declared):
    """One number of a run, and where it must lie."""

    measure: str = Measure
    """Column of years.csv."""
    less: str | None = MeasureOrNone
    """Another that is taken off, year by year."""
    over: str | None = MeasureOrNone
    """Another by which the result is divided, year by year."""
    take: Literal[
        "mean", "total", "first", "last", "lowest", "highest", "rise", "growth", "later", "share_of_years"
    ]
    """What is made of the years. `rise` is the last less the first and `growth` that over the first; `later` is the
    mean of the second half less that of the first; `share_of_years` is the part of them in which the value lies
    between `above` and `below`."""
    start_year: Year | None = None
    """First year; left out, the first of the run."""
    end_year: Year | None = None
    """Last year; left out, the last of the run."""
    unit: str = Field(default="", max_length=40)
    """Unit of the bounds; left out, that of the measure, and none for shares of years or of the twin."""
    above: float | None = None
    """For `share_of_years`: a year counts from here."""
    below: float | None = None
    """For `share_of_years`: a year counts up to here."""
    against: Literal["itself", "twin", "twin_share"] = "itself"
    """Whether the number, its difference to the twin, or that difference over the twin's number is judged."""
    at_least: float | None = None
    """Least number that passes."""
    at_most: float | None = None
    """Greatest number that passes."""

    @property
    def measures(self) -> tuple[str, ...]:
        """The columns of years.csv that it reads."""
        return tuple(name for name in (self.measure, self.less, self.over) if name)

    @model_validator(mode="after")
    def _bounded(self) -> "Condition":
        """Refuse a condition that every run passes, and bounds of years without a share."""
        if self.at_least is None and self.at_most is None:
            raise ValueError("a condition needs at_least or at_most")
        if (self.take == "share_of_years") == (self.above is None and self.below is None):
            raise ValueError("take share_of_years needs above or below, and nothing else takes them")
        return self


class Claim(Declared):
    """One claim: in words, as a rule, and what would be true of it by arithmetic alone."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,60}$")
    """Name."""
    words: str = Field(min_length=10, max_length=300)
    """What is claimed."""
    source: str = Field(min_length=3, max_length=200)
    """Who claims it, where."""
    kind: Literal["fact", "mechanism", "forecast", "narrative", "norm"]
    """A fact of the start, what a lever does (needs a twin), what will be, what separates winners, what should be."""
    scenarios: Annotated[tuple[str, ...], Field(strict=False, min_length=1)] = ("baseline",)
    """Where it is tried: a run passes when it does in all of them, with the same luck."""
    twin: str | None = None
    """The scenario without what the claim is about."""
    holds: Annotated[tuple[Condition, ...], Field(strict=False)] = ()
    """All that must be so in a run."""
    null: str = Field(default="", max_length=400)
    """What arithmetic or the start alone would make of it."""
    unscored: str = Field(default="", max_length=400)
    """Why it is not scored."""

    @model_validator(mode="after")
    def _whole(self) -> "Claim":
        """Refuse a claim that can neither be scored nor says why not, and a difference without a twin."""
        if bool(self.holds) == bool(self.unscored):
            raise ValueError("a claim has either conditions under holds, or a reason under unscored")
        if (self.twin is None) == any(each.against != "itself" for each in self.holds):
            raise ValueError("twin is needed where a condition is held against it, and only there")
        return self

    @property
    def played(self) -> tuple[str, ...]:
        """The scenarios that must be played, the twin first."""
        return (*((self.twin,) if self.twin else ()), *self.scenarios) if self.holds else ()


class Claims(Declared):
    """A file of claims."""

    claims: Annotated[tuple[Claim, ...], Field(strict=False, min_length=1)]
    """All of them."""


def read_claims(name_or_path: str | Path = ARTICLE) -> tuple[Claim, ...]:
    """The claims of a file, or of that name under `claims/` on the shelf.

    Raises:
        InvalidScenarioError: the file is not there or is none; all problems are in it.
    """
    path = Path(name_or_path)
    if path.suffix not in shelf.SUFFIXES:
        path = next((each for each in _shelved(path.name) if each.is_file()), path)
    if not path.is_file():
        known = sorted({each.stem for folder in shelf.folders() for each in (folder / FOLDER).glob("*.yaml")})
        message = f"no such file, and no claims of that name; there are: {', '.join(known)}"
        raise InvalidScenarioError([problem_at(Place(str(name_or_path)), "", message)])
    document = read_file(path)
    tree = nodes_of(document)
    problems = [*document.problems, *duplicate_ids(tree)]
    try:
        found = Claims.model_validate(tree.plain())
    except ValidationError as error:
        raise InvalidScenarioError([*problems, *problems_of(error, Claims, tree)]) from None
    if problems:
        raise InvalidScenarioError(problems)
    return found.claims


def _shelved(name: str) -> list[Path]:
    return [folder / FOLDER / f"{name}.yaml" for folder in shelf.folders()]
