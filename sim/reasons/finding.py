"""What a reader means by a name: an id, a name in English or Chinese, a part of one, a province, a policy, the price.

Whatever is written in several ways is read as one: letters of either case, composed or not, full or half width.

Which decisions an explanation is about: an agent's own, and those of others that were about it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile

from sim.core.errors import UsageError
from sim.core.registry import UnknownNameError
from sim.core.words import plain
from sim.decisions.build.facts import WAITS
from sim.decisions.build.kinds import BUILD, MOVE
from sim.decisions.build.telling import best_site
from sim.decisions.buy.buy import KIND as BUY
from sim.decisions.combine.combine import COMBINE
from sim.decisions.combine.combine import KIND as UNION
from sim.decisions.take import TAKE
from sim.reasons.record import (
    DEAL,
    GROUP,
    IMPORTER,
    PLANT,
    POLICY,
    PROVINCE,
    REGION,
    RUN,
    SMELTER,
    Agent,
    Record,
    deal_id,
    names,
)
from sim.world.books import Decision
from sim.world.holdings import controllers
from sim.world.kinds import FOUNDING, Happened
from sim.world.owners import read_ownership

WHOLE_RUN = Agent("price", RUN, "The price of alumina")
RUN_NAMES = ("", "run", "price", "alumina price", "价格", "氧化铝价格")
MOST = 30
"""Things that an ambiguous name lists."""


class AmbiguousNameError(UsageError):
    """A name that several things bear, with all of them."""

    def __init__(self, wanted: str, meant: Iterable[Agent]) -> None:
        """Keep the name and what it may mean."""
        self.meant = tuple(meant)
        listed = [f"  {each.key} ({each.name}, {each.kind})" for each in self.meant[:MOST]]
        left = len(self.meant) - MOST
        more = [f"  and {left} more"] if left > 0 else []
        super().__init__("\n".join([f"'{wanted}' may mean {len(self.meant)} things:", *listed, *more]))


def find(record: Record, wanted: str) -> Agent:
    """What a reader means by an id or by a name, or by words of it that only one thing bears.

    Raises:
        AmbiguousNameError: several things are called so.
        UnknownNameError: nothing is called so; it names the nearest.
    """
    asked = folded(wanted)
    if asked in RUN_NAMES:
        return WHOLE_RUN
    known = everything(record)
    if wanted in known:
        return _decider(record, known[wanted])
    bearers = {key: [*aliases(record, agent)] for key, agent in known.items()}
    found = [known[key] for key in bearing(asked, bearers)]
    deciders = {each.key: each for each in (_decider(record, agent) for agent in found)}
    if len(deciders) == 1:
        return next(iter(deciders.values()))
    if found:
        raise AmbiguousNameError(plain(wanted), deciders.values())
    keys = sorted(known.values(), key=lambda agent: (agent.kind == DEAL, agent.key))
    allowed = [
        *(agent.key for agent in keys),
        *(part for agent in keys for part in _parts(bearers[agent.key])),
    ]
    raise UnknownNameError("agent", plain(wanted), [plain(each) for each in allowed])


def bearing(asked: str, bearers: Mapping[str, Sequence[str]]) -> list[str]:
    """The keys of those that bear a folded name, or else a part of whose name it is, or all words of which they bear.

    Whole names come before what stands in and around their brackets, and both before single words.
    """
    ways: tuple[Callable[[Sequence[str]], bool], ...] = (
        lambda borne: asked in map(folded, borne),
        lambda borne: asked in map(folded, _parts(borne)),
        lambda borne: any(_has(folded(name), asked) for name in borne),
    )
    tried = ([key for key, borne in bearers.items() if way(borne)] for way in ways)
    return next(filter(None, tried), [])


def folded(text: str) -> str:
    r"""A name as it is compared: NFKC, lower case, single spaces.

    >>> folded("  Ｃhalco "), folded("Cafe\u0301") == folded("Café")
    ('chalco', True)
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _has(alias: str, asked: str) -> bool:
    """Whether an alias has all asked words, or for Chinese the signs as they stand."""
    if not asked.isascii():
        return asked in alias
    words = re.findall(r"[^\W_]+", asked)
    return bool(words) and {*words} <= {*re.findall(r"[^\W_]+", alias)}


@lru_cache(maxsize=2)
def everything(record: Record) -> Mapping[str, Agent]:
    """All that can be asked about, by its key: agents, provinces of several regions, policies of the scenario."""
    known = dict(names(record))
    for province, regions in _provinces(record).items():
        known.setdefault(province, Agent(province, PROVINCE, f"{province} ({len(regions)} regions)"))
    for policy in record.scenario.spec.policies:
        known.setdefault(policy.id, Agent(policy.id, POLICY, f"policy {policy.type}"))
    return known


def regions_of(record: Record, province: str) -> list[str]:
    """The supply regions of a province."""
    return _provinces(record)[province]


def _provinces(record: Record) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in record.scenario.pack.regions:
        found.setdefault(row.province, []).append(row.id)
    return {province: regions for province, regions in found.items() if len(regions) > 1}


def aliases(record: Record, agent: Agent) -> Iterator[str]:
    """What something is called: its id, its name, its name in Chinese; of a policy its id and its type."""
    yield agent.key
    if agent.kind == POLICY:
        yield agent.name.removeprefix("policy ")
    elif agent.kind != DEAL:
        yield from (agent.name, *_chinese(record, agent))


