"""Does the calibration find what it is known to be looking for? Synthetic figures, made with known unknowns.

On the emulator many data sets are cheap; on the model itself each is a calibration of its own against figures of the
base year, with the first wave shared. Intervals of 90 % should hold the truth in 85 to 95 of 100 cases.

Source: simulation-based calibration, Talts et al. 2018 (arXiv 1804.06788), here of intervals alone.
"""

import copy
import math

import numpy as np
import pandas as pd

from sim.core.arrays import Bools, Floats
from sim.core.rng import Streams
from sim.study.calibrate import Matching, normal
from sim.study.matching import Figures, Match, covered, interval

SETS = 200
RECOVERIES = 10
CHAINS, STEPS = 60, 60
LUCK = "synthetic figures"


def proof(done: Matching, runs: int = 300, draws: int = 300) -> pd.DataFrame:
    """One row a listed unknown: in what share of cases its 90 % interval holds the truth.

    Args:
        done: a calibration that is done; its unknowns, what luck does and its first wave are used again.
        runs: plays of the second wave of each recovery.
        draws: of each posterior.
    """
    luck = Streams(0).generator(LUCK, 0)
    match = Match(done.figures, done.by.emulators[:1])
    emulated = covered(match, luck.standard_normal((SETS, len(done.rows))), CHAINS, STEPS, luck)
    again = copy.copy(done)
    again.past_every, again.rounds = 0, 2
    # Spread evenly, so that the priors alone would hold nine tenths of them and ten recoveries tell more.
    truths = normal(Streams(0).points(LUCK, "lhs", RECOVERIES, len(done.rows)))
    made = again.play("truths", truths)
    sd = np.where(done.plays.is_past, np.inf, done.figures.sd)
    made += luck.standard_normal(made.shape) * np.where(np.isfinite(sd), sd, 0.0)
    found = []
    for case, truth in enumerate(truths):
        again.figures = Figures(np.nan_to_num(made[case]), sd)
        again.match(len(done.first), 2, draws, f"recovery {case + 1}, ", runs)
        found.append(_recovered(again, truth))
    return pd.DataFrame(
        {
            "parameter": [done.unknowns.all[row].path for row in done.rows],
            "emulator_share": emulated.mean(axis=0),
            "model_share": np.mean([inside for inside, _ in found], axis=0),
            "posterior_over_prior_sd": np.mean([left for _, left in found], axis=0),
        }
    )


def _recovered(again: Matching, truth: Floats) -> tuple[Bools, Floats]:
    """Whether each interval holds the truth, and standard deviations of the posterior in those of the prior."""
    # As many equal draws as the weighted ones are worth: copies of one draw would narrow the interval.
    worth = math.floor(1.0 / float((again.weights**2).sum()))
    places = np.searchsorted(np.cumsum(again.weights), (np.arange(worth) + 0.5) / worth)
    drawn = again.drawn[np.minimum(places, len(again.drawn) - 1)]
    low, high = interval(drawn)
    return (low <= truth) & (truth <= high), drawn.std(axis=0)
