import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sim

FAKE_RUN = """
LIMIT = 3
class Run:
    pass
def run(scenario, seed=0):
    return (scenario, seed)
"""


def _told(code: str, folder: Path) -> str:
    """Give what a fresh Python prints in a folder."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """A folder with a copy of the package's public face and a run module of one line."""
    (tmp_path / "sim").mkdir()
    shutil.copy(Path(sim.__file__), tmp_path / "sim" / "__init__.py")
    (tmp_path / "sim" / "run.py").write_text(FAKE_RUN)
    return tmp_path


@pytest.mark.parametrize(
    "before",
    [
        "",
        "import sim.run",
        "from sim.run import LIMIT",
        "import importlib; importlib.import_module('sim.run')",
    ],
)
def test_the_public_run_is_the_function_whatever_was_imported_before(before: str, beside: Path) -> None:
    assert _told(f"import sim\n{before}\nprint(sim.run('toy', seed=2))", beside) == "('toy', 2)"


def test_the_module_of_runs_can_still_be_imported_from(beside: Path) -> None:
    code = "import sim; sim.run('toy'); from sim.run import LIMIT, Run; print(LIMIT, Run is sim.Run)"

    assert _told(code, beside) == "3 True"


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = ("mesa", "numpy", "pandas", "pydantic")
    code = f"import sys, sim; print([name for name in {heavy} if name in sys.modules])"

    assert _told(code, Path(sim.__file__).parents[1]) == "[]"


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'sim' has no attribute 'lod'"):
        _ = sim.lod


def test_every_public_name_is_listed_for_whoever_explores() -> None:
    assert {*sim.__all__} <= {*dir(sim)}
