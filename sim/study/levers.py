"""Every lever at four strengths against none, with the same luck: what it moves, by how much, where it stops or turns.

A scenario is played as it stands, once a seed, and with each policy set to each strength. A policy of the type that the
scenario has already is changed; otherwise one is added, announced in the first year and in force from the second.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.core.arrays import Floats
from sim.core.card import Card, Shown
from sim.core.cells import write_csv
from sim.core.errors import UsageError, whole
from sim.core.registry import UnknownNameError
from sim.metrics.catalogue import EVENT
from sim.policies.policy import POLICIES, STRENGTHS, Lever
from sim.report.measures import kind_of
from sim.scenario.load import Scenario, load, with_policies
from sim.scenario.pack import Pack
from sim.scenario.settings import Settings
from sim.study.compare import MEAN, TOTAL
from sim.study.design import sampled, uncertain_parameters
from sim.study.effects import Effect, effect, response
from sim.study.engine import Plan, named_agents, seeds_of, work_of
from sim.study.ensemble import HOME, conduct
from sim.study.store import places, quoted
from sim.study.study import Study

ALL = tuple(range(1, STRENGTHS + 1))
"""All strengths, by number."""
_FOUND = [each.name for each in fields(Effect)]


class Turned(NamedTuple):
    """A lever with the policy that it is of, and how both are called together."""

    key: str
    policy: str
    lever: Lever


@dataclass(frozen=True, repr=False)
class Levers(Shown):
    """Levers of a scenario at several strengths, held against the scenario as it stands.

    Attributes:
        study: where the runs are; its first scenario is the one as it stands, its others are called `LEVER@STRENGTH`.
        levers: those that were played.
        strengths: which of their strengths, by number.
        year: the one year that is told; None for the mean of years, and for events the total.
        left_out: levers that this industry has no place for, and why.
        regions: supply regions that levers with places name.
    """

    study: Study
    levers: tuple[Turned, ...]
    strengths: tuple[int, ...] = ALL
    year: int | None = None
    left_out: dict[str, str] = field(default_factory=dict)
    regions: tuple[str, ...] = ()

    @property
    def scenario(self) -> str:
        """The name of the scenario as it stands."""
        return self.study.scenarios[0]

    @property
    def pairs(self) -> int:
        """The largest number of pairs that an effect rests on."""
        return int(self.aims["pairs"].max()) if len(self.aims) else 0

    @cached_property
    def effects(self) -> pd.DataFrame:
        """One row a lever, strength and measure with the effect against none (fields of `Effect`).

        Levels and flows are told as their mean a year (`when` is `mean`), events as their `total`, unless a year was
        asked for.
        """
        rows = []
        for each in self.levers:
            for number in self.strengths:
                own = self._numbers[label_of(each.key, number)]
                before, after = _twins(self._numbers[self.scenario], own)
                for column, name in enumerate(self.study.measures):
                    about = (each.key, number, each.lever.doses[number - 1], name, self._when(name))
                    rows.append((*about, *vars(_effect(before[:, column], after[:, column])).values()))
        return pd.DataFrame(rows, columns=["lever", "strength", "dose", "measure", "when", *_FOUND])

    @cached_property
    def aims(self) -> pd.DataFrame:
        """One row a lever and strength: the effect on its own aim, the step from the milder strength, the verdict.

        `verdict` is `right way`, `wrong way` or `no effect`; `turns` and `stops` mark the strength at which the lever
        does (`sim/study/effects.py`); `shown` is the verdict of the effect itself, `step_...` of the step.
        """
        rows = []
        for each in self.levers:
            aim, dial = each.lever.aim, each.lever.dial
            effects, steps = self._ladder(each)
            found = response(aim.sign, effects, steps)
            when = "end" if aim.inside else self._when(aim.measure)
            for place, (number, step) in enumerate(zip(self.strengths, steps, strict=True)):
                turned = (each.key, each.policy, dial, number, each.lever.doses[number - 1])
                aimed = (aim.measure, aim.inside, aim.direction, when, *vars(effects[place]).values())
                stepped = (step.change, step.low, step.high, step.verdict, found.verdicts[place])
                rows.append((*turned, *aimed, *stepped, place == found.turns_at, place == found.stops_at))
        shown = " ".join(_FOUND).replace("verdict", "shown")
        named = f"lever policy dial strength dose aim inside direction when {shown}"
        named += " step step_low step_high step_shown verdict turns stops"
        return pd.DataFrame(rows, columns=named.split())

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """One row a lever: the verdict on its strongest dose, and the doses at which it turns and stops."""
        kept, rows = ["lever", "aim", "direction", "change", "low", "high", "verdict"], []
        for _, table in self.aims.groupby("lever", sort=False):
            at = (table.loc[table[name], "dose"] for name in ("turns", "stops"))
            first = (float(each.iloc[0]) if len(each) else None for each in at)
            rows.append((*table.iloc[-1][kept], *first))
        return pd.DataFrame(rows, columns=[*kept, "turns_at", "stops_at"])

    def _ladder(self, each: Turned) -> tuple[list[Effect], list[Effect]]:
        """The effects on the own aim of a lever, against none and against the milder strength."""
        aim = each.lever.aim
        tables = self._inside if aim.inside else self._numbers
        column = 0 if aim.inside else self.study.measures.index(aim.measure)
        labels = [self.scenario, *(label_of(each.key, number) for number in self.strengths)]
        none, *doses = (tables[key].iloc[:, column : column + 1] for key in labels)
        against = [_effect(*_twins(none, dose)) for dose in doses]
        steps = [_effect(*_twins(milder, dose)) for milder, dose in zip([none, *doses], doses, strict=False)]
        return against, steps

    def _when(self, measure: str) -> str:
        if self.year is not None:
            return str(self.year)
        return TOTAL if kind_of(measure) == EVENT else MEAN

    @cached_property
    def _numbers(self) -> dict[str, pd.DataFrame]:
        """For each scenario of the study (runs by sample and seed, measures)."""
        how = {name: "SUM" if self._when(name) == TOTAL else "AVG" for name in self.study.measures}
        asked = ", ".join(f"{of}({quoted(name)})" for name, of in how.items())
        only = "" if self.year is None else f" AND year = {int(self.year)}"
        return self._by_scenario(
            f"SELECT label, sample, seed, {asked} FROM outcomes JOIN runs USING (run)"
            f" JOIN scenarios ON scenarios.id = runs.scenario WHERE status = 'done'{only} GROUP BY run",
            self.study.measures,
        )

    @cached_property
    def _inside(self) -> dict[str, pd.DataFrame]:
        """For each scenario of the study the nameplate at the end in the regions of levers with places, Mt/yr."""
        return self._by_scenario(
            "SELECT label, sample, seed, TOTAL(nameplate_mt) FROM runs"
            " JOIN scenarios ON scenarios.id = runs.scenario LEFT JOIN (SELECT run, nameplate_mt FROM holdings"
            " JOIN names ON names.id = holdings.name"
            f" WHERE kind = 'region' AND names.name IN ({places(self.regions)})) USING (run)"
            " WHERE status = 'done' GROUP BY run",
            ["capacity_mt"],
            *self.regions,
        )

    def _by_scenario(self, query: str, columns: Sequence[str], *values: str) -> dict[str, pd.DataFrame]:
        """The rows of a query by scenario, none where no run is done: (runs by sample and seed, columns)."""
        frame = pd.DataFrame(self.study.rows(query, *values), columns=["label", "sample", "seed", *columns])
        numbers = frame.set_index(["sample", "seed"])
        return {
            label: numbers.loc[(numbers["label"] == label).to_numpy(), [*columns]].astype("float64")
            for label in self.study.scenarios
        }

    def card(self) -> Card:
        """What it shows of itself."""
        from sim.report.cards import levers_card

        return levers_card(self.scenario, self.pairs, self.verdicts)

    def write(self, folder: Path, metrics: Sequence[str] = ()) -> list[Path]:
        """Write the tables as CSV, and the figures with their data, and give the paths of the figures.

        Args:
            folder: where to.
            metrics: columns of the heat table; those of `sim/report/levers.py` if none are named.
        """
        from sim.report.levers import write_lever_figures

        for name in ("aims", "effects", "verdicts"):
            write_csv(getattr(self, name), folder / f"{name}.csv")
        about = (self.scenario, self.pairs)
        return write_lever_figures(self.aims, self.effects, about, folder, metrics)


def _twins(before: pd.DataFrame, after: pd.DataFrame) -> tuple[Floats, Floats]:
    """(pairs, columns) each: the numbers of the runs that both tables have, in the same order."""
    common = before.index.intersection(after.index, sort=True)
    return before.loc[common].to_numpy(), after.loc[common].to_numpy()


def _effect(before: Floats, after: Floats) -> Effect:
    """The effect over pairs, (pairs,) or (pairs, 1), that both have the number."""
    both = np.isfinite(before) & np.isfinite(after)
    return effect(before[both], after[both])


def label_of(key: str, strength: int) -> str:
    """What a lever at a strength is called in a study: `carbon.price@4`."""
    return f"{key}@{strength}"


def known_levers() -> dict[str, Turned]:
    """All levers of all registered policies by name, `carbon.price`."""
    found = [
        Turned(f"{policy}.{lever.name}", policy, lever)
        for policy, kind in POLICIES.items()
        for lever in kind.levers
    ]
    return {each.key: each for each in found}


def chosen_levers(only: Sequence[str]) -> list[Turned]:
    """The levers that are named, each by itself or all of a policy; all when none are.

    Raises:
        UnknownNameError: neither a lever nor a policy with one is called so.
    """
    known = known_levers()
    policies = {each.policy for each in known.values()}
    for name in only:
        if name not in known and name not in policies:
            raise UnknownNameError("lever", name, [*known, *sorted(policies)])
    return [each for each in known.values() if not only or each.key in only or each.policy in only]


def placeless(lever: Lever, pack: Pack) -> str:
    """Why a lever cannot be tried on an industry, or nothing when it can."""
    missing = [name for name in lever.places if not getattr(pack.subject.levers, name, None)]
    return f"{pack.name} names no {' and no '.join(missing)} for it" if missing else ""


def turned(scenario: Scenario, each: Turned, strength: int) -> Scenario:
    """A scenario with a lever at a strength, 1 to 4.

    Raises:
        InvalidScenarioError: the schema or the pack refuses it.
    """
    policy, own = changes_of(scenario, each, strength)
    return with_policies(scenario, label_of(each.key, strength), {policy: own})


def changes_of(scenario: Scenario, each: Turned, strength: int) -> tuple[str, dict[str, Any]]:
    """The id of the policy that a lever at a strength changes or adds, and its fields."""
    lever, spec = each.lever, scenario.spec
    found = {name: getattr(scenario.pack.subject.levers, name) for name in lever.places}
    own = {**lever.also, **found, lever.dial: lever.doses[strength - 1]}
    standing = [policy.id for policy in spec.policies if policy.type == each.policy]
    if standing:
        return standing[-1], own
    first, last = spec.years.start_year, spec.years.end_year
    dates = {"announce_year": first, "start_year": min(first + 1, last)}
    return f"{each.policy}-lever", {"type": each.policy, **dates, **own}


def levers(
    scenario: str | Path | Scenario = "baseline",
    seeds: int = 20,
    *,
    only: Sequence[str] = (),
    strengths: Sequence[int] = ALL,
    year: int | None = None,
    design: str = "seeds",
    set: Settings = (),
    **options: Any,
) -> Levers:
    """Play levers of policies at several strengths against none, with the same luck, and give what they move.

    Args:
        scenario: by name, path or loaded.
        seeds: pairs of runs for each lever and strength.
        only: policies or levers, such as `carbon` or `trade.duty`; all when none are named.
        strengths: which of the four, by number.
        year: tell this year alone, in place of the mean or total of all years.
        design: as for `ensemble`; with `seeds` only luck differs.
        set: changes of the scenario, as for `sim.load`.
        options: out, agents, and how it is worked off, as for `ensemble`.

    Raises:
        UsageError: an argument makes no sense, or the folder holds another study.
        InvalidScenarioError: the scenario cannot be used.
    """
    seeds = whole("seeds", seeds, 1)
    if not strengths or not {*strengths} <= {*ALL}:
        raise UsageError(f"strengths are numbers from 1 to {STRENGTHS}")
    base = load(scenario, set=set)
    base.checked(year)
    asked = [(each, placeless(each.lever, base.pack)) for each in chosen_levers(only)]
    played = tuple(each for each, reason in asked if not reason)
    left_out = {each.key: reason for each, reason in asked if reason}
    if not played:
        raise UsageError("; ".join(f"{key}: {reason}" for key, reason in left_out.items()))
    numbers = tuple(sorted({*strengths}))
    study = _worked_off(base, played, numbers, (seeds, design, "+".join(only)), options)
    return Levers(study, played, numbers, year, left_out, base.pack.subject.levers.regions)


def _worked_off(
    base: Scenario,
    played: Sequence[Turned],
    strengths: Sequence[int],
    asked: tuple[int, str, str],
    options: dict[str, Any],
) -> Study:
    """The study of a scenario as it stands and with each lever at each strength."""
    seeds, design, only = asked
    out, agents = options.pop("out", None), options.pop("agents", None)
    named = {base.name: base}
    named |= {
        label_of(each.key, number): turned(base, each, number) for each in played for number in strengths
    }
    known = uncertain_parameters([base]) if design != "seeds" else ()
    about = {"kind": "levers", "design": design, "samples": str(seeds), "seeds": "1"} | named_agents(agents)
    plan = Plan(named, known, sampled(known, design, seeds), seeds_of(seeds, 1), about, agents)
    name = "-".join(part for part in (base.name, "levers", only, design, str(seeds)) if part)
    return conduct(plan, Path(out) if out else HOME / name, work_of(options))
