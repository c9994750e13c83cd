"""Which packages to try: all, when they are few, or those that an optimiser proposes.

The optimiser is Optuna's tree-structured Parzen estimator, for one aim or several, with limits. It proposes a batch
from what is known before it, so that the same answers give the same proposals, in whatever order they came.

Source: Bergstra et al. 2011; Ozaki et al. 2022 for several aims; Akiba et al. 2019 for Optuna.
"""

import math
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any, NamedTuple

from sim.study.packages import Package

BATCH = 16
"""Packages that are proposed and played together."""
PATIENCE = 5
"""Batches without a package that is new, after which nothing more is tried."""


class Score(NamedTuple):
    """What is known of a package.

    Attributes:
        aims: each to be high.
        excess: of each limit by how much it is broken; zero where it is kept.
    """

    aims: tuple[float, ...]
    excess: tuple[float, ...]

    @property
    def is_kept(self) -> bool:
        """Whether all limits are kept."""
        return not any(self.excess)


Play = Callable[[Sequence[Package]], Sequence[Score | None]]
"""Plays packages and scores them, None where a run failed."""


def try_packages(sizes: Sequence[int], aims: int, most: int, play: Play) -> bool:
    """Have packages played; whether these were all there are.

    Args:
        sizes: how many options each policy has.
        aims: how many aims a score has.
        most: how many packages at most.
        play: is called with packages that it has not been called with.
    """
    if math.prod(sizes) <= most:
        play(list(product(*map(range, sizes))))
        return True
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(directions=["maximize"] * aims, sampler=optuna.samplers.TPESampler(seed=0))
    space: dict[str, Any] = {
        str(place): optuna.distributions.IntDistribution(0, size - 1) for place, size in enumerate(sizes)
    }
    study.enqueue_trial(dict.fromkeys(space, 0))
    known: dict[Package, Score | None] = {}
    in_vain = 0
    while len(known) < most and in_vain < PATIENCE:
        trials = [study.ask(space) for _ in range(BATCH)]
        asked = [tuple(int(trial.params[name]) for name in space) for trial in trials]
        fresh = [each for each in dict.fromkeys(asked) if each not in known][: most - len(known)]
        known |= zip(fresh, play(fresh), strict=True) if fresh else ()
        in_vain = 0 if fresh else in_vain + 1
        for trial, package in zip(trials, asked, strict=True):
            score = known.get(package)
            for place, over in enumerate(score.excess if score else ()):
                trial.set_constraint(str(place), over)
            study.tell(trial, score.aims if score else None, None if score else optuna.trial.TrialState.FAIL)
    return False
