"""The calibration: history matching of all unknowns against all targets at once, and the one point for a usual run.

1. Screening: around a few places of the prior each unknown is moved alone; one of which the targets take less than a
   twentieth of the prior variance leaves the list, and keeps its prior.
2. Waves: a Latin hypercube, then points that no emulator so far rules out; after each the emulator is fitted anew.
   A target that no play of the first wave reaches, or that leaves nothing over, is set aside and told.
3. Posterior: draws by the last emulator, each played, and weighted by what the play says beyond the emulator.
4. Point: least squares of the calibrated unknowns alone, from which runs without sampled inputs start.

Source: see `matching`; importance weights, Kong, Liu & Wong 1994; least squares with priors by SciPy.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from sim.core.arrays import Bools, Floats
from sim.core.errors import UsageError, whole
from sim.core.rng import Streams
from sim.scenario.load import Scenario, load
from sim.scenario.settings import Settings
from sim.study.matching import CUT, Emulator, Figures, Match, fit, learned_share
from sim.study.plays import Plays, Unknowns, unknowns_of

HOME = Path("outputs") / "calibration"
LUCK = "calibration"
PLACES = 4
"""Places of the prior around which unknowns are screened."""
LEAST_LEARNED_SHARE = 0.05
"""Of the prior variance; an unknown of which targets tell less leaves the list."""
PAST_EVERY = 4
"""Every so many plays look at past years too, which take ten times as long."""
ROUNDS = 3
SEEDS = 20
"""Plays that differ by luck alone."""
STEPS = 150
"""Of a chain."""
STEP = 0.2
"""Of the least squares, in standard deviations."""
MOST_STEPS = 25
FAILED = 10.0
"""Gap of a play that fails."""
TINY = 1e-300
KEPT = 256
"""Places in the posterior that is kept."""
LEVELS = 2000
"""Quantiles by which a prior is told."""
SOURCE = "calibration against targets.csv (sim/study/calibrate.py)"


@dataclass(frozen=True)
class Calibration:
    """What a calibration has found.

    Attributes:
        targets: one row a target: what it is, the model before (first wave) and after, implausibility, share that fits.
        parameters: one row an unknown: what screening says it learns, prior, posterior, what it learned, the point.
        posterior: one row a draw: weight and values by path.
        point: value of each calibrated unknown.
        facts: shares of plays that fit all targets that are not set aside (of the last wave, of the draws, of the draws
            by weight), and how many draws of equal weight the draws are worth.
    """

    targets: pd.DataFrame
    parameters: pd.DataFrame
    posterior: pd.DataFrame
    point: dict[str, float]
    facts: dict[str, float]


def calibrate(scenario: str | Path | Scenario = "baseline", *, set: Settings = (), **how: Any) -> Calibration:
    """Match a scenario's pack against its targets.

    Args:
        scenario: whose pack; what the scenario sets itself is held.
        set: changes of the scenario.
        how: `runs` of each wave [1000], `waves` [3], `draws` of the posterior [1000], `out`: folder where plays are
            kept and gone on with [outputs/calibration/PACK], `quiet`.
    """
    return matching(load(scenario, set=set), **how).told()


def matching(
    scenario: Scenario,
    runs: int = 1000,
    waves: int = 3,
    draws: int = 1000,
    *,
    out: Path | str | None = None,
    quiet: bool | None = None,
) -> "Matching":
    """The matching of a scenario's pack, done."""
    runs, waves, draws = whole("runs", runs, 2), whole("waves", waves, 1), whole("draws", draws, 2)
    unknowns = unknowns_of(scenario)
    folder = Path(out) if out else HOME / scenario.pack.name
    plays = Plays(scenario, tuple(each.path for each in unknowns.all), folder, quiet=quiet)
    found = Matching(plays, unknowns)
    found.match(runs, waves, draws)
    return found


