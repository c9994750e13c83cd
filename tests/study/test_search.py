"""The search of packages: a planted best is found, luck is told, and the best package is a scenario that runs."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main
from sim.core.errors import ModelCheckError
from sim.metrics import METRICS
from sim.metrics.catalogue import LEVEL, Metric, Picture
from sim.scenario.load import Scenario, load
from sim.study.packages import Package, Score, shelf_of, try_packages
from sim.study.rule import read_limit, read_measure
from sim.study.search import BEST, BREAKS, LEVEL_WITH, WORSE, Search, search

searching = import_module("sim.study.search")

PLANTED = "planted_points"


def planted(picture: Picture) -> float:
    """Give a measure that is best at a carbon price of 240 and a duty of 0.04, with luck; a price of 480 fails."""
    rules = picture.world.rules
    if rules.carbon_price_cny_per_tco2 > 400.0:
        raise ModelCheckError(law="planted", amount=1.0)
    away = abs(rules.carbon_price_cny_per_tco2 - 240.0) / 10.0 + abs(rules.duty_share - 0.04) * 500.0
    luck = picture.world.streams.uniforms("planted", picture.world.year, ["one"])[0]
    return 1000.0 - away + 10.0 * float(luck)


@pytest.fixture(autouse=True)
def measure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A measure whose best package is known, for one test."""
    told = Metric(PLANTED, "points", "planted measure", LEVEL, "made up", "this test", planted)
    monkeypatch.setitem(METRICS._things, PLANTED, told)


