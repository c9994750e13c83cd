"""What a worker process does: import the model, then play what the process that started it sends, until that goes.

Messages are pickles: on stdin the scenarios with the code that is asked for, then chunks of runs; on stdout a sign
that the worker is ready and one that it has the scenarios, then the outcomes of each chunk, or the error that ends
the study.
"""

import os
import pickle
import signal
import sys
import threading
from queue import SimpleQueue
from typing import Any

from sim.core.errors import MachineError, ShakeoutError
from sim.study import playing

READY, STAGED = "ready", "staged"
STUDY = "study"


def serve() -> None:
    """Play chunks until whoever sends them is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        # What a model prints must not come between the answers.
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        playing.warm_up()
        pickle.dump(READY, answers)
        answers.flush()
        asked: SimpleQueue[Any] = SimpleQueue()
        threading.Thread(target=_listen, args=(asked,), daemon=True).start()
        code = ""
        while True:
            message = asked.get()
            if isinstance(message, list):
                answer: Any = _answer(message, code)
            elif isinstance(message, MachineError):
                answer = message
            else:
                stage, code = message
                playing.stage(STUDY, stage)
                answer = STAGED
            pickle.dump(answer, answers)
            answers.flush()


def _listen(asked: "SimpleQueue[Any]") -> None:
    """Hand on what comes; end the process at once when nothing more can come, whatever it is playing."""
    try:
        while True:
            asked.put(pickle.load(sys.stdin.buffer))
    except EOFError:
        os._exit(0)
    except Exception as error:
        told = f"a worker cannot read what it is sent: {type(error).__name__}: {error}"
        asked.put(MachineError(f"{told} (try jobs=1, which plays in this process)"))
        sys.stdin.buffer.read()
        os._exit(0)


def _answer(chunk: list[playing.Task], code: str) -> list[playing.Outcome] | ShakeoutError:
    try:
        return playing.play_chunk(STUDY, chunk, code)
    except ShakeoutError as error:
        return error
    except Exception as error:
        return MachineError(f"a worker cannot play runs: {type(error).__name__}: {error}")


if __name__ == "__main__":
    serve()
