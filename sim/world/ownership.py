"""The ownership graph: who holds how much of whom, since when, and every change that was made to it.

Stakes are whole parts per million, so that the holders of a company sum to exactly one and a graph rebuilt from the
log equals the live one. What nobody is recorded to hold belongs to a float: one node per company, `float:<company>`,
which stands for many small holders and never acts as one. Who controls what follows from this graph: see `holdings.py`.
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count, filterfalse
from typing import Any, Literal, NamedTuple, Self

import networkx as nx

from sim.core.errors import ScenarioError
from sim.world.order import Order, at_and_below, downward, moved_down, places
from sim.world.terms import StakeGraph, Terms

EQUITY_PPM = 1_000_000
"""The whole equity of a company, parts per million."""

NodeKind = Literal["state", "owners", "holder", "group", "company", "asset", "float"]


class OwnershipError(ScenarioError, ValueError):
    """Stakes that cannot be as they are given, with the names of those concerned."""


@dataclass(frozen=True)
class Node:
    """A party to the ownership graph."""

    id: str
    name: str
    kind: NodeKind


@dataclass(frozen=True)
class Stake:
    """One holding as it is recorded, in parts per million of equity; votes equal equity unless given."""

    holder: str
    held: str
    ppm: int
    since: int
    votes_ppm: int | None = None
    controls: bool = False


class Block(NamedTuple):
    """The holding of one holder in a given company; equity and votes in parts per million."""

    holder: str
    ppm: int
    votes_ppm: int
    controls: bool


@dataclass(frozen=True)
class Change:
    """The holders of one company before and after a deal, each sorted by holder."""

    year: int
    deal: str
    held: str
    before: tuple[Block, ...]
    after: tuple[Block, ...]
    added: Node | None = None
    """The held company, where the deal founded it."""


@dataclass(frozen=True)
class Snapshot:
    """The graph at one version as plain tables, for arithmetic."""

    kinds: dict[str, NodeKind]
    blocks: dict[str, tuple[Block, ...]]
    """The holders of each held node, sorted by holder."""
    downward: Order
    place: dict[str, int]
    """Where each held node stands in that order."""
    known: dict[Hashable, dict[str, Any]] = field(default_factory=dict, compare=False, repr=False)
    """What follows from it by node, once worked out: controllers by a rule, flows by their sources."""


def float_of(held: str) -> str:
    """The id of the float of a company."""
    return f"float:{held}"


class Ownership:
    """The ownership graph with its opening state and the log of its changes."""

    def __init__(self, opening: nx.DiGraph, start_year: int, known: Snapshot | None = None) -> None:
        """Start from a graph whose columns are complete, and its snapshot if known; `from_stakes` makes one."""
        self.start_year = start_year
        self._opening = nx.freeze(opening)
        self._graph = StakeGraph.like(opening)
        self._own_writes = 0
        self._changes: list[Change] = []
        self._snapshot = None if known is None else (0, known)

    @classmethod
    def from_stakes(cls, nodes: Iterable[Node], stakes: Iterable[Stake], start_year: int) -> Self:
        """The graph at the start, with a float for what the stakes leave over.

        Raises:
            OwnershipError: a node twice; a stake twice, of an unknown node, in itself, outside 1 to
                1,000,000 ppm or later than the start; more than 1,000,000 ppm of one company; two
                holders with `controls` in one company. The message names them all.
        """
        listed, held_stakes = list(nodes), list(stakes)
        problems = [*_node_problems(listed), *_stake_problems(listed, held_stakes, start_year)]
        if problems:
            raise OwnershipError("; ".join(problems))
        graph = nx.DiGraph()
        for node in listed:
            graph.add_node(node.id, kind=node.kind, name=node.name)
        blocks: dict[str, list[Block]] = {}
        for stake in held_stakes:
            blocks.setdefault(stake.held, []).append(_block(stake))
        for held, recorded in blocks.items():
            _write(graph, held, _completed(held, recorded), start_year)
        for stake in held_stakes:
            graph.edges[stake.holder, stake.held]["since"] = stake.since
        return cls(graph, start_year)

    @property
    def graph(self) -> nx.DiGraph:
        """The current graph, as a view that refuses new nodes and edges."""
        return self._graph.copy(as_view=True)

    @property
    def other_writes(self) -> int:
        """A number that grows with each write to stakes that is no change of this graph, be it of another graph."""
        return Terms.writes - self._own_writes

    @property
    def version(self) -> int:
        """A number that grows with each change, for callers that cache."""
        return len(self._changes)

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes since the start, in the order made."""
        return tuple(self._changes)

    def changes_from(self, version: int) -> list[Change]:
        """The changes made since the graph had a version, in the order made."""
        return self._changes[version:]

    def at_and_below(self, nodes: set[str]) -> set[str]:
        """Some nodes and all that they hold through any chain."""
        return at_and_below(self._graph, nodes)

    def blocks(self, held: str) -> tuple[Block, ...]:
        """The holders of a node, its float included, sorted by holder; none where no stake is known."""
        if held not in self._graph:
            raise ValueError(f"no {held!r} in the ownership graph")
        return self.snapshot().blocks.get(held, ())

    def transfer(self, year: int, deal: str, seller: str, buyer: str, held: str, ppm: int) -> Change:
        """Move exactly `ppm` parts per million of a company from one holder to another.

        Either side may be the float of the company: a purchase on the market, or a sale to it. Votes move
        in proportion, rounded down; the right to control moves with the seller's last share.

        Raises:
            ValueError: the seller holds less, the buyer is unknown, the company itself or the seller,
                or the year lies before that of an earlier change.
        """
        before = self.blocks(held)
        if buyer != float_of(held) and self._graph.nodes.get(buyer, {}).get("kind", "float") == "float":
            raise ValueError(f"deal {deal!r}: no buyer {buyer!r} in the ownership graph")
        if buyer in (held, seller):
            raise ValueError(f"deal {deal!r}: {buyer!r} cannot buy from {seller!r} in {held!r}")
        after = _moved(before, seller, buyer, ppm)
        if after is None:
            raise ValueError(f"deal {deal!r}: {seller!r} cannot sell {ppm} ppm of {held!r}")
        return self.record(Change(year, deal, held, before, after))

    def add_company(self, year: int, deal: str, node: Node, stakes: Iterable[Stake] = ()) -> Change:
        """Found a company or an asset, with its holders; a float takes what they leave over.

        Raises:
            ValueError: as in `from_stakes`, or the year lies before that of an earlier change.
        """
        held_stakes = list(stakes)
        parties = {stake.holder for stake in held_stakes} & self._graph.nodes.keys()
        known = [Node(i, "", self._graph.nodes[i]["kind"]) for i in sorted(parties - {node.id})]
        problems = [*_node_problems([node]), *_stake_problems([*known, node], held_stakes, year)]
        problems += [f"node {node.id!r} appears twice"] if node.id in self._graph else []
        problems += [f"{s.held!r} is not {node.id!r}" for s in held_stakes if s.held != node.id]
        if problems:
            raise ValueError(f"deal {deal!r}: " + "; ".join(problems))
        after = _completed(node.id, [_block(stake) for stake in held_stakes]) if held_stakes else ()
        return self.record(Change(year, deal, node.id, (), after, added=node))

    def open_up(self, year: int, deal: str, held: str, holder: Node) -> Change:
        """Give a node that nobody is recorded to hold a new holder of all of it, so that parts can change hands.

        Raises:
            ValueError: it has holders already, or as in `add_company`.
        """
        if self.blocks(held):
            raise ValueError(f"deal {deal!r}: {held!r} has holders already")
        self.add_company(year, deal, holder)
        whole = (Block(holder.id, EQUITY_PPM, EQUITY_PPM, False),)
        return self.record(Change(year, deal, held, (), whole))

    def at(self, year: int) -> nx.DiGraph:
        """The graph at the end of a year, rebuilt from the opening graph and the log."""
        if year < self.start_year:
            raise ValueError(f"year {year} lies before the ownership graph, from {self.start_year}")
        graph = nx.DiGraph(self._opening)
        for change in self._changes:
            if change.year <= year:
                _apply(graph, change)
        return graph

    def snapshot(self) -> Snapshot:
        """The current graph as plain tables, made once per version."""
        if self._snapshot is None or self._snapshot[0] != self.version:
            self._snapshot = (self.version, _snapshot(self._graph))
        return self._snapshot[1]

    def to_graphml_graph(self) -> nx.MultiDiGraph:
        """Every stake that ever was as its own edge, from `from_year` and, once ended, to `to_year`.

        A stake whose size changed is one edge before and another after. Attributes are text, whole numbers
        and booleans only, as GraphML can hold them; `deal` is empty for a stake of the opening graph. Edges
        are numbered in the order in which they began.
        """
        history, running, numbers = nx.MultiDiGraph(), dict[tuple[str, str], int](), count()
        history.add_nodes_from(self._opening.nodes(data=True))
        for held in self._opening:
            for block in holders_in(self._opening, held):
                since = self._opening.edges[block.holder, held]["since"]
                running[held, block.holder] = key = next(numbers)
                _begin(history, held, block, key, from_year=since, deal="")
        for change in self._changes:
            if change.added is not None:
                history.add_node(change.added.id, kind=change.added.kind, name=change.added.name)
            for block in filterfalse(change.after.__contains__, change.before):
                key = running.pop((change.held, block.holder))
                ended = history.edges[block.holder, change.held, key]
                ended.update(to_year=change.year, to_deal=change.deal)
            for block in filterfalse(change.before.__contains__, change.after):
                running[change.held, block.holder] = key = next(numbers)
                _begin(history, change.held, block, key, from_year=change.year, deal=change.deal)
        return history

    def record(self, change: Change) -> Change:
        """Make a change and keep it; only the year is checked."""
        earliest = self._changes[-1].year if self._changes else self.start_year
        if change.year < earliest:
            raise ValueError(f"deal {change.deal!r} of {change.year} comes after a change of {earliest}")
        before = Terms.writes
        _apply(self._graph, change)
        self._own_writes += Terms.writes - before
        self._changes.append(change)
        if self._snapshot is not None:
            patched = _patched(self._snapshot[1], change, self._graph)
            self._snapshot = (self.version, patched) if patched is not None else None
        return change


