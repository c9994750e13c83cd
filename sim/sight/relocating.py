"""What the chance to move a plant to the coast is worth to whoever has the plant: its seller, or a bidder for it.

A plant is also a licence: its nameplate counts for a new one at the coast. Both sides of a deal weigh it with the
arithmetic by which owners weigh their own plans: each with its own cost of capital, its own view of prices, its own
money, and the odds of moods and approvals. An owner begins one plant at a time, so a move of this plant is worth
only what it adds to the best that the owner could begin without it. Where anyone may build new, that is little:
equipment taken along. Where quotas, barred regions or a duty to swap stand in the way, it is the licence.

The odds are those of the year under the rules that are announced: prices and moods are others in the next.
"""

from functools import cached_property

import numpy as np

from sim.core.arrays import Bools, Floats, Ints
from sim.sight.moving import Moves, builders, movable, move_wishes, new_plants, traits, weigh_moves
from sim.sight.prospects import Prospects, Wish, application, means, passing, pledge, prospects, unspent
from sim.sight.selling import Target
from sim.sight.view import View
from sim.strategy.building import bold_share, plan_worth, usual_ratio
from sim.world.world import World

Case = tuple[int, int, int]
"""A target, one of its plants, and a group in whose hands it is weighed."""


class TargetMoves:
    """The best move of each target in the hands of its seller and of those who bid seriously for it.

    What the moves are worth is worked out when it is first asked, and stays for the year, but for buyers: who has
    bought one target for its move counts no other.
    """

    def __init__(
        self, world: World, view: View, survey: tuple[list[Target], list[int]], serious: Bools
    ) -> None:
        """Weigh the moves of all targets.

        Args:
            world: the world.
            view: the world at this moment.
            survey: targets and bidders.
            serious: (targets, bidders) who looks closely.
        """
        self._world, self._serious = world, serious
        self._targets, self._bidders = survey
        self._plans: dict[tuple[int, int], Wish] = {}
        self._sold: Floats | None = None
        self._bought: Floats | None = None
        cases = self._cases(view)
        if cases:
            self._shared = prospects(world, view, world.outlook)
            self._plans = best_plans(world, self._shared, cases)
        if self._plans:
            owners = np.unique([owner for _, owner in self._plans])
            self._others = OtherPlans(world, self._shared, owners)

    def _cases(self, view: View) -> list[Case]:
        """Whose hands each movable plant is weighed in: owners who could begin one."""
        free = set(movable(self._world, view).tolist())
        if not any(free.intersection(target.rows) for target in self._targets):
            return []
        able = set(builders(self._world, view).tolist())
        hands = [(place, target.seller) for place, target in enumerate(self._targets)]
        hands += [(place, self._bidders[bidder]) for place, bidder in np.argwhere(self._serious).tolist()]
        return [
            (place, row, owner)
            for place, owner in hands
            if owner in able
            for row in self._targets[place].rows
            if row in free
        ]

    def to_sellers(self) -> Floats:
        """What the chance to move its plants adds to each target for its seller, (targets,) million CNY."""
        if self._sold is None:
            self._sold = np.zeros(len(self._targets))
            for place, target in enumerate(self._targets):
                if (place, target.seller) in self._plans:
                    own = unspent(self._world, target.seller)
                    self._sold[place] = self._worth(place, target.seller, own)
        return self._sold

    def to_bidders(self, left_mcny: Floats) -> Floats:
        """What it adds to each target for each serious bidder, (targets, bidders) million CNY.

        Args:
            left_mcny: (targets, bidders) what a bidder can still raise after the seller's least price.
        """
        if self._bought is None:
            self._bought = np.zeros(self._serious.shape)
            for place, bidder in np.argwhere(self._serious).tolist() if self._plans else []:
                owner, left = self._bidders[bidder], float(left_mcny[place, bidder])
                if (place, owner) in self._plans:
                    self._bought[place, bidder] = self._worth(place, owner, left)
        return self._bought

    def drop(self, place: int, bidder: int) -> None:
        """Count no other move for a bidder that has bought a target for its move: an owner begins one at a time."""
        if self._bought is None or self._bought[place, bidder] <= 0.0:
            return
        others = np.arange(len(self._bidders)) != bidder
        self._bought = np.where(others, self._bought, 0.0)
        sellers = np.array([target.seller for target in self._targets])
        self._sold = np.where(sellers != self._bidders[bidder], self.to_sellers(), 0.0)

    def _worth(self, place: int, owner: int, money_mcny: float) -> float:
        """What moving a target is worth to an owner beyond its best other plan, million CNY."""
        wish, target = self._plans[place, owner], self._targets[place]
        money = max(money_mcny + pledge(self._world, wish), 0.0)
        hurdle = self._others.hurdle(owner, refining=True)
        own = expected_worth(self._world, self._shared, wish, (money, hurdle))
        if own <= 0.0:
            return 0.0
        part = target.shares[target.rows.index(wish.old)]
        sold = target.rows if owner == target.seller else ()
        return part * max(own - self._others.best(owner, sold), 0.0)


