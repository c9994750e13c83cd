"""The rules of one year, frozen: all that governments lay down, and nothing about the world.

Policies write it, one after the other, at the start of each year; phases obey it. A rulebook without any
policy is the law as it stands at the end of 2025. A record holds what one policy lays down, its strength
already in it; where it names regions, it holds in those alone, and where it names none, everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sim.policies.merger_rules import MergerControl, MergerPush, StateTransfer


def holds_in(regions: tuple[str, ...], region: str) -> bool:
    """Whether a rule for some regions, or for all when none is named, holds in one."""
    return not regions or region in regions


@dataclass(frozen=True, slots=True)
class EnergyCharge:
    """What refineries pay on top of energy prices.

    Attributes:
        coal_cny_per_t: per tonne of coal.
        power_cny_per_kwh: per kilowatt-hour.
        regions: where.
    """

    coal_cny_per_t: float
    power_cny_per_kwh: float
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SmelterCap:
    """A ceiling of operating smelting in place of the standing one.

    Attributes:
        ceiling_mt: the new ceiling, Mt/yr of metal.
        growth_per_year: growth of smelting under it; None is the standing growth.
        since_year: first year in which it holds.
        weight_share: how far the ceiling has moved from the standing to the new one.
    """

    ceiling_mt: float
    growth_per_year: float | None
    since_year: int
    weight_share: float

    def between(self, standing: float, new: float) -> float:
        """What lies between the standing and the new figure by the strength of the policy."""
        return standing + self.weight_share * (new - standing)


@dataclass(frozen=True, slots=True)
class PondRelief:
    """When refusals of ponds are suspended, and what is then granted.

    Attributes:
        price_ratio: price over mean cash cost and an ordinary margin from which they are.
        margin_cny_per_t: that margin.
        years: years without refusals.
        space_years: years of full output for which plants that are short get space at once.
    """

    price_ratio: float
    margin_cny_per_t: float
    years: float
    space_years: float

    def due(self, price_cny_per_t: float, cost_cny_per_t: float) -> bool:
        """Whether a price is so far above a mean cash cost that refusals are suspended."""
        return price_cny_per_t > self.price_ratio * (cost_cny_per_t + self.margin_cny_per_t)


@dataclass(frozen=True, slots=True)
class MudRule:
    """What plants owe for their red mud.

    Attributes:
        target_share: share of the year's mud that should be used.
        penalty_cny_per_t: paid per tonne of mud that is stacked beyond the target.
        closing_share: yearly chance at least that a plant below the target takes up a use that pays.
        refused_share: share of applications for new ponds that are refused unread.
        required_life_years: pond life below which a plant throttles; None is the standing one.
        weight_share: how far that has moved from the standing to the new one.
        regions: where.
        relief: when refusals are suspended; none is never.
    """

    target_share: float
    penalty_cny_per_t: float
    closing_share: float
    refused_share: float
    required_life_years: float | None
    weight_share: float
    regions: tuple[str, ...]
    relief: PondRelief | None = None


@dataclass(frozen=True, slots=True)
class EmissionDuty:
    """What plants below environmental class A may not run.

    Attributes:
        limit_share: part of their capacity.
        regions: where.
    """

    limit_share: float
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegionalCap:
    """A ceiling on what refineries of some regions may run.

    Attributes:
        policy: id of the policy, for the reason on record.
        ceiling_share: most that may run, share of what could.
        ceiling_mt: most that may run in all the regions together, Mt/yr; None is no such ceiling.
        inspection_ratio: how many times as often as usual curbs come there.
        weight_share: strength of the ceiling.
        regions: where.
    """

    policy: str
    ceiling_share: float
    ceiling_mt: float | None
    inspection_ratio: float
    weight_share: float
    regions: tuple[str, ...]

    def open_share(self, possible_mt: float) -> float:
        """The share of what could run in the regions, `possible_mt` in Mt/yr, that may run."""
        share = self.ceiling_share
        if self.ceiling_mt is not None and possible_mt > self.ceiling_mt:
            share = min(share, self.ceiling_mt / possible_mt)
        return 1.0 - self.weight_share * (1.0 - share)


@dataclass(frozen=True, slots=True)
class Withholding:
    """Capacity that large groups leave idle by agreement.

    Attributes:
        cut_share: share of runnable capacity that a member has promised to leave idle.
        least_share: share of installed capacity from which a group is a member.
        breach_cny_per_t: what it costs a member to break its word, per tonne that it makes against it.
    """

    cut_share: float
    least_share: float
    breach_cny_per_t: float = 0.0


@dataclass(frozen=True, slots=True)
class StandingTrade:
    """Standing exports to one country in place of the usual ones.

    Attributes:
        exports_mt: the new exports, Mt/yr.
        elsewhere_share: part of the change that it buys from the rest of the world instead.
        weight_share: how far exports have moved from the usual to the new ones.
    """

    exports_mt: float
    elsewhere_share: float
    weight_share: float

    def need_mt(self, usual_mt: float) -> float:
        """The exports of the year, Mt/yr."""
        return usual_mt + self.weight_share * (self.exports_mt - usual_mt)

    def elsewhere_mt(self, usual_mt: float) -> float:
        """What it buys from the rest of the world in place of the usual exports, Mt/yr."""
        return self.elsewhere_share * (usual_mt - self.need_mt(usual_mt))


@dataclass(frozen=True, slots=True)
class PhaseOut:
    """Plants that must close: all built before a year, and all smaller than a size.

    Attributes:
        policy: id of the policy, for the reason on record.
        since_year: first year in which it holds.
        built_before_year: plants of an earlier start are meant.
        smaller_than_mt: plants of a smaller nameplate are meant, Mt/yr.
        due_share: share of the capacity meant that must be gone by the end of the year.
        regions: where.
    """

    policy: str
    since_year: int
    built_before_year: int
    smaller_than_mt: float
    due_share: float
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Approval:
    """What limits new refineries.

    Attributes:
        quota_mt: new nameplate that is approved in the year.
        barred_regions: where nothing new is approved.
        barred_share: share of applications for such regions that are turned down.
        ore_control_share: least part of its ore that an applicant must control.
        energy_limit_gj_per_t: most heat that a new plant may use.
    """

    quota_mt: float
    barred_regions: tuple[str, ...]
    barred_share: float
    ore_control_share: float
    energy_limit_gj_per_t: float


@dataclass(frozen=True, slots=True)
class SwapRule:
    """Terms on which old capacity is replaced by new.

    Attributes:
        ratio: old capacity that must go for each tonne of new capacity.
        runnable: whether runnable instead of nameplate capacity counts.
        longest_idle_years: a plant idle for longer does not count.
        required: whether nothing new is approved without.
        subsidy_cny_per_t: added to the investment of a move.
        weight_share: how far the ratio has moved from the usual to the new one.
    """

    ratio: float
    runnable: bool
    longest_idle_years: float
    required: bool
    subsidy_cny_per_t: float
    weight_share: float


@dataclass(frozen=True, slots=True)
class OreKeptBack:
    """A ban on ore as mines meet it.

    Attributes:
        countries: where the mines stand that it hits, none named for all.
        share: part of their ore that they may not ship.
        new_share: the part of it that is new this year.
    """

    countries: tuple[str, ...]
    share: float
    new_share: float


@dataclass(frozen=True)
class Rulebook:
    """The rules of one year.

    Attributes:
        duty_share: import duty on alumina, share of the landed price.
        export_refund_share: part of the value-added tax that is given back on exported alumina.
        carbon_price_cny_per_tco2: price of an allowance; zero while refining is not covered.
        carbon_benchmark_tco2_per_t: emission per tonne of alumina that is allotted free.
        discipline_share: national discipline against local support of losing plants, 0-1.
        ore_ban_share: share of imported ore that producing countries keep back and no other mine replaces yet.
        ore_kept_back: bans on ore as mines meet them.
        ore_missing_share: the part of it that is new this year, so that it does not arrive at any price.
        standing: exports to one country, where they are not the usual ones.
        smelter_cap: ceiling of smelting, where it is not the standing one.
        energy_charges: charges on energy.
        red_mud: duties on red mud.
        regional_caps: ceilings on what regions may run.
        withholdings: agreements to leave capacity idle.
        phase_outs: plants that must close.
        approval: what limits new refineries; none is no limit.
        swap: terms of replacing old capacity, where they are not the usual ones.
        berths: room for ore added at ports, port and Mt a year each.
        merger_push: a push for mergers.
        merger_control: stance of the antitrust authority, where it is not the usual one.
        state_transfers: transfers between state holders.
        group_ceiling_share: most of the nation's capacity that one group may have after a deal.
    """

    duty_share: float = 0.0
    export_refund_share: float = 0.0
    carbon_price_cny_per_tco2: float = 0.0
    carbon_benchmark_tco2_per_t: float = 0.0
    discipline_share: float = 0.0
    ore_ban_share: float = 0.0
    ore_missing_share: float = 0.0
    ore_kept_back: tuple[OreKeptBack, ...] = ()
    standing: StandingTrade | None = None
    smelter_cap: SmelterCap | None = None
    energy_charges: tuple[EnergyCharge, ...] = ()
    red_mud: tuple[MudRule, ...] = ()
    emission_duties: tuple[EmissionDuty, ...] = ()
    regional_caps: tuple[RegionalCap, ...] = ()
    withholdings: tuple[Withholding, ...] = ()
    phase_outs: tuple[PhaseOut, ...] = ()
    approval: Approval | None = None
    swap: SwapRule | None = None
    berths: tuple[tuple[str, float], ...] = ()
    merger_push: MergerPush | None = None
    merger_control: MergerControl | None = None
    state_transfers: tuple[StateTransfer, ...] = ()
    group_ceiling_share: float = 1.0

    def ore_kept_back_in(self, country: str, buffer_share: float) -> float:
        """The share of its ore that a mine in a country cannot ship, less what stocks give of what is new this year."""
        bans = [ban for ban in self.ore_kept_back if not ban.countries or country in ban.countries]
        return min(1.0, sum(ban.share - buffer_share * ban.new_share for ban in bans))

    def emission_limit_share(self, region: str) -> float:
        """The part of its capacity that a plant below environmental class A may not run; the strictest duty binds."""
        return max(
            (duty.limit_share for duty in self.emission_duties if holds_in(duty.regions, region)), default=0.0
        )

    def pond_permit_share(self, region: str) -> float:
        """The share of applications for new ponds that a region may still answer."""
        share = 1.0
        for rule in self.red_mud:
            if holds_in(rule.regions, region):
                share *= 1.0 - rule.refused_share
        return share

    def port_ore_mt(self, ports: Sequence[str]) -> list[float]:
        """The room for ore that policies add at each port, Mt a year."""
        return [sum(ore_mt for name, ore_mt in self.berths if name == port) for port in ports]
