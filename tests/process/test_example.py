"""A third process touches its module and its pack alone: played, explained, reported, audited, in words of its own."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.cli import main
from sim.process.base import PROCESSES
from sim.report.audit import audit
from sim.run import Run
from sim.scenario.problems import InvalidScenarioError
from sim.scenario.processes import KNOWN
from sim.sight.outlook import cost_terms
from tests.contracts.tree import ROOT
from tests.process import leaks

NAME = "electric_iron"
SCENARIO = Path(__file__).parent / f"{NAME}.yaml"
MODULE = "tests.process.example_process"
FOREIGN = f"{leaks.ALUMINA}|{leaks.COPPER}"


@pytest.fixture(scope="module", autouse=True)
def registered() -> Iterator[None]:
    """Let the process be there for these tests alone."""
    import_module(MODULE)
    yield
    PROCESSES._things.pop(NAME)
    KNOWN.pop(NAME)
    sys.modules.pop(MODULE)


@pytest.fixture(scope="module")
def finished(registered: None) -> Run:
    return sim.run(SCENARIO, 0)


def test_cost_is_that_of_the_recipe(finished: Run) -> None:
    world = finished.world
    terms, plants = cost_terms(world, world.refineries), world.refineries
    parts = dict(zip(world.process.components, world.recipe.cost(terms), strict=True))
    power = np.array([row.power_cny_per_kwh for row in world.pack.regions])[plants.region]

    assert parts["coke"] == pytest.approx(0.4 * terms.now.of["coke"])
    assert parts["power"] == pytest.approx(2000.0 * power)
    assert parts["other"] == pytest.approx(150.0)
    assert finished.years["production_mt"].min() > 1.0
    assert max(finished.residuals.values()) < 1e-6


def test_a_number_of_the_process_outside_its_range_is_told() -> None:
    with pytest.raises(InvalidScenarioError) as caught:
        sim.load(SCENARIO, set={"parameters.process.ore_t_per_t": 9.0})

    assert "parameters.process.ore_t_per_t: 9 is above the maximum 3 t/t" in str(caught.value)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_file_of_a_run_speaks_of_another_industry_and_the_run_adds_up(
    finished: Run, tmp_path: Path, lang: str
) -> None:
    folder = leaks.write_all(finished, tmp_path / lang, lang)

    assert leaks.in_folder(folder, FOREIGN) == {}
    assert [each.identity for each in audit(folder) if not each.holds] == []


def test_no_explanation_speaks_of_another_industry(finished: Run) -> None:
    said = {key: re.findall(FOREIGN, text, re.IGNORECASE) for key, text in leaks.explained(finished)}

    assert {key: found for key, found in said.items() if found} == {}


def test_no_file_of_a_comparison_speaks_of_another_industry(tmp_path: Path) -> None:
    folder = leaks.compared(SCENARIO, tmp_path / "study")

    assert leaks.in_folder(folder, FOREIGN) == {}


def test_the_scenario_is_valid() -> None:
    assert main(["validate", str(SCENARIO)]) == 0


def test_a_module_copied_to_the_folder_of_processes_is_found_by_itself(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    shutil.copytree(SCENARIO.parent / NAME, tmp_path / "scenarios" / NAME)
    shutil.copy(SCENARIO, tmp_path / "scenarios")
    command = [sys.executable, "-m", "sim.cli", "validate", NAME]
    bare = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    shutil.copy(Path(__file__).with_name("example_process.py"), tmp_path / "sim/process" / f"{NAME}.py")
    whole = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "industry.yaml:8:12: trade.process: no process 'electric_iron'" in bare.stdout
    assert (bare.returncode, len(bare.stdout.splitlines())) == (3, 1)
    assert (whole.returncode, whole.stdout) == (0, "")


def test_the_recipe_beside_the_processes_is_that_of_the_example() -> None:
    text = (ROOT / "sim/process/README.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text.partition("\n## ")[0], re.DOTALL)
    parts = [part.strip("\n") for block in blocks for part in block.split("\n...\n")]
    example = Path(__file__).with_name("example_process.py").read_text("utf-8")

    assert parts
    assert [part for part in parts if part not in example] == []
