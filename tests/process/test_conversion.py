"""Custom smelting: cost by component, the sign of the fee, and what a pack of it may leave out."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.opening import open_world
from sim.phases.quarter import offers_of
from sim.process.conversion import Conversion
from sim.run import Run, write_run
from sim.sight.buyers import prospect_of
from sim.sight.outlook import cost_terms
from sim.sight.prospects import prospects, venture_of
from sim.sight.view import lasting_mill_prices, look
from tests.process import leaks


@pytest.fixture(scope="module")
def finished() -> Run:
    return sim.run("copper_baseline", 0, set={"years.end_year": 2027})


def test_cost_has_credits_that_a_person_can_check(finished: Run) -> None:
    world = finished.world
    terms, plants = cost_terms(world, world.refineries), world.refineries
    costs: Any = world.process.costs
    parts = dict(zip(Conversion.components, world.recipe.cost(terms), strict=True))
    discount = np.array([row.acid_discount_cny_per_t for row in world.pack.regions])[plants.region]

    assert parts["free_metal"] == pytest.approx(-0.015 * terms.now.of["copper"])
    acid = terms.now.of["acid"] - discount - costs.acid_making_cny_per_t
    assert parts["acid"] == pytest.approx(-costs.acid_t_per_t * acid)
    assert (parts["carbon"] == 0.0).all()


def test_a_fee_may_be_negative_and_no_law_is_broken(finished: Run) -> None:
    assert (finished.quarters["price_cny_per_t"] < 0.0).any()
    assert max(finished.residuals.values()) < 1e-6


def test_contracts_lock_the_price_of_the_year_and_the_rest_pays_the_spot_fee(finished: Run) -> None:
    world, quarters, terms = finished.world, finished.quarters, finished.world.parameters.benchmark
    assert terms is not None
    by_year = quarters.groupby("year")["benchmark_cny_per_t"]

    assert (by_year.nunique() == 1).all()
    assert by_year.first()[2026] == terms.opening_cny_per_t
    spot = quarters.loc[quarters["year"] == 2026, "price_cny_per_t"].iloc[-1]
    assert by_year.first()[2027] == pytest.approx(terms.spot_share * spot)
    assert finished.years["benchmark_cny_per_t"].tolist() == by_year.first().tolist()
    book, locked = world.book, world.promises.locked_cny_per_t
    assert locked is not None
    paid = (book.delivered_mcny - book.freight_mcny)[:-1].sum(axis=1)
    spot_paid = paid - book.committed_mt[:-1].sum(axis=1) * locked[:-1]
    spot_mt = (book.flows_mt - book.committed_mt)[:-1].sum(axis=1)
    lows, highs = quarters["price_cny_per_t"].min() - 1500.0, quarters["price_cny_per_t"].max() + 1500.0
    mean = spot_paid[spot_mt > 0.01] / spot_mt[spot_mt > 0.01]
    assert ((lows < mean) & (mean < highs)).all()


def test_most_of_the_trade_is_under_contract_and_standing_buyers_have_theirs(finished: Run) -> None:
    book, export = finished.world.book, finished.world.geography.export
    share = book.committed_mt[:, export].sum() / book.flows_mt[:, export].sum()

    assert 0.5 < share < finished.world.parameters.market.contract_share + 0.1


def test_an_industry_without_a_benchmark_has_no_word_of_it() -> None:
    quick = sim.run("toy", 0, set={"years.end_year": 2026})

    assert quick.world.promises.locked_cny_per_t is None
    assert not [name for table in (quick.years, quick.quarters) for name in table if "benchmark" in name]


def test_owners_weigh_a_site_and_a_plant_by_the_fee_as_it_is() -> None:
    world = open_world(sim.load("copper_baseline"))
    view = look(world, lasting_mill_prices(world))
    plants = np.flatnonzero(world.refineries.nameplate_mt > 0.0)
    region, owner = world.refineries.region[plants], world.refineries.group[plants]

    held = prospect_of(world, view, plants, owner)
    site = venture_of(prospects(world, view), owner, region, np.full(len(plants), 0.3))

    assert (view.mill_cny_per_t[:-1] < -500.0).all()
    assert held.today_cny_per_t == pytest.approx(view.mill_cny_per_t[region])
    assert (site.today_cny_per_t <= view.mill_cny_per_t[region]).all()


def test_an_owner_out_of_money_is_judged_by_the_fee_of_the_day() -> None:
    world = open_world(sim.load("copper_baseline"))
    plants = world.refineries
    world.groups.illiquid[:] = True
    plants.cash_cost_cny_per_t[:] = world.prices.index_cny_per_t + 500.0

    offers = offers_of(world, plants.runnable_mt / 4.0)

    assert (offers.thresholds_cny_per_t >= plants.cash_cost_cny_per_t).all()
    assert (offers.ceiling_share > 0.0)[plants.running_share > 0.5].all()


def test_feed_that_is_not_shipped_lowers_the_fee_and_not_what_could_run() -> None:
    less = {
        "id": "stop",
        "variable": "ore_supply",
        "size_ratio": 0.1,
        "start_year": 2026,
        "duration_quarters": 4,
    }
    usual, short = (
        sim.run("copper_baseline", 0, set={"years.end_year": 2026}),
        sim.run(sim.load("copper_baseline", years={"end_year": 2026}, shocks=[less]), 0),
    )

    assert short.quarters["price_cny_per_t"].iloc[0] < usual.quarters["price_cny_per_t"].iloc[0]
    assert short.years["production_mt"].iloc[0] < usual.years["production_mt"].iloc[0]
    assert short.years["runnable_mt"].iloc[0] == pytest.approx(usual.years["runnable_mt"].iloc[0], rel=0.01)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_file_of_a_run_speaks_of_another_industry(finished: Run, tmp_path: Path, lang: str) -> None:
    assert leaks.in_folder(leaks.write_all(finished, tmp_path / lang, lang), leaks.ALUMINA) == {}


def test_no_file_of_a_comparison_speaks_of_another_industry(tmp_path: Path) -> None:
    folder = leaks.compared("copper_baseline", tmp_path / "study")

    assert leaks.in_folder(folder, leaks.ALUMINA) == {}
    assert "A demonstration" in (folder / "en.html").read_text("utf-8")


def test_no_command_speaks_of_another_industry(
    finished: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_run(finished, tmp_path / "run")

    assert leaks.spoken(leaks.asked("china_copper", tmp_path / "run", lambda: capsys.readouterr().out)) == {}


def test_no_figure_or_study_speaks_of_another_industry(finished: Run, tmp_path: Path) -> None:
    assert leaks.spoken(leaks.shown(finished, "copper_baseline", tmp_path)) == {}


def test_no_explanation_speaks_of_another_industry(finished: Run) -> None:
    names = tuple(row.name for row in finished.scenario.pack.refineries)

    assert leaks.spoken(leaks.explained(finished), names) == {}


def test_all_that_is_told_says_that_it_is_a_demonstration(finished: Run, tmp_path: Path) -> None:
    folder = write_run(finished, tmp_path / "run")

    assert "A demonstration" in (folder / "report.html").read_text("utf-8")
    assert "demonstration" in (folder / "manifest.json").read_text("utf-8")
    assert str(finished.explain("hongsheng")).count("A demonstration") > 0