def _node_problems(nodes: list[Node]) -> Iterator[str]:
    seen: set[str] = set()
    for node in nodes:
        if node.id in seen:
            yield f"node {node.id!r} appears twice"
        if node.kind == "float" or node.id.startswith("float:"):
            yield f"node {node.id!r} is a float, which the graph makes itself"
        seen.add(node.id)


def _stake_problems(nodes: list[Node], stakes: list[Stake], year: int) -> Iterator[str]:
    known = {node.id for node in nodes}
    seen: set[tuple[str, str]] = set()
    totals: dict[str, list[int]] = {}
    for stake in stakes:
        edge = f"{stake.holder!r} in {stake.held!r}"
        votes = stake.ppm if stake.votes_ppm is None else stake.votes_ppm
        yield from (f"stake of {edge}: no node {i!r}" for i in (stake.holder, stake.held) if i not in known)
        if stake.holder == stake.held:
            yield f"{stake.holder!r} cannot hold itself"
        if (stake.holder, stake.held) in seen:
            yield f"stake of {edge} appears twice"
        if not (0 < stake.ppm <= EQUITY_PPM and 0 <= votes <= EQUITY_PPM):
            yield f"stake of {edge}: {stake.ppm} ppm with {votes} ppm of votes lies outside 1 to {EQUITY_PPM}"
        if stake.since > year:
            yield f"stake of {edge} begins in {stake.since}, after {year}"
        seen.add((stake.holder, stake.held))
        total = totals.setdefault(stake.held, [0, 0, 0])
        for i, amount in enumerate((stake.ppm, votes, int(stake.controls))):
            total[i] += amount
    for held, (ppm, votes, flags) in totals.items():
        if max(ppm, votes) > EQUITY_PPM:
            yield f"stakes in {held!r} sum to {ppm} ppm with {votes} ppm of votes, above {EQUITY_PPM}"
        if flags > 1:
            yield f"{flags} holders are said to control {held!r}"


