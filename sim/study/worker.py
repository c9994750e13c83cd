"""What a worker started by a study does before its first run: import the model, and leave Ctrl-C to its parent."""

import gc

from sim.study import playing
from sim.study.cluster import quiet_signals


def dask_setup(_worker: object) -> None:
    """Prepare a dask worker process; dask calls this by name."""
    quiet_signals()
    playing.fingerprint()
    gc.freeze()
