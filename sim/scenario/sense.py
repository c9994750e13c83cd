"""What the rows of a pack must be to one another, beyond what each row says for itself.

Each check is a function from the register to problems, listed in `CHECKS`; each problem stands at the row
that can mend it. The accounts are kept apart: they compare a pack's own rows with a published total, and a
scenario that adds a plant does not falsify the total.
"""

import math
from collections.abc import Callable, Iterator

from sim.scenario import rows
from sim.scenario.problems import Problem, nearest_name, problem_at, shown
from sim.scenario.register import Entry, Register
from sim.scenario.row import HistoryRow, LimitRow, Row

IMPORTS = "imports"
"""The origin of freight that stands for alumina from abroad."""

LARGEST_SITE_MT = 8.0
"""A larger site would be the largest of its kind in the world; it is taken for a slip of the comma."""

WHOLE_PPM = 1_000_000
CERTAIN = 1.0 + 1e-9
"""A sum of chances that is one but for rounding."""
INSTALLED = "installed_mt"
INSTALLED_SLACK_SHARE = 0.01


def sense_problems(register: Register) -> list[Problem]:
    """Everything about the rows that makes no sense together."""
    return [problem for check in CHECKS for problem in check(register)]


def account_problems(register: Register, base_year: int) -> list[Problem]:
    """A problem when installed capacity does not add up to the published total of the base year."""
    totals = [entry for entry in register.of(rows.TargetRow) if entry.row.measure == INSTALLED]
    target = next((entry for entry in totals if entry.row.start_year == base_year + 1), None)
    if target is None or not register.whole(rows.RefineryRow):
        return []
    total = math.fsum(row.nameplate_mt for row in register.rows(rows.RefineryRow) if row.installed)
    if abs(total - target.row.value) <= INSTALLED_SLACK_SHARE * target.row.value:
        return []
    message = f"installed refineries add up to {total:.2f} Mt/yr, the target says {target.row.value:.2f}"
    return [problem_at(target.place, INSTALLED, f"{message}: more than {INSTALLED_SLACK_SHARE:.0%} apart")]


def _references(register: Register) -> Iterator[Problem]:
    plants: tuple[type[Row], ...] = (rows.RefineryRow, rows.SmelterRow, rows.ProjectRow)
    for kind in (rows.RefineryRow, rows.ProjectRow, rows.SmelterRow, rows.ImporterRow):
        yield from _lost(register, kind, "company", (rows.GroupRow,))
    yield from _lost(register, rows.RefineryRow, "region", (rows.RegionRow,))
    yield from _lost(register, rows.SmelterRow, "market", (rows.MarketRow,))
    yield from _lost(register, rows.SmelterRow, "neighbour", (rows.RefineryRow, rows.ProjectRow), ("",))
    yield from _lost(register, rows.RegionRow, "ore", (rows.OreRow,), ("",))
    yield from _lost(register, rows.RegionRow, "port", (rows.PortRow,))
    yield from _lost(register, rows.StakeRow, "holder", (rows.GroupRow,))
    yield from _lost(register, rows.StakeRow, "held", (rows.GroupRow, *plants))
    yield from _lost(register, rows.FreightRow, "origin", (rows.RegionRow,), (IMPORTS,))
    yield from _lost(register, rows.FreightRow, "destination", (rows.MarketRow,))
    yield from _lost(register, LimitRow, "id", (rows.RegionRow,))


def _projects_belong_somewhere(register: Register) -> Iterator[Problem]:
    for entry in register.of(rows.ProjectRow):
        if entry.row.kind == "refinery":
            yield from _unless_known(register, entry, "region", rows.RegionRow)
        else:
            yield from _unless_known(register, entry, "importer", rows.ImporterRow)


def _smelters_stand_in_smelting_markets(register: Register) -> Iterator[Problem]:
    kinds = {row.id: row.kind for row in register.rows(rows.MarketRow)}
    for entry in register.of(rows.SmelterRow):
        if kinds.get(entry.row.market, "smelting") != "smelting":
            yield entry.problem("market", f"{shown(entry.row.market)} is not a market of kind smelting")