class Matching:
    """The steps of a calibration, each played through `plays`.

    Attributes:
        plays: the model.
        unknowns: with their priors.
        figures: of the targets; the deviation of one that is set aside is infinite.
        learned: (unknowns,) share of the prior variance that targets take, by screening.
        rows: the unknowns that are on the list.
        past_every: every so many plays look at past years too; zero: none does.
        rounds: how many times the posterior is drawn from.
        by: the emulators by which the last draws were made.
        first: what the first wave gave, (plays, targets).
        nearest: (targets,) least implausibility of its plays.
        region: whether each play of the last wave fits all targets; `last` the same of the last draws.
        drawn: (draws, listed unknowns) draws of the posterior as standard normal numbers.
        played: (draws, targets) what they gave.
        weights: (draws,) what they count.
    """

    def __init__(self, plays: Plays, unknowns: Unknowns, places: int = PLACES) -> None:
        """Screen the unknowns and see what luck does.

        Raises:
            UsageError: no target tells of any unknown.
        """
        self.plays, self.unknowns, self.luck = plays, unknowns, Streams(0).generator(LUCK, 0)
        self.past_every, self.rounds = PAST_EVERY, ROUNDS
        count, targets = len(unknowns.all), plays.targets
        same = plays.outcomes("luck", unknowns.values(np.zeros((SEEDS, count))), past=range(SEEDS))
        accepted = [math.hypot(each.observation_sd, each.discrepancy_sd) for each in targets]
        values = np.array([each.value for each in targets])
        self.figures = Figures(values, np.hypot(accepted, np.nanstd(same, axis=0)))
        self.learned = self._screened(count, places)
        self.rows = np.flatnonzero(self.learned >= LEAST_LEARNED_SHARE)
        if not self.rows.size:
            raise UsageError("no target tells of any unknown: there is nothing to calibrate")

    def _screened(self, count: int, places: int) -> Floats:
        """What targets tell of each unknown, by moving it alone."""
        around = normal(Streams(0).points("screening", "lhs", places, count))
        moved, step = np.repeat(around[:, None, :], 1 + count, axis=1), -np.sign(around)
        moved[:, np.arange(1, 1 + count), np.arange(count)] += step
        flat = moved.reshape(-1, count)
        # Past years take ten times as long: they are looked at around the first place alone.
        values = self.unknowns.values(flat)
        seen = self.plays.outcomes("screening", values, [0] * len(flat), range(1 + count))
        seen = seen.reshape(places, 1 + count, -1)
        slopes = (seen[:, 1:] - seen[:, :1]) / step[:, :, None] / self.figures.sd
        return learned_share(slopes.swapaxes(1, 2))

    def play(self, stage: str, points: Floats) -> Floats:
        """What listed unknowns at these points give, the others in the middle of their priors; of past years some."""
        past = range(0, len(points), self.past_every) if self.past_every else ()
        return self.plays.outcomes(stage, self._values(points), past=past)

    def _values(self, points: Floats) -> Floats:
        full = np.zeros((len(points), len(self.unknowns.all)))
        full[:, self.rows] = points
        return self.unknowns.values(full)

    def match(self, runs: int, waves: int, draws: int, stage: str = "", later: int = 0) -> None:
        """Play waves and draw from the posterior, some times, so that the emulator knows where the draws are.

        Args:
            runs: plays of the first wave, and of the others unless `later` says another number.
            waves: how many.
            draws: of the posterior.
            stage: what plays other than those of the first wave are kept under.
            later: plays of each wave after the first.
        """
        points = normal(Streams(0).points(LUCK, "lhs", runs, len(self.rows)))
        self.first = outcomes = played = self.play("wave 1", points)
        self.nearest = np.nanmin(self.figures.implausibility(self.first), axis=0)
        self._set_aside(~(self.nearest < CUT))
        match = Match(self.figures, (_fitted(points, outcomes),))
        for wave in range(2, waves + 1):
            more, match = self._not_ruled_out(match, later or runs)
            held = match.inside(points) == 0.0
            played = self.play(f"{stage}wave {wave}", more)
            points, outcomes = np.vstack([points[held], more]), np.vstack([outcomes[held], played])
            match = Match(match.figures, (*match.emulators, _fitted(points, outcomes)))
        base, rounds = ~self.plays.is_past, []
        self.region = _fitting(self.figures, played, base)
        for number in range(1, self.rounds + 1):
            drawn = match.posterior(self.luck.standard_normal((draws, len(self.rows))), STEPS, self.luck)
            played, self.by = self.play(f"{stage}draws {number}", drawn), match
            rounds.append((drawn, played, _weights(match, drawn, played, base)))
            points, outcomes = np.vstack([points, drawn]), np.vstack([outcomes, played])
            match = Match(self.figures, (*match.emulators, _fitted(points, outcomes)))
        self.last = _fitting(self.figures, played, base)
        self.drawn = np.vstack([each[0] for each in rounds])
        self.played = np.vstack([each[1] for each in rounds])
        self.weights = _pooled([each[2] for each in rounds])

    def _set_aside(self, hopeless: Floats) -> None:
        self.figures = Figures(self.figures.value, np.where(hopeless, np.inf, self.figures.sd))

    def _not_ruled_out(self, match: Match, count: int) -> tuple[Floats, Match]:
        """Points that no wave rules out; while there are none, the target that is farthest off is set aside."""
        while True:
            start = match.posterior(self.luck.standard_normal((count, len(self.rows))), STEPS, self.luck)
            found = match.region(start, STEPS, self.luck)
            if found.size:
                return found, match
            worst = np.median(match.implausibility(start), axis=0).argmax()
            self._set_aside(np.arange(len(self.figures.sd)) == worst)
            match = Match(self.figures, match.emulators)

    def told(self) -> Calibration:
        """Tables, the posterior and the point."""
        fits = _fitting(self.figures, self.played, ~self.plays.is_past)
        facts = {
            "region_fits_share": float(self.region.mean()),
            "draws_fit_share": float(self.last.mean()),
            "posterior_fits_share": float(self.weights @ fits),
            "effective_draws": 1.0 / float((self.weights**2).sum()),
        }
        posterior, point = self._posterior(), self._point()
        return Calibration(self._targets(), self._parameters(posterior, point), posterior, point, facts)

    def _posterior(self) -> pd.DataFrame:
        """Draws as they come when rows are taken by weight, evenly spaced; a row that comes twice counts twice."""
        places = np.searchsorted(np.cumsum(self.weights), (np.arange(KEPT) + 0.5) / KEPT)
        taken, times = np.unique(np.minimum(places, len(self.weights) - 1), return_counts=True)
        paths = [self.unknowns.all[row].path for row in self.rows]
        frame = pd.DataFrame(self._values(self.drawn[taken])[:, self.rows], columns=paths)
        frame.insert(0, "weight", times / KEPT)
        return frame

    def _point(self) -> dict[str, float]:
        """The calibrated unknowns that fit best where the sampled parameters are those of the pack."""
        fitted, base = self.unknowns.fitted, ~self.plays.is_past
        rows = [row for row in self.rows if row < len(fitted)]
        full = np.zeros((1, len(self.unknowns.all)))

        def inputs(moved: Floats) -> dict[str, float]:
            full[0, rows] = moved - 1.0
            values = self.unknowns.values(full)[0].round(4).tolist()
            return {each.path: value for each, value in zip(fitted, values, strict=False)}

        def gaps(moved: Floats) -> Floats:
            seen = (self.plays.measured(inputs(moved)) - self.figures.value) / self.figures.sd
            return np.concatenate([np.nan_to_num(seen[base], nan=FAILED), moved - 1.0])

        # From the posterior's middle; finite steps are relative, so distances are from one upwards.
        start = 1.0 + (self.weights @ self.drawn)[: len(rows)]
        return inputs(least_squares(gaps, start, diff_step=STEP, max_nfev=MOST_STEPS).x)

    def _targets(self) -> pd.DataFrame:
        kept = self.weights > 0.0
        played, weights = self.played[kept], self.weights[kept][:, None] * np.isfinite(self.played[kept])
        weights = weights / np.maximum(weights.sum(axis=0), TINY)
        after = np.nansum(weights * played, axis=0)
        about = [(each.id, each.start_year, each.period, each.unit) for each in self.plays.targets]
        frame = pd.DataFrame(about, columns=["target", "start_year", "period", "unit"])
        return frame.assign(
            value=self.figures.value,
            sd=[math.hypot(each.observation_sd, each.discrepancy_sd) for each in self.plays.targets],
            before=np.nanmean(self.first, axis=0),
            before_sd=np.nanstd(self.first, axis=0),
            after=after,
            after_sd=np.sqrt(np.nansum(weights * (played - after) ** 2, axis=0)),
            implausibility=self.figures.implausibility(after),
            nearest=self.nearest,
            fits_share=(weights * (self.figures.implausibility(played) < CUT)).sum(axis=0),
            emulator_skill=self.by.emulators[-1].skill,
            is_set_aside=np.isinf(self.figures.sd),
        )

    def _parameters(self, posterior: pd.DataFrame, point: Mapping[str, float]) -> pd.DataFrame:
        shares, rows = (np.arange(LEVELS) + 0.5) / LEVELS, []
        for each, learned in zip(self.unknowns.all, self.learned.tolist(), strict=True):
            prior = each.at(shares)
            row: dict[str, Any] = {"parameter": each.path, "unit": each.unit, "screened_share": learned}
            row |= {"low": each.low, "high": each.high}
            row |= {"prior": float(prior.mean()), "prior_sd": float(prior.std())}
            if each.path in posterior:
                weight, drawn = posterior["weight"].to_numpy(), posterior[each.path].to_numpy()
                mean = float(weight @ drawn)
                row |= {"posterior": mean, "posterior_sd": math.sqrt(weight @ (drawn - mean) ** 2)}
                row["learned_share"] = 1.0 - (row["posterior_sd"] / row["prior_sd"]) ** 2
            rows.append(row | {"point": point.get(each.path, np.nan)})
        return pd.DataFrame(rows)


