"""The known pipeline: which project starts, slips or gets its go-ahead, and how a new plant runs in."""

import numpy as np
from numpy.typing import NDArray

from sim.core.arrays import Floats
from sim.scenario.owner_parameters import Pipeline

RUN_IN_QUARTERS = 4


def run_in_share(quarters_run: NDArray[np.int64], pipeline: Pipeline) -> Floats:
    """Give the share of capacity that new plants reach, (plants,): a part in each half-year, then all; none before."""
    late = np.where(quarters_run < RUN_IN_QUARTERS, pipeline.second_half_share, 1.0)
    early = np.where(quarters_run < RUN_IN_QUARTERS // 2, pipeline.first_half_share, late)
    return np.where(quarters_run < 0, 0.0, early)


def project_return(
    margin_cny_per_t: float, discount_per_year: float, years: int, pipeline: Pipeline
) -> float:
    """Give net present value over capex of a project that earns a margin for some years.

    Source: equation (5.1) of the model description, with a level margin after a two-year lead.
    """
    rate = discount_per_year
    annuity = (1.0 - (1.0 + rate) ** -years) / rate / (1.0 + rate) ** 2
    worth = pipeline.runnable_share * margin_cny_per_t * annuity
    return worth / pipeline.capex_cny_per_t - 1.0
