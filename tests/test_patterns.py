"""The recorded patterns hold over the seeds of the panels, each with the band that the record allows.

What does not fit is said in `MISSES`, with what is known of why. A miss that holds again is a failure, so that
the list stays true; a finding that fails and is not listed is one, too.
"""

from dataclasses import replace

import pytest

from sim.study.patterns import MISSES, all_findings
from sim.study.patterns.panel import Finding, Panel, named_panel
from sim.study.patterns.plants import exits
from sim.study.patterns.prices import operating_rate, price_in_surplus


@pytest.fixture(scope="module")
def findings() -> dict[str, Finding]:
    """Every finding by name."""
    return {finding.name: finding for finding in all_findings()}


@pytest.mark.parametrize("pattern", [str(number) for number in range(1, 16)])
def test_the_findings_of_a_pattern_hold_or_are_known_not_to(
    findings: dict[str, Finding], pattern: str
) -> None:
    own = [finding for name, finding in findings.items() if name.split()[0] == pattern]

    assert own
    assert [str(finding) for finding in own if not finding.holds and finding.name not in MISSES] == []


def test_no_known_miss_holds_again(findings: dict[str, Finding]) -> None:
    assert set(MISSES) <= set(findings)
    assert [str(findings[name]) for name in MISSES if findings[name].holds] == []


def test_every_known_miss_says_why() -> None:
    assert all(len(reason) > 40 for reason in MISSES.values())


def doctored(**columns: float) -> Panel:
    """Give the panel of the baseline with some yearly measures set to one value."""
    calm = named_panel("baseline")
    return replace(calm, years=calm.years.assign(**columns))


def failing(found: list[Finding]) -> set[str]:
    """Give the names of the findings that do not hold."""
    return {finding.name for finding in found if not finding.holds}


def test_an_industry_in_which_all_nameplate_runs_breaks_pattern_one() -> None:
    assert "1 highest operating rate" in failing(operating_rate(doctored(operating_rate=0.99)))


def test_a_price_on_the_ninetieth_percentile_breaks_pattern_three() -> None:
    calm = doctored(share_below_cash_cost=0.02)
    textbook = replace(calm, plants=calm.plants.assign(last_cash_cost_cny_per_t=1000.0))

    assert {
        "3 percentile of the price on the curve, median",
        "3 share of plants below cash cost, median",
    } <= failing(price_in_surplus(textbook))


def test_losers_that_leave_at_once_break_pattern_six() -> None:
    calm = named_panel("baseline")
    quick = replace(calm, years=calm.years.assign(exits_mt=0.05 * calm.years["capacity_mt"]))

    assert "6 exits a year over capacity, median seed" in failing(exits(quick))


def test_a_finding_that_is_not_a_number_does_not_hold() -> None:
    assert not Finding("nothing to see", float("nan"), low=0.0).holds
