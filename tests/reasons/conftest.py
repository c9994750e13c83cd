"""Two runs for explanations: the baseline, and a short one in which surely everything happens."""

from pathlib import Path

import pytest

from sim.reasons.record import Record, record_of
from sim.run import Run, run, write_run
from sim.scenario.load import load

EVENTFUL = {
    "years": {"start_year": 2026, "end_year": 2030},
    "parameters": {
        "building": {
            "state_hurdle_ratio": -0.6,
            "private_hurdle_ratio": -0.6,
            "least_ratio": -0.9,
            "lead_years": 2,
            "reused_share": 0.6,
        },
        "approvals": {"consent_logit": 0.5},
        "deals": {"base_logit": 4.0, "consent_tax_logit": 8.0, "closings_count": 6},
        "leaving": {"reluctance_cny_per_t": 0.0, "reluctance_spread_cny_per_t": 20.0},
    },
    "policies": [{"id": "approvals", "quota_mt": 3.0}],
}
"""Owners bold, deals easy, provinces moody, plants ready to close, and a quota that is soon used up."""


@pytest.fixture(scope="session")
def eventful() -> Run:
    """A short run with exits, deals, refusals, denials and moves."""
    return run(load("baseline", **EVENTFUL), seed=3)


@pytest.fixture(scope="session")
def usual() -> Run:
    """The baseline."""
    return run(load("baseline"), seed=0)


@pytest.fixture(scope="session")
def record(eventful: Run) -> Record:
    """The record of the short run."""
    return record_of(eventful)


@pytest.fixture(scope="session")
def folder(eventful: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The short run on disk."""
    return write_run(eventful, tmp_path_factory.mktemp("runs") / "1")
