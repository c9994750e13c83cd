"""Every mistake of a scenario file at once, each with its place, what is allowed and the nearest name."""

from pathlib import Path

import pytest

from sim.scenario.load import check, load, validate
from sim.scenario.problems import InvalidScenarioError

BASE = "question: Does anything change?\npack: china_alumina\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An own working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(text: str, below: str = BASE) -> list[str]:
    """Give what is said of a file that extends `base.yaml`."""
    Path("base.yaml").write_text(below, encoding="utf-8")
    Path("x.yaml").write_text(f"extends: base\n{text}", encoding="utf-8")
    return [str(problem) for problem in validate(["x.yaml"])]


def test_a_good_file_has_no_problem() -> None:
    assert said("years: {end_year: 2030}") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "parameters: {market: {trade_dispersion_cny_per_t: -5}}",
            "x.yaml:2:51: parameters.market.trade_dispersion_cny_per_t: "
            "-5 is below the minimum 0.5 CNY/t (allowed 0.5 to 100)",
        ),
        (
            "parameters: {market: {contract_share: half}}",
            "x.yaml:2:39: parameters.market.contract_share: "
            "should be a number, not 'half' (share, allowed 0 to 1)",
        ),
        (
            "parameters: {market: {contract_shar: 0.5}}",
            "x.yaml:2:23: parameters.market.contract_shar: unknown key (did you mean 'contract_share'?)",
        ),
        (
            "parameters: {inputs: {levels: {coal_cny_per_t: 5}}}",
            "x.yaml:2:48: parameters.inputs.levels.coal_cny_per_t: "
            "5 is below the minimum 100 CNY/t (allowed 100 to 10000)",
        ),
        (
            "parameters: {inputs: {levels: {cole_cny_per_t: 500}}}",
            "x.yaml:2:32: parameters.inputs.levels.cole_cny_per_t: no input of this pack has it; there are: ",
        ),
        (
            "parameters: {inputs: {motions: {coal: {trend_per_year: 3}}}}",
            "x.yaml:2:56: parameters.inputs.motions.coal.trend_per_year: "
            "3 is above the maximum 0.2 1/yr (allowed -0.2 to 0.2)",
        ),
        (
            "parameters: {inputs: {motions: {coal: null}}}",
            "x.yaml:2:32: parameters.inputs.motions.coal: is missing",
        ),
        (
            "years: {start_year: 2027}",
            "x.yaml:2:21: years.start_year: 2027 is not 2026, the year after the base year of the data",
        ),
        (
            "question: Does item #3 hold, or #4?\n",
            "x.yaml:2:21: question: the text ends before ' #', which begins a comment: put it in quotes",
        ),
        (
            "policies: [{id: d, type: soe_transfer, start_year: 2027, chance_share: 1, giver: chalco, "
            "taker: chalco}]",
            "x.yaml:2:97: policies.d.taker: chalco is the giver: nothing would be handed over",
        ),
        ("questoin: What?", "x.yaml:2:1: questoin: unknown key (did you mean 'question'?)"),
        ("years: {end_year: 2099}", "x.yaml:2:19: years.end_year: 2099 is not between 2026 and 2060"),
        ("years: {end_year: 2030.0}", "x.yaml:2:19: years.end_year: should be a whole number, not 2030.0"),
        ("years: 10", "x.yaml:2:8: years: should be a mapping, not 10"),
        (
            "policies:\n- {id: duty, type: trade, announce_year: 2028, start_year: 2027, duty_share: 0.1}",
            "x.yaml:3:42: policies.duty.announce_year: 2028 is after the start_year 2027",
        ),
        (
            "expects: [{measure: cr4, direction: up, because: Mergers go on.}]",
            "x.yaml:2:37: expects[0].direction: 'up' is not one of: higher, lower, same",
        ),
        (
            "expects: [{measure: cr4, direction: higher, because: Mergers go on., start_year: 2030, "
            "end_year: 2028}]",
            "x.yaml:2:98: expects[0].end_year: 2028 is before the start_year 2030",
        ),
        ("policies: {duty: null}", "x.yaml:2:12: duty: no item with this id to delete"),
        ("policies: 5", "x.yaml:2:11: policies: should be a list, not 5"),
        (
            "policies: [{id: duty, type: trad, start_year: 2027, duty_share: 0}]",
            "x.yaml:2:29: policies.duty.type: 'trad' is not one of: ",
        ),
        (
            "policies:\n- {id: duty, type: trade, start_year: 2027}",
            "x.yaml:3:3: policies.duty.duty_share: is missing (share, allowed 0 to 1)",
        ),
        ("policies: [{id: duty, start_year: 2027}]", "x.yaml:2:12: policies.duty.type: is missing (one of: "),
        (
            "policies: [{id: d, type: trade, start_year: 2027, duty: 0.1}]",
            "x.yaml:2:51: policies.d.duty: unknown key (did you mean 'duty_share'?)",
        ),
        (
            "pack: toy\nrows: {smelters: {alfa-metal: {capaci}}}",
            "x.yaml:3:38: rows.smelters.alfa-metal.capaci: unknown key (did you mean 'capacity_mt'?)",
        ),
        (
            "shocks: [{id: s, variable: ore_suply, size_ratio: 1, start_year: 2027, duration_quarters: 1}]",
            "x.yaml:2:28: shocks.s.variable: 'ore_suply': not one of: ore_supply, ",
        ),
        (
            "shocks: [{id: s, variable: refining, size_ratio: 1, start_year: 2027, duration_quarters: 1, "
            "regions: [shandon]}]",
            "x.yaml:2:103: shocks.s.regions: no region 'shandon' in this pack; there are: ",
        ),
        (
            "policies: [{id: d, type: trade, duty_share: 0.1, start_year: 2027, end_year: 2026}]",
            "x.yaml:2:78: policies.d.end_year: 2026 is before the start_year 2027",
        ),
        (
            "rows: {refineries: {nobody: {nameplate: 3}}}",
            "x.yaml:2:41: rows.refineries.nobody.nameplate: unknown key (did you mean 'nameplate_mt'?)",
        ),
        (
            "rows: {refinerys: {a: {}}}",
            "x.yaml:2:8: rows.refinerys: no such table (did you mean 'refineries'?)",
        ),
        ("rows: {refineries: {5: {}}}", "x.yaml:2:21: rows.refineries.5: this key should be a text"),
        ("rows: {refineries: [1]}", "x.yaml:2:20: rows.refineries: should be a mapping, not a list"),
        ("question: ''", "x.yaml:2:11: question: '': "),
        ("pack: mars", "x.yaml:2:7: pack: no pack 'mars'; there are: "),
        ("question: true", "x.yaml:2:11: question: should be a text, not true"),
    ],
)
def test_a_mistake_is_told_where_it_can_be_mended(text: str, expected: str) -> None:
    problems = said(text)

    assert any(problem.startswith(expected) for problem in problems), problems


