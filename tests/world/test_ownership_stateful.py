"""The ledger of ownership against a simple model: exact fractions in a table, played at random, stake by stake."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sim.world.holdings import Holdings, controllers
from sim.world.ownership import EQUITY_PPM, Block, Node, Ownership, Stake, float_of
from tests.world.through import look_through

PEOPLE, COMPANIES, PLANTS = ("x", "y", "z"), ("a", "b", "c", "d"), ("p", "q")
START = 2025
Exact = dict[str, dict[str, Fraction]]
AMOUNTS = st.one_of(st.integers(1, EQUITY_PPM), st.sampled_from((1, 250_000, 500_000, 500_001, EQUITY_PPM)))


def solved(exact: Exact) -> dict[tuple[str, str], Fraction]:
    """Give the part of each held node that belongs to each node nobody holds: Z (I - A) = E, by elimination."""
    held = sorted(exact)
    roots = sorted({holder for stakes in exact.values() for holder in stakes} - set(held))
    rows = [
        [Fraction(node == other) - exact[node].get(other, Fraction(0)) for other in held]
        + [exact[node].get(root, Fraction(0)) for root in roots]
        for node in held
    ]
    for at in range(len(held)):
        pivot = next(row for row in range(at, len(held)) if rows[row][at])
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for row in range(len(held)):
            if row != at and rows[row][at]:
                rows[row] = [a - rows[row][at] * b for a, b in zip(rows[row], rows[at], strict=True)]
    return {
        (root, node): rows[i][len(held) + j] for i, node in enumerate(held) for j, root in enumerate(roots)
    }


class Ledger(RuleBasedStateMachine):
    """Stakes sold, merged, split and founded, in the ledger and in a table of fractions beside it."""

    @initialize(data=st.data())
    def open(self, data: st.DataObject) -> None:
        """Begin with companies in a chain from their owners, so that nobody is held by himself."""
        nodes = [Node(name, name, "holder") for name in PEOPLE]
        nodes += [Node(name, name, "company") for name in COMPANIES]
        nodes += [Node(name, name, "asset") for name in PLANTS]
        stakes = []
        for place, held in enumerate((*COMPANIES, *PLANTS)):
            left = EQUITY_PPM
            for holder in (*PEOPLE, *COMPANIES[:place])[-3:]:
                ppm = data.draw(st.integers(0, left))
                left -= ppm
                stakes += [Stake(holder, held, ppm, START)] if ppm else []
            if left == EQUITY_PPM:
                stakes.append(Stake(PEOPLE[0], held, EQUITY_PPM, START))
        self.ledger = Ownership.from_stakes(nodes, stakes, START)
        self.holdings = Holdings(self.ledger)
        self.exact: Exact = {}
        for stake in stakes:
            self.exact.setdefault(stake.held, {})[stake.holder] = Fraction(stake.ppm, EQUITY_PPM)
        for held, table in self.exact.items():
            if (rest := 1 - sum(table.values())) > 0:
                table[float_of(held)] = rest
        self.year, self.founded, self.ends = START, 0, {}

    def moved(self, seller: str, buyer: str, held: str, part: Fraction) -> None:
        """Move a part in the table."""
        table = self.exact[held]
        table[seller] -= part
        table[buyer] = table.get(buyer, Fraction(0)) + part
        self.exact[held] = {holder: share for holder, share in table.items() if share}

    def buyers(self, held: str, seller: str) -> list[str]:
        """Give who may buy a stake: not the company itself nor what it holds, for nobody then would own it."""
        below = self.ledger.at_and_below({held})
        companies = [name for name in self.exact if name not in PLANTS]
        return [
            name for name in (*PEOPLE, *companies, float_of(held)) if name not in below and name != seller
        ]

    @rule(data=st.data(), ppm=AMOUNTS)
    def transfer(self, data: st.DataObject, ppm: int) -> None:
        held = data.draw(st.sampled_from(sorted(self.exact)))
        seller = data.draw(st.sampled_from(sorted(self.exact[held])))
        buyer = data.draw(st.sampled_from(self.buyers(held, seller)))
        part = Fraction(ppm, EQUITY_PPM)
        if part > self.exact[held][seller]:
            before = self.ledger.blocks(held), self.ledger.version
            with pytest.raises(ValueError, match="cannot sell"):
                self.ledger.transfer(self.year, "too much", seller, buyer, held, ppm)
            assert before == (self.ledger.blocks(held), self.ledger.version)
            return
        self.ledger.transfer(self.year, "sale", seller, buyer, held, ppm)
        self.moved(seller, buyer, held, part)

    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        """One company takes over all that another holds, where it stands above all of it."""
        target = data.draw(st.sampled_from(COMPANIES))
        wanted = [held for held, table in self.exact.items() if target in table]
        able = [name for name in PEOPLE if all(name in self.buyers(held, target) for held in wanted)]
        buyer = data.draw(st.sampled_from(able))
        for held in sorted(wanted):
            part = self.exact[held][target]
            self.ledger.transfer(self.year, "merger", target, buyer, held, int(part * EQUITY_PPM))
            self.moved(target, buyer, held, part)

    @rule(data=st.data(), ppm=AMOUNTS)
    @precondition(lambda self: self.founded < 3)
    def split(self, data: st.DataObject, ppm: int) -> None:
        """A plant goes to a company that is founded for it, held by two."""
        plant = data.draw(st.sampled_from(PLANTS))
        name, (one, other) = f"new{self.founded}", data.draw(st.permutations(PEOPLE))[:2]
        stakes = [Stake(one, name, ppm, self.year)]
        stakes += [Stake(other, name, EQUITY_PPM - ppm, self.year)] if ppm < EQUITY_PPM else []
        self.founded += 1
        self.ledger.add_company(self.year, "split", Node(name, name, "company"), stakes)
        self.exact[name] = {stake.holder: Fraction(stake.ppm, EQUITY_PPM) for stake in stakes}
        for holder, part in sorted(self.exact[plant].items()):
            self.ledger.transfer(self.year, "split", holder, name, plant, int(part * EQUITY_PPM))
            self.moved(holder, name, plant, part)

    @rule()
    def year_ends(self) -> None:
        self.ends[self.year] = {held: self.ledger.blocks(held) for held in self.exact}
        self.year += 1

    @rule(data=st.data())
    @precondition(lambda self: self.ledger.changes)
    def nothing_comes_before_what_is_done(self, data: st.DataObject) -> None:
        seller = sorted(self.exact["a"])[0]
        earlier = self.ledger.changes[-1].year - 1
        with pytest.raises(ValueError, match="comes after a change"):
            self.ledger.transfer(earlier, "late", seller, self.buyers("a", seller)[0], "a", 1)

    @invariant()
    def every_stake_is_the_fraction_of_the_table(self) -> None:
        for held, table in self.exact.items():
            blocks = self.ledger.blocks(held)
            assert {each.holder: Fraction(each.ppm, EQUITY_PPM) for each in blocks} == table
            assert sum(each.ppm for each in blocks) == sum(each.votes_ppm for each in blocks) == EQUITY_PPM

    @invariant()
    def what_is_kept_up_to_date_is_what_comes_out_anew(self) -> None:
        anew = Ownership(self.ledger.at(self.year), START)
        assert self.holdings.controllers() == controllers(anew)
        assert self.ledger.snapshot().blocks == anew.snapshot().blocks

    @invariant()
    def what_reaches_outside_holders_is_exact_but_for_rounding(self) -> None:
        exact, found = solved(self.exact), look_through(self.ledger)
        for (root, node), share in exact.items():
            if root in found.holders and node in found.held:
                at = found.holders.index(root), found.held.index(node)
                np.testing.assert_allclose(found.matrix[at], float(share), rtol=0, atol=1e-12)

    @invariant()
    def a_majority_controls_and_nobody_with_less_than_a_quarter_does(self) -> None:
        top = self.holdings.controllers()
        for held in self.exact:
            votes: dict[str, int] = {}
            for block in self.ledger.blocks(held):
                if block.holder in top:
                    votes[top[block.holder]] = votes.get(top[block.holder], 0) + block.votes_ppm
            ranked = [*sorted(votes.values(), reverse=True), 0, 0]
            (most, second), leaders = (
                ranked[:2],
                [owner for owner, count in votes.items() if count == ranked[0]],
            )
            controlled = 2 * most > EQUITY_PPM or (most >= 250_000 and most - second >= 50_000)
            assert top[held] == (leaders[0] if controlled else held)

    def teardown(self) -> None:
        """The past stays as it was, and every stake that ever was is on record once."""
        if not hasattr(self, "ledger"):
            return
        for year, kept in self.ends.items():
            graph = self.ledger.at(year)
            for held, blocks in kept.items():
                assert {e: graph.edges[e, held]["ppm"] for e in graph.pred[held]} == {
                    b.holder: b.ppm for b in blocks
                }
        history: Any = self.ledger.to_graphml_graph()
        standing = {(u, v): e["ppm"] for u, v, e in history.edges(data=True) if "to_year" not in e}
        assert standing == {(b.holder, held): b.ppm for held in self.exact for b in self.ledger.blocks(held)}
        assert isinstance(next(iter(self.ledger.blocks("a"))), Block)


TestLedger = Ledger.TestCase
TestLedger.settings = settings(
    max_examples=40,
    stateful_step_count=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
