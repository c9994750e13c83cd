"""Files with names from before the engine knew more than one industry are read as before."""

import pytest

from sim.scenario.load import load
from sim.scenario.problems import InvalidScenarioError

FORMER = {
    "parameters": {"world": {"russia_mt": 1.25}, "disruptions": {"guinea_ore": {"rate_per_year": 0.5}}},
    "policies": [{"id": "closed", "type": "russia", "start_year": 2027, "exports_mt": 0.0}],
}


def test_former_names_of_parameters_and_policies_are_read() -> None:
    spec = load("toy", **FORMER).spec

    assert spec.parameters.world.standing_mt == 1.25
    assert spec.parameters.disruptions.imported_ore.rate_per_year == 0.5
    assert [each.type for each in spec.policies] == ["standing_exports"]


def test_a_former_name_on_the_command_line_is_read() -> None:
    assert (
        load("toy", set=["parameters.market.aluminium_cap_mt=4"]).spec.parameters.market.metal_cap_mt == 4.0
    )


def test_a_key_that_is_gone_is_told_with_what_stands_in_its_place() -> None:
    policy = {
        "id": "p",
        "type": "self_discipline",
        "start_year": 2026,
        "cut_share": 0.1,
        "compliance_share": 1,
    }
    with pytest.raises(InvalidScenarioError) as caught:
        load("toy", policies=[policy])

    assert "policies.p.compliance_share: is gone: each member decides by itself" in str(caught.value)
    assert "`breach_cny_per_t`" in str(caught.value)