def test_a_missing_value_points_to_the_file_that_needs_it() -> None:
    below = BASE + "policies: [{id: duty, type: trade, start_year: 2027, duty_share: 0.1}]"

    assert said("policies: {duty: {duty_share: null}}", below) == [
        "x.yaml:2:18: policies.duty.duty_share: is missing (share, allowed 0 to 1)"
    ]


def test_a_bad_value_points_to_the_file_that_set_it() -> None:
    below = BASE + "policies: [{id: duty, type: trade, start_year: 2027, duty_share: 7}]"

    assert said("policies: {duty: {start_year: 2028}}", below) == [
        "base.yaml:3:66: policies.duty.duty_share: 7 is above the maximum 1 share (allowed 0 to 1)"
    ]


def test_reading_and_schema_problems_are_told_together_in_reading_order() -> None:
    problems = said("questoin: a\nyears: {end_year: no}\nparameters: {market: {vat_share: 2}}")

    assert [problem.split(":")[1] for problem in problems] == ["2", "3", "4"]


def test_what_the_pack_does_not_have_is_told_together_with_what_the_schema_refuses() -> None:
    text = (
        "question: 5\n"
        "parameters: {market: {contract_share: 7}}\n"
        "policies:\n"
        "- {id: a, type: carbon, start_year: 2030, price_cny_per_tco2: -3}\n"
        "- {id: cap, type: regional_cap, start_year: 2029, ceiling_share: 0.5, regions: [guangxi_inlan]}\n"
        "shocks:\n"
        "- {id: x, variable: refining, size_ratio: 3, start_year: 2028, duration_quarters: 4, regions: [moon]}\n"
        "- {id: y, variable: refining, size_ratio: 0.3, start_year: 2028, duration_quarters: 4, regions: [shanxii]}\n"
    )

    lines = {int(problem.split(":")[1]) for problem in said(text)}
    found = "\n".join(said(text))

    # Lines 2, 3, 5 and 8 by the schema; 6 and 9 by the pack; the region of a refused item is not looked at.
    assert lines == {2, 3, 5, 8, 9, 6}
    assert "no region 'guangxi_inlan'" in found
    assert "no region 'shanxii'" in found


