"""Governments: the nation lays down the year's rules, a province permits ponds and supports plants in distress."""

from collections.abc import Sequence

import mesa

from sim.policies.policy import Policy
from sim.policies.rulebook import Rulebook
from sim.strategy.support import offer_chance, support_per_tonne
from sim.world.view import View

STATE_TYPES = (0, 1)


class National(mesa.Agent):
    """The national government: its policies, in the order of the scenario, amend the rulebook.

    It legislates for the year, and it lets be known what it has announced, so that others can look ahead.
    """

    def legislate(self, policies: Sequence[Policy], discipline_share: float, year: int) -> Rulebook:
        """Give the rulebook of a year."""
        rules = Rulebook(discipline_share=discipline_share)
        for policy in policies:
            rules = policy.amend(rules, year)
        return rules

    def foreshadow(
        self, policies: Sequence[Policy], discipline_share: float, year: int, ahead: int
    ) -> Rulebook:
        """Give the rulebook that is to be expected `ahead` years later from what is announced by a year."""
        known = [policy for policy in policies if policy.known(year)]
        return self.legislate(known, discipline_share, year + ahead)


class Province(mesa.Agent):
    """The government over one supply region."""

    def __init__(self, model: mesa.Model, region: int, key: str) -> None:
        """Remember the region."""
        super().__init__(model)
        self.region = region
        self.key = key

    def permits_pond(self, view: View, luck: float) -> bool:
        """Tell whether it grants an application for a new pond; `luck` is uniform in 0-1."""
        share = view.rules.pond_permit_share(self.key)
        return luck < share * float(view.geography.permit_share[self.region])

    def offers_support(
        self, view: View, plant: int, jobs_share: float, margin_cny_per_t: float, luck: float
    ) -> float:
        """Give the support in CNY/t that it offers to a losing plant for next year, zero for none."""
        plants = view.refineries
        state_owned = int(view.groups.owner_type[plants.group[plant]]) in STATE_TYPES
        chance = offer_chance(
            view.parameters.support,
            jobs_share,
            state_owned,
            view.rules.discipline_share,
            int(plants.support_years[plant]),
        )
        return support_per_tonne(view.parameters.support, margin_cny_per_t) if luck < chance else 0.0
