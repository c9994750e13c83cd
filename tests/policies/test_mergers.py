"""The push for mergers, stricter merger control up to a ban, and ordered transfers, in the rulebook and in runs."""

import pytest

from sim.core.errors import ScenarioError
from sim.policies.antitrust import Antitrust
from sim.policies.ma_push import PushForMergers
from sim.policies.rulebook import Rulebook
from sim.scenario.load import load
from sim.sight.buyers import loan_discounts, most_deals, push_for
from sim.world.dealbook import BLOCKED_IN_REVIEW, CLOSED, CONTROL, RESCUE, RESTRUCTURING
from tests.phases.dealing import run_with
from tests.phases.playing import fresh

PUSH = {"id": "push", "type": "ma_push", "start_year": 2026}
BAN = {"id": "ban", "type": "antitrust", "start_year": 2026, "strictness_share": 0.0, "banned_share": 1.0}
EAGER = {"deals": {"base_logit": 1.0}}


def test_a_push_that_grows_over_time_helps_in_proportion() -> None:
    push = PushForMergers.model_validate({**PUSH, "ramp_years": 1.0, "deals_count": 3})

    rules = push.amend(Rulebook(), 2026).merger_push

    # half strength: 0.8 % / 2, 40 % / 2, and from one deal a year to two
    assert rules is not None
    assert rules.loan_discount_per_year == pytest.approx(0.004)
    assert rules.kept_tax_share == pytest.approx(0.2)
    assert (rules.cap(1), push.amend(Rulebook(), 2027).merger_push.cap(1)) == (2, 3)  # type: ignore[union-attr]


def test_of_two_stances_the_stricter_holds_in_each_respect() -> None:
    ban = Antitrust.model_validate(BAN)
    strict = Antitrust.model_validate({**BAN, "strictness_share": 0.6, "banned_share": 0.2})

    control = strict.amend(ban.amend(Rulebook(), 2026), 2026).merger_control

    assert control is not None
    assert (control.strictness_share, control.banned_share) == (0.6, 1.0)


def test_a_push_brings_more_deals_about() -> None:
    def bought(policies: list[dict[str, object]]) -> int:
        runs = [run_with(seed, 6, policies=policies).world for seed in range(4)]
        return sum(d.kind in (CONTROL, RESCUE) and d.outcome == CLOSED for run in runs for d in run.deals)

    assert bought([PUSH]) > bought([])


def test_a_ban_blocks_every_deal_between_owners_and_leaves_moves_inside_them() -> None:
    world = run_with(1, 4, policies=[BAN], parameters=EAGER).world
    between = [d for d in world.deals if d.kind in (CONTROL, RESCUE)]

    assert [d for d in between if d.outcome == BLOCKED_IN_REVIEW]
    assert not [d for d in between if d.outcome == CLOSED]
    assert [d for d in world.deals if d.kind == RESTRUCTURING]


def test_a_transfer_that_names_an_unknown_owner_is_refused_with_the_nearest_name() -> None:
    wrong = {"id": "t", "type": "soe_transfer", "start_year": 2026, "chance_share": 1.0, "giver": "guangtuo"}

    with pytest.raises(ScenarioError, match="guangtou"):
        load("baseline", policies=[wrong])


def test_a_transfer_from_a_group_to_itself_is_refused() -> None:
    same = {"giver": "guangtou", "taker": "guangtou"}
    wrong = {"id": "t", "type": "soe_transfer", "start_year": 2026, "chance_share": 1.0, **same}

    with pytest.raises(ScenarioError, match=r"t\.taker: guangtou is the giver"):
        load("baseline", policies=[wrong])


def test_a_push_that_names_buyers_helps_them_alone() -> None:
    world = fresh()
    push = PushForMergers.model_validate({**PUSH, "groups": ["chinalco"], "deals_count": 3})
    world.rules = push.amend(Rulebook(), 2026)
    buyers = [world.groups.row("chinalco"), world.groups.row("xinfa")]

    assert push_for(world, buyers[0]) is world.rules.merger_push
    assert push_for(world, buyers[1]) is None
    assert loan_discounts(world, buyers).tolist() == [0.008, 0.0]
    assert most_deals(world, buyers).tolist() == [3, world.parameters.deals.deals_count]


def test_a_push_for_an_owner_that_the_pack_lacks_is_refused() -> None:
    with pytest.raises(ScenarioError, match="no owner 'chinalko'"):
        load("baseline", policies=[{**PUSH, "groups": ["chinalko"]}])
