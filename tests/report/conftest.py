from dataclasses import replace

import pandas as pd
import pytest

import sim
from sim.results import Results
from sim.run import run

FIRST, LAST = 2026, 2028


@pytest.fixture(scope="session")
def results() -> Results:
    """Three years of the baseline."""
    return run(sim.load("baseline", settings=[f"years.end_year={LAST}"]), 0)


@pytest.fixture(scope="session")
def one_year() -> Results:
    """A run of a single year."""
    return run(sim.load("baseline", settings=[f"years.end_year={FIRST}"]), 0)


@pytest.fixture(scope="session")
def hostile() -> Results:
    """A run whose names try to become part of a page, a formula or a figure."""
    names = {
        "refineries": {
            "weiqiao-zhanhua": {"name": "<script>alert(1)</script>"},
            "xinfa-chiping": {"name": "信发 $x^2$ \\frac{1}"},
        },
        "groups": {"chinalco": {"name": "<img src=http://evil.example/x onerror=1>"}},
        "regions": {"shanxi": {"name": "</style></svg>山西"}},
    }
    question = "<script>alert(2)</script> & what then?"
    return run(
        sim.load("baseline", settings=[f"years.end_year={FIRST}"], question=question, rows=names),
        0,
    )


@pytest.fixture
def standstill(results: Results) -> Results:
    """A run in whose last year nobody makes anything."""
    changed = replace(results)
    columns = {
        "years": ["production_mt", "operating_mt", "operating_rate", "cash_cost_mean_cny_per_t"],
        "quarters": ["production_mt", "cash_cost_mean_cny_per_t"],
        "refineries": ["made_mt", "runnable_mt"],
    }
    for name, zeroed in columns.items():
        table: pd.DataFrame = getattr(results, name).copy()
        table.loc[table["year"] == LAST, zeroed] = 0.0
        changed.__dict__[name] = table
    return changed
