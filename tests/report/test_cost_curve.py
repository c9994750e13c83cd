from sim.report.cost_curve import balance_of, cost_curve_table, draw_cost_curve
from sim.results import Results


def test_plants_stand_from_cheap_to_dear_without_gaps(results: Results) -> None:
    curve = cost_curve_table(results, 2028)

    assert curve["cash_cost_cny_per_t"].is_monotonic_increasing
    assert curve["from_mt"].iloc[0] == 0.0
    # Sums of the same numbers in another order: equal to the last bits only.
    assert abs(curve["from_mt"].iloc[1:].to_numpy() - curve["to_mt"].iloc[:-1].to_numpy()).max() < 1e-9


def test_the_curve_holds_all_that_was_made_in_the_year(results: Results) -> None:
    made = results.years.loc[results.years["year"] == 2027, "production_mt"].item()

    assert abs(cost_curve_table(results, 2027)["running_mt"].sum() - made) < 1e-9


def test_the_need_is_what_smelters_and_exports_take_less_imports(results: Results) -> None:
    row = results.years[results.years["year"] == 2026].iloc[0]

    expected = row["demand_mt"] + row["exports_mt"] - row["imports_mt"]
    assert balance_of(results, 2026).needed_mt == expected


def test_exited_plants_have_no_idle_capacity(results: Results) -> None:
    plants = results.refineries
    gone = plants[(plants["year"] == 2028) & (plants["state"] == "exited")]
    curve = cost_curve_table(results, 2028)

    assert curve[curve["refinery"].isin(gone["refinery"])]["idle_mt"].sum() == 0.0


def test_plants_that_made_next_to_nothing_keep_the_cost_of_their_last_quarter(results: Results) -> None:
    curve = cost_curve_table(results, 2028)

    assert curve["cash_cost_cny_per_t"].min() > 500.0


def test_a_year_without_output_is_said_to_be_one(standstill: Results) -> None:
    chart = draw_cost_curve(standstill, 2028)

    assert chart.texts[0].get_text() == "2028: no alumina was made"


def test_the_title_counts_output_above_the_price(results: Results) -> None:
    curve = cost_curve_table(results, 2026)
    dear = curve["cash_cost_cny_per_t"] > curve["price_cny_per_t"]

    title = draw_cost_curve(results, 2026).texts[0].get_text()

    assert title.startswith(f"2026: {curve.loc[dear, 'running_mt'].sum():.1f} of ")
