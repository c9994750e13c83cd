"""The push for mergers as buyers meet it: it helps every buyer, or those that it names."""

from collections.abc import Sequence

import numpy as np

from sim.core.arrays import Floats, Ints
from sim.policies.merger_rules import MergerPush
from sim.world.world import World


def push_for(world: World, buyer: int) -> MergerPush | None:
    """The push of the year as it helps a buyer, None where there is none for it."""
    push = world.rules.merger_push
    return push if push is not None and push.helps(world.groups.keys[buyer]) else None


def loan_discounts(world: World, buyers: Sequence[int] | Ints) -> Floats:
    """The fall of the loan rate on purchases of some buyers, (buyers,)."""
    pushes = [push_for(world, int(buyer)) for buyer in buyers]
    return np.array([push.loan_discount_per_year if push else 0.0 for push in pushes])


def queue_worth(world: World, buyers: Sequence[int] | Ints) -> Floats:
    """The worth to some buyers of a better place in the queue for approvals, (buyers,) CNY per tonne bought."""
    pushes = [push_for(world, int(buyer)) for buyer in buyers]
    return np.array([push.approval_cny_per_t if push else 0.0 for push in pushes])


def most_deals(world: World, buyers: Sequence[int] | Ints) -> Ints:
    """The control purchases that some buyers may close in the year, (buyers,)."""
    usual = world.parameters.deals.deals_count
    pushes = [push_for(world, int(buyer)) for buyer in buyers]
    return np.array([push.cap(usual) if push else usual for push in pushes])
