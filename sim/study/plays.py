"""Plays of the model for a calibration, kept one by one, so that the same command goes on where it was interrupted.

What the calibration does not know: numbers that nobody publishes, with their priors, and the sampled parameters.

A cost shift common to all plants, one by region, the runnable share of nameplate by region, the volatility that sets
how long plants hold on, how stocks answer to price, standing exports, and the stocks and the long-run price
expectation at the start of the base year. Priors are normal and cut off at two standard deviations.
"""

import csv
import hashlib
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.arrays import Floats
from sim.core.errors import ShakeoutError
from sim.core.progress import progress
from sim.opening import open_world
from sim.scenario import ranking
from sim.scenario.evidence import CALIBRATED, FITTED
from sim.scenario.load import Scenario, load
from sim.scenario.published import is_played
from sim.scenario.rows import TargetRow
from sim.study.base_year import base_measures, base_targets
from sim.study.design import Uncertain, left_to_pack, uncertain_parameters, with_inputs
from sim.study.hindcast.periods import NATION
from sim.study.hindcast.seen import seen
from sim.study.playing import fingerprint

FILE = "plays.csv"
FOUND = ("calibration.yaml", "posterior.csv", ranking.FILE)
"""Files of a pack that a calibration writes or that nothing plays by, so that it does not hang on them."""


