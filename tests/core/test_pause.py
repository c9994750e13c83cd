"""The pause of the collector of cycles."""

import gc
import weakref

from sim.core.lock import collected_after


class Loop:
    """A thing that holds itself, so that only the collector can free it."""

    def __init__(self) -> None:
        self.self = self


def test_what_a_block_leaves_behind_is_gone_when_it_ends() -> None:
    with collected_after():
        assert not gc.isenabled()
        seen = weakref.ref(Loop())
        assert seen() is not None

    assert gc.isenabled()
    assert seen() is None


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with collected_after():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_was_there_before_a_block_is_looked_at_again_after_it() -> None:
    gc.unfreeze()
    try:
        with collected_after():
            assert gc.get_freeze_count()
        assert gc.get_freeze_count() == 0
    finally:
        gc.freeze()


def test_what_a_host_program_has_set_aside_stays_aside() -> None:
    gc.freeze()
    with collected_after():
        pass

    assert gc.get_freeze_count() > 0
