"""From a name to a frozen scenario: the shelf, the chain of `extends`, the layers and the hash."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from sim.policies.rulebook import Rulebook
from sim.scenario import shelf
from sim.scenario.load import Scenario, load, resolve
from sim.scenario.merge import difference
from sim.scenario.problems import InvalidScenarioError
from sim.scenario.reader import read_yaml
from sim.scenario.writer import yaml_text

BASE = """\
question: Does anything change?
pack: china_alumina
policies:
  - {id: duty, type: trade, start_year: 2027, duty_share: 0.08}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An own working folder with a shelf of one scenario."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    write("scenarios/base.yaml", BASE)
    return tmp_path


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def complaint(name: str, *settings: str) -> str:
    with pytest.raises(InvalidScenarioError) as caught:
        load(name, settings=settings)
    assert caught.value.exit_code == 3
    return str(caught.value)


def duty(scenario: Scenario) -> float:
    policies = {policy.id: policy for policy in scenario.spec.policies}
    return float(policies["duty"].duty_share)


def test_a_bare_name_is_found_on_the_local_shelf() -> None:
    scenario = load("base")

    assert (scenario.name, scenario.question, duty(scenario)) == ("base", "Does anything change?", 0.08)


def test_a_scenario_of_the_local_shelf_hides_a_shipped_one() -> None:
    write("scenarios/baseline.yaml", BASE)

    assert load("baseline").question == "Does anything change?"


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    assert "did you mean 'base'?" in complaint("bases")


def test_the_file_beside_is_preferred_to_the_shelf() -> None:
    Path("mine").mkdir()
    write("mine/base.yaml", "extends: middle\nquestion: Mine?")
    write("mine/middle.yaml", "pack: china_alumina")
    write("mine/top.yaml", "extends: base")

    assert load("mine/top.yaml").question == "Mine?"


def test_a_child_says_only_what_differs() -> None:
    write("scenarios/child.yaml", "extends: base\npolicies: {duty: {duty_share: 0.04}}")

    rows = difference(resolve("base"), resolve("child"))

    assert rows == [("policies.duty.duty_share", 0.08, 0.04)]


def test_an_extension_without_a_change_has_the_same_hash() -> None:
    write("scenarios/child.yaml", "extends: base")

    assert load("child").hash == load("base").hash


def test_a_setting_an_argument_and_an_edited_file_give_the_same_scenario() -> None:
    write("scenarios/edited.yaml", BASE.replace("0.08", "0.04"))

    hashes = {
        load("edited").hash,
        load("base", settings=["policies.duty.duty_share=0.04"]).hash,
        load("base", policies={"duty": {"duty_share": 0.04}}).hash,
    }

    assert len(hashes) == 1


def test_the_hash_is_the_same_in_another_process() -> None:
    code = "from sim.scenario.load import load; print(load('base').hash)"
    root = Path(__file__).parents[2]

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": str(root)}
    )

    assert done.stdout.strip() == load("base").hash


def test_any_value_changes_the_hash() -> None:
    assert load("base").hash != load("base", settings=["policies.duty.start_year=2028"]).hash


def test_each_value_knows_which_layer_set_it() -> None:
    write("scenarios/child.yaml", "extends: base\nquestion: Why?")

    origins = load("child", settings=["policies.duty.duty_share=0.04"], years={"end_year": 2030}).origins()

    assert str(origins["question"]) == "scenarios/child.yaml:2:11"
    assert str(origins["policies.duty.start_year"]) == "scenarios/base.yaml:4:41"
    assert str(origins["policies.duty.duty_share"]) == "--set"
    assert str(origins["years.end_year"]) == "argument"
    assert "china_alumina" in origins["parameters.market.contract_share"].file


def test_a_scenario_is_frozen() -> None:
    scenario = load("base")

    scenario.resolved["question"] = "Changed?"

    assert scenario.resolved["question"] == "Does anything change?"
    with pytest.raises(ValidationError):
        scenario.spec.question = "Changed?"  # type: ignore[misc]


def test_a_scenario_crosses_a_process_boundary_whole() -> None:
    scenario = load("base")

    copy = pickle.loads(pickle.dumps(scenario))  # our own bytes, never a file

    assert (copy.hash, copy.spec, copy.resolved) == (scenario.hash, scenario.spec, scenario.resolved)


def test_a_resolved_scenario_that_is_written_out_reads_back_the_same() -> None:
    tree = resolve("base")

    for origins in (False, True):
        assert read_yaml(yaml_text(tree, origins).encode(), "x").content == tree.plain()


