"""Who is asked: owner groups, refineries, smelters, importers, provinces and the nation, as agents of Mesa."""

from collections.abc import Callable, Iterable, Sequence

import mesa

from sim.choice import Decides, has_own_mind
from sim.core.arrays import Floats
from sim.core.words import plural
from sim.policies.policy import Policy
from sim.policies.rulebook import Rulebook
from sim.sight.view import View, look
from sim.world.population import State
from sim.world.world import World


class Decider(Decides, mesa.Agent):
    """An agent with a lasting row in its table and a key; override `decide` to give it a mind of its own."""

    def __init__(self, model: mesa.Model, row: int, key: str) -> None:
        """Remember the row and the key."""
        super().__init__(model)
        self.row = row
        self.key = key

    @property
    def name(self) -> str:
        """What people call it, by the pack; its key where the pack knows no name."""
        pack = self.model.world.pack
        tables = (pack.groups, pack.refineries, pack.projects, pack.smelters, pack.importers, pack.regions)
        return next((row.name for table in tables for row in table if row.id == self.key), self.key)

    def figures(self) -> str:
        """Tell in a few numbers what it is."""
        return self.key

    def __repr__(self) -> str:
        """Show it by name and figures: `<OwnerGroup Hongqiao: 19.0 Mt/yr, 3 refineries>`."""
        return f"<{type(self).__name__} {self.name}: {self.figures()}>"


def shown_to(agents: Iterable[Decider], world: World, expected: Callable[[World], Floats]) -> View | None:
    """The world as some agents see it, with the prices that are expected; none where all answer as the model does."""
    return look(world, expected(world)) if any(map(has_own_mind, agents)) else None


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


class OwnerGroup(Decider):
    """One ultimate owner, by its lasting row in the table of groups."""

    def figures(self) -> str:
        """What it has."""
        plants = self.model.world.refineries
        own = plants.nameplate_mt[plants.group == self.row]
        return f"{own.sum():.1f} Mt/yr, {plural(int((own > 0.0).sum()), 'refinery', 'refineries')}"


class Importer(Decider):
    """One producer outside China, by its lasting row in the table of importers."""

    def figures(self) -> str:
        """What it has and ships."""
        table = self.model.world.importers
        capacity, standing = table.capacity_mt[self.row], table.standing_mt[self.row]
        return f"{capacity:.1f} Mt/yr, {standing:.1f} Mt/yr to China under standing terms"

    def __init__(self, model: mesa.Model, row: int, key: str, owner: str, chinese_share: float) -> None:
        """Remember the row, the key, the ultimate owner and the part of it that is Chinese."""
        super().__init__(model, row, key)
        self.owner = owner
        self.chinese_share = chinese_share


class Refinery(Decider):
    """One site, by its lasting row in the table of refineries."""

    def figures(self) -> str:
        """What it has and does."""
        plants = self.model.world.refineries
        return f"{plants.nameplate_mt[self.row]:.2f} Mt/yr, {State(plants.state[self.row]).name.lower()}"


class Smelter(Decider):
    """One smelter, by its lasting row in the table of smelters."""

    def figures(self) -> str:
        """What it has."""
        smelters = self.model.world.smelters
        return f"{smelters.capacity_mt[self.row]:.2f} Mt/yr of metal, running {smelters.smelting_share[self.row]:.0%}"
