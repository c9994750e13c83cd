"""What holds for every test: no property is judged by how long an example takes to draw or to check."""

import gc

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "unhurried",
    deadline=None,
    suppress_health_check=[*settings.default.suppress_health_check, HealthCheck.too_slow],  # type: ignore[union-attr]
)
settings.load_profile("unhurried")

# A worker holds thousands of tests and all that they import; garbage is looked for less often, and not among those.
gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave what is there when the first test begins out of the search for garbage."""
    gc.freeze()