def _block(stake: Stake) -> Block:
    votes_ppm = stake.ppm if stake.votes_ppm is None else stake.votes_ppm
    return Block(stake.holder, stake.ppm, votes_ppm, stake.controls)


def _completed(held: str, recorded: list[Block]) -> tuple[Block, ...]:
    blocks = list(recorded)
    rest_ppm = EQUITY_PPM - sum(block.ppm for block in recorded)
    if rest_ppm:
        blocks.append(Block(float_of(held), rest_ppm, EQUITY_PPM - sum(b.votes_ppm for b in recorded), False))
    return tuple(sorted(blocks))


def _moved(before: tuple[Block, ...], seller: str, buyer: str, ppm: int) -> tuple[Block, ...] | None:
    table = {block.holder: block for block in before}
    old = table.pop(seller, None)
    if old is None or not 0 < ppm <= old.ppm:
        return None
    votes_ppm = old.votes_ppm * ppm // old.ppm
    if ppm < old.ppm:
        table[seller] = old._replace(ppm=old.ppm - ppm, votes_ppm=old.votes_ppm - votes_ppm)
    gained = table.get(buyer, Block(buyer, 0, 0, False))
    controls = gained.controls or (old.controls and ppm == old.ppm and not buyer.startswith("float:"))
    table[buyer] = Block(buyer, gained.ppm + ppm, gained.votes_ppm + votes_ppm, controls)
    return tuple(sorted(table.values()))


