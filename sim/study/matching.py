"""History matching: which values of unknowns are not ruled out by figures of the past, and how likely each is.

Unknowns are told in units of their priors: a standard normal number each, whatever the shape of the prior. An
emulator, a quadratic ridge regression, stands for the model where it was not played; what it cannot tell, luck
among it, is part of what a gap is held against. A point is ruled out when its implausibility
I = |mean - target| / sqrt(V_obs + V_disc + V_sim) reaches the cut on any target.

Source: Craig, Goldstein, Seheult & Smith 1997; Vernon, Goldstein & Bower 2010, Bayesian Analysis 5; ridge with
leave-one-out by Golub, Heath & Wahba 1979; elliptical slice sampling, Murray, Adams & MacKay 2010.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Floats
from sim.core.rng import Generator

CUT = 3.0
"""Implausibility from which a target is not reproduced (three sigma, Pukelsheim 1994)."""
INTERVAL = (0.05, 0.95)
"""Quantiles between which nine in ten should lie."""
RIDGES = tuple(10.0**power for power in range(-1, 5))
"""Penalties that are tried."""


def terms(points: Floats) -> Floats:
    """The linear and quadratic terms of points, (points, unknowns + unknowns * (unknowns + 1) / 2)."""
    first, second = np.triu_indices(points.shape[1])
    return np.hstack([points, points[:, first] * points[:, second]])


@dataclass(frozen=True)
class Emulator:
    """Outcomes as quadratic functions of the unknowns.

    Attributes:
        slopes: (terms, outcomes).
        offset: (outcomes,).
        error_sd: (outcomes,) root mean square of what it misses on a point that it was not shown.
        skill: (outcomes,) share of the variance that it tells of such points.
    """

    slopes: Floats
    offset: Floats
    error_sd: Floats
    skill: Floats

    def only(self, kept: Floats) -> "Emulator":
        """The emulator of some of the outcomes."""
        return Emulator(self.slopes[:, kept], self.offset[kept], self.error_sd[kept], self.skill[kept])

    def __call__(self, points: Floats) -> Floats:
        """The outcomes at points, (points, outcomes)."""
        return np.asarray(self.offset + terms(points) @ self.slopes)


def fit(points: Floats, outcomes: Floats) -> Emulator:
    """The emulator of runs; each outcome has the penalty that leaves the least error on runs left out one by one."""
    if not len(points):
        nothing = np.zeros(outcomes.shape[1])
        return Emulator(np.zeros((terms(points).shape[1], nothing.size)), nothing, nothing + np.inf, nothing)
    found = terms(points)
    middle, scale = found.mean(axis=0), np.maximum(found.std(axis=0), 1e-12)
    left, size, right = np.linalg.svd((found - middle) / scale, full_matrices=False)
    mean = outcomes.mean(axis=0)
    told = left.T @ (outcomes - mean)
    best, slopes = np.full(outcomes.shape[1], np.inf), np.zeros((found.shape[1], outcomes.shape[1]))
    for ridge in RIDGES:
        kept = size**2 / (size**2 + ridge)
        leverage = (left**2) @ kept + 1.0 / len(points)
        missed = (outcomes - mean - (left * kept) @ told) / np.maximum(1.0 - leverage, 1e-3)[:, None]
        error = (missed**2).mean(axis=0)
        better = error < best
        best[better] = error[better]
        slopes[:, better] = (right.T * (size / (size**2 + ridge)) @ told)[:, better]
    slopes = slopes / scale[:, None]
    spread = outcomes.var(axis=0)
    varies = spread > 1e-18 * np.maximum(mean**2, 1.0)
    skill = np.where(varies, 1.0 - best / np.where(varies, spread, 1.0), 1.0)
    return Emulator(slopes, mean - middle @ slopes, np.sqrt(best), skill)


@dataclass(frozen=True)
class Figures:
    """What is matched, arrays (targets,).

    Attributes:
        value: the figures.
        sd: standard deviation of observation, discrepancy and luck together.
    """

    value: Floats
    sd: Floats

    def implausibility(self, outcomes: Floats, error_sd: Floats | float = 0.0) -> Floats:
        """I of outcomes, (points, targets)."""
        return np.asarray(np.abs(outcomes - self.value) / np.hypot(self.sd, error_sd))

    def log_likelihood(self, outcomes: Floats, error_sd: Floats | float = 0.0) -> Floats:
        """Log of the normal density of the figures given outcomes, but for a constant, (points,)."""
        return np.asarray(-0.5 * (self.implausibility(outcomes, error_sd) ** 2).sum(axis=1))


def slice_sample(
    log_likelihood: Callable[[Floats], Floats], start: Floats, steps: int, generator: Generator
) -> Floats:
    """Where chains stand after so many steps through a standard normal prior times a likelihood.

    Args:
        log_likelihood: of points (chains, unknowns), (chains,).
        start: (chains, unknowns) points of some likelihood.
        steps: how many.
        generator: luck.
    """
    here, height = start.copy(), log_likelihood(start)
    for _ in range(steps):
        other = generator.standard_normal(here.shape)
        level = height + np.log(generator.uniform(size=len(here)))
        angle = generator.uniform(0.0, 2.0 * math.pi, len(here))
        low, high = angle - 2.0 * math.pi, angle.copy()
        open_rows, origin = np.arange(len(here)), here.copy()
        while open_rows.size:
            turn = angle[open_rows, None]
            tried = origin[open_rows] * np.cos(turn) + other[open_rows] * np.sin(turn)
            reached = log_likelihood(tried)
            taken = reached > level[open_rows]
            here[open_rows[taken]], height[open_rows[taken]] = tried[taken], reached[taken]
            open_rows = open_rows[~taken]
            below = angle[open_rows] < 0.0
            low[open_rows[below]] = angle[open_rows[below]]
            high[open_rows[~below]] = angle[open_rows[~below]]
            angle[open_rows] = generator.uniform(low[open_rows], high[open_rows])
            # A bracket that has shrunk to nothing leaves the chain where it is.
            open_rows = open_rows[high[open_rows] - low[open_rows] > 1e-9]
    return here


@dataclass(frozen=True)
class Match:
    """The unknowns given the emulators of the waves so far.

    Attributes:
        figures: the targets, those that are set aside left out.
        emulators: one a wave, of these targets.
    """

    figures: Figures
    emulators: tuple[Emulator, ...]

    def implausibility(self, points: Floats) -> Floats:
        """I of the last emulator, (points, targets)."""
        last = self.emulators[-1]
        return self.figures.implausibility(last(points), last.error_sd)

    def log_likelihood(self, points: Floats) -> Floats:
        """By the last emulator, (points,)."""
        last = self.emulators[-1]
        return self.figures.log_likelihood(last(points), last.error_sd)

    def inside(self, points: Floats) -> Floats:
        """Zero where no wave rules a point out, minus infinity elsewhere, (points,)."""
        worst = np.zeros(len(points))
        for each in self.emulators:
            seen = self.figures.implausibility(each(points), each.error_sd)
            worst = np.maximum(worst, seen.max(axis=1, initial=0.0))
        return np.where(worst < CUT, 0.0, -np.inf)

    def posterior(self, start: Floats, steps: int, generator: Generator) -> Floats:
        """Points as likely as prior and figures make them."""
        return slice_sample(self.log_likelihood, start, steps, generator)

    def region(self, start: Floats, steps: int, generator: Generator) -> Floats:
        """Points of the prior that are not ruled out, from those of the start that are not; none if there are none."""
        held: Floats = start[self.inside(start) == 0.0]
        if not held.size:
            return held
        chains = held[np.arange(len(start)) % len(held)]
        return slice_sample(self.inside, chains, steps, generator)


def learned_share(slopes: Floats) -> Floats:
    """The share of each unknown's prior variance that figures take away, (unknowns,).

    Args:
        slopes: (places, targets, unknowns) change of targets, in units of what is accepted, for a standard
            deviation of an unknown, at places of the prior; NaN where none was seen.
    """
    pairs = slopes[:, :, :, None] * slopes[:, :, None, :]
    places = np.maximum(np.isfinite(pairs).sum(axis=0), 1)
    information = (np.nansum(pairs, axis=0) / places).sum(axis=0)
    return np.asarray(1.0 - np.diag(np.linalg.inv(np.eye(len(information)) + information)))


def covered(match: Match, known: Floats, chains: int, steps: int, generator: Generator) -> Floats:
    """Whether the 90 % interval of each unknown holds what synthetic figures were made with, (data sets, unknowns).

    Args:
        match: deviations of the figures and the emulator that makes them.
        known: (data sets, unknowns) what each is made with.
        chains: draws of each posterior.
        steps: of a chain.
        generator: luck.
    """
    kept = np.isfinite(match.figures.sd)
    emulator = match.emulators[-1].only(kept)
    sd = match.figures.sd[kept]
    noise = np.hypot(sd, emulator.error_sd)
    inside = []
    for truth, values in zip(known, emulator(known), strict=True):
        figures = Figures(values + noise * generator.standard_normal(len(noise)), sd)
        start = generator.standard_normal((chains, len(truth)))
        low, high = interval(Match(figures, (emulator,)).posterior(start, steps, generator))
        inside.append((low <= truth) & (truth <= high))
    return np.array(inside)


def interval(draws: Floats) -> tuple[Floats, Floats]:
    """Bounds between which one more draw lies in nine of ten cases, (unknowns,) each.

    What was true is one more draw of a right posterior, so its rank among n draws is even over n + 1 places; quantiles
    that count n - 1 gaps would hold it in 0.9 (n - 1) / (n + 1) of cases: 74 of 100 for ten draws.

    Args:
        draws: (draws, unknowns) equally likely ones.

    Source: ranks, Talts et al. 2018 (arXiv 1804.06788); plotting positions, Weibull 1939.
    """
    low, high = np.quantile(draws, INTERVAL, axis=0, method="weibull")
    return low, high
