"""Convert: lines of a plant that digest local ore at high temperature are turned to imported ore, or they stay.

Its owner thinks in this order. Will local ore be short, or does my attention fall on the plant anyway? What would a
tonne cost less once some of its lines take imported ore alone at low temperature? What part of it would stand idle for
want of local ore, because its lines take no more imported ore as they are? Is that worth the investment and the output
that is lost while those lines are rebuilt? Do I have the cash? Plants come in the order of a draw, and each owner sees
the local ore and the cash that are left. The arithmetic is in `sim/strategy/blending.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.choice import DECISIONS, Story, ask
from sim.core.arrays import Bools, Floats, Ints
from sim.core.words import figure
from sim.decisions.ways import TwoWays, Way
from sim.facts import HIGHEST_CNY_PER_T, Fact, Facts, Term
from sim.market.inputs import QUARTERS
from sim.scenario.parameters import Parameters
from sim.sight.limits import may_run
from sim.sight.local_ore import expected_short, expected_supply
from sim.sight.outlook import cost_with, lasting_terms
from sim.sight.parts import reserved
from sim.sight.view import View, look_ahead
from sim.strategy.blending import converted_lines, most_imported, needed_share, present_value, share_after
from sim.strategy.finance import annuity_factor, discount_rates
from sim.world.books import Decision
from sim.world.kinds import Happened
from sim.world.world import World

CONVERT, LEAVE = "convert", "leave lines"


@dataclass(frozen=True)
class ConvertFacts(Facts):
    """What the choice of a plant between converting lines and leaving them rests on."""

    imported_share: Annotated[Floats, Fact("the imported part of its ore", 0.0, 1.0)]
    low_share: Annotated[Floats, Fact("the part of its lines for low temperature", 0.0, 1.0)]
    short_share: Annotated[Floats, Fact("the part of its local ore that it expected to lack", -1.0, 1.0)]
    saving_cny_per_t: Annotated[Floats, Fact("what it saves a tonne", -HIGHEST_CNY_PER_T, HIGHEST_CNY_PER_T)]
    made_share: Annotated[Floats, Fact("the part of its capacity that runs", 0.01, 1.0)]
    discount_per_year: Annotated[Floats, Fact("its owner's discount rate", 0.001, 1.0)]
    margin_cny_per_t: Annotated[Floats, Fact("the margin that it expects", 0.0, HIGHEST_CNY_PER_T)]
    nameplate_mt: Annotated[Floats, Fact("its capacity")]
    spare_cash_mcny: Annotated[Floats, Fact("the cash that its owner had to spare")]


@dataclass(frozen=True, slots=True)
class Works:
    """What one conversion does to each plant, arrays (plants,).

    Attributes:
        turned_share: lines that it turns, share of capacity.
        imported_share: the imported part of its ore afterwards.
        price_mcny: what it costs, million CNY.
    """

    turned_share: Floats
    imported_share: Floats
    price_mcny: Floats


def works_of(world: World) -> Works:
    """What conversions would do to plants as they stand."""
    plants, terms = world.refineries, world.parameters.local_ore
    turned = converted_lines(plants.low_share, terms)
    after = share_after(plants.imported_share, plants.low_share, turned)
    return Works(turned, after, terms.conversion_capex_cny_per_t * turned * plants.nameplate_mt)


def measure(world: World, view: View, works: Works, supply_mt: Floats) -> ConvertFacts:
    """What owners see of the lines of all plants, with the local ore that they expect, (regions,)."""
    plants, parameters, ahead = world.refineries, world.parameters, view.ahead or look_ahead(world)
    terms = lasting_terms(world)
    low, imported = plants.low_share + works.turned_share, works.imported_share
    after = cost_with(world, terms, low_share=low, imported_share=imported)
    made = np.divide(
        world.book.made_mt, plants.nameplate_mt, out=np.zeros(len(plants)), where=plants.nameplate_mt > 0.0
    )
    return ConvertFacts(
        imported_share=plants.imported_share.copy(),
        low_share=plants.low_share.copy(),
        saving_cny_per_t=world.recipe.cost(terms).sum(axis=0) - after,
        made_share=np.minimum(made, may_run(world, ahead.limits)),
        discount_per_year=discount_rates(world.groups.owner_type, parameters.finance)[plants.group],
        margin_cny_per_t=np.maximum(view.expected_cny_per_t[plants.region] - ahead.cost_cny_per_t, 0.0),
        nameplate_mt=plants.nameplate_mt.copy(),
        **left(world, supply_mt),
    )


class Convert(TwoWays[ConvertFacts]):
    """Convert when what lines save and what they keep running is worth more than the works and the output lost.

    Source: net present value, equation (2.18) of the model description.
    """

    name = "convert"
    rule = "convert lines to imported ore when that is worth more than the works and the output lost"
    unit = "CNY/t"
    facts = ConvertFacts
    question = "convert lines to imported ore?"
    acts = Way(CONVERT, "It converted lines.", "have converted lines")
    rests = Way(LEAVE, "It left its lines as they were.", "have left its lines as they were")
    terms = (Term("local_ore.conversion_capex_cny_per_t", "the investment", 0.0, 3000.0, by_case=True),)

    def weigh(self, facts: ConvertFacts, parameters: Parameters) -> dict[str, Floats]:
        """What converting is worth beyond its cost, (plants,), CNY per tonne of the plant's capacity."""
        terms, vat = parameters.local_ore, parameters.market.vat_share
        lasting = annuity_factor(facts.discount_per_year, int(parameters.leaving.horizon_years))
        turned = converted_lines(facts.low_share, terms)
        most = most_imported(facts.imported_share, facts.low_share, terms)
        lacking = needed_share(facts.imported_share, facts.short_share) - most
        idle = np.minimum(np.maximum(lacking, 0.0), turned)
        saved = present_value(facts.saving_cny_per_t, facts.made_share, lasting, vat)
        kept = present_value(facts.margin_cny_per_t, idle, lasting, vat)
        stopped = turned * facts.made_share * terms.conversion_quarters / QUARTERS
        lost = facts.margin_cny_per_t * stopped / (1.0 + vat)
        spent = terms.conversion_capex_cny_per_t * turned
        return {CONVERT: saved + kept - lost - spent, LEAVE: np.zeros(len(spent))}

    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """What converting was worth, and whether the cash was there."""
        worth, facts = decision.options.get(CONVERT, 0.0), decision.facts
        short = facts.get("short_share", 0.0)
        ore = (
            f"It expected mines to lack {figure(short, 'share')} of the local ore that it needs. "
            if short > 0.0
            else ""
        )
        cash = (
            " It would have paid, but its owner did not have the cash; lines are not converted on loans."
            if worth > 0.0 and decision.choice == LEAVE
            else ""
        )
        return (
            f"{ore}Converting was worth {figure(worth, self.unit)} of capacity beyond what it costs.{cash}",
        )


