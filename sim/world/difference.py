"""What differs between two years of the ownership graph."""

from dataclasses import dataclass

from sim.world.ownership import Block, Ownership, holders_in


@dataclass(frozen=True)
class EdgeChange:
    """One holding that differs between two years; None where it does not exist."""

    holder: str
    held: str
    before: Block | None
    after: Block | None


def difference(ownership: Ownership, year_a: int, year_b: int) -> list[EdgeChange]:
    """The holdings that differ between the ends of two years, by held node and holder."""
    old, new = (
        {(held, block.holder): block for held in graph for block in holders_in(graph, held)}
        for graph in (ownership.at(year_a), ownership.at(year_b))
    )
    return [
        EdgeChange(holder, held, old.get((held, holder)), new.get((held, holder)))
        for held, holder in sorted(old.keys() | new.keys())
        if old.get((held, holder)) != new.get((held, holder))
    ]
