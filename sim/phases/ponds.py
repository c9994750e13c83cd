"""Ponds: permits that were granted open, and plants that are short of space apply for new ones."""

from typing import TYPE_CHECKING

import numpy as np

from sim.environment.red_mud import pond_cap, pond_life, required_life, space_price
from sim.phases.quarter import expected_mill_prices
from sim.strategy.finance import discount_rates
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
    gain = industry.parameters.retrofits.dry_stacking_gain_share
    denser = 1.0 + gain * bool(industry.refineries.dry_stacking[row])
    return yearly_mud(industry, row) * industry.parameters.red_mud.permit_life_years * denser


def open_permitted_ponds(industry: "Industry") -> None:
    """Open ponds whose building is finished."""
    plants = industry.refineries
    for row in np.flatnonzero((plants.permit_due_year == industry.year) & (plants.nameplate_mt > 0.0)):
        space = new_space(industry, int(row))
        plants.pond_space_mt[row] += space
        industry.tell("pond", plants.keys[row], space, "Mt", "a new pond opens")


def measure_ponds(industry: "Industry") -> None:
    """Set what ponds let run this year and what their space is worth."""
    plants, rules = industry.refineries, industry.parameters.red_mud
    life = pond_life(plants.pond_space_mt, industry.recipe.mud_t, plants.mud_use_share, plants.runnable_mt)
    asked = required_life(industry.rules.red_mud, industry.geography.regions, rules.required_life_years)
    plants.pond_cap_share[:] = pond_cap(life, asked[plants.region], rules)
    margin = expected_mill_prices(industry)[plants.region] - plants.cash_cost_cny_per_t
    rates = discount_rates(industry.groups.owner_type, industry.parameters.finance)[plants.group]
    price = space_price(margin, industry.recipe.mud_t, life, rates)
    plants.space_cny_per_t[:] = np.where(plants.nameplate_mt > 0.0, price, 0.0)


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
            industry.tell(
                "permit",
                agent.key,
                new_space(industry, agent.row),
                "Mt",
                "new pond permitted",
                counterpart=province.key,
            )


PAST_YEARS = 6


def permits_under_way(industry: "Industry") -> None:
    """Give plants the permits that they won in the years before the start, so that the start is not a cliff.

    The ponds of a plant that is short today were short coming; it has applied before, with the luck of those
    years, and what was granted is open or being built.
    """
    plants, mud = industry.refineries, industry.parameters.red_mud
    first = industry.year - PAST_YEARS + 1
    chance = industry.geography.permit_share[plants.region]
    granted = np.zeros(len(plants), dtype=np.int64)
    for year in range(first, industry.year + 1):
        life = plants.pond_life_years + (industry.year - year)
        luck = industry.streams.uniforms("pond permit", year, plants.keys)
        wins = (granted == 0) & (life < mud.apply_below_years) & (luck < chance)
        granted = np.where(wins & (plants.nameplate_mt > 0.0), year, granted)
    due = np.where(granted > 0, granted + int(mud.permit_lead_years), 0)
    for row in np.flatnonzero((due > 0) & (due <= industry.year)):
        plants.pond_space_mt[row] += new_space(industry, int(row))
    plants.permit_due_year[:] = np.where(due > industry.year, due, 0)
