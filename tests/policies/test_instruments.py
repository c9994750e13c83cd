"""Each instrument by hand: what it writes into the rulebook of a year."""

import pytest

from sim.policies.approval_quota import ApprovalQuota
from sim.policies.carbon import CarbonTrading
from sim.policies.no_zombie import NoZombie
from sim.policies.ore_ban import OreBan
from sim.policies.port import PortBuilding
from sim.policies.rulebook import Approval, Rulebook, SwapRule
from sim.policies.swap import CapacitySwap
from sim.policies.trade import Trade
from tests.phases.playing import cast_of, fresh


def duty(**changes: object) -> Trade:
    """Give a duty of 8 % from 2028 on."""
    return Trade.model_validate(
        {"id": "duty", "type": "trade", "start_year": 2028, "duty_share": 0.08, **changes}
    )


def carbon(**changes: object) -> CarbonTrading:
    """Give a carbon price of 100 CNY/t CO2 from 2028 on, with a benchmark that falls by a tenth a year."""
    written = {
        "id": "ets",
        "type": "carbon",
        "start_year": 2028,
        "price_cny_per_tco2": 100.0,
        "benchmark_tco2_per_t": 1.0,
        "decline_per_year": 0.1,
    }
    return CarbonTrading.model_validate({**written, **changes})


def test_a_ramp_of_three_years_grows_by_quarters_to_full_strength() -> None:
    slow = duty(ramp_years=3.0)

    assert [slow.weight(year) for year in range(2027, 2033)] == pytest.approx([0, 0.25, 0.5, 0.75, 1.0, 1.0])


def test_strength_scales_the_whole_ramp() -> None:
    half = duty(ramp_years=1.0, strength_share=0.5)

    assert [half.weight(year) for year in (2028, 2029, 2035)] == pytest.approx([0.25, 0.5, 0.5])


def test_a_policy_ends_with_its_last_year() -> None:
    short = duty(end_year=2029)

    assert [short.weight(year) for year in (2028, 2029, 2030)] == [1.0, 1.0, 0.0]


def test_duties_of_two_instruments_add_up() -> None:
    # 2 % in the rulebook and 8 % on top
    assert duty().amend(Rulebook(duty_share=0.02), 2028).duty_share == pytest.approx(0.10)


def test_the_carbon_benchmark_falls_from_the_first_year_on() -> None:
    third = carbon().amend(Rulebook(), 2030)

    # 1.0 x 0.9 x 0.9
    assert third.carbon_benchmark_tco2_per_t == pytest.approx(0.81)
    assert third.carbon_price_cny_per_tco2 == 100.0


def test_a_carbon_price_that_ramps_up_charges_a_part_of_it() -> None:
    # one of four steps
    assert carbon(ramp_years=3.0).amend(Rulebook(), 2028).carbon_price_cny_per_tco2 == pytest.approx(25.0)


def ban(**changes: object) -> OreBan:
    """Give a ban of a fifth of imported ore from 2028 on."""
    written = {"id": "ban", "type": "ore_ban", "start_year": 2028, "ban_share": 0.2}
    return OreBan.model_validate({**written, **changes})


def test_banned_ore_is_missing_in_its_first_year_and_dear_until_other_mines_replace_it() -> None:
    rules = [ban(end_year=2031).amend(Rulebook(), year) for year in range(2027, 2033)]

    assert [each.ore_missing_share for each in rules] == pytest.approx([0, 0.2, 0, 0, 0, 0])
    # in equal steps over the four years of the ban
    assert [each.ore_ban_share for each in rules] == pytest.approx([0, 0.2, 0.15, 0.1, 0.05, 0])


def test_a_ban_that_ramps_up_is_missing_a_part_each_year() -> None:
    rules = [ban(ramp_years=1.0).amend(Rulebook(), year) for year in (2028, 2029, 2030)]

    assert [each.ore_missing_share for each in rules] == pytest.approx([0.1, 0.1, 0.0])
    assert [each.ore_ban_share for each in rules] == pytest.approx([0.1, 0.2, 0.2])


