"""Firms grow together after a deal: what it saves comes in over years, after a year of disruption."""

import numpy as np

from sim.process.base import FEED
from sim.strategy.combining import came_in
from sim.world.integration import Integration
from sim.world.world import World


def begin(world: World, integration: Integration) -> None:
    """Let the plants of a deal begin to grow together."""
    world.integrations.append(integration)


def grow_together(world: World) -> None:
    """Work out what deals save at each plant this year, by component.

    Source: equation (6.19) of the model description.
    """
    terms, process = world.parameters.combining, world.process
    total = np.zeros((3, len(world.refineries)))
    disrupted = np.zeros(len(world.refineries))
    for each in world.integrations:
        age = world.year - each.year
        total[:, each.rows] += each.saving_cny_per_t * each.realised_share * came_in(age, terms)
        if age == 1:
            disrupted[each.rows[each.joined]] += terms.disruption_cny_per_t
    summed = total.sum(axis=0)
    most = terms.most_saving_cny_per_t
    total *= np.divide(most, summed, out=np.ones_like(summed), where=summed > most)
    world.saved = np.zeros_like(world.components)
    world.saved[[FEED, process.reagent, process.overhead]] = total
    world.saved[process.overhead] -= disrupted
