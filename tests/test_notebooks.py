"""The notebooks run from top to bottom, and are kept without what they once put out."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from sim.scenario.shelf import shipped_folder
from tests.patience import HANG_GUARD_SECONDS

BOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
SHORTER = (
    (r"^(RUNS|SIZE) = \d+", r"\1 = 2"),
    (r'"years\.end_year": \d+', '"years.end_year": 2028'),
    (r"year == 2030", "year == 2028"),
    (r'\bout="(?!outputs/studies/notebook-patient)', 'jobs=1, out="'),
)
"""What is changed in a cell so that a notebook is soon through: workers are started for agents of its own alone."""


def book(path: Path) -> Any:
    """Give a notebook, checked against its format."""
    found = nbformat.read(path, as_version=4)
    nbformat.validate(found)
    return found


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """A folder whose shelf has a baseline of three years."""
    text = (shipped_folder() / "baseline.yaml").read_text("utf-8")
    short, count = re.subn(r"end_year: 2035", "end_year: 2028", text)
    assert count == 1
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "baseline.yaml").write_text(short, encoding="utf-8")
    return tmp_path


def test_there_are_notebooks_for_all_that_a_researcher_does_first() -> None:
    assert [path.stem[:2] for path in BOOKS] == [f"{number:02}" for number in range(1, len(BOOKS) + 1)]
    assert len(BOOKS) >= 10


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    cells = book(path).cells

    assert [cell.source for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []
    assert cells[0].cell_type == "markdown"
    assert max(len(cell.source.splitlines()) for cell in cells) <= 40


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(
    path: Path, beside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    running = book(path)
    for cell in running.cells:
        for now, then in SHORTER:
            cell.source = re.sub(now, then, cell.source, flags=re.MULTILINE)

    where, guard = {"metadata": {"path": str(beside)}}, int(HANG_GUARD_SECONDS)
    client = NotebookClient(running, timeout=HANG_GUARD_SECONDS, kernel_name="python3", resources=where)
    client.startup_timeout = client.iopub_timeout = guard
    client.execute()

    said = [
        out.get("text", "")
        for cell in running.cells
        for out in cell.get("outputs", [])
        if out.get("name") == "stderr"
    ]
    assert [text for text in said if "Warning" in text] == []
