import numpy as np
import pytest

import sim
from sim.report.price_path import draw_price, lanes_of
from sim.report.price_table import disruptions, price_table
from sim.results import Results
from sim.run import run


def test_the_path_begins_with_the_base_year_and_has_four_quarters_a_year(results: Results) -> None:
    table = price_table(results)

    assert table["year"].value_counts(sort=False).to_dict() == {2025: 4, 2026: 4, 2027: 4, 2028: 4}


def test_import_parity_is_fob_and_freight_with_vat_and_port(results: Results) -> None:
    parameters = results.scenario.spec.parameters
    quarter, row = results.quarters.iloc[0], price_table(results).iloc[4]

    landed = (quarter["fob_usd_per_t"] + parameters.world.freight_usd_per_t) * quarter[
        "exchange_rate_cny_per_usd"
    ]
    expected = landed * (1 + parameters.world.duty_share) * (1 + parameters.market.vat_share)
    # The same formula in another order of factors: equal to the last bits only.
    assert row["import_parity_cny_per_t"] == pytest.approx(
        expected + parameters.world.port_cny_per_t, rel=1e-12
    )


def test_a_duty_lifts_import_parity_from_its_first_year_on() -> None:
    duty = [{"id": "duty", "type": "trade", "start_year": 2027, "duty_share": 0.08}]
    taxed = run(sim.load("baseline", settings=["years.end_year=2027"], policies=duty), 0)
    parameters, quarters = taxed.scenario.spec.parameters, taxed.quarters
    world, vat = parameters.world, parameters.market.vat_share

    landed = (
        (quarters["fob_usd_per_t"] + world.freight_usd_per_t)
        * quarters["exchange_rate_cny_per_usd"]
        * (1 + vat)
    )
    parity = price_table(taxed)["import_parity_cny_per_t"].iloc[4:].to_numpy()
    duties = (parity - world.port_cny_per_t) / landed.to_numpy() - 1.0
    # Differences of near equals: ten digits are left.
    assert duties - world.duty_share == pytest.approx([0.0] * 4 + [0.08] * 4, abs=1e-10)


def test_the_band_of_cash_costs_holds_the_mean(results: Results) -> None:
    table = price_table(results)

    assert (table["cash_cost_p10_cny_per_t"] < table["cash_cost_mean_cny_per_t"]).all()
    assert (table["cash_cost_p90_cny_per_t"] > table["cash_cost_mean_cny_per_t"]).all()


def test_stretches_that_overlap_go_into_lanes_of_their_own() -> None:
    assert lanes_of([(0.0, 2.0), (1.0, 3.0), (2.0, 4.0)]) == [0, 1, 0]


def test_a_stretch_for_which_no_lane_is_left_is_not_drawn() -> None:
    assert lanes_of([(0.0, 9.0)] * 5) == [0, 1, 2, 3, -1]


def test_an_imposed_shock_is_marked_for_as_long_as_it_lasts() -> None:
    shock = {
        "id": "mine",
        "variable": "ore_supply",
        "size_ratio": 0.1,
        "start_year": 2026,
        "duration_quarters": 3,
    }
    scenario = sim.load("baseline", settings=["years.end_year=2026"], shocks=[{**shock, "start_quarter": 2}])

    # Second quarter of 2026 to the end of the fourth.
    assert (2026.25, 2027.0, "Mine") in disruptions(run(scenario, 0))


def test_quarters_without_output_have_no_cost_and_the_title_says_so(standstill: Results) -> None:
    title = draw_price(standstill).texts[0].get_text()

    assert title.endswith("with no output")


def test_a_fee_below_zero_is_inside_its_axis_and_told_by_its_margin() -> None:
    chart = draw_price(run(sim.load("copper_baseline", settings=["years.end_year=2027"]), 0))
    axes = chart.axes[0]
    bottom, top = axes.get_ylim()
    drawn = np.concatenate([line.get_ydata() for line in axes.lines if len(line.get_ydata()) > 2])

    assert bottom <= np.nanmin(drawn) < 0.0
    assert np.nanmax(drawn) <= top
    assert "spot price" in chart.texts[0].get_text()
    assert chart.texts[0].get_text().endswith("CNY/t above mean cash cost")
