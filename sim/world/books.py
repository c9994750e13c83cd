"""What the model remembers between quarters and what it writes down in a year: prices, stocks, ledgers, events."""

from dataclasses import dataclass, field, fields
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import numpy as np

from sim.core.arrays import Floats, Ints
from sim.market.contracts import Promises
from sim.market.inputs import InputPrices
from sim.world.kinds import Happened

BOOKED = {
    "earned_mcny": 1.0,
    "interest_mcny": -1.0,
    "tax_mcny": -1.0,
    "payout_mcny": -1.0,
    "minority_mcny": -1.0,
    "dividends_mcny": 1.0,
    "closing_mcny": 1.0,
    "capex_mcny": -1.0,
    "deals_mcny": 1.0,
    "integration_mcny": -1.0,
    "written_off_mcny": 1.0,
    "injected_mcny": 1.0,
}
"""What the year book and its table say of a group's money, and whether it adds to cash less debt and payables."""


@dataclass(slots=True)
class Event:
    """One change of fact.

    Attributes:
        year: when.
        quarter: when, 0 for the whole year.
        kind: what happened.
        agent: to or by whom.
        counterpart: who else, if anybody.
        amount: how much.
        unit: unit of the amount.
        reason: why, in words for people: quoted, and never read for a meaning.
        subject: what it is about besides agent and counterpart, such as the plant that is planned.
        duration_quarters: how long it lasts, 0 where it is over at once or for good.
        figures: numbers of the reason in their order, for telling it in another language; in a table with spaces.
    """

    year: int
    quarter: int
    kind: Happened
    agent: str
    counterpart: str
    amount: float
    unit: str
    reason: str
    subject: str = ""
    duration_quarters: int = 0
    figures: tuple[float, ...] = ()

    def row(self) -> tuple[Any, ...]:
        """The values of its fields as a table holds them, the kind as its plain word."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        told = {"kind": str(self.kind), "figures": " ".join(f"{each:.6g}" for each in self.figures)}
        return tuple((values | told).values())


@dataclass(slots=True)
class Site:
    """Where an option of a decision would have a plant stand.

    Attributes:
        region: id of the region.
        replaces: key of the old plant that would go for it, empty for none.
    """

    region: str
    replaces: str = ""


@dataclass(slots=True)
class Decision:
    """One strategic decision with the options that were weighed.

    Attributes:
        year: when.
        agent: whose.
        kind: about what; its first word is the name of its kind in `sim.choice.DECISIONS`.
        choice: what was chosen.
        rule: the rule that decided, in words for people: quoted, and never read for a meaning.
        margin: by how much the choice won, in `unit`.
        unit: unit of margin and values.
        options: value of each option.
        facts: what the rule used besides parameters, each name ending in its unit; the pure functions of
            `sim/strategy` give the options again from these and the scenario's parameters.
        id: its number in the run, from 1; 0 before it is recorded.
        sites: by name, where options that are plants to be built would stand.
        about: what else it is about, the end of `kind`: the plant to be bought; empty for nothing.
        because: reason of the single case, the end of `rule`, in words for people likewise.
    """

    year: int
    agent: str
    kind: str
    choice: str
    rule: str
    margin: float
    unit: str
    options: dict[str, float]
    facts: dict[str, float] = field(default_factory=dict)
    id: int = 0
    sites: dict[str, Site] = field(default_factory=dict)
    about: str = ""
    because: str = ""

    @property
    def name(self) -> str:
        """Name of its kind."""
        return self.kind.partition(" ")[0]


@dataclass(slots=True)
class Prices:
    """Prices and stocks that carry over from quarter to quarter.

    Attributes:
        mill_cny_per_t: (origins,) mill prices of the last quarter, landed imports last.
        delivered_cny_per_t: (markets,) delivered prices of the last quarter.
        paid_cny_per_t: (markets,) what spot buyers paid, delivered, in the last quarter.
        index_cny_per_t: output-weighted mill price of the last quarter.
        adaptive_cny_per_t: slow mean of the index.
        forward_cny_per_t: price of the forward clearing.
        benchmark_cny_per_t: price of the year under contracts that lock one, zero where they lock volume alone.
        cost_cny_per_t: mean cash cost of what was made in the last quarter, zero before the first.
        adaptive_cost_cny_per_t: slow mean of that cost, with the memory of the slow mean of the index.
        logs: (inputs,) log input prices.
        now: input prices of the quarter.
        before: input prices of the quarter before.
        fob_usd_per_t: world price.
        stock_refineries_mt: (regions,) alumina at refineries.
        stock_smelters_mt: (markets,) alumina at smelters.
        output_mt: (regions,) output of the last quarter.
        disturbance_mt: slow random part of the world balance, Mt/yr.
    """

    mill_cny_per_t: Floats
    delivered_cny_per_t: Floats
    paid_cny_per_t: Floats
    index_cny_per_t: float
    adaptive_cny_per_t: float
    forward_cny_per_t: float
    logs: Floats
    now: InputPrices
    before: InputPrices
    fob_usd_per_t: float
    stock_refineries_mt: Floats
    stock_smelters_mt: Floats
    output_mt: Floats
    disturbance_mt: float = 0.0
    benchmark_cny_per_t: float = 0.0
    cost_cny_per_t: float = 0.0
    adaptive_cost_cny_per_t: float = 0.0


@dataclass(frozen=True, slots=True)
class RegionalQuarter:
    """What regions have made by the end of a quarter, arrays (regions,).

    Attributes:
        output_mt: output of the quarter.
        mill_cny_per_t: mill prices.
        nameplate_mt: installed capacity, Mt/yr.
        made_mt: output of the year so far.
        cost_mcny: its cash cost.
    """

    output_mt: Floats
    mill_cny_per_t: Floats
    nameplate_mt: Floats
    made_mt: Floats
    cost_mcny: Floats


@dataclass(frozen=True, slots=True)
class Groundbreaking:
    """A plant that was decided and approved this year; it becomes a row at the start of the next.

    Attributes:
        key: its lasting key.
        name: name for tables and figures.
        group: row of the owner group.
        region: row of the supply region.
        coastal: whether it stands at a seaport or river port.
        size_mt: nameplate.
        due_year: year in which it starts if on time.
        imported_share: imported share of its ore.
        cash_cost_cny_per_t: what the owner expects it to cost to run.
        replaces: row of the plant that goes when it starts, -1 for none.
        holder: company that was founded to hold it, empty where owners hold it themselves.
    """

    key: str
    name: str
    group: int
    region: int
    coastal: bool
    size_mt: float
    due_year: int
    imported_share: float
    cash_cost_cny_per_t: float
    replaces: int = -1
    holder: str = ""


@dataclass(slots=True)
class Harbours:
    """The ports through which imported ore comes, arrays (ports,).

    Attributes:
        ore_mt: what they can land in a year, Mt.
        landed_mt: what they landed last year.
        opening_share: throughput over capacity at the start.
        due_year: year in which an extension is ready, 0 for none.
    """

    ore_mt: Floats
    landed_mt: Floats
    opening_share: Floats
    due_year: Ints


@dataclass(frozen=True, slots=True)
class CreditLimits:
    """What groups may draw this year, arrays (groups,), million CNY.

    Attributes:
        least_cash_mcny: cash that they keep.
        most_cash_mcny: cash beyond which they repay debt and pay their owners.
        payables_mcny: most that suppliers bear.
        debt_mcny: most that lenders bear.
        assets_mcny: book value of their plants.
    """

    least_cash_mcny: Floats
    most_cash_mcny: Floats
    payables_mcny: Floats
    debt_mcny: Floats
    assets_mcny: Floats


PerPlant = Annotated[Floats, ("plants",)]
PerSmelter = Annotated[Floats, ("smelters",)]
PerMine = Annotated[Floats, ("mines",)]
PerRegion = Annotated[Floats, ("regions",)]
PerMarket = Annotated[Floats, ("markets",)]
PerGroup = Annotated[Floats, ("groups",)]
PerRoute = Annotated[Floats, ("origins", "markets")]


@dataclass(slots=True)
class YearBook:
    """What happened in the year so far; sums over its quarters.

    Attributes:
        made_mt: (plants,) output.
        sold_mt: (plants,) tonnes sold.
        revenue_mcny: (plants,) sales at the mill, including VAT.
        cost_mcny: (plants,) cash cost, including VAT.
        components_mcny: (components, plants) cash cost by component.
        imported_ore_mt: (plants,) imported ore used, dry.
        domestic_ore_mt: (plants,) domestic ore used, dry.
        reagent_mt: (plants,) reagent used.
        mud_mt: (plants,) red mud made, dry.
        available_mt: (plants,) capacity that could have run.
        curbed_mud_mt: (plants,) runnable capacity that ponds kept idle.
        curbed_region_mt: (plants,) that regional curbs kept idle.
        withheld_mt: (plants,) available capacity that owners left idle by agreement.
        upkeep_mcny: (plants,) upkeep of idle capacity, and starts of lines that had gone cold.
        put_off_mcny: (plants,) maintenance put off, less what was paid back, dearer.
        loss_mcny: (plants,) cash losses and upkeep that somebody had to bear, quarter by quarter.
        plants_earned_mcny: (plants,) what each earned before interest and tax, without VAT.
        smelters_earned_mcny: (smelters,) the same of each smelter.
        mud_use_share: (plants,) share of red mud used in the year.
        curb_quarters: (regions,) quarters under a curb.
        diggable_mt: (regions,) local ore that mines could give, in alumina.
        dug_mt: (regions,) the part that they dug.
        flows_mt: (origins, markets) alumina shipped.
        committed_mt: (origins, markets) the captive and contracted part.
        delivered_mcny: (origins, markets) paid for alumina where it is used, including VAT.
        freight_mcny: (origins, markets) the part that went to carriers.
        mined_mt: (mines,) ore shipped, dry.
        mines_mcny: (mines,) what they earned for their owners.
        used_mt: (markets,) alumina used by smelters.
        metal_mt: (smelters,) aluminium made.
        opening_mt: (plants,) nameplate when the year began, Mt/yr.
        opening_group: (plants,) who controlled them then.
        opening_smelter_group: (smelters,) who controlled them then.
        purchases_mcny: (smelters,) alumina bought, delivered, including VAT.
        imports_near_mt: imports from producers next door.
        losses_mcny: (bearers, groups) who bore losses.
        earned_mcny: (groups,) cash earned before interest and tax, without VAT.
        smelting_mcny: (groups,) the part earned by smelters.
        mining_mcny: (groups,) the part earned by mines abroad.
        support_mcny: (groups,) local support received.
        interest_mcny: (groups,) interest.
        tax_mcny: (groups,) income tax paid.
        payout_mcny: (groups,) dividends to their own owners and other business.
        minority_mcny: (groups,) dividends to minority holders of their plants who are no group.
        dividends_mcny: (groups,) dividends got from other groups for parts of their plants, less those paid to others.
        deals_mcny: (groups,) paid (negative) or received in deals.
        integration_mcny: (groups,) spent on integrating what was bought.
        closing_mcny: (groups,) received, or negative: paid, on closing plants and covering ponds.
        capex_mcny: (groups,) invested in plants.
        written_off_mcny: (groups,) debt that creditors gave up.
        injected_mcny: (groups,) money that creditors put in.
        quarters: one record of national figures a quarter.
        regional: of each quarter output, (regions,) Mt.
    """

    made_mt: PerPlant
    sold_mt: PerPlant
    revenue_mcny: PerPlant
    cost_mcny: PerPlant
    components_mcny: Annotated[Floats, ("components", "plants")]
    imported_ore_mt: PerPlant
    domestic_ore_mt: PerPlant
    reagent_mt: PerPlant
    mud_mt: PerPlant
    available_mt: PerPlant
    curbed_mud_mt: PerPlant
    curbed_region_mt: PerPlant
    withheld_mt: PerPlant
    upkeep_mcny: PerPlant
    put_off_mcny: PerPlant
    loss_mcny: PerPlant
    plants_earned_mcny: PerPlant
    smelters_earned_mcny: PerSmelter
    mud_use_share: PerPlant
    curb_quarters: PerRegion
    diggable_mt: PerRegion
    dug_mt: PerRegion
    flows_mt: PerRoute
    committed_mt: PerRoute
    delivered_mcny: PerRoute
    freight_mcny: PerRoute
    mined_mt: PerMine
    mines_mcny: PerMine
    used_mt: PerMarket
    metal_mt: PerSmelter
    purchases_mcny: PerSmelter
    losses_mcny: Annotated[Floats, ("bearers", "groups")]
    earned_mcny: PerGroup
    smelting_mcny: PerGroup
    mining_mcny: PerGroup
    support_mcny: PerGroup
    interest_mcny: PerGroup
    tax_mcny: PerGroup
    payout_mcny: PerGroup
    minority_mcny: PerGroup
    dividends_mcny: PerGroup
    deals_mcny: PerGroup
    integration_mcny: PerGroup
    closing_mcny: PerGroup
    capex_mcny: PerGroup
    written_off_mcny: PerGroup
    injected_mcny: PerGroup
    opening_mt: PerPlant
    opening_group: Annotated[Ints, ("plants",)]
    opening_smelter_group: Annotated[Ints, ("smelters",)]
    imports_near_mt: float = 0.0
    quarters: list[dict[str, float]] = field(default_factory=list)
    regional: list[Floats] = field(default_factory=list)


@cache
def _columns() -> dict[str, tuple[type, tuple[str, ...]]]:
    """The arrays of a year book: of what, and along which rows."""
    hints = get_type_hints(YearBook, include_extras=True)
    arrays = {name: get_args(hint) for name, hint in hints.items() if get_origin(hint) is Annotated}
    return {name: (np.int64 if kind == Ints else np.float64, rows) for name, (kind, rows) in arrays.items()}


def empty_book(**sizes: int) -> YearBook:
    """A year book with nothing in it, for so many rows of each kind: `plants`, `origins` and so on."""
    empty: dict[str, Any] = {
        name: np.zeros([sizes[row] for row in rows], kind) for name, (kind, rows) in _columns().items()
    }
    return YearBook(**empty)


def no_promises(plants: int, regions: int, markets: int) -> Promises:
    """Promises of nothing."""
    nothing = np.zeros((regions, markets))
    shares, nobody = [np.zeros(plants) for _ in range(3)], np.zeros(0, dtype=np.int64)
    return Promises(nothing, nothing, nothing, shares[0], shares[1], nobody, nobody, np.zeros(0), shares[2])
