"""The lock files pin, by hash, everything that `pyproject.toml` asks for, and name no place to fetch it."""

import re
import tomllib
from itertools import pairwise

import pytest

from tests.contracts.tree import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-notebook.lock")
NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)")


def normal(requirement: str) -> str:
    """Give the name of a requirement in the form in which names are compared."""
    found = NAME.match(requirement)
    return re.sub(r"[-_.]+", "-", found.group(1)).lower() if found else ""


def pinned(text: str) -> set[str]:
    """Give the names that a lock pins."""
    return {normal(line) for line in text.splitlines() if NAME.match(line) and "==" in line}


def unhashed(text: str) -> list[str]:
    """Give the pins that no hash follows."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return [now for now, after in pairwise([*lines, ""]) if "==" in now and "--hash=sha256:" not in after]


def asked(extra: str) -> set[str]:
    """Give the names that the project and one of its extras ask for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    return {normal(line) for line in (*project["dependencies"], *extras["build"], *extras[extra])} - {
        "shakeout"
    }


@pytest.mark.parametrize(("lock", "extra"), [(LOCKS[0], "build"), (LOCKS[1], "dev"), (LOCKS[2], "notebook")])
def test_a_lock_pins_all_that_the_project_asks_for(lock: str, extra: str) -> None:
    text = (ROOT / lock).read_text("utf-8")

    assert asked(extra) - pinned(text) == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_of_a_lock_has_its_hashes(lock: str) -> None:
    assert unhashed((ROOT / lock).read_text("utf-8")) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place_to_fetch_from(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")

    assert re.findall(r"://|file:|--index|--find-links", text) == []


def test_a_pin_without_hash_and_a_missing_name_are_found() -> None:
    text = "numpy==2.1.0 \\\n    --hash=sha256:00\nclick==8.1.8\n    # via nobody\n"

    assert unhashed(text) == ["click==8.1.8"]
    assert pinned(text) == {"numpy", "click"}