def test_a_policy_is_known_from_its_announcement_and_without_one_from_its_start() -> None:
    assert [duty(announce_year=2027).known(year) for year in (2026, 2027)] == [False, True]
    assert [duty().known(year) for year in (2027, 2028)] == [False, True]


def test_the_nation_foreshadows_only_what_it_has_announced() -> None:
    nation = cast_of(fresh()).national
    policies = (duty(announce_year=2027), duty(id="quiet", start_year=2029))

    # seen from 2026 nothing is known; from 2027 the first duty is; both are in force in 2029
    assert nation.foreshadow(policies, 0.0, 2026, 3) == Rulebook()
    assert nation.foreshadow(policies, 0.0, 2027, 3).duty_share == pytest.approx(0.08)
    assert nation.legislate(policies, 0.0, 2029).duty_share == pytest.approx(0.16)


def test_discipline_is_never_more_than_full() -> None:
    strict = NoZombie.model_validate(
        {"id": "strict", "type": "no_zombie", "start_year": 2028, "discipline_share": 0.8}
    )

    assert strict.amend(Rulebook(discipline_share=0.1), 2028).discipline_share == pytest.approx(0.9)
    assert strict.amend(Rulebook(discipline_share=0.5), 2028).discipline_share == 1.0


def test_the_price_of_carbon_climbs_in_equal_steps_until_2030() -> None:
    path = carbon(later_price_cny_per_tco2=160.0)

    prices = [path.amend(Rulebook(), year).carbon_price_cny_per_tco2 for year in (2028, 2029, 2030, 2034)]

    # from 100 in 2028 to 160 in 2030
    assert prices == pytest.approx([100.0, 130.0, 160.0, 160.0])


def test_a_part_of_the_benchmark_can_be_auctioned() -> None:
    # a quarter of 1.0 must be bought
    assert carbon(paid_share=0.25).amend(Rulebook(), 2028).carbon_benchmark_tco2_per_t == pytest.approx(0.75)


def test_half_a_quota_lets_twice_as_much_through_and_reads_half_of_the_barred() -> None:
    quota = ApprovalQuota.model_validate(
        {
            "id": "quota",
            "type": "approval_quota",
            "start_year": 2028,
            "quota_mt": 3.0,
            "barred_regions": ["shandong"],
            "ore_control_share": 0.4,
            "energy_limit_gj_per_t": 10.0,
            "strength_share": 0.5,
        }
    )

    assert quota.amend(Rulebook(), 2028).approval == Approval(6.0, ("shandong",), 0.5, 0.2, 20.0)
    assert quota.amend(Rulebook(), 2027).approval is None


def test_the_later_of_two_quotas_holds() -> None:
    first, second = (
        ApprovalQuota.model_validate(
            {"id": f"quota-{mt}", "type": "approval_quota", "start_year": 2026, "quota_mt": mt}
        )
        for mt in (12, 3)
    )

    approval = second.amend(first.amend(Rulebook(), 2026), 2026).approval

    assert approval is not None
    assert approval.quota_mt == 3.0


def test_a_swap_says_what_counts_and_its_weight() -> None:
    swap = CapacitySwap.model_validate(
        {
            "id": "swap",
            "type": "swap",
            "start_year": 2028,
            "ratio": 1.5,
            "basis": "runnable",
            "longest_idle_years": 2.0,
            "subsidy_cny_per_t": 400.0,
            "strength_share": 0.5,
        }
    )

    rules = swap.amend(Rulebook(), 2029)

    # what counts holds in full; the subsidy and the way from the usual ratio go with the strength
    assert rules.swap == SwapRule(1.5, True, 2.0, False, 200.0, 0.5)


def test_berths_of_several_policies_add_up_at_their_port() -> None:
    rules = Rulebook()
    for name, port, ore in (("a", "beibu", 20.0), ("b", "bohai", 5.0), ("c", "beibu", 10.0)):
        berths = {"id": name, "type": "port", "start_year": 2026, "port": port, "ore_mt": ore}
        rules = PortBuilding.model_validate(berths).amend(rules, 2026)

    assert rules.port_ore_mt(["bohai", "beibu", "yangtze"]) == [5.0, 30.0, 0]
