"""Buy: plants, or whole firms, change hands; the kind and its loop are in `buy.py`."""

from sim.decisions.buy import buy as buy
