"""What a lever does to its own aim as it is turned up: which way, where it stops and where it turns.

Whether numbers differ is judged by `sim/study/effects.py`: each strength against none, and each against the next milder
one, over pairs of runs with the same luck.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sim.study.effects import HIGHER, LOWER, Effect

RIGHT, WRONG, NO_EFFECT = "right way", "wrong way", "no effect"
"""What may be said of a strength: the pairs show the aim, its opposite, or neither."""


@dataclass(frozen=True)
class Response:
    """How an aim answers to a lever.

    Attributes:
        verdicts: one a strength, `right way`, `wrong way` or `no effect`.
        turns_at: number of the first strength that clearly does less than the one before it; None if there is none.
        stops_at: number of the strength from which on none differs clearly from the one before; None if the strongest
            still adds, or none has an effect.
    """

    verdicts: tuple[str, ...]
    turns_at: int | None
    stops_at: int | None


def response(sign: float, effects: Sequence[Effect], steps: Sequence[Effect]) -> Response:
    """The response that the pairs show.

    Args:
        sign: 1 when the aim is to raise the measure, -1 when it is to lower it.
        effects: one a strength, against none.
        steps: one a strength, against the one before, the mildest against none.
    """
    moved = [direction(each) for each in effects]
    stepped = [direction(each) for each in steps]
    numbers = range(1, len(effects))
    turns = (number for number in numbers if moved[number - 1] * stepped[number] < 0.0)
    last = max((number for number, each in enumerate(stepped) if each), default=0)
    stops = last if last + 1 < len(effects) and moved[last] else None
    return Response(tuple(told(sign * each) for each in moved), next(turns, None), stops)


def direction(found: Effect) -> float:
    """1 where pairs clearly rise, -1 where they clearly fall, else 0."""
    return {HIGHER: 1.0, LOWER: -1.0}.get(found.verdict, 0.0)


def told(leaning: float) -> str:
    """The verdict on a strength that leans towards its aim (1), away from it (-1), or neither way."""
    return NO_EFFECT if leaning == 0.0 else RIGHT if leaning > 0.0 else WRONG