def licences(world: World, view: View, rows: list[int]) -> Floats:
    """What the right to build that goes with their nameplate adds to plants for their owners, (rows,) CNY per tonne.

    Nothing where neither a quota nor a duty to swap is announced, for then anyone may build.

    Source: equation (4.5e) of the model description.
    """
    plants, rules = view.refineries, world.outlook
    if not rows or (rules.approval is None and (rules.swap is None or not rules.swap.required)):
        return np.zeros(len(rows))
    targets = [
        Target(plants.keys[row], (row,), (), int(plants.group[row]), (), (1.0,), False, True, False)
        for row in rows
    ]
    moves = TargetMoves(world, view, (targets, []), np.zeros((len(rows), 0), dtype=np.bool_))
    return np.asarray(moves.to_sellers() / plants.nameplate_mt[rows])


def best_plans(world: World, shared: Prospects, cases: list[Case]) -> dict[tuple[int, int], Wish]:
    """The best move of each target that pays to each owner, by target and owner."""
    moves = weigh_moves(world, shared, *np.array([case[1:] for case in cases], dtype=np.int64).T)
    value = moves.best
    best: dict[tuple[int, int], int] = {}
    for at in (value > 0.0).nonzero()[0].tolist():
        key = cases[at][0], cases[at][2]
        if key not in best or value[at] > value[best[key]]:
            best[key] = at
    return dict(zip(best, move_wishes(world, shared, moves, best.values()), strict=True))


def expected_worth(world: World, shared: Prospects, wish: Wish, terms: tuple[float, float]) -> float:
    """What a plan is worth to its owner before luck is drawn, million CNY; nothing where money does not reach.

    Money of partners does not count: who joins, if anybody, is known only when the plan is applied for.

    Args:
        world: the world.
        shared: what all owners share.
        wish: the plan.
        terms: money that the owner could spend, million CNY, and the ratio that it asks for in an even mood.
    """
    money, hurdle = terms
    spent = wish.capex_cny_per_t * wish.size_mt
    if wish.ratio <= 0.0 or spent > money:
        return 0.0
    bold = bold_share(wish.ratio, hurdle, world.parameters.building)
    if bold <= 0.0:
        return 0.0
    odds = passing(world, application(world, shared, wish), world.outlook)
    return plan_worth(wish.ratio, spent, bold * odds)


class OtherPlans:
    """What some owners could begin besides: a new plant, or a move of a plant that is theirs and not for sale."""

    def __init__(self, world: World, shared: Prospects, groups: Ints) -> None:
        """Take some owners, whose plans are weighed when one of them is first asked for."""
        self._world, self._shared, self._groups = world, shared, groups
        state, entrant = traits(shared.view, groups)
        asked = (usual_ratio(state, new, world.parameters.building) for new in (entrant, entrant & False))
        self._hurdles = [dict(zip(groups.tolist(), each.tolist(), strict=True)) for each in asked]
        self._known: dict[tuple[int, tuple[int, ...]], float] = {}

    def hurdle(self, group: int, *, refining: bool = False) -> float:
        """The ratio that an owner asks for in an even mood; with `refining`, as one who has a refinery."""
        return float(self._hurdles[refining][group])

    def best(self, group: int, sold: tuple[int, ...]) -> float:
        """What an owner's best plan is worth without some of its plants, million CNY."""
        known = self._known
        if (group, sold) not in known:
            known[group, sold] = 0.0
            if plans := self._plans(group, sold):
                best = max(plans, key=lambda wish: (wish.ratio, wish.kind))
                terms = means(self._world, best), self.hurdle(group)
                known[group, sold] = expected_worth(self._world, self._shared, best, terms)
        return known[group, sold]

    @cached_property
    def _new(self) -> dict[int, Wish]:
        return new_plants(self._world, self._shared, self._groups)

    @cached_property
    def _moves(self) -> Moves:
        view = self._shared.view
        rows = movable(self._world, view, self._groups)
        return weigh_moves(self._world, self._shared, rows, view.refineries.group[rows])

    def _plans(self, group: int, sold: tuple[int, ...]) -> list[Wish]:
        moves = self._moves
        own = ((moves.owners == group) & ~np.isin(moves.rows, sold)).nonzero()[0]
        plans = [self._new[group]] if group in self._new else []
        if own.size and np.isfinite(value := moves.best[own]).any():
            plans += move_wishes(self._world, self._shared, moves, [int(own[value.argmax()])])
        return plans