CONVERSION = DECISIONS.add(Convert.name, Convert())


def digesting_local(world: World) -> Bools:
    """Plants that stand and stay, in regions whose local ore is limited, with lines for high temperature, (plants,)."""
    plants = world.refineries
    bound = reserved(plants)
    bound[[each.replaces for each in world.broken_ground if each.replaces >= 0]] = True
    standing = (plants.nameplate_mt > 0.0) & (plants.low_share < 1.0) & ~bound
    return np.asarray(world.local_ore.limited[plants.region] & standing)


def convert_lines(world: World, cast: Cast, view: View, able: Ints) -> None:
    """Let owners convert lines of some plants whose local ore runs short, or on which their attention falls."""
    plants, works, supply = world.refineries, works_of(world), expected_supply(world)
    seen = measure(world, view, works, supply)
    options, weighed = CONVERSION.weigh(seen, world.parameters), seen.short_share.copy()
    luck = world.streams.uniforms("convert", world.year, [plants.keys[row] for row in able.tolist()])
    attention = world.parameters.retrofits.attention_share
    for place in luck.argsort(kind="stable").tolist():
        row = int(able[place])
        if luck[place] >= attention and seen.short_share[row] <= 0.0:
            continue
        if seen.short_share[row] != weighed[row]:
            options, weighed = CONVERSION.weigh(seen, world.parameters), seen.short_share.copy()
        case = CONVERSION.case(plants.keys[row], seen, options, row)
        if works.price_mcny[row] > seen.spare_cash_mcny[row]:
            case = case.only(LEAVE)
        intent = ask(cast.groups[plants.group[row]], view, case)
        if intent.choice == CONVERT:
            convert(world, row, works, case.options[CONVERT])
            # What it needs no longer is left to those that come after it, and so is its owner's cash.
            for name, column in left(world, supply).items():
                getattr(seen, name)[:] = column
        record(world, intent, CONVERSION)


def left(world: World, supply_mt: Floats) -> dict[str, Floats]:
    """What conversions change for those that come after them: local ore to be short of and cash, (plants,) each."""
    group = world.refineries.group
    return {
        "short_share": expected_short(world, supply_mt)[world.refineries.region],
        "spare_cash_mcny": (world.groups.cash_mcny - world.credit.least_cash_mcny)[group],
    }


def convert(world: World, row: int, works: Works, net_cny_per_t: float) -> None:
    """Pay for a conversion and change the plant; its lines stand still next year, and costs follow then."""
    plants, group, price = world.refineries, int(world.refineries.group[row]), float(works.price_mcny[row])
    world.groups.cash_mcny[group] -= price
    world.book.capex_mcny[group] += price
    plants.imported_share[row] = works.imported_share[row]
    plants.low_share[row] += works.turned_share[row]
    plants.converting_share[row] = works.turned_share[row]
    plants.converted[row] = True
    reason = f"converting lines is worth {net_cny_per_t:.0f} CNY/t of capacity more than it costs"
    world.tell(Happened.CONVERSION, plants.keys[row], price, "million CNY", reason)
