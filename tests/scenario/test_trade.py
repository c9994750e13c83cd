"""What a pack says of its inputs: which there are, what they are for, and what is told when it makes no sense."""

from pathlib import Path

import pytest

from sim.scenario.load import load
from tests.scenario.planted import copy_of_pack, edit, problems, rewrite, the_problem


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of the shipped pack that a test may spoil."""
    return copy_of_pack(tmp_path)


@pytest.mark.parametrize("name", ["baseline", "toy"])
def test_a_shipped_pack_says_which_input_is_ore_metal_and_money(name: str) -> None:
    trade = load(name).pack.trade

    roles = [trade.of(role) for role in (trade.feed, trade.metal, trade.exchange)]

    assert [each.unit for each in roles] == ["USD/t", "CNY/t", "CNY/USD"]
    assert all(each.shock is None or each.shock.endswith("_price") for each in trade.inputs)


@pytest.mark.parametrize(
    ("old", "new", "path", "message", "nearest"),
    [
        (
            "process: bayer",
            "process: bayr",
            "trade.process",
            "no process 'bayr'; there are: bayer",
            "bayer",
        ),
        (
            "id: caustic,",
            "id: soda,",
            "trade.process",
            "bayer takes an input 'caustic', which is not there",
            None,
        ),
        (
            "feed: guinea_ore",
            "feed: guinea_or",
            "trade.feed",
            "no input 'guinea_or'; there are: guinea_ore, ",
            "guinea_ore",
        ),
        (
            "metal: aluminium",
            "metal: guinea_ore",
            "trade.metal",
            "the price of 'guinea_ore', 'guinea_ore_usd_per_t', is not in CNY/t",
            None,
        ),
        (
            "shock: coal_price",
            "shock: cole",
            "trade.inputs.coal.shock",
            "the name of a shock of a price ends with _price, which 'cole' does not",
            None,
        ),
        (
            "shock: coal_price",
            "shock: ore_price",
            "trade.inputs.coal.shock",
            "'ore_price' is that of another input",
            None,
        ),
        (
            "recorded: coal",
            "recorded: coals",
            "trade.inputs.coal.recorded",
            "no series in history.csv 'coals'; there are: ",
            "coal",
        ),
        (
            "recorded: coal",
            "recorded: fob",
            "trade.inputs.coal.recorded",
            "the series 'fob' is in USD/t, the price in CNY/t",
            None,
        ),
        (
            "base: 1,",
            "base: 0.01,",
            "trade.inputs.domestic_ore.base",
            "0.01, where no series is recorded, is not between",
            None,
        ),
        (
            "low: 200, high: 20000",
            "low: 20000, high: 200",
            "trade.inputs.caustic.low",
            "20000 is not below high 200",
            None,
        ),
        ("one: coal,", "one: cole,", "trade.pairs[0].one", "no input 'cole'; there are: ", "coal"),
        ("one: coal,", "one: caustic,", "trade.pairs[0].other", "'caustic' is paired with itself", None),
        (
            "ratio: ore_ore_ratio",
            "ratio: ore_ratio",
            "trade.pairs[1].ratio",
            "'ore_ratio' is not one of: energy_ratio, ",
            "ore_ore_ratio",
        ),
        ("shock: coal_price", "shok: coal_price", "trade.inputs.coal.shok", "unknown key", "shock"),
        (
            "low: 100, high: 10000,",
            "low: 800, high: 10000,",
            "inputs.levels.coal_cny_per_t.value",
            "700 is outside what is possible: 800 to 10000 CNY/t",
            None,
        ),
    ],
)
def test_what_makes_no_sense_in_the_block_is_told_where_it_stands(
    folder: Path, old: str, new: str, path: str, message: str, nearest: str | None
) -> None:
    rewrite(folder, "industry.yaml", old, new)

    found = {problem.path: problem for problem in problems(folder)}

    assert found[path].message.startswith(message)
    assert found[path].nearest == nearest
    assert found[path].line is not None


def test_an_input_without_its_numbers_is_told_and_so_are_numbers_without_their_input(folder: Path) -> None:
    rewrite(folder, "industry.yaml", "price: coal_cny_per_t", "price: char_cny_per_t")

    assert [(found.path, found.nearest) for found in problems(folder)] == [
        ("inputs.levels.char_cny_per_t", None),
        ("inputs.levels.coal_cny_per_t", "char_cny_per_t"),
    ]


def test_a_quarter_of_the_base_year_without_a_price_is_told(folder: Path) -> None:
    edit(
        folder,
        "history",
        lambda records: records.remove(next(each for each in records if each["id"] == "coal@2025-3")),
    )

    assert the_problem(folder).message == "the series 'coal' has no value for 2025-3"


def test_a_price_whose_name_says_no_unit_is_told(folder: Path) -> None:
    rewrite(folder, "industry.yaml", "price: coal_cny_per_t", "price: coal")

    assert (
        "says no unit"
        in next(found for found in problems(folder) if found.path.endswith("coal.price")).message
    )
