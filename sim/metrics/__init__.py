"""What is measured of the industry each year; importing the folder registers every metric."""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

from sim.metrics.catalogue import METRICS as METRICS  # noqa: E402
