"""`shakeout describe NAME`: one thing, whatever it is, and what was meant by a name that nothing bears."""

import pytest

from sim.cli import main


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("carbon", ["carbon: ", "price_cny_per_tco2 (CNY/t CO2", "Source: "]),
        ("carbon.price", ["Lever carbon.price: "]),
        ("mill price", ["price_cny_per_t (metric): mill price, CNY/t"]),
        ("leave", ["leave (kind of decision): ", "It rests on: the price of the day"]),
        ("contract_share", ["market.contract_share (parameter): 65 %, plausible from 50 % to 80 %"]),
        ("weiqiao-zouping", ["(refinery)", "nameplate_mt: 4 Mt/yr", "Shandong (shandong)"]),
        ("Chinalco", ["chinalco (owner)", "holds: 32 % of Aluminum Corporation of China Limited (Chalco)"]),
        ("中国铝业集团", ["chinalco (owner)"]),
        ("Shandong", ["shandong (region)", "shandong (market)"]),
        ("ets_early", ["ets_early (scenario): ", "expects price_cny_per_t higher"]),
    ],
)
def test_one_thing_is_described(name: str, told: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", name]) == 0

    said = " ".join(capsys.readouterr().out.split())
    assert [each for each in told if each not in said] == []


def test_a_name_that_is_not_plain_is_asked_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "xinfa-jiaoko"]) == 2
    assert "did you mean 'xinfa-jiaokou'?" in capsys.readouterr().err

    assert main(["describe", "信发"]) == 2
    assert "xinfa (owner)" in capsys.readouterr().err