@pytest.fixture(autouse=True)
def fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seeds to try a package with, and few that are played again."""
    monkeypatch.setattr(searching, "SEEDS_TRIED", 2)
    monkeypatch.setattr(searching, "LEADERS", 3)


def short(**overrides: object) -> Scenario:
    return load("toy", settings=["years.end_year=2026"], **overrides)


def found(folder: Path, over: Sequence[str] = ("carbon", "trade.duty"), **options: object) -> Search:
    given: dict[str, object] = {"maximise": [PLANTED], "seeds": 8, "jobs": 1, "out": folder}
    return search(short(), over, **{**given, **options})  # type: ignore[arg-type]


def test_a_planted_best_package_is_found_and_can_be_run(tmp_path: Path) -> None:
    result = found(tmp_path)

    assert result.all_tried
    assert len(result.tried) == 20  # five of twenty-five fail
    assert result.failed == 5 * 2
    assert result.table["package"].iloc[0] == "carbon.price 240, trade.duty 0.04"
    assert list(result.table["verdict"]) == [BEST, *[WORSE] * (len(result.table) - 1)]
    assert (result.table["gap"].iloc[1:] < 0.0).all()

    *_, written = result.write()
    own = {policy.type: policy for policy in load(str(written)).spec.policies}
    assert own["carbon"].model_dump()["price_cny_per_tco2"] == 240.0
    assert own["trade"].model_dump()["duty_share"] == 0.04


def test_a_limit_rules_the_best_out_and_the_frontier_tells_what_it_costs(tmp_path: Path) -> None:
    limit = "cash_cost_mean_cny_per_t@2026"
    free = found(tmp_path / "free", ["carbon.price"], minimise=[limit], seeds=2)
    assert free.table["package"].iloc[0] == "carbon.price 240"
    costs = {row["package"]: row[limit] for row in free.table.to_dict("records")}
    between = (costs["carbon.price 120"] + costs["carbon.price 240"]) / 2.0
    bound = found(tmp_path / "bound", ["carbon.price"], subject_to=[f"{limit} < {between}"])

    assert bound.table["package"].iloc[0] == "carbon.price 120"
    assert not bound.table.loc[bound.table["verdict"] == BREAKS, "frontier"].any()
    assert bound.table["frontier"].iloc[0]
    assert bound.kept_in(bound.asked.limits[0]) == (8, 8)


def test_what_does_nothing_cannot_be_told_apart_from_nothing(tmp_path: Path) -> None:
    result = found(tmp_path, ["soe_transfer"])

    assert result.best == (0,)
    assert list(result.table["verdict"]) == [BEST, *[LEVEL_WITH] * (len(result.table) - 1)]


def test_of_packages_that_come_out_the_same_the_one_that_changes_least_is_best(tmp_path: Path) -> None:
    # Nothing in the toy belongs to the state, so that orders to transfer it do nothing.
    result = found(tmp_path, ["soe_transfer", "carbon.price"])

    assert result.table["package"].iloc[0] == "carbon.price 240"


def test_workers_and_a_second_start_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Workers are processes of their own, which do not know a measure that one test alone has.
    monkeypatch.delitem(METRICS._things, PLANTED)
    given = {"maximise": ["cash_cost_mean_cny_per_t"], "runs": 12, "over": ["carbon", "trade"], "seeds": 2}
    results = [
        search(short(), out=tmp_path / name, jobs=jobs, **given)  # type: ignore[arg-type]
        for name, jobs in (("one", 1), ("two", 2), ("one", 2))
    ]
    one, two, again = ([path.read_bytes() for path in result.write()] for result in results)

    assert one == two == again
    assert not results[0].all_tried


def test_an_optimiser_finds_the_planted_package_among_thousands() -> None:
    best, tried = (3, 1, 4, 0, 2), []

    def play(packages: Sequence[Package]) -> list[Score]:
        tried.extend(packages)
        away = [sum(abs(a - b) for a, b in zip(package, best, strict=True)) for package in packages]
        return [
            Score((-float(gap),), (max(0.0, package[3] - 2.0),))
            for gap, package in zip(away, packages, strict=True)
        ]

    assert not try_packages([5] * 5, 1, 200, play)
    assert best in tried
    assert len(tried) == len(set(tried)) <= 200
    assert tried[0] == (0,) * 5


def test_a_policy_that_stands_may_be_changed_or_taken_away() -> None:
    shelf = shelf_of(load("baseline"), ["approval_quota"])

    assert [each.said for each in shelf.options["approval_quota"]][1:3] == [
        "no approval_quota",
        "approval_quota.quota 9",
    ]
    assert not shelf.scenario((1,)).spec.policies
    assert shelf.scenario((2,)).spec.policies[0].model_dump()["quota_mt"] == 9.0
    assert shelf.text((1,), "why?") == 'extends: baseline\nquestion: "why?"\npolicies:\n  approvals: null\n'


def test_the_file_of_a_package_says_what_was_set_besides_and_gives_the_same_scenario(tmp_path: Path) -> None:
    settings = {
        "years.end_year": 2030,
        "policies.approvals.quota_mt": 7,
        "parameters.market.contract_share": 0.6,
    }
    shelf = shelf_of(load("baseline", set=settings), ["approval_quota", "carbon"])

    for package in ((0, 4), (1, 0), (2, 1), (0, 0)):
        path = tmp_path / "mine.yaml"
        path.write_text(shelf.text(package, shelf.base.question), encoding="utf-8")
        assert load(path).hash == shelf.scenario(package).hash
        assert len(path.read_text(encoding="utf-8").splitlines()) < 20


def test_measures_and_limits_are_read() -> None:
    assert read_measure("hhi_control") == ("hhi_control", "end")
    assert read_measure("exits") == ("exits", "sum")
    limit = read_limit("price_cny_per_t@2030<=2.9e3")
    assert (limit.measure, limit.when, limit.sign, limit.number) == ("price_cny_per_t", "2030", "<=", 2900.0)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--maximise", "hhi_controll", "--over", "carbon"], "did you mean 'hhi_control'?"),
        (["--maximise", "hhi_control", "--over", "carbn"], "did you mean 'carbon'?"),
        (["--maximise", "hhi_control@2050", "--over", "carbon"], "year is a whole number from 2026 to"),
        (["--maximise", "hhi_control@ever", "--over", "carbon"], "after @ stands a year or"),
        (
            ["--maximise", "hhi_control", "--subject-to", "price_cny_per_t", "--over", "carbon"],
            "is not one limit",
        ),
        (
            ["--maximise", "hhi_control", "--subject-to", "exits<1 and deals<2", "--over", "carbon"],
            "is not one limit",
        ),
        (["--over", "carbon"], "say what to maximise"),
        (["--maximise", "hhi_control"], "name the policies"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", "toy", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_the_command_tells_the_best_within_the_width_of_a_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    asked = [
        "--maximise",
        PLANTED,
        "--subject-to",
        "price_cny_per_t<3000",
        "--over",
        "ma_push",
        "carbon.price",
    ]
    work = ["--years", "2026:2026", "--seeds", "8", "--jobs", "1", "--quiet", "--out", str(tmp_path / "s")]

    assert main(["search", "toy", *asked, *work]) == 5
    said, complaint = capsys.readouterr()
    assert "10 runs failed" in complaint
    assert "Best: carbon.price 240." in said
    assert "It keeps mill price in the last year < 3,000 in 8 of 8 runs." in said
    assert max(map(len, said.split("Tables:")[0].splitlines())) <= 80
    assert {path.name for path in (tmp_path / "s").iterdir()} >= {"search.csv", "tried.csv", "best.yaml"}
    assert pd.read_csv(tmp_path / "s" / "search.csv")["verdict"].iloc[0] == BEST
