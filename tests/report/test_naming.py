"""Names of plants, those of plants that a run has built included."""

import pytest

from sim.report.naming import PackNames
from sim.scenario.load import load


@pytest.fixture(scope="module")
def names() -> PackNames:
    """The names of the real industry."""
    return PackNames(load("baseline").pack)


@pytest.mark.parametrize(
    ("key", "name", "region", "first"),
    [
        ("weiqiao-zhanhua", "Weiqiao Zhanhua Huihong alumina", "Shandong", 0),
        ("wenfeng-jiayuguan-1", "Wenfeng Jiayuguan phase I", "Gansu", 2027),
        (
            "shenhuo-guangxi_coast-2029",
            "Henan Shenhuo Coal & Power, new in Guangxi coast (decided 2029)",
            "Guangxi coast",
            2030,
        ),
        (
            "weiqiao-zhanhua-to-hebei-2031",
            "Weiqiao Zhanhua Huihong alumina, moved to Hebei coast (decided 2031)",
            "Hebei coast",
            2032,
        ),
        ("nobody-knows", "nobody-knows", "", 0),
    ],
)
def test_a_plant_has_a_name_a_region_and_a_first_year(
    names: PackNames, key: str, name: str, region: str, first: int
) -> None:
    assert (names.plant(key), names.region_of(key), names.first_year(key)) == (name, region, first)