def _ids_say_what_they_join(register: Register) -> Iterator[Problem]:
    for freight in register.of(rows.FreightRow):
        yield from _named(freight, f"{freight.row.origin}>{freight.row.destination}")
    for stake in register.of(rows.StakeRow):
        suffix = "#planned" if stake.row.id.endswith("#planned") and stake.row.state == "planned" else ""
        yield from _named(stake, f"{stake.row.holder}>{stake.row.held}{suffix}")
    for candidate in register.of(rows.CandidateRow):
        yield from _named(candidate, f"{candidate.row.plant}>{candidate.row.company}")
    for dated in register.of(HistoryRow):
        yield from _named(dated, f"{dated.row.series}@{dated.row.year}-{dated.row.quarter}")


def _no_more_than_the_whole_is_held(register: Register) -> Iterator[Problem]:
    shares: dict[str, int] = {}
    votes: dict[str, int] = {}
    for entry in register.of(rows.StakeRow):
        stake = entry.row
        if stake.holder == stake.held:
            yield entry.problem("held", f"{shown(stake.held)} holds itself")
        if stake.state != "current":
            continue
        before = shares.get(stake.held, 0), votes.get(stake.held, 0)
        shares[stake.held] = before[0] + stake.share_ppm
        votes[stake.held] = before[1] + (stake.share_ppm if stake.votes_ppm is None else stake.votes_ppm)
        for what, total, earlier in (("stakes", shares, before[0]), ("votes", votes, before[1])):
            if total[stake.held] > WHOLE_PPM >= earlier:
                message = f"current {what} in {shown(stake.held)} add up to {total[stake.held]:,} ppm"
                yield entry.problem("share_ppm", f"{message} with this row: more than {WHOLE_PPM:,}")


def _companies_have_owners(register: Register) -> Iterator[Problem]:
    if not register.whole(rows.StakeRow):
        return
    held = {row.held for row in register.rows(rows.StakeRow) if row.state == "current"}
    for entry in register.of(rows.GroupRow):
        if entry.row.kind == "company" and entry.row.id not in held:
            message = "is a company that nobody holds: add its current stakes, or make it a group"
            yield entry.problem("kind", message)


def _mines_have_owners(register: Register) -> Iterator[Problem]:
    """A problem for each mine whose owner is nobody; the ore of one whose owner has no plant counts for nobody."""
    owners = register.ids(rows.GroupRow)
    if owners is None:
        return
    for entry in register.of(rows.MineRow):
        owner = entry.row.held_by
        if owner not in owners:
            yield entry.problem("owner", f"no row has the id {shown(owner)}", nearest_name(owner, owners))


def _candidates_fit(register: Register) -> Iterator[Problem]:
    """A problem for each candidate that is nobody, or of a plant whose owner is known, or one too many."""
    yield from _lost(register, rows.CandidateRow, "plant", (rows.RefineryRow, rows.ProjectRow))
    yield from _lost(register, rows.CandidateRow, "company", (rows.GroupRow,))
    held = {row.held for row in register.rows(rows.StakeRow)}
    chances: dict[str, float] = {}
    for entry in register.of(rows.CandidateRow):
        plant, before = entry.row.plant, chances.get(entry.row.plant, 0.0)
        chances[plant] = before + entry.row.chance_share
        if plant in held:
            yield entry.problem("plant", f"{shown(plant)} has stakes, so its owner is known")
        if chances[plant] > CERTAIN >= before:
            yield entry.problem(
                "chance_share", f"the chances of {shown(plant)} add up to {chances[plant]:.3f}"
            )


def _freight_is_complete(register: Register) -> Iterator[Problem]:
    origins, destinations = register.ids(rows.RegionRow), register.ids(rows.MarketRow)
    known = {(row.origin, row.destination) for row in register.rows(rows.FreightRow)}
    if origins is None or destinations is None or not register.whole(rows.FreightRow):
        return
    for origin in [*origins, IMPORTS]:
        missing = [name for name in destinations if (origin, name) not in known]
        if missing:
            message = f"no freight from {shown(origin)} to: {', '.join(missing)}"
            yield problem_at(register.file(rows.FreightRow), "", message)


