"""Parameters are called by what they mean, with range and unit."""

from sim.report.parameter_names import input_name, limit_shown, plain_name, range_shown
from sim.scenario.load import load
from sim.study.design import uncertain_parameters

TRADE = load("baseline").pack.trade


def test_a_parameter_is_called_by_its_meaning_and_where_it_stands() -> None:
    assert plain_name("market.contract_share").startswith("Share of smelters' non-captive need")
    assert plain_name("inputs.levels.caustic_cny_per_t", TRADE).startswith("Long-run levels: Caustic soda")
    speed = plain_name("inputs.motions.coal.reversion_per_year", TRADE)
    assert speed == "Thermal coal: Speed of return to its level"
    assert plain_name("calibrated.runnable_share.shanxi").endswith("(shanxi)")
    assert plain_name("no.such.parameter") == "no.such.parameter"


def test_a_value_of_a_scenario_is_called_by_what_its_declaration_says() -> None:
    items = {f"policies.{each.id}": type(each) for each in load("ets_early").spec.policies}

    assert input_name("policies.ets.price_cny_per_tco2", items) == (
        "ets: Price of an allowance, in the first year",
        "CNY/t CO2",
    )
    assert input_name("policies.ets.type", items) == ("ets: which kind of policy", "")
    assert input_name("policies.gone.type", items) == ("policies.gone.type", "")
    assert input_name("parameters.market.contract_share", {})[0].startswith("Share of smelters'")


def test_every_sampled_parameter_has_a_name_of_its_own() -> None:
    paths = [each.path for each in uncertain_parameters([load("baseline")])]
    names = [plain_name(path, TRADE) for path in paths]

    assert len(set(names)) == len(names)
    assert not {*names} & {*paths}


def test_ranges_carry_their_unit_and_no_needless_digits() -> None:
    assert range_shown(0.5, 0.8, "share") == "50 to 80 %"
    assert range_shown(17000.0, 26000.0, "CNY/t") == "17,000 to 26,000 CNY/t"
    assert range_shown(-0.03, 0.01, "1/yr") == "-0.03 to 0.01 a year"
    assert range_shown(0.0, 0.7, "ratio") == "0 to 0.7"
    assert limit_shown(0.62624, "share") == "62.62 %"
