"""Plays of the model for a calibration, kept one by one, so that the same command goes on where it was interrupted."""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from sim.core.arrays import Floats
from sim.core.errors import ShakeoutError
from sim.core.progress import progress
from sim.opening import open_world
from sim.scenario.load import Scenario
from sim.scenario.rows import TargetRow
from sim.study.base_year import base_measures, base_targets
from sim.study.design import with_inputs
from sim.study.playing import fingerprint

FILE = "plays.csv"
FOUND = ("calibration.yaml", "posterior.csv")
"""Files of a pack that a calibration writes, so that it does not hang on them."""


@dataclass
class Plays:
    """The model, played where it is asked.

    Attributes:
        scenario: what is played.
        paths: the unknowns.
        folder: where plays are kept.
        targets: what is looked at.
        quiet: whether to show no progress.
    """

    scenario: Scenario
    paths: tuple[str, ...]
    folder: Path
    targets: tuple[TargetRow, ...] = ()
    quiet: bool | None = None
    _kept: dict[str, tuple[float, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find what is kept of the same code, pack, unknowns and targets; what is kept of others is left behind."""
        self.targets = self.targets or base_targets(self.scenario)
        self.folder.mkdir(parents=True, exist_ok=True)
        about, path = self._about(), self.folder / FILE
        rows = list(csv.reader(path.open(encoding="utf-8"))) if path.exists() else []
        if rows and rows[0] == [about]:
            whole = [row for row in rows[1:] if len(row) == 1 + len(self.targets)]
            self._kept = {row[0]: tuple(map(float, row[1:])) for row in whole}
        else:
            path.write_text(f"{about}\n", encoding="utf-8")

    def _about(self) -> str:
        total = hashlib.sha256(fingerprint().encode())
        for name, content in sorted(self.scenario.pack.files.items()):
            if name not in FOUND:
                total.update(f"{name}\0".encode() + content)
        total.update(repr((self.scenario.name, self.paths, self.targets)).encode())
        return total.hexdigest()

    def outcomes(self, stage: str, values: Floats, seeds: Sequence[int] | None = None) -> Floats:
        """The measures of the targets where the unknowns have these values, (plays, targets); NaN where a play fails.

        Args:
            stage: name under which they are kept.
            values: (plays, unknowns).
            seeds: luck of each play [0, 1, 2 ...].
        """
        seeds, found = seeds or range(len(values)), []
        with (self.folder / FILE).open("a", encoding="utf-8", newline="") as file:
            kept = csv.writer(file)
            for row, seed in zip(
                progress(values, desc=stage, unit="play", is_quiet=self.quiet), seeds, strict=True
            ):
                key = f"{stage}/{len(found)}"
                if key not in self._kept:
                    self._kept[key] = self.play(row, seed)
                    kept.writerow([key, *map(repr, self._kept[key])])
                found.append(self._kept[key])
        return np.array(found)

    def play(self, values: Floats, seed: int) -> tuple[float, ...]:
        """The measures where all unknowns have these values."""
        return tuple(self.measured(dict(zip(self.paths, values.tolist(), strict=True)), seed).tolist())

    def measured(self, inputs: dict[str, float], seed: int = 0) -> Floats:
        """The measures of one play with some values in place of those of the scenario."""
        try:
            measured = base_measures(open_world(with_inputs(self.scenario, inputs), seed))
        except ShakeoutError:
            return np.full(len(self.targets), np.nan)
        return np.array([measured.get((each.measure, each.period), np.nan) for each in self.targets])