def holders_in(graph: nx.DiGraph, held: str) -> tuple[Block, ...]:
    """The holders of a node of a graph, sorted."""
    edges = graph.pred[held].items()
    return tuple(sorted(Block(holder, e["ppm"], e["votes_ppm"], e["controls"]) for holder, e in edges))


def _write(graph: nx.DiGraph, held: str, blocks: tuple[Block, ...], year: int) -> None:
    """Make `blocks` the holders of `held`; who stays keeps the year in which he came in."""
    stay, known = {block.holder for block in blocks}, dict(graph.pred[held])
    gone = [holder for holder in known if holder not in stay]
    graph.remove_edges_from([(holder, held) for holder in gone])
    graph.remove_nodes_from([holder for holder in gone if graph.nodes[holder]["kind"] == "float"])
    for holder, ppm, votes_ppm, controls in blocks:
        if holder == float_of(held) and holder not in graph:
            graph.add_node(holder, kind="float", name=f"other holders of {graph.nodes[held]['name']}")
        since = known[holder]["since"] if holder in known else year
        graph.add_edge(holder, held, ppm=ppm, votes_ppm=votes_ppm, controls=controls, since=since)


def _apply(graph: nx.DiGraph, change: Change) -> None:
    if change.added is not None:
        graph.add_node(change.added.id, kind=change.added.kind, name=change.added.name)
    _write(graph, change.held, change.after, change.year)


def _begin(history: nx.MultiDiGraph, held: str, block: Block, key: int, **since: int | str) -> None:
    if block.holder not in history:
        history.add_node(block.holder, kind="float", name=f"other holders of {history.nodes[held]['name']}")
    terms = {"ppm": block.ppm, "votes_ppm": block.votes_ppm, "controls": block.controls}
    history.add_edge(block.holder, held, key, **terms, **since)


def _snapshot(graph: nx.DiGraph) -> Snapshot:
    blocks = {held: holders_in(graph, held) for held in graph if graph.pred[held]}
    order = downward({held: [b.holder for b in blocks[held]] for held in blocks})
    return Snapshot(dict(graph.nodes(data="kind")), blocks, order, places(order))


def _patched(known: Snapshot, change: Change, graph: nx.DiGraph) -> Snapshot | None:
    """A snapshot after one more change, or None when companies may have come to hold each other.

    Nodes that hold nothing come last, so that a plant may change hands, and a new one may be founded,
    without disturbing the order.
    """
    holders = [block.holder for block in change.after]
    kinds, order, place = known.kinds, known.downward, known.place
    if change.added is not None:
        kinds = {**kinds, change.added.id: change.added.kind}
        if holders:
            place, order = {**place, change.held: len(order)}, (*order, (change.held,))
    here = place.get(change.held, -1)
    if holders and (here < 0 or any(place.get(holder, -1) >= here for holder in holders)):
        return _reordered(known, change, graph)
    if float_of(change.held) in holders:
        kinds = {**kinds, float_of(change.held): "float"}
    blocks = {**known.blocks, change.held: change.after} if holders else known.blocks
    return Snapshot(kinds, blocks, order, place)


def _reordered(known: Snapshot, change: Change, graph: nx.DiGraph) -> Snapshot | None:
    below = at_and_below(graph, {change.held})
    if any(block.holder in below for block in change.after):
        return None
    after = {**known.blocks, change.held: change.after}
    blocks = {held: after[held] for held in graph if held in after}
    holding = {block.holder for each in blocks.values() for block in each}
    order = moved_down(known.downward, change.held, below, holding)
    return None if order is None else Snapshot(dict(graph.nodes(data="kind")), blocks, order, places(order))