def test_a_problem_of_reading_is_not_told_again_by_the_schema() -> None:
    assert len(said("years: {end_year: yes}")) == 1


def test_a_missing_pack_is_one_problem_and_not_a_hundred() -> None:
    Path("x.yaml").write_text("question: Where?", encoding="utf-8")

    assert [str(problem) for problem in validate(["x.yaml"])] == ["x.yaml:1:1: pack: is missing"]


def test_a_problem_shared_by_two_files_is_told_once() -> None:
    said("years: {end_year: 2030}", BASE + "wrong: 1\n")
    Path("y.yaml").write_text("extends: base", encoding="utf-8")

    assert len(validate(["x.yaml", "y.yaml"])) == 1


def test_ten_thousand_wrong_keys_are_cut_short() -> None:
    problems = said("\n".join(f"wrong{number}: 1" for number in range(10_000)))

    assert len(problems) == 101
    assert any("and 9,900 more problems" in problem for problem in problems)


def test_messages_show_no_control_characters_of_the_file() -> None:
    problems = said('"\\t\\nforged.yaml:1:1: fine": 1')

    assert len(problems) == 1
    assert problems[0].isprintable()


def test_what_lies_outside_the_years_is_remarked_on_and_is_no_problem() -> None:
    text = (
        "policies:\n"
        "- {id: late, type: trade, start_year: 2040, duty_share: 0.1}\n"
        "- {id: known, type: trade, start_year: 2040, announce_year: 2030, duty_share: 0.1}\n"
        "- {id: over, type: trade, start_year: 2020, end_year: 2025, duty_share: 0.1}\n"
        "shocks:\n"
        "- {id: after, variable: ore_supply, size_ratio: 0.3, start_year: 2036, duration_quarters: 4}\n"
        "- {id: under-way, variable: ore_supply, size_ratio: 0.3, start_year: 2025, duration_quarters: 5}\n"
    )
    assert said(text) == []

    found = [remark.path for remark in check(["x.yaml"])[1]]

    # The second policy is known, and weighed, from 2030; the second shock lasts into the first quarter of 2026.
    assert found == ["policies.late", "policies.over", "shocks.after"]


def noted(text: str) -> list[str]:
    """Give what is noted of a file that extends `base.yaml`."""
    assert said(text) == []
    return [str(remark) for remark in check(["x.yaml"])[1]]


def test_an_expectation_of_years_that_are_not_played_is_skipped_with_a_note() -> None:
    expects = "expects: [{measure: cr4, direction: higher, because: Mergers go on., end_year: 2032}]"

    assert noted(expects) == []
    assert noted(f"years: {{end_year: 2027}}\n{expects}") == [
        "x.yaml:3:11: expects[0]: is not judged: years 2026 to 2032 are not inside 2026 to 2027"
    ]


def test_a_policy_that_takes_the_place_of_another_is_noted() -> None:
    cap = "{id: %s, type: smelter_cap, ceiling_mt: 46, start_year: %s}"
    first = "{id: a, type: smelter_cap, ceiling_mt: 46, start_year: 2027, end_year: %s}"

    after = f"policies: [{first % 2028}, {cap % ('b', 2029)}]"
    at_once = f"policies: [{first % 2029}, {cap % ('b', 2029)}]"
    assert noted(after) == []
    assert noted(at_once) == [
        "x.yaml:2:145: policies.b: holds in place of 'a' from 2029: there is one smelter_cap at a time"
    ]


@pytest.mark.parametrize("keys", [1_000, 50_000])
def test_of_very_many_problems_a_hundred_are_told_and_the_rest_counted(keys: int) -> None:
    Path("base.yaml").write_text(BASE, encoding="utf-8")
    many = "\n".join(f"k{number}: 1" for number in range(keys))
    Path("x.yaml").write_text(f"extends: base\n{many}\n", encoding="utf-8")

    with pytest.raises(InvalidScenarioError) as caught:
        load("x.yaml")

    lines = str(caught.value).splitlines()
    assert len(lines) <= 102 and f"and {keys - 100:,} more problems" in lines[-1] + lines[0]
