"""Every metric says what it is called and whether it is, goes on or happens."""

from sim.metrics import METRICS
from sim.metrics.catalogue import EVENT, FLOW, LEVEL

HAPPENS = {
    "approved_mt",
    "control_changes_alumina",
    "control_changes_both",
    "control_changes_smelting",
    "curb_quarters",
    "deals",
    "deals_mt",
    "denied_mt",
    "exits",
    "exits_mt",
    "hhi_by_builds",
    "hhi_by_deals",
    "hhi_by_exits",
    "hhi_by_growth",
    "hhi_by_moves",
    "hhi_by_other_control",
    "hhi_by_pipeline",
    "refused_mt",
    "relocations",
    "relocations_mt",
    "pond_cover_mcny",
    "pond_left_mcny",
    "retrofit_capex_mcny",
    "retrofits",
    "smelting_moved_mt",
    "starts_mt",
    "whole_groups_taken",
    "written_off_mt",
}


def test_every_metric_is_a_level_a_flow_or_an_event() -> None:
    assert {metric.kind for _, metric in METRICS.items()} == {LEVEL, FLOW, EVENT}
    assert {name for name, metric in METRICS.items() if metric.kind == EVENT} == HAPPENS


def test_a_rate_or_a_price_is_never_added_up_over_years() -> None:
    steps = [name for name, metric in METRICS.items() if name.startswith("hhi_by_")]
    added = [metric for name, metric in METRICS.items() if metric.kind != LEVEL and name not in steps]

    assert {metric.unit for metric in added} <= {"Mt", "Mt/yr", "count", "quarters", "million CNY"}


def test_every_metric_has_a_short_name_of_its_own() -> None:
    labels = [metric.label for _, metric in METRICS.items()]

    assert len(set(labels)) == len(labels)
    assert max(map(len, labels)) <= 32
    assert all(label and "_" not in label for label in labels)