def normal(shares: Floats) -> Floats:
    """Standard normal numbers of shares from 0 to 1."""
    from scipy.special import ndtri

    return np.asarray(ndtri(shares))


def _fitted(points: Floats, outcomes: Floats) -> Emulator:
    """The emulator of plays, of which some do not look at all targets; one that none looks at is all error."""
    there, of = np.unique(np.isfinite(outcomes), axis=1, return_inverse=True)
    parts = [
        fit(points[there[:, part]], outcomes[np.ix_(there[:, part], of == part)])
        for part in range(there.shape[1])
    ]
    order = np.argsort(np.concatenate([np.flatnonzero(of == part) for part in range(len(parts))]))
    arrays = zip(*((each.slopes, each.offset, each.error_sd, each.skill) for each in parts), strict=True)
    return Emulator(*(np.concatenate(several, axis=-1)[..., order] for several in arrays))


def _fitting(figures: Figures, outcomes: Floats, base: Bools) -> Floats:
    """One for each play that reproduces all targets that it looks at, else zero; a failed play does not."""
    missed = figures.implausibility(outcomes) >= CUT
    return np.asarray((~missed.any(axis=1) & np.isfinite(outcomes[:, base]).all(axis=1)).astype(float))


def _weights(match: Match, points: Floats, outcomes: Floats, base: Bools) -> Floats:
    """What draws of the emulator's posterior count by what the model itself says of them; they add up to one.

    Source: truncated importance weights, Ionides 2008, Journal of Computational and Graphical Statistics 17.
    """
    last = match.emulators[-1]
    emulated = match.figures.implausibility(last(points), last.error_sd)
    more = 0.5 * np.nansum(emulated**2 - match.figures.implausibility(outcomes) ** 2, axis=1)
    weights = np.exp(more - more.max()) * np.isfinite(outcomes[:, base]).all(axis=1)
    weights = np.minimum(weights, weights.mean() * math.sqrt(len(weights)))
    return np.asarray(weights / weights.sum())