def test_a_circle_of_extends_is_named() -> None:
    write("scenarios/a.yaml", "extends: b")
    write("scenarios/b.yaml", "extends: c")
    write("scenarios/c.yaml", "extends: a")

    assert "c.yaml:1:10: extends: goes in a circle: a.yaml -> b.yaml -> c.yaml -> a.yaml" in complaint("a")


def test_a_chain_of_eight_extends_is_read_and_one_of_nine_is_not() -> None:
    write("scenarios/s0.yaml", BASE)
    for number in range(1, shelf.MAX_EXTENDS + 2):
        write(f"scenarios/s{number}.yaml", f"extends: s{number - 1}")

    assert load("s8").question == "Does anything change?"
    assert "more than 8 files" in complaint("s9")


@pytest.mark.parametrize(
    "name", ["../base", "/etc/passwd", "a/b.yaml", "..", "c:\\base.yaml", "x" * 300, "base\n"]
)
def test_extends_never_leaves_its_folder_and_the_shelf(name: str) -> None:
    text = name.replace("\\", "\\\\").replace("\n", "\\n")
    write("child.yaml", f'extends: "{text}"')

    assert "child.yaml:1:10: extends: " in complaint("child.yaml")


@pytest.mark.parametrize("name", ["../china_alumina", "/etc", "china_alumina/..", ".", "x" * 300])
def test_a_pack_is_never_sought_outside_the_shelf(name: str) -> None:
    write("child.yaml", f"question: Where?\npack: '{name}'")

    assert "child.yaml:2:7: pack: " in complaint("child.yaml")


@pytest.mark.parametrize("text", ["a", "=1", ".a=1", "a..b=1", "policies.duty.duty_share=no"])
def test_a_setting_that_cannot_be_read_is_refused(text: str) -> None:
    assert complaint("base", text).startswith("--set")


def test_a_setting_of_an_unknown_path_names_the_nearest() -> None:
    said = complaint("base", "parameters.market.contract_shar=0.5")

    assert said == "--set: parameters.market.contract_shar: unknown key (did you mean 'contract_share'?)"


def test_loading_imports_neither_the_model_nor_its_libraries() -> None:
    heavy = "('mesa', 'pandas', 'scipy', 'matplotlib', 'networkx', 'numpy')"
    code = (
        "import sys; from sim.scenario.load import load; load('base'); "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    root = Path(__file__).parents[2]

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": str(root)}
    )

    assert done.stdout.strip() == "[]", done.stderr


def test_a_province_stands_for_all_its_regions() -> None:
    cap = "{id: cap, type: regional_cap, start_year: 2027, ceiling_share: 0.9, regions: [guangxi, henan]}"
    shock = "{id: s, variable: refining, size_ratio: 0.5, start_year: 2027, duration_quarters: 1, regions: [guangxi]}"
    write(
        "scenarios/mine.yaml",
        f"question: Which?\nextends: base\npolicies:\n  - {cap}\nshocks:\n  - {shock}\n",
    )

    spec = load("mine").spec

    both = ("guangxi_inland", "guangxi_coast")
    assert next(each for each in spec.policies if each.id == "cap").model_dump()["regions"] == (
        *both,
        "henan",
    )
    assert spec.shocks[0].regions == both


def test_a_shock_of_something_else_than_refining_names_no_regions() -> None:
    shock = "{id: s, variable: ore_supply, size_ratio: 0.5, start_year: 2027, duration_quarters: 1, regions: [henan]}"
    write("scenarios/mine.yaml", f"question: Which?\nextends: base\nshocks:\n  - {shock}\n")

    with pytest.raises(InvalidScenarioError, match="ore_supply hits everywhere"):
        load("mine")


def test_a_ban_of_a_country_keeps_back_the_part_of_ore_that_it_ships() -> None:
    ban = "{id: ban, type: ore_ban, start_year: 2028, ban_share: 0.5, countries: [guinea]"
    write("scenarios/mine.yaml", f"question: Which?\nextends: base\npolicies:\n  - {ban}}}\n")
    write(
        "scenarios/own.yaml", f"question: Which?\nextends: base\npolicies:\n  - {ban}, shipped_share: 0.4}}\n"
    )
    write(
        "scenarios/wrong.yaml",
        f"question: Which?\nextends: base\npolicies:\n  - {ban.replace('guinea', 'gunea')}}}\n",
    )

    of_pack, own = (load(name).spec.policies[-1] for name in ("mine", "own"))

    # 74 % of imports in 2025
    assert of_pack.amend(Rulebook(), 2028).ore_ban_share == pytest.approx(0.37)
    assert own.amend(Rulebook(), 2028).ore_missing_share == pytest.approx(0.2)
    with pytest.raises(InvalidScenarioError, match="no country 'gunea'"):
        load("wrong")
