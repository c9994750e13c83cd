"""Capacity left idle by agreement: who is a member, and what a promise binds."""

import numpy as np
import pytest

from sim.market.conduct import agreed, kept_share
from sim.policies.rulebook import Withholding

GROUP = np.array([0, 0, 1, 2])
INSTALLED = np.array([3.0, 2.0, 4.0, 1.0])
KNOWN = np.ones(3, dtype=np.bool_)


def test_groups_of_a_tenth_and_more_are_members_and_cut_all_their_plants() -> None:
    # groups hold 5, 4 and 1 of 10 Mt: with a least share of 0.2 the third is no member
    idle, _ = agreed((Withholding(0.1, 0.2),), GROUP, INSTALLED, KNOWN)

    assert idle.tolist() == [0.1, 0.1, 0.0]


def test_of_two_agreements_the_stricter_binds_each_member() -> None:
    idle, breach = agreed((Withholding(0.1, 0.0, 50.0), Withholding(0.3, 0.5, 20.0)), GROUP, INSTALLED, KNOWN)

    assert idle.tolist() == [0.3, 0.1, 0.1]
    assert breach.tolist() == [50.0, 50.0, 50.0]


def test_owners_who_stand_for_many_are_no_members() -> None:
    idle, _ = agreed((Withholding(0.1, 0.0),), GROUP, INSTALLED, np.array([True, False, True]))

    assert idle.tolist() == [0.1, 0.0, 0.1]


def test_without_agreements_nobody_leaves_anything_idle() -> None:
    assert not agreed((), GROUP, INSTALLED, KNOWN).any()


def test_a_promise_binds_only_what_is_available_beyond_it() -> None:
    # 10 % of 2.0 Mt stays idle: of 2.0 available 1.8 may run, of 1.8 all, of 1.0 all
    kept = kept_share(np.array([0.1, 0.1, 0.1]), np.array([2.0, 2.0, 2.0]), np.array([2.0, 1.8, 1.0]))

    assert kept == pytest.approx([0.9, 1.0, 1.0])


def test_a_plant_still_to_come_keeps_the_promise_of_its_owner() -> None:
    # nothing of it can run today, and half a million tonnes are expected
    assert kept_share(np.array([0.2]), np.array([0.0]), np.array([0.5])) == pytest.approx([0.8])


def test_a_plant_of_no_capacity_is_not_divided_by() -> None:
    assert kept_share(np.array([0.2, 0.0]), np.zeros(2), np.zeros(2)).tolist() == [1.0, 1.0]


def test_a_group_of_just_the_least_share_is_a_member() -> None:
    assert agreed((Withholding(0.1, 0.4),), GROUP, INSTALLED, KNOWN)[0].tolist() == [0.1, 0.1, 0.0]