def _parts(names: Iterable[str]) -> list[str]:
    """What stands in and around the brackets of names: Aluminum Corporation of China (Chinalco)."""
    return [part.strip() for name in names for part in re.split(r"[()（）]", name) if part.strip()]


def _chinese(record: Record, agent: Agent) -> Iterator[str]:
    pack = record.scenario.pack
    if agent.kind == PROVINCE:
        places = {*regions_of(record, agent.key)}
        columns = zip(*(row.name_zh for row in pack.regions if row.id in places), strict=False)
        yield from filter(
            None, ["".join(signs[0] for signs in takewhile(lambda each: len({*each}) == 1, columns))]
        )
    for rows in (pack.refineries, pack.projects, pack.groups, pack.smelters, pack.regions):
        yield from (row.name_zh for row in rows if row.id == agent.key and row.name_zh)


def _decider(record: Record, agent: Agent) -> Agent:
    """The group that decides for a company that decides nothing by itself, and says so; others themselves."""
    if agent.kind != GROUP or record.rows("groups", group=agent.key):
        return agent
    top = controllers(read_ownership(record.pack)).get(agent.key, agent.key)
    if top == agent.key or not record.rows("groups", group=top):
        return agent
    said = f"{agent.name} is controlled by {record.called(top)}, which decides for it and is told of here."
    return replace(names(record)[top], said=said)


STAKE, PURCHASE, WHOLE, PLANS = TAKE.name, BUY.name, UNION.name, (BUILD.name, MOVE.name)
"""Names of the kinds of decision that are about others than their owner."""


def concerning(record: Record, agent: Agent, year: int | None) -> list[Decision]:
    """The decisions that an agent took or that were about it, in the order in which they were taken."""
    pick = {
        PLANT: _of_plant,
        GROUP: _of_group,
        SMELTER: _by_or_about,
        IMPORTER: _by_or_about,
        DEAL: _of_deal,
        REGION: _of_region,
    }[agent.kind]
    taken = record.decisions
    if agent.kind == PLANT:
        others = _about_others(record)
        taken = tuple(each for each in taken if each.agent == agent.key or each.id in others)
    return [each for each in taken if year in (None, each.year) and pick(record, agent.key, each)]


@lru_cache(maxsize=1)
def _about_others(record: Record) -> set[int]:
    """The ids of the decisions that may be about a plant that did not take them."""
    kinds = {STAKE, PURCHASE, WHOLE, *PLANS}
    return {each.id for each in record.decisions if each.name in kinds}


def _of_plant(record: Record, key: str, decision: Decision) -> bool:
    """Whether a decision was the plant's, about selling it, about moving it, or founded it."""
    if decision.agent == key:
        return True
    name = decision.name
    if name == STAKE:
        return decision.about == key
    if name == PURCHASE:
        return decision.about in (key, *_owners(record, key, decision.year))
    if name == WHOLE:
        return decision.choice == COMBINE and decision.about in _owners(record, key, decision.year)
    if name == MOVE.name and best_site(decision)[1].replaces == key:
        return True
    return name in PLANS and _founds(record, key, decision)


def _owners(record: Record, plant: str, year: int) -> set[str]:
    """The owner of a plant at the start of a year, so far as it is known."""
    rows = record.rows("refineries", refinery=plant)
    before = {str(row["group"]) for row in rows if row["year"] == year - 1}
    if before:
        return before
    sold = {str(row["counterpart"]) for row in record.rows("events", kind=Happened.DEAL, year=year)}
    return {str(row["group"]) for row in rows if row["year"] == year} | _company(record, plant) & sold


def _company(record: Record, plant: str) -> set[str]:
    """The company that the register names for a plant."""
    return {row.company for row in record.pack.refineries if row.id == plant}


def _founds(record: Record, plant: str, decision: Decision) -> bool:
    """Whether a decision was to build the plant, or was turned down for it."""
    return (decision.agent, decision.year) in _founders(record, plant)


@lru_cache(maxsize=1)
def _founders(record: Record, plant: str) -> set[tuple[str, int]]:
    """Who was to build a plant, or was turned down for it, and when."""
    rows = record.rows("events", counterpart=plant)
    return {(row["agent"], row["year"]) for row in rows if row["kind"] in FOUNDING}


def _of_group(record: Record, key: str, decision: Decision) -> bool:
    return decision.agent == key or (decision.name in (PURCHASE, WHOLE) and decision.about == key)


def _by_or_about(record: Record, key: str, decision: Decision) -> bool:
    """Whether a decision was that of a smelter or a producer outside China, or about it or a line of the latter."""
    return key in (decision.agent, decision.about)


def _of_deal(record: Record, key: str, decision: Decision) -> bool:
    if decision.name == PURCHASE:
        return deal_id(decision.year, decision.about) == key
    deal = record.row("deals", id=key) if decision.name in (STAKE, WHOLE) else None
    sides = (decision.year, decision.about, decision.agent)
    return deal is not None and (deal["year"], deal["target"], deal["buyer"]) == sides


def _of_region(record: Record, key: str, decision: Decision) -> bool:
    """Whether a plan for the region came before the governments."""
    if decision.name not in PLANS or decision.choice == WAITS:
        return False
    return best_site(decision)[1].region == key
