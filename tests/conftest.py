"""What holds for every test: no property is judged by how long an example takes to draw or to check."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "unhurried",
    deadline=None,
    suppress_health_check=[*settings.default.suppress_health_check, HealthCheck.too_slow],  # type: ignore[union-attr]
)
settings.load_profile("unhurried")
