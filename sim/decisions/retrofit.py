"""Retrofit: a plant is changed once for good to cost less, to have more pond room or to emit less, or it is left.

Its owner thinks in this order. Does my attention fall on this plant at all this year? What would a tonne cost less
after each retrofit that it does not have yet, under the rules that are announced, and is that worth the investment
over the years that I look ahead? What is more room in its ponds worth? What may I not run below environmental class A,
now and by what is announced, and what would that earn? Which retrofit is worth most beyond its price?
Do I have the cash? A retrofit is not worth the trouble of a loan. Plants come in the order of a draw, and each owner
sees the cash that it has left. The arithmetic is in `sim/strategy/blending.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated

import numpy as np

from sim import choice
from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.agents.decider import shown_to
from sim.core.arrays import Floats
from sim.core.words import figure, worded
from sim.decisions.ways import gains_told
from sim.facts import HIGHEST_CNY_PER_T, Fact, Facts, Term
from sim.scenario.parameters import Parameters
from sim.sight.limits import below_class_a, kept_by_class_a
from sim.sight.outlook import cost_with, lasting_terms
from sim.sight.parts import reserved
from sim.sight.purse import spare_cash
from sim.sight.view import View, lasting_mill_prices, look_ahead
from sim.strategy.blending import RETROFITS, capex, present_value, room_value
from sim.strategy.finance import annuity_factor, discount_rates
from sim.world.books import Decision
from sim.world.kinds import Happened
from sim.world.world import World

NONE, ROOM, CLEAN = "none", "dry_stacking", "ultra_low"
SAVERS = tuple(name for name in RETROFITS if name not in (ROOM, CLEAN))
MOST_SAVED_CNY_PER_T = 5_000.0
MOST_SPENT_CNY_PER_T = 3_000.0
SAVED = "what it saves a tonne"

Saving = Annotated[Floats, Fact(SAVED, -MOST_SAVED_CNY_PER_T, MOST_SAVED_CNY_PER_T)]
Done = Annotated[Floats, Fact("whether it had it already")]


@dataclass(frozen=True)
class RetrofitFacts(Facts):
    """What the choice rests on; a saving is weighed on output, pond room on its price, class A on margin."""

    waste_heat_saving_cny_per_t: Saving
    electric_steam_saving_cny_per_t: Saving
    made_share: Annotated[Floats, Fact("the part of its capacity that runs", 0.01, 1.0)]
    discount_per_year: Annotated[Floats, Fact("its owner's discount rate", 0.001, 1.0)]
    space_cny_per_t: Annotated[Floats, Fact("the worth of a tonne of pond space", 0.0, HIGHEST_CNY_PER_T)]
    pond_space_mt: Annotated[Floats, Fact("the space left in its ponds")]
    nameplate_mt: Annotated[Floats, Fact("its capacity")]
    class_a_kept_share: Annotated[Floats, Fact("the part of its capacity that class A would keep open")]
    margin_cny_per_t: Annotated[Floats, Fact("the margin that it expects", 0.0, HIGHEST_CNY_PER_T)]
    spare_cash_mcny: Annotated[Floats, Fact("the cash that its owner had to spare")]
    waste_heat_done_share: Done
    electric_steam_done_share: Done
    dry_stacking_done_share: Done
    ultra_low_done_share: Done


def measure(world: World, view: View) -> RetrofitFacts:
    """What owners see of the retrofits of all plants."""
    plants, terms, ahead = world.refineries, world.parameters, view.ahead or look_ahead(world)
    saving = dict(zip(SAVERS, savings(world), strict=True))
    made = np.divide(
        world.book.made_mt, plants.nameplate_mt, out=np.zeros(len(plants)), where=plants.nameplate_mt > 0.0
    )
    return RetrofitFacts(
        waste_heat_saving_cny_per_t=saving["waste_heat"],
        electric_steam_saving_cny_per_t=saving["electric_steam"],
        made_share=np.minimum(made, ahead.runnable_share),
        discount_per_year=discount_rates(world.groups.owner_type, terms.finance)[plants.group],
        space_cny_per_t=plants.space_cny_per_t,
        pond_space_mt=plants.pond_space_mt,
        nameplate_mt=plants.nameplate_mt,
        class_a_kept_share=kept_by_class_a(world),
        margin_cny_per_t=np.maximum(view.expected_cny_per_t[plants.region] - ahead.cost_cny_per_t, 0.0),
        # Each case is told what is left of it when its turn comes.
        spare_cash_mcny=np.full(len(plants), np.nan),
        waste_heat_done_share=plants.waste_heat.astype(np.float64),
        electric_steam_done_share=plants.electric_steam.astype(np.float64),
        dry_stacking_done_share=plants.dry_stacking.astype(np.float64),
        ultra_low_done_share=plants.class_a.astype(np.float64),
    )


def savings(world: World) -> Floats:
    """By how much the retrofits that save cost would lower the cash cost of each plant, (2, plants) CNY/t."""
    terms, cases = lasting_terms(world), np.eye(len(SAVERS), dtype=np.bool_)[:, :, None]
    changed = {name: getattr(world.refineries, name) | case for name, case in zip(SAVERS, cases, strict=True)}
    return np.asarray(world.recipe.cost(terms).sum(axis=0) - cost_with(world, terms, **changed))


class Retrofit(choice.Kind[RetrofitFacts]):
    """Do what is worth most beyond its investment, out of cash.

    Source: net present values of `sim/strategy/blending.py`.
    """

    name = "retrofit"
    rule = (
        "do the retrofit of most net present value, if any is worth more than it costs and the cash is there"
    )
    unit = "CNY/t"
    facts = RetrofitFacts

    def weigh(self, facts: RetrofitFacts, parameters: Parameters) -> dict[str, Floats]:
        """What each retrofit is worth beyond its investment, (plants,); NaN where a plant has it."""
        vat, added = parameters.market.vat_share, parameters.retrofits.ultra_low_cost_cny_per_t
        lasting = annuity_factor(facts.discount_per_year, int(parameters.leaving.horizon_years))
        worth = {
            name: present_value(getattr(facts, f"{name}_saving_cny_per_t"), facts.made_share, lasting, vat)
            for name in SAVERS
        }
        kept = present_value(facts.margin_cny_per_t - added, facts.class_a_kept_share, lasting, vat)
        worth[CLEAN] = kept - present_value(np.full_like(kept, added), facts.made_share, lasting, vat)
        gain = parameters.retrofits.dry_stacking_gain_share
        worth[ROOM] = room_value(facts.space_cny_per_t, facts.pond_space_mt, facts.nameplate_mt, gain, vat)
        spent = capex(parameters.retrofits)
        has = {name: getattr(facts, f"{name}_done_share") > 0.0 for name in RETROFITS}
        net = {name: np.where(done, np.nan, worth[name] - spent[name]) for name, done in has.items()}
        return {**net, NONE: np.zeros(len(facts.made_share))}

    def tell(self, decision: Decision, story: choice.Story) -> choice.Told:
        """Why a plant was retrofitted, or was not."""
        parameters, options = story.parameters, decision.options
        kinds = [name for name in options if name in RETROFITS]
        best = max(kinds, key=lambda name: options[name], default="")
        pays = bool(best) and options[best] > 0.0
        chosen = decision.choice in RETROFITS
        dear = _too_dear(best, decision, parameters) if pays and not chosen else []
        again = self.again(decision, parameters)
        usual = (
            bool(best) and decision.choice == (best if pays else NONE) and choice.given_again(again, options)
        )
        return choice.Told(
            "retrofit it?",
            f"It took {worded(decision.choice)}." if chosen else "It was left as it is.",
            (*gains_told(options, NONE, self.unit), *dear),
            "not have done it" if chosen else f"have taken {worded(best)}",
            self._levers(best, decision.facts, parameters) if usual else (),
            again,
            waits=not chosen,
        )

    def _levers(
        self, best: str, recorded: Mapping[str, float], parameters: Parameters
    ) -> tuple[choice.Lever, ...]:
        """The numbers on which the lead of the best retrofit over all others and over none rests."""
        saving = (f"{best}_saving_cny_per_t", "made_share", "discount_per_year")
        kept = ("class_a_kept_share", "margin_cny_per_t", "discount_per_year")
        own = {ROOM: ("space_cny_per_t",), CLEAN: kept}.get(best, saving)
        grounds = choice.Grounds(_lead_of(best), recorded, parameters)
        return (
            *choice.term_levers((_investment(best),), parameters, grounds),
            *(lever for lever in choice.fact_levers(RetrofitFacts, grounds) if lever.name in own),
        )


@cache
def _lead_of(best: str) -> choice.Lead:
    """By how much a retrofit leads over all others and over none."""

    def lead(numbers: Mapping[str, Floats], parameters: Parameters) -> Floats:
        net = RETROFIT.weigh(RetrofitFacts.holding(numbers), parameters)
        rest: Floats = np.fmax.reduce([each for name, each in net.items() if name != best])
        return net[best] - rest

    return lead


RETROFIT = choice.DECISIONS.add(Retrofit.name, Retrofit())


def retrofit(world: World, cast: Cast, view: View) -> None:
    """Let owners whose attention falls on a plant this year retrofit it; what lies ahead stands in the view."""
    plants, attention = world.refineries, world.parameters.retrofits.attention_share
    going = reserved(plants)
    going[[each.replaces for each in world.broken_ground if each.replaces >= 0]] = True
    standing = ((plants.nameplate_mt > 0.0) & ~going).nonzero()[0]
    luck = world.streams.uniforms("retrofit", world.year, [plants.keys[row] for row in standing.tolist()])
    # A duty that is announced is looked into at once.
    looked = (luck < attention) | (below_class_a(world, world.outlook)[standing] > 0.0)
    if not looked.any():
        return
    rows = standing[looked][luck[looked].argsort(kind="stable")].tolist()
    shown = shown_to((cast.groups[plants.group[row]] for row in rows), world, lasting_mill_prices)
    seen = measure(world, view)
    options = RETROFIT.weigh(seen, world.parameters)
    worth = {name: options[name] for name in RETROFITS}
    for row in rows:
        net = choice.open_options(worth, row)
        # Retrofits of the same owner that came first have cost cash.
        seen.spare_cash_mcny[row] = spare_cash(world, int(plants.group[row]))
        case = case_of(plants.keys[row], seen.row(row), net, world.parameters)
        intent = choice.ask(cast.groups[plants.group[row]], shown, case)
        if intent.choice != NONE:
            do(world, row, intent.choice, net[intent.choice])
        record(world, intent, RETROFIT)


def case_of(key: str, facts: dict[str, float], net: dict[str, float], parameters: Parameters) -> choice.Case:
    """What an owner has to decide over a plant, whose key the case bears: a retrofit it can pay for, or none.

    An owner that cannot pay for the best retrofit saves for it and takes no lesser one.
    """
    size, spare = facts["nameplate_mt"], facts["spare_cash_mcny"]
    prices = {name: cost * size for name, cost in capex(parameters.retrofits).items()}
    best = max(net, key=lambda name: net[name], default=NONE)
    wanted = best if net.get(best, 0.0) > 0.0 else NONE
    ways = {name: value for name, value in net.items() if prices[name] <= spare}
    short = wanted != NONE and wanted not in ways
    missing = (prices[wanted] - spare) / size if short else -net.get(best, 0.0)
    return choice.Case(
        RETROFIT.name, key, facts, {**net, NONE: 0.0}, {**ways, NONE: missing}, NONE if short else wanted
    )


def do(world: World, row: int, name: str, net_cny_per_t: float) -> None:
    """Pay for a retrofit and change the plant; costs follow with next year's recipe."""
    plants, group, terms = world.refineries, int(world.refineries.group[row]), world.parameters.retrofits
    price_mcny = capex(terms)[name] * float(plants.nameplate_mt[row])
    world.groups.cash_mcny[group] -= price_mcny
    world.book.capex_mcny[group] += price_mcny
    match name:
        case "waste_heat":
            plants.waste_heat[row] = True
        case "electric_steam":
            plants.electric_steam[row] = True
        case "ultra_low":
            plants.ultra_low[row] = plants.class_a[row] = True
        case _:
            plants.dry_stacking[row] = True
            plants.pond_space_mt[row] *= 1.0 + terms.dry_stacking_gain_share
    reason = f"{worded(name)} is worth {net_cny_per_t:.0f} CNY/t of capacity more than it costs"
    world.tell(Happened.RETROFIT, plants.keys[row], price_mcny, "million CNY", reason)


def _too_dear(best: str, decision: Decision, parameters: Parameters) -> list[str]:
    """Why the best retrofit, which pays, was not done if the cash was not there."""
    size, spare = decision.facts.get("nameplate_mt", 0.0), decision.facts.get("spare_cash_mcny", 0.0)
    price = capex(parameters.retrofits)[best] * size
    if price <= spare:
        return []
    return [
        f"{worded(best).capitalize()} would have paid, but costs {figure(price, 'million CNY')} and its owner had "
        f"{figure(max(spare, 0.0), 'million CNY')} of cash to spare; retrofits are not financed by loans."
    ]


def _investment(best: str) -> Term:
    """The investment of a retrofit as the parameter that it is."""
    name = {"electric_steam": "steam"}.get(best, best)
    return Term(
        f"retrofits.{name}_capex_cny_per_t", "the investment", 0.0, MOST_SPENT_CNY_PER_T, by_case=True
    )