def _pooled(several: Sequence[Floats]) -> Floats:
    """Weights of several rounds together, each round by what its draws are worth."""
    worth = [1.0 / float((each**2).sum()) for each in several]
    weighed = [each * value for each, value in zip(several, worth, strict=True)]
    return np.concatenate(weighed) / math.fsum(worth)


def write(found: Calibration, folder: Path) -> None:
    """Write `calibration.yaml` and `posterior.csv` of a pack anew."""
    (folder / "calibration.yaml").write_text(calibration_text(found), encoding="utf-8")
    found.posterior.to_csv(folder / "posterior.csv", index=False, float_format="%.6g", lineterminator="\n")


def calibration_text(found: Calibration) -> str:
    """The text of `calibration.yaml`: the point, between what the posterior holds in nineteen cases of twenty."""
    tree: dict[str, Any] = {}
    for row in found.parameters.dropna(subset="point").to_dict("records"):
        *parents, last = row["parameter"].split(".")
        place = tree
        for part in parents:
            place = place.setdefault(part, {})
        is_matched = row["parameter"] in found.posterior
        sd = row["posterior_sd" if is_matched else "prior_sd"]
        middle = row["posterior" if is_matched else "prior"]
        place[last] = {
            "value": row["point"],
            "low": max(min(middle - 2.0 * sd, row["point"]), row["low"]),
            "high": min(max(middle + 2.0 * sd, row["point"]), row["high"]),
            "unit": row["unit"],
            "status": "derived" if is_matched else "assumption",
            "source": SOURCE if is_matched else "prior of the calibration; no target tells of it",
        }
    return (
        "\n".join(["# Written by `shakeout calibrate --write`; do not edit by hand.", "", *_lines(tree, 0)])
        + "\n"
    )


def _lines(tree: Mapping[str, Any], depth: int) -> list[str]:
    lines: list[str] = []
    for key in sorted(tree):
        pad, value = "  " * depth, tree[key]
        lines.append(f"{pad}{key}:")
        if "value" in value:
            numbers = f"value: {value['value']:g}, low: {value['low']:.4g}, high: {value['high']:.4g}"
            lines.append(f"{pad}  {{{numbers}, unit: {value['unit']}, status: {value['status']},")
            lines.append(f'{pad}   source: "{value["source"]}"}}')
        else:
            lines.extend(_lines(value, depth + 1))
    return lines
