"""Governments: the nation lays down the year's rules, a province decides over what stands in its region."""

from collections.abc import Sequence

from sim.agents.decider import Decider
from sim.policies.policy import Policy
from sim.policies.rulebook import Rulebook


class National(Decider):
    """The national government: its policies, in the order of the scenario, amend the rulebook.

    It legislates for the year, and it lets be known what it has announced, so that others can look ahead. It also
    answers those who apply for a new plant.
    """

    def figures(self) -> str:
        """What it has laid down."""
        return f"{len(self.model.world.spec.policies)} policies"

    def legislate(self, policies: Sequence[Policy], discipline_share: float, year: int) -> Rulebook:
        """The rulebook of a year."""
        rules = Rulebook(discipline_share=discipline_share)
        for policy in policies:
            rules = policy.amend(rules, year)
        return rules

    def foreshadow(
        self, policies: Sequence[Policy], discipline_share: float, year: int, ahead: int
    ) -> Rulebook:
        """The rulebook that is to be expected `ahead` years later from what is announced by a year."""
        known = [policy for policy in policies if policy.known(year)]
        return self.legislate(known, discipline_share, year + ahead)


class Province(Decider):
    """The government over one supply region, by its lasting row."""

    def figures(self) -> str:
        """What it governs."""
        world = self.model.world
        here = world.refineries.nameplate_mt[world.refineries.region == self.row].sum()
        return f"{here:.1f} Mt/yr, environmental index {world.surroundings.index[self.row]:.2f}"