def _every_region_has_limits(register: Register) -> Iterator[Problem]:
    regions, limited = register.ids(rows.RegionRow), register.ids(LimitRow)
    if regions is not None and limited is not None:
        missing = [name for name in regions if name not in limited]
        if missing:
            yield problem_at(register.file(LimitRow), "", f"no limits of: {', '.join(missing)}")


def _sites_are_of_a_possible_size(register: Register) -> Iterator[Problem]:
    for refinery in register.of(rows.RefineryRow):
        yield from _too_large(refinery, "nameplate_mt", refinery.row.nameplate_mt)
    for smelter in register.of(rows.SmelterRow):
        yield from _too_large(smelter, "capacity_mt", smelter.row.capacity_mt)


def _ores_can_be_refined(register: Register) -> Iterator[Problem]:
    for entry in register.of(rows.OreRow):
        ore = entry.row
        if ore.alumina_share <= 1.5 * ore.silica_share:
            ratio = "alumina is not more than 1.5 times reactive silica: such ore cannot be refined by Bayer"
            yield entry.problem("alumina_share", ratio)
            continue
        parts = ore.alumina_share + ore.silica_share + ore.ignition_share
        if parts > 1:
            yield entry.problem(
                "ignition_share", f"alumina, silica and loss on ignition add up to {parts:.3f}"
            )
        recovered = (ore.alumina_share - ore.silica_share) * ore.recovery_share
        if not 1 / 5 <= recovered <= 1 / 1.5:
            tonnes = f"{1 / recovered:.2f}" if recovered > 0 else "endless"
            message = f"{tonnes} t of ore for a tonne of alumina is not between 1.5 and 5"
            yield entry.problem("recovery_share", message)


def _series_keep_their_unit(register: Register) -> Iterator[Problem]:
    units: dict[str, str] = {}
    for entry in register.of(HistoryRow):
        unit = units.setdefault(entry.row.series, entry.row.unit)
        if entry.row.unit != unit:
            message = f"{shown(entry.row.unit)} is not the unit of the series before, {unit}"
            yield entry.problem("unit", message)


CHECKS: tuple[Callable[[Register], Iterator[Problem]], ...] = (
    _references,
    _projects_belong_somewhere,
    _smelters_stand_in_smelting_markets,
    _ids_say_what_they_join,
    _no_more_than_the_whole_is_held,
    _companies_have_owners,
    _mines_have_owners,
    _candidates_fit,
    _freight_is_complete,
    _every_region_has_limits,
    _sites_are_of_a_possible_size,
    _ores_can_be_refined,
    _series_keep_their_unit,
)
"""Every check of rows against rows."""


def _lost(
    register: Register,
    kind: type[Row],
    column: str,
    targets: tuple[type[Row], ...],
    more: tuple[str, ...] = (),
) -> Iterator[Problem]:
    """A problem for each row of a kind whose column names no row of the target kinds."""
    found = register.ids(*targets)
    if found is None:
        return
    known = dict.fromkeys([*found, *more])
    for entry in register.of(kind):
        name = getattr(entry.row, column)
        if name not in known:
            yield entry.problem(column, f"no row has the id {shown(name)}", nearest_name(name, known))


def _unless_known(
    register: Register, entry: Entry[rows.ProjectRow], column: str, target: type[Row]
) -> Iterator[Problem]:
    known, name = register.ids(target), getattr(entry.row, column)
    if known is not None and name not in known:
        empty = f"a project of kind {entry.row.kind} needs it"
        message = f"no row has the id {shown(name)}" if name else empty
        yield entry.problem(column, message, nearest_name(name, known))


def _named(
    entry: Entry[rows.FreightRow] | Entry[rows.StakeRow] | Entry[rows.CandidateRow] | Entry[HistoryRow],
    expected: str,
) -> Iterator[Problem]:
    if entry.row.id != expected:
        yield entry.problem("id", f"{shown(entry.row.id)} does not fit the row", expected)


def _too_large(
    entry: Entry[rows.RefineryRow] | Entry[rows.SmelterRow], column: str, size_mt: float
) -> Iterator[Problem]:
    if size_mt > LARGEST_SITE_MT:
        message = f"{size_mt:g} Mt/yr at one site is implausible (at most {LARGEST_SITE_MT:g})"
        yield entry.problem(column, message)
