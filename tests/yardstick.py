"""A plain Mesa model of as many agents, with one market and no deals: what an agent-year costs without our science.

It is written as a Mesa tutorial would write it, takes its agents from the pack, and stays as it is: its time is the
measure that `make bench` holds the engine's to. Nothing of the engine is used but the reading of the pack. Sellers
post what they ask; buyers come in random order, look at all sellers and buy from those that are cheapest delivered.
What every agent does is recorded, as the engine's recorder does.
"""

import math

import mesa

from sim.scenario.load import Scenario

QUARTERS = 4


class Seller(mesa.Agent):
    """Whoever offers tonnes at a place: a refinery of an owner, or an importer that has none.

    What it asks follows what it sold the last time.
    """

    def __init__(self, model: "PlainIndustry", size_mt: float, owner: "Owner | None") -> None:
        """Stand at a place with a size and a mix of inputs."""
        super().__init__(model)
        self.size_mt, self.owner = size_mt, owner
        self.place = (model.random.random(), model.random.random())
        self.mix = {name: 0.8 + 0.4 * model.random.random() for name in model.inputs}
        self.cost = self.ask = self.left_mt = self.sold_mt = self.earned = self.mud_mt = 0.0
        self.idle_quarters = 0

    def post(self) -> None:
        """Work out the cash cost, ask for a little more, and offer all that can be made."""
        self.cost = sum(self.mix[name] * price for name, price in self.model.inputs.items())
        hunger = self.sold_mt / (self.size_mt / QUARTERS) if self.size_mt else 0.0
        self.ask = self.cost * (1.0 + 0.1 * hunger)
        self.left_mt, self.sold_mt = self.size_mt / QUARTERS, 0.0

    def sell(self, tonnes_mt: float) -> None:
        """Hand over tonnes for what was asked."""
        self.left_mt -= tonnes_mt
        self.sold_mt += tonnes_mt
        self.earned += (self.ask - self.cost) * tonnes_mt

    def settle(self) -> None:
        """Bring what was earned to the owner, stack the mud, and give up after two years without a sale."""
        if self.owner is not None:
            self.owner.cash += self.earned
            self.mud_mt += 1.3 * self.sold_mt
        self.earned = 0.0
        self.idle_quarters = self.idle_quarters + 1 if self.sold_mt == 0.0 else 0
        if self.idle_quarters >= 2 * QUARTERS:
            self.size_mt = 0.0


class Buyer(mesa.Agent):
    """A smelter that buys from whoever is cheapest delivered."""

    def __init__(self, model: "PlainIndustry", need_mt: float) -> None:
        """Stand at a place with a yearly need."""
        super().__init__(model)
        self.need_mt, self.paid = need_mt, 0.0
        self.place = (model.random.random(), model.random.random())

    def buy(self) -> None:
        """Buy the need of a quarter, from the cheapest seller on."""
        wanted = self.need_mt / QUARTERS
        offers = [
            (seller.ask + 300.0 * math.dist(self.place, seller.place), seller)
            for seller in self.model.sellers
        ]
        for delivered, seller in sorted(offers, key=lambda offer: offer[0]):
            tonnes = min(wanted, seller.left_mt)
            if tonnes > 0.0:
                seller.sell(tonnes)
                self.paid += delivered * tonnes
                wanted -= tonnes
            if wanted <= 0.0:
                break


class Owner(mesa.Agent):
    """A group that banks what its plants earn and pays half of it out."""

    def __init__(self, model: "PlainIndustry") -> None:
        """Stand without cash."""
        super().__init__(model)
        self.cash = self.paid_out = 0.0

    def pay_out(self) -> None:
        """Pay half of what is there."""
        share = max(0.0, 0.5 * self.cash)
        self.cash -= share
        self.paid_out += share


class Place(mesa.Agent):
    """A government that adds up the mud of its plants."""

    def __init__(self, model: "PlainIndustry", plants: list[Seller]) -> None:
        """Stand over plants."""
        super().__init__(model)
        self.plants, self.mud_mt = plants, 0.0

    def count(self) -> None:
        """Add up."""
        self.mud_mt = sum(plant.mud_mt for plant in self.plants)


class PlainIndustry(mesa.Model):
    """Agents as many as the scenario has, one market a quarter."""

    def __init__(self, scenario: Scenario, seed: int = 0) -> None:
        """Make the agents."""
        super().__init__(rng=seed)
        pack = scenario.pack
        self.inputs = {"ore": 1_200.0, "caustic": 400.0, "coal": 500.0, "power": 200.0, "other": 250.0}
        owners = [Owner(self) for _ in pack.groups]
        standing = [row for row in pack.refineries if row.installed]
        plants = [
            (row.region, Seller(self, row.nameplate_mt, owners[number % len(owners)]))
            for number, row in enumerate(standing)
        ]
        traders = [Seller(self, 2.0, None) for _ in pack.importers]
        self.sellers = [*(plant for _, plant in plants), *traders]
        need_mt = 0.8 * sum(row.nameplate_mt for row in standing)
        for _ in pack.smelters:
            Buyer(self, need_mt / len(pack.smelters))
        for region in sorted({region for region, _ in plants}):
            Place(self, [plant for place, plant in plants if place == region])
        self.datacollector = mesa.DataCollector(
            model_reporters={"price": "price", "sold_mt": "sold_mt"},
            agenttype_reporters={
                Seller: {
                    name: name for name in ("size_mt", "cost", "ask", "sold_mt", "mud_mt", "idle_quarters")
                },
                Buyer: {"need_mt": "need_mt", "paid": "paid"},
                Owner: {"cash": "cash", "paid_out": "paid_out"},
                Place: {"mud_mt": "mud_mt"},
            },
        )

    @property
    def sold_mt(self) -> float:
        """Give what was sold in the last quarter."""
        return sum(seller.sold_mt for seller in self.sellers)

    @property
    def price(self) -> float:
        """Give the mean of what was asked for the tonnes of the last quarter."""
        return sum(seller.ask * seller.sold_mt for seller in self.sellers) / self.sold_mt

    def step(self) -> None:
        """Play a year: four markets, then the accounts."""
        for _ in range(QUARTERS):
            for name in self.inputs:
                self.inputs[name] *= float(self.rng.lognormal(0.0, 0.02))
            self.agents_by_type[Seller].do("post")
            self.agents_by_type[Buyer].shuffle_do("buy")
            self.agents_by_type[Seller].do("settle")
        self.agents_by_type[Owner].do("pay_out")
        self.agents_by_type[Place].do("count")
        self.datacollector.collect(self)


def play(scenario: Scenario, years: int = 10) -> PlainIndustry:
    """Play years and read what was recorded as tables."""
    model = PlainIndustry(scenario)
    for _ in range(years):
        model.step()
    for kind in (Seller, Buyer, Owner, Place):
        model.datacollector.get_agenttype_vars_dataframe(kind)
    mesa.Agent._ids.pop(model, None)
    return model
