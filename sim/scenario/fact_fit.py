"""Which dated facts of a scenario cannot be: against the horizon, the register and one another."""

from collections.abc import Iterator, Sequence

from sim.scenario.facts import CLOSURE, DEAL, START, Fact
from sim.scenario.pack import Pack
from sim.scenario.problems import nearest_name, shown
from sim.scenario.rows import ProjectRow, RefineryRow, SmelterRow

Found = tuple[int, str, str, str | None]
"""Number of the fact, key that is wrong, message, nearest name."""
MAJORITY = 0.5


def misfits(facts: Sequence[Fact], first: int, last: int, pack: Pack) -> Iterator[Found]:
    """What cannot be: years outside the run, names that nobody has, and facts that contradict one another.

    Args:
        facts: what is stated.
        first: first year of the run.
        last: last year of the run.
        pack: the industry.
    """
    for number, fact in enumerate(facts):
        if not first <= fact.year <= last:
            yield number, "year", f"{fact.year} is not inside the run, {first} to {last}", None
        for key, known, what in _references(fact, pack):
            name = getattr(fact, key)
            if name not in known:
                yield number, key, f"no {what} {shown(name)} in this pack", nearest_name(name, sorted(known))
        if fact.what == DEAL and fact.buyer == fact.target:
            yield number, "target", f"{shown(fact.target)} cannot buy itself", None
        if fact.what == DEAL and fact.buyer in foreigners(pack) and fact.share >= MAJORITY:
            yield (
                number,
                "share",
                f"{shown(fact.buyer)} is foreign and may take less than half: nobody runs it",
                None,
            )
    yield from _contradictions(facts)


def _references(fact: Fact, pack: Pack) -> Iterator[tuple[str, set[str], str]]:
    """The keys of a fact that name something, with the names that there are and what they name."""
    plants = {row.id for row in pack.refineries if row.installed}
    plants |= {row.id for row in pack.projects if row.kind == "refinery"}
    owners = owners_with_plants(pack)
    match fact.what:
        case "start":
            able = (row for row in pack.projects if row.kind == "refinery" or row.stage != "stalled")
            yield "project", {row.id for row in able}, "project that can start"
        case "deal":
            yield "buyer", owners | foreigners(pack), "owner of plants or foreign holder"
            targets = plants | {row.id for row in pack.smelters} | owners
            yield "target", targets, "plant, company or group with plants"
        case _:
            yield "plant", plants, "installed refinery or project of one"


def foreigners(pack: Pack) -> set[str]:
    """Everybody abroad who may hold a part of something here."""
    return {row.id for row in pack.groups if row.owner_type == "foreign" and row.status != "synthetic"}


def owners_with_plants(pack: Pack) -> set[str]:
    """Everybody who has a refinery or a smelter through some chain, governments left out."""
    above: dict[str, set[str]] = {}
    for stake in pack.stakes:
        if stake.state == "current":
            above.setdefault(stake.held, set()).add(stake.holder)
    assets: list[RefineryRow | ProjectRow | SmelterRow] = [row for row in pack.refineries if row.installed]
    assets += [*(row for row in pack.projects if row.kind == "refinery"), *pack.smelters]
    open_nodes = sorted({row.id for row in assets} | {row.company for row in assets})
    found = set(open_nodes)
    while open_nodes:
        more = above.get(open_nodes.pop(), set()) - found
        found |= more
        open_nodes.extend(sorted(more))
    return found & {row.id for row in pack.groups if row.kind != "state"}


def _contradictions(facts: Sequence[Fact]) -> Iterator[Found]:
    """A problem for each fact about a plant that is closed by then, and for each second start."""
    closed: dict[str, Fact] = {}
    started: dict[str, Fact] = {}
    order = sorted((fact.year, fact.what != CLOSURE, number) for number, fact in enumerate(facts))
    for _, _, number in order:
        fact = facts[number]
        key = {START: "project", DEAL: "target"}.get(fact.what, "plant")
        name = getattr(fact, key)
        if name in closed:
            before = closed[name]
            yield number, key, f"{shown(name)} closes in {before.year} by {shown(before.id)}", None
        elif fact.what == CLOSURE:
            closed[name] = fact
        elif fact.what == START and name in started:
            before = started[name]
            yield number, key, f"{shown(name)} starts in {before.year} by {shown(before.id)}", None
        elif fact.what == START:
            started[name] = fact
