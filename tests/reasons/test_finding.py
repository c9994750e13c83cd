"""What people call things leads to them, however it is written, and what is not plain is asked back."""

import unicodedata

import pytest

from sim.cli import main
from sim.core.registry import UnknownNameError
from sim.reasons.explain import explain
from sim.reasons.finding import AmbiguousNameError, find
from sim.reasons.record import Record


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        ("XINFA", "xinfa"),
        ("  xinfa   group ", "xinfa"),
        ("Chinalco", "chinalco"),
        ("信发集团", "xinfa"),
        ("靖西信发铝业", "xinfa-jingxi"),
        ("中铝矿业（郑州）", "chalco-mining-zhengzhou"),
        ("中铝矿业(郑州)", "chalco-mining-zhengzhou"),
        ("ＸＩＮＦＡ", "xinfa"),
        ("Fangchenggang Zhongsilu", "zhongsilu-fcg"),
        ("tiangui", "tiangui-jingxi"),
        ("Shanxi", "shanxi"),
        ("山西", "shanxi"),
        ("Guangxi", "Guangxi"),
        ("广西", "Guangxi"),
        ("approvals", "approvals"),
        ("approval_quota", "approvals"),
        ("price", "price"),
        ("价格", "price"),
        ("", "price"),
    ],
)
def test_a_name_leads_to_what_bears_it(record: Record, wanted: str, key: str) -> None:
    for form in ("NFC", "NFD"):
        assert find(record, unicodedata.normalize(form, wanted)).key == key


@pytest.mark.parametrize("wanted", ["chalco", "Chalco", "中国铝业股份有限公司", "chalco-hk"])
def test_a_company_is_told_of_under_the_group_that_decides_for_it(record: Record, wanted: str) -> None:
    agent, found = find(record, wanted), explain(record, wanted)

    assert agent.key == "chinalco"
    assert agent.said.endswith("which decides for it and is told of here.")
    assert found.content["agent"] == "chinalco"
    assert found.sections[0].title == "In short"
    assert found.sections[0].parts[0] == agent.said


def test_a_name_that_several_bear_lists_them_all(record: Record, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AmbiguousNameError) as caught:
        find(record, "Huasheng phase")

    assert {each.key for each in caught.value.meant} == {"huasheng-fcg-1", "huasheng-fcg-2"}
    assert caught.value.exit_code == 2
    lines = str(caught.value).splitlines()
    assert lines[0] == "'Huasheng phase' may mean 2 things:"
    assert "  huasheng-fcg-1 (Guangxi Huasheng phase I (Fangchenggang), plant)" in lines


def test_a_misspelt_name_is_asked_back(record: Record) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'Chinalco'"):
        find(record, "chinalko")


def test_the_command_lists_what_a_name_may_mean(folder: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(folder), "Huasheng phase"]) == 2

    said = capsys.readouterr()
    assert said.out == ""
    assert "huasheng-fcg-2" in said.err
