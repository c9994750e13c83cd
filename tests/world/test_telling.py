"""What happens is told into the event log."""

import pytest

from sim.industry import Industry
from sim.world.kinds import Happened


def test_what_an_event_cannot_say_is_refused_and_never_lost_unseen() -> None:
    with Industry("toy") as industry:
        world = industry.world
        before = len(world.events)

        world.tell(Happened.POND, "alfa-coast", 1.0, "Mt", "a new pond opens", subject="pond")
        assert (world.events[-1].quarter, world.events[-1].subject) == (0, "pond")
        with pytest.raises(TypeError, match="subjekt"):
            world.tell(Happened.POND, "alfa-coast", 1.0, "Mt", "a new pond opens", subjekt="pond")  # type: ignore[call-arg]

        assert len(world.events) == before + 1
