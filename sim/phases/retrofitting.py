"""Retrofits: owners look into some of their plants each year and do what pays, out of cash."""

from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import Bools, Floats
from sim.market.costs import Terms, cash_cost
from sim.phases.founding import reserved
from sim.phases.quarter import cost_terms
from sim.strategy.finance import discount_rates
from sim.strategy.retrofitting import KINDS, best_retrofit, capex, present_value, room_value
from sim.world.books import Decision
from sim.world.recipes import make_recipe

if TYPE_CHECKING:
    from sim.industry import Industry

RULE = "do the retrofit of most net present value, if any is worth more than it costs and the cash is there"
NONE = "none"
LEAST_IMPORTED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Weighed:
    """What owners make of the retrofits of their plants.

    Attributes:
        saving_cny_per_t: (3, plants) fall of cash cost, of all kinds but dry stacking.
        made_share: (plants,) output over capacity.
        discount_per_year: (plants,) owner's discount rate.
        net_cny_per_t: (kinds, plants) worth less investment, CNY per tonne of capacity.
        done: (kinds, plants) whether a plant has it.
    """

    saving_cny_per_t: Floats
    made_share: Floats
    discount_per_year: Floats
    net_cny_per_t: Floats
    done: Bools


def savings(industry: "Industry") -> Floats:
    """Give by how much each retrofit would lower the cash cost of each plant, (3, plants) CNY/t.

    A retrofit lasts for years: it is held against the rules that are announced, and against imported ore at its
    long-run level, since ore that is cheap for a quarter is not. Other prices are today's.
    """
    plants, levels = industry.refineries, industry.parameters.inputs.levels
    today = cost_terms(industry, plants, industry.outlook)
    lasting = replace(today.now, guinea_ore_usd_per_t=levels.guinea_ore_usd_per_t)
    terms = replace(today, now=lasting, before=lasting)
    usual = cash_cost(industry.recipe, terms).sum(axis=0)
    everywhere = np.ones(len(plants))
    changes: tuple[dict[str, Floats | Bools], ...] = (
        {"low_share": everywhere, "imported_share": everywhere},
        {"waste_heat": everywhere > 0.0},
        {"electric_steam": everywhere > 0.0},
    )
    return np.stack([usual - _cost_with(industry, terms, change) for change in changes])


def _cost_with(industry: "Industry", terms: Terms, change: dict[str, Floats | Bools]) -> Floats:
    """Give the cash cost of each plant if some of its columns were others, (plants,)."""
    changed = copy(industry.refineries)
    for name, column in change.items():
        setattr(changed, name, column)
    recipe = make_recipe(
        industry.pack,
        industry.geography,
        changed,
        industry.parameters,
        industry.year,
        industry.clusters,
    )
    return np.asarray(cash_cost(recipe, terms).sum(axis=0))


def weigh(industry: "Industry") -> Weighed:
    """Give what owners make of all retrofits of all plants."""
    plants, terms, vat = (
        industry.refineries,
        industry.parameters.retrofits,
        industry.parameters.market.vat_share,
    )
    saving = savings(industry)
    made = np.divide(
        industry.book.made_mt, plants.nameplate_mt, out=np.zeros(len(plants)), where=plants.nameplate_mt > 0.0
    )
    rates = discount_rates(industry.groups.owner_type, industry.parameters.finance)[plants.group]
    years = int(industry.parameters.leaving.horizon_years)
    gain = terms.dry_stacking_gain_share
    room = room_value(plants.space_cny_per_t, plants.pond_space_mt, plants.nameplate_mt, gain, vat)
    worth = np.vstack((present_value(saving, made, rates, years, vat), room))
    # Diaspore needs high temperature, so only plants that live on imported ore can convert.
    native = ((plants.low_share >= 1.0) & (plants.imported_share >= 1.0)) | (
        plants.imported_share < LEAST_IMPORTED_SHARE
    )
    done = np.stack(
        (plants.converted | native, plants.waste_heat, plants.electric_steam, plants.dry_stacking)
    )
    return Weighed(saving, made, rates, worth - capex(terms)[:, None], done)


def retrofit(industry: "Industry") -> None:
    """Let owners whose attention falls on a plant this year retrofit it."""
    plants, terms = industry.refineries, industry.parameters.retrofits
    going = reserved(plants)
    going[[each.replaces for each in industry.broken_ground if each.replaces >= 0]] = True
    standing = np.flatnonzero((plants.nameplate_mt > 0.0) & ~going)
    luck = industry.streams.uniforms("retrofit", industry.year, [plants.keys[row] for row in standing])
    if not (luck < terms.attention_share).any():
        return
    weighed = weigh(industry)
    best = best_retrofit(weighed.net_cny_per_t, weighed.done)
    for place in np.argsort(luck, kind="stable").tolist():
        if luck[place] >= terms.attention_share:
            break
        decide(industry, int(standing[place]), int(best[standing[place]]), weighed)


def decide(industry: "Industry", row: int, kind: int, weighed: Weighed) -> None:
    """Let one owner decide over one plant, and record what it weighed."""
    plants, groups = industry.refineries, industry.groups
    group, size = int(plants.group[row]), float(plants.nameplate_mt[row])
    spare = float(groups.cash_mcny[group] - industry.credit.least_cash_mcny[group])
    net = weighed.net_cny_per_t[:, row]
    options = {name: float(net[place]) for place, name in enumerate(KINDS) if not weighed.done[place, row]}
    price = float(capex(industry.parameters.retrofits)[kind]) * size if kind >= 0 else 0.0
    goes = kind >= 0 and price <= spare
    margin = max(options.values(), default=0.0)
    if not goes:
        margin = (price - spare) / size if kind >= 0 else -margin
    facts = {
        f"{name}_saving_cny_per_t": float(weighed.saving_cny_per_t[place, row])
        for place, name in enumerate(KINDS[:-1])
    }
    facts |= {
        "made_share": float(weighed.made_share[row]),
        "discount_per_year": float(weighed.discount_per_year[row]),
        "space_cny_per_t": float(plants.space_cny_per_t[row]),
        "pond_space_mt": float(plants.pond_space_mt[row]),
        "nameplate_mt": size,
        "spare_cash_mcny": spare,
    }
    if goes:
        do(industry, row, kind, price, float(net[kind]))
    choice = KINDS[kind] if goes else NONE
    industry.decisions.append(
        Decision(
            industry.year,
            plants.keys[row],
            "retrofit",
            choice,
            RULE,
            margin,
            "CNY/t",
            {**options, NONE: 0.0},
            facts,
        )
    )


def do(industry: "Industry", row: int, kind: int, price_mcny: float, net_cny_per_t: float) -> None:
    """Pay for a retrofit and change the plant; costs follow with next year's recipe."""
    plants, group = industry.refineries, int(industry.refineries.group[row])
    industry.groups.cash_mcny[group] -= price_mcny
    industry.book.capex_mcny[group] += price_mcny
    match KINDS[kind]:
        case "conversion":
            plants.converted[row] = True
            plants.low_share[row] = plants.imported_share[row] = 1.0
        case "waste_heat":
            plants.waste_heat[row] = True
        case "electric_steam":
            plants.electric_steam[row] = True
        case _:
            plants.dry_stacking[row] = True
            plants.pond_space_mt[row] *= 1.0 + industry.parameters.retrofits.dry_stacking_gain_share
    name = KINDS[kind].replace("_", " ")
    reason = f"{name} is worth {net_cny_per_t:.0f} CNY/t of capacity more than it costs"
    industry.tell("retrofit", plants.keys[row], price_mcny, "million CNY", reason)
