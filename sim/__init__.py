"""Shakeout: consolidation of China's alumina industry, simulated plant by plant and owner by owner.

    import sim
    run = sim.run(sim.load("baseline"), seed=1)

These are the public names. They are looked up when first used, so that `import sim` costs nothing and a
command that needs no model does not wait for one.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.agents.decider import Importer as Importer
    from sim.agents.decider import National as National
    from sim.agents.decider import OwnerGroup as OwnerGroup
    from sim.agents.decider import Province as Province
    from sim.agents.decider import Refinery as Refinery
    from sim.agents.decider import Smelter as Smelter
    from sim.industry import Industry as Industry
    from sim.report.explore import explore as explore
    from sim.run import Run as Run
    from sim.run import run as run
    from sim.scenario.load import Scenario as Scenario
    from sim.scenario.load import load as load
    from sim.study.calibrate import calibrate as calibrate
    from sim.study.compare import compare as compare
    from sim.study.discovery import discover as discover
    from sim.study.ensemble import ensemble as ensemble
    from sim.study.levers import Levers as Levers
    from sim.study.levers import levers as levers
    from sim.study.search import search as search
    from sim.study.sensitivity import sensitivity as sensitivity
    from sim.study.study import Study as Study
    from sim.study.study import open_study as open_study

_HOMES = {
    "Importer": "sim.agents.decider",
    "National": "sim.agents.decider",
    "OwnerGroup": "sim.agents.decider",
    "Province": "sim.agents.decider",
    "Refinery": "sim.agents.decider",
    "Smelter": "sim.agents.decider",
    "Industry": "sim.industry",
    "Levers": "sim.study.levers",
    "Run": "sim.run",
    "Scenario": "sim.scenario.load",
    "Study": "sim.study.study",
    "calibrate": "sim.study.calibrate",
    "compare": "sim.study.compare",
    "discover": "sim.study.discovery",
    "ensemble": "sim.study.ensemble",
    "explore": "sim.report.explore",
    "levers": "sim.study.levers",
    "load": "sim.scenario.load",
    "open_study": "sim.study.study",
    "run": "sim.run",
    "search": "sim.study.search",
    "sensitivity": "sim.study.sensitivity",
}
"""Where each public name lives."""

__all__ = [*_HOMES]


def _public(name: str) -> Any:
    return getattr(import_module(_HOMES[name]), name)


def __getattr__(name: str) -> Any:
    """A public name, importing its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    return _public(name)


def __dir__() -> list[str]:
    """What a reader may want, public names included."""
    return sorted({*globals(), *_HOMES})


class _Package(ModuleType):
    """The package, on which `run` is always the function.

    `sim.run` is a function and `sim/run.py` a module of the same name. Python binds a submodule to its
    package when it is imported, which would hide the function from then on; a property takes no notice.
    """

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        """Let a cell that says `import sim` travel to a worker: it finds the package by its name."""
        return import_module, (self.__name__,)

    @property
    def run(self) -> Any:
        """The function that gives one run."""
        return _public("run")

    @run.setter
    def run(self, submodule: ModuleType) -> None:
        """Let the import system bind the submodule in vain; `from sim.run import ...` still finds it."""


sys.modules[__name__].__class__ = _Package
