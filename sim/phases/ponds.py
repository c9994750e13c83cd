"""Ponds: permits that were granted open, and plants that are short of space apply for new ones."""

from typing import TYPE_CHECKING

import numpy as np

from sim.phases.quarter import expected_mill_prices
from sim.world.view import look

if TYPE_CHECKING:
    from sim.industry import Industry


def yearly_mud(industry: "Industry", row: int) -> float:
    """Give the mud that a plant stacks in a year of full output, Mt."""
    plants = industry.refineries
    return float(industry.recipe.mud_t[row] * (1.0 - plants.mud_use_share[row]) * plants.runnable_mt[row])


def opening_space(industry: "Industry", row: int) -> float:
    """Give the space of the first ponds of a plant, Mt of mud."""
    return yearly_mud(industry, row) * float(industry.refineries.pond_life_years[row])


def new_space(industry: "Industry", row: int) -> float:
    """Give the space of a new pond at a plant, Mt of mud."""
    return yearly_mud(industry, row) * industry.parameters.red_mud.permit_life_years


def open_permitted_ponds(industry: "Industry") -> None:
    """Open ponds whose building is finished."""
    plants = industry.refineries
    for row in np.flatnonzero((plants.permit_due_year == industry.year) & (plants.nameplate_mt > 0.0)):
        space = new_space(industry, int(row))
        plants.pond_space_mt[row] += space
        industry.tell("pond", plants.keys[row], space, "Mt", "a new pond opens")


def answer_applications(industry: "Industry") -> None:
    """Let provinces answer applications for new ponds."""
    plants = industry.refineries
    view = look(industry, expected_mill_prices(industry))
    applying = [agent for agent in industry.cast.refineries if agent.wants_pond(view)]
    if not applying:
        return
    luck = industry.streams.uniforms("pond permit", industry.year, [agent.key for agent in applying])
    lead = int(industry.parameters.red_mud.permit_lead_years)
    for agent, draw in zip(applying, luck, strict=True):
        province = industry.cast.provinces[int(plants.region[agent.row])]
        if province.permits_pond(view, float(draw)):
            plants.permit_due_year[agent.row] = industry.year + lead
            industry.tell("permit", agent.key, new_space(industry, agent.row), "Mt", "new pond permitted", counterpart=province.key)
