"""Partner: a group buys a part of a producer next door, or all that the holder of a distressed one has.

A producer looks for a partner now and then. The group thinks in this order. What is the producer worth to me at the FOB
price that I expect to last, by my own rate? What do my smelters gain by a call on its alumina, as far as they are
short? Is that more than the price, which is split as in any deal, and can I pay? The producer is asked as well. What
comes with the part is shipped to China each year in which the producer ships at all (`sim/decisions/ship.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from sim.acts.money import pay, spend
from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.choice import DECISIONS, Case, Story, ask
from sim.core.arrays import Floats
from sim.core.words import figure, percent
from sim.decisions.ways import TwoWays, Way
from sim.facts import Fact, Facts
from sim.scenario.parameters import Parameters
from sim.sight.abroad import chinese_shares, lasting_fob
from sim.sight.buyers import find_bidders
from sim.sight.parts import alumina_gaps
from sim.sight.purse import room_to_pay
from sim.sight.view import View
from sim.strategy.finance import discount_rates
from sim.strategy.overseas import worth_of_keeping
from sim.strategy.partners import PPM, Stake, Worth, stake_ppm, worth_of_stake
from sim.strategy.smelting import annuity
from sim.world.books import Decision
from sim.world.kinds import Happened
from sim.world.world import World

JOIN, PASS = "take", "pass"
ADMIT, REFUSE = "admit", "refuse"
TOP = 2_000.0
"""No price or cost beyond this, in USD/t, is looked for where a choice would tip."""
MCNY = "million CNY"


@dataclass(frozen=True)
class PartnerFacts(Facts):
    """What the choice of a group over a part of a producer abroad rests on."""

    stake_share: Annotated[Floats, Fact("the part on offer")]
    capacity_mt: Annotated[Floats, Fact("the producer's capacity")]
    fob_usd_per_t: Annotated[Floats, Fact("the FOB price that was expected to last", 0.0, TOP)]
    cash_cost_usd_per_t: Annotated[Floats, Fact("the producer's cash cost", 0.0, TOP)]
    exchange_rate_cny_per_usd: Annotated[Floats, Fact("the exchange rate", 1.0, 20.0)]
    gap_mt: Annotated[Floats, Fact("the alumina that its smelters lacked")]
    discount_per_year: Annotated[Floats, Fact("its discount rate", 0.001, 1.0)]


def stakes_of(facts: PartnerFacts, parameters: Parameters) -> list[Worth]:
    """What the part is worth in each case, with the producer by the rates of both sides, and its price."""
    terms, years = parameters.overseas, int(parameters.building.life_years)
    margin = facts.fob_usd_per_t - facts.cash_cost_usd_per_t
    rates = (facts.discount_per_year, np.full(len(margin), terms.discount_per_year))
    to_buyer, to_seller = (
        worth_of_keeping(margin, terms.swing_usd_per_t, terms.upkeep_usd_per_t, rate, years)
        * facts.exchange_rate_cny_per_usd
        * facts.capacity_mt
        for rate in rates
    )
    factor = annuity(facts.discount_per_year, years) / (1.0 + parameters.market.vat_share)
    freight = np.zeros(len(margin))
    columns = (facts.stake_share, to_buyer, to_seller, facts.capacity_mt, facts.gap_mt, freight, factor)
    cases = zip(*(column.tolist() for column in columns), strict=True)
    return [worth_of_stake(Stake(*case), parameters.deals) for case in cases]


class Partner(TwoWays[PartnerFacts]):
    """Take a part of a producer abroad when it is worth more than its price, and it can be paid.

    Source: worth of a stake, `sim/strategy/partners.py`; worth of a producer, equation (5.13) of the model description.
    """

    name = "partner"
    rule = "take a part of a producer when it is worth more than its price, and cash or credit reach"
    unit = MCNY
    facts = PartnerFacts
    question = "a part of {}?"
    acts = Way(JOIN, "It took the part.", "have taken it")
    rests = Way(PASS, "It passed.", "have passed")

    def weigh(self, facts: PartnerFacts, parameters: Parameters) -> dict[str, Floats]:
        """What taking the part leaves the group beyond its price, and nothing for passing, (cases,)."""
        surplus = [worth.surplus_mcny for worth in stakes_of(facts, parameters)]
        return {JOIN: np.array(surplus), PASS: np.zeros(len(surplus))}

    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """What was on offer at which price, and what that left the group."""
        seen = PartnerFacts.of(decision.facts)
        if seen is None:
            return ()
        (worth,) = stakes_of(seen, story.parameters)
        return (
            f"{percent(float(seen.stake_share[0]))} of {story.called(decision.about)} were on offer at "
            f"{figure(worth.price_mcny, MCNY)}; that left the group {figure(worth.surplus_mcny, MCNY)}.",
        )


KIND = DECISIONS.add(Partner.name, Partner())


def find_partners(world: World, cast: Cast, view: View) -> None:
    """Let producers next door look for a partner among the groups at home, a few a decade."""
    importers, chance = world.importers, world.parameters.overseas.partner_share
    rows = (importers.near & (importers.capacity_mt > 0.0)).nonzero()[0].tolist()
    luck = world.streams.uniforms("partner", world.year, [importers.keys[row] for row in rows]).tolist()
    for row, drawn in zip(rows, luck, strict=True):
        company = world.pack.importers[row].company
        if drawn < chance and world.ownership.blocks(company):
            offer(world, cast, view, row, company)


def offer(world: World, cast: Cast, view: View, row: int, company: str) -> None:
    """Offer a part of a producer to the group to which it is worth most of those that can pay, and let both answer."""
    owner, block = world.holdings.controllers()[company], world.holdings.main_block(company)
    part = part_on_offer(world, owner, block.ppm, row)
    buyers = [group for group in find_bidders(world, view) if view.groups.keys[group] != owner]
    if part <= 0 or not buyers:
        return
    gaps = alumina_gaps(world)
    worths = stakes_of(measure(world, row, part, buyers, gaps), world.parameters)
    can = [worth.price_mcny <= room_to_pay(world, group) for group, worth in zip(buyers, worths, strict=True)]
    place = max(range(len(buyers)), key=lambda each: (can[each], worths[each].surplus_mcny))
    group, pays = buyers[place], can[place]
    seen = measure(world, row, part, [group], gaps)
    (worth,), options = stakes_of(seen, world.parameters), KIND.weigh(seen, world.parameters)
    case = KIND.case(view.groups.keys[group], seen, options, about=world.importers.keys[row])
    if not pays:
        case = case.only(PASS)
    intent = ask(cast.groups[group], view, case)
    record(world, intent, KIND)
    if intent.choice == JOIN and admitted(world, cast, view, row, worth):
        take_part(world, cast, (row, group), (company, part), worth)


def part_on_offer(world: World, owner: str, held_ppm: int, row: int) -> int:
    """The part on offer, parts per million: a minority, or all of the main holder of a group in distress."""
    groups, keys = world.groups, world.groups.keys
    if owner in keys and (groups.distressed | groups.illiquid)[keys.index(owner)]:
        return held_ppm
    luck = world.streams.uniform("part", world.year, world.importers.keys[row])
    return stake_ppm(held_ppm, luck, world.parameters.deals)


def measure(world: World, row: int, part: int, groups: list[int], gaps_mt: Floats) -> PartnerFacts:
    """What groups see of a part of a producer, one case a group; `gaps_mt` is what all lack, (groups,)."""
    importers, finance = world.importers, world.parameters.finance
    shared = (
        part / PPM,
        float(importers.capacity_mt[row]),
        lasting_fob(world),
        float(importers.cash_cost_usd_per_t[row]),
        world.prices.now.exchange_rate_cny_per_usd,
    )
    columns = [np.full(len(groups), value) for value in shared]
    columns += [gaps_mt[groups], discount_rates(world.groups.owner_type, finance)[groups]]
    return PartnerFacts(*columns)


def admitted(world: World, cast: Cast, view: View, row: int, worth: Worth) -> bool:
    """Whether a producer admits a partner at a price."""
    gain = worth.price_mcny - worth.least_mcny
    options, ways = {ADMIT: gain, REFUSE: 0.0}, {ADMIT: gain, REFUSE: -gain}
    facts = {"price_mcny": worth.price_mcny, "least_price_mcny": worth.least_mcny}
    case = Case(ADMIT, world.importers.keys[row], facts, options, ways, ADMIT if gain >= 0.0 else REFUSE)
    return ask(cast.importers[row], view, case).choice == ADMIT


def take_part(world: World, cast: Cast, sides: tuple[int, int], moved: tuple[str, int], worth: Worth) -> None:
    """Move a part of a producer and its price; a seller that is no group at home takes the money out of the model."""
    (row, group), (company, part), keys = sides, moved, world.groups.keys
    holder = world.holdings.main_block(company).holder
    seller = world.holdings.controllers().get(holder, holder)
    world.ownership.transfer(
        world.year, f"{world.year}-abroad-{company}>{keys[group]}", holder, keys[group], company, part
    )
    if seller in keys:
        pay(world, group, keys.index(seller), worth.price_mcny, 0.0)
    else:
        spend(world, group, worth.price_mcny)
    world.importers.offtake_mt[row] += worth.offtake_mt
    for agent, (owner, share) in zip(cast.importers, chinese_shares(world), strict=True):
        agent.owner, agent.chinese_share = owner, share
    reason = f"{worth.price_mcny:.0f} million CNY for {part / PPM:.0%}"
    size = float(world.importers.capacity_mt[row]) * part / PPM
    world.tell(
        Happened.STAKE_ABROAD, keys[group], size, "Mt/yr", reason, counterpart=world.importers.keys[row]
    )