@dataclass
class Plays:
    """The model, played where it is asked: the base year, and past years from an earlier start.

    Attributes:
        scenario: what is played.
        paths: the unknowns.
        folder: where plays are kept.
        quiet: whether to show no progress.
        targets: what is looked at, those of the base year first.
        is_past: (targets,) which are of past years.
    """

    scenario: Scenario
    paths: tuple[str, ...]
    folder: Path
    quiet: bool | None = None
    targets: tuple[TargetRow, ...] = field(init=False)
    _pasts: dict[int, Scenario] = field(init=False)
    _kept: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find what is kept of the same code, pack, unknowns and targets; what is kept of others is left behind."""
        past = [each for each in self.scenario.pack.targets if is_played(each)]
        self.targets = (*base_targets(self.scenario), *past)
        self.is_past = np.array([is_played(each) for each in self.targets])
        starts = dict.fromkeys(each.start_year for each in past)
        self._pasts = {start: load(f"hindcast_{start - 1}") for start in starts}
        self.folder.mkdir(parents=True, exist_ok=True)
        about, path = self._about(), self.folder / FILE
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        # A line that an interrupted command left half written does not count.
        first, *rows = text[: text.rfind("\n") + 1].splitlines() or [""]
        kept = rows if first == about else []
        path.write_text("".join(f"{line}\n" for line in (about, *kept)), encoding="utf-8")
        for key, *cells in csv.reader(kept):
            self._kept[key] = [float(cell) for cell in cells]

    def _about(self) -> str:
        total = hashlib.sha256(fingerprint().encode())
        for name, content in sorted(self.scenario.pack.files.items()):
            if name not in FOUND:
                total.update(f"{name}\0".encode() + content)
        written: dict[str, Any] = {CALIBRATED: True}
        for section, name in FITTED:
            written.setdefault(section, set()).add(name)
        # What a calibration writes is moved by every play, so plays do not hang on it.
        for each in (self.scenario, *self._pasts.values()):
            total.update(each.spec.model_dump_json(exclude={"parameters": written}).encode())
        total.update(repr((self.paths, self.targets)).encode())
        return total.hexdigest()

    def outcomes(
        self, stage: str, values: Floats, seeds: Sequence[int] | None = None, past: Collection[int] = ()
    ) -> Floats:
        """The measures of the targets where the unknowns have these values, (plays, targets).

        Args:
            stage: name under which they are kept.
            values: (plays, unknowns).
            seeds: luck of each play [0, 1, 2 ...].
            past: plays that look at past years too.

        Returns:
            NaN where a play fails or does not look.
        """
        seeds, found = seeds or range(len(values)), []
        with (self.folder / FILE).open("a", encoding="utf-8", newline="") as file:
            kept = csv.writer(file)
            for number, row in enumerate(progress(values, desc=stage, unit="play", is_quiet=self.quiet)):
                looks = number in past
                what = row.tobytes() + f"{seeds[number]} {looks}".encode()
                key = f"{stage}/{number}/{hashlib.sha256(what).hexdigest()[:12]}"
                if key not in self._kept:
                    inputs = dict(zip(self.paths, row.tolist(), strict=True))
                    self._kept[key] = self.measured(inputs, seeds[number], looks_back=looks).tolist()
                    kept.writerow([key, *map(repr, self._kept[key])])
                found.append(self._kept[key])
        return np.array(found)

    def measured(self, inputs: dict[str, float], seed: int = 0, *, looks_back: bool = False) -> Floats:
        """The measures of one play with some values in place of those of the scenario."""
        found = np.full(len(self.targets), np.nan)
        with suppress(ShakeoutError):
            base = base_measures(open_world(with_inputs(self.scenario, inputs), seed))
            here = [base.get((each.measure, each.period), np.nan) for each in self.targets]
            found = np.where(self.is_past, np.nan, here)
        for start, past in self._pasts.items() if looks_back else ():
            with suppress(ShakeoutError):
                numbers = seen(with_inputs(past, self._carried(past, inputs)), seed).numbers()
                for row, each in enumerate(self.targets):
                    if self.is_past[row] and each.start_year == start:
                        key = (each.measure, each.region or NATION, each.period)
                        found[row] = numbers.get(key, np.nan)
        return found

    def _carried(self, past: Scenario, inputs: dict[str, float]) -> dict[str, float]:
        """The values that hold at an earlier date as well: those of which the pack says nothing else."""
        now, then = self.scenario.pack.provenance, past.pack.provenance
        return {
            path: value
            for path, value in inputs.items()
            if now[path] == then[path] and left_to_pack(past, path)
        }


PRIORS = (
    ("calibrated.common_shift_cny_per_t", 20.0, 60.0, "CNY/t"),
    ("calibrated.opening_expectation_cny_per_t", 3300.0, 300.0, "CNY/t"),
    ("calibrated.opening_refineries_mt", 0.6, 0.2, "Mt"),
    ("calibrated.opening_smelters_mt", 2.3, 0.4, "Mt"),
    ("running.margin_volatility_cny_per_t", 150.0, 40.0, "CNY/t"),
    ("stocks.cover_smelters_days", 13.0, 1.5, "days"),
    ("stocks.price_scale_cny_per_t", 900.0, 250.0, "CNY/t"),
    ("world.other_exports_mt", 0.5, 0.15, "Mt/yr"),
)
"""Path, middle, standard deviation and unit."""
SHIFT_SD_CNY_PER_T = 60.0
SHARE_SD = 0.04
CUT_SD = 2.0


def fitted_unknowns(scenario: Scenario) -> tuple[Uncertain, ...]:
    """The unknowns that are calibrated."""
    found = [_normal(*each) for each in PRIORS]
    for row in scenario.pack.regions:
        shift, share = "calibrated.region_shift_cny_per_t", "calibrated.runnable_share"
        found.append(_normal(f"{shift}.{row.id}", 0.0, SHIFT_SD_CNY_PER_T, "CNY/t"))
        found.append(_normal(f"{share}.{row.id}", row.best_rate_share, SHARE_SD, "share", most=1.0))
    return tuple(found)


def _normal(path: str, middle: float, sd: float, unit: str, most: float = np.inf) -> Uncertain:
    low, high = middle - CUT_SD * sd, min(middle + CUT_SD * sd, most)
    return Uncertain(path, middle, round(low, 6), round(high, 6), "normal", unit)


@dataclass(frozen=True)
class Unknowns:
    """All unknowns of a calibration, as standard normal numbers and as values.

    Attributes:
        fitted: those that are calibrated.
        sampled: parameters that the pack declares as uncertain.
    """

    fitted: tuple[Uncertain, ...]
    sampled: tuple[Uncertain, ...]

    @property
    def all(self) -> tuple[Uncertain, ...]:
        """Both."""
        return self.fitted + self.sampled

    def values(self, points: Floats, rows: Sequence[int] | None = None) -> Floats:
        """Values of points (points, unknowns), of some of the unknowns if rows are given."""
        from scipy.special import ndtr

        kept = self.all if rows is None else [self.all[row] for row in rows]
        return np.column_stack([each.at(ndtr(points[:, column])) for column, each in enumerate(kept)])


def unknowns_of(scenario: Scenario) -> Unknowns:
    """The unknowns of a scenario's pack with their priors."""
    return Unknowns(fitted_unknowns(scenario), uncertain_parameters([scenario], joint=False))
