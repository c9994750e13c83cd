"""The posterior of a pack: read with its weights, and checked with the rest."""

from pathlib import Path

import pytest

from sim.scenario.pack import read_pack
from sim.scenario.posterior import FILE, Posterior
from tests.scenario.planted import copy_of_pack, problems


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of the shipped pack."""
    return copy_of_pack(tmp_path)


def put(folder: Path, text: str) -> None:
    (folder / FILE).write_text(text, encoding="utf-8")


def test_draws_are_read_with_weights_that_add_up_to_one(folder: Path) -> None:
    put(folder, "weight,market.contract_share,world.slope_mt_per_usd\n1,0.6,0.02\n3,0.7,0.03\n")
    found = read_pack(folder).posterior

    assert found.paths == ("market.contract_share", "world.slope_mt_per_usd")
    assert found.weights == pytest.approx([0.25, 0.75])
    assert found.of("market.contract_share") == pytest.approx([0.6, 0.7])


def test_a_pack_without_a_posterior_has_an_empty_one(folder: Path) -> None:
    (folder / FILE).unlink(missing_ok=True)

    assert read_pack(folder).posterior == Posterior()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "needs a first column"),
        ("market.contract_share\n0.6\n", "needs a first column"),
        ("weight,market.contract_shore\n1,0.6\n", "is no parameter of the pack"),
        ("weight,market.contract_share\n1,much\n", "every cell must be a number"),
        ("weight,market.contract_share\n0,0.6\n", "weights above zero"),
    ],
)
def test_what_is_wrong_with_it_is_told(folder: Path, text: str, why: str) -> None:
    put(folder, text)
    (found,) = problems(folder)

    assert why in found.message
    assert Path(found.file).name == FILE
