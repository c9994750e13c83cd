"""Luck by address: a draw is a function of (seed, concern, year, agent key), not of the order of asking.

A shared generator makes every draw depend on all draws before it, so that one agent more, or a policy that
asks one question less, changes everybody's luck and two scenarios cannot be compared. Here each number has an
address. Its hash is the number, so there is no state that could go out of step, and the same address gives
the same number in every process, on every machine and in every order.

A concern is a short name of what the luck is about, for example `ore price` or `bid`. A draw that belongs to
nobody takes the generator of its concern and year; a draw that belongs to an agent takes the agent's lasting
key.

This is the only module that makes random numbers; a contract test sees to it.

Source: common random numbers, Law & Kelton, Simulation Modeling and Analysis, ch. 11; BLAKE2b, RFC 7693;
Philox, Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3.
"""

from collections.abc import Sequence
from hashlib import blake2b
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import whole

Generator = np.random.Generator
"""The type of a generator, for those who are handed one."""

_INVERSE_NORMAL = NormalDist().inv_cdf
_EIGHT_BYTES = np.dtype("<u8")
_DROPPED_BITS, _HALF, _STEP = np.array(12, np.uint64), np.array(0.5), np.array(2.0**-52)


def fractions(digests: bytes) -> NDArray[np.float64]:
    """One number strictly between 0 and 1 for every eight bytes, (bytes / 8,)."""
    upper_bits = np.frombuffer(digests, dtype=_EIGHT_BYTES) >> _DROPPED_BITS
    # 52 bits and a half: the sum is exact, so that neither 0 nor 1 can come out by rounding.
    return np.asarray((upper_bits + _HALF) * _STEP)


def normal(uniforms: NDArray[np.float64]) -> NDArray[np.float64]:
    """The standard normal number for each of some uniforms, (uniforms,)."""
    return np.array([_INVERSE_NORMAL(uniform) for uniform in uniforms.tolist()], dtype=np.float64)


class Streams:
    """All luck of one run."""

    def __init__(self, seed: int) -> None:
        """Take the seed of the run, an integer from 0.

        Raises:
            UsageError: it is none.
        """
        self.seed = whole("seed", seed)
        self._prefixes: dict[tuple[str, int], blake2b] = {}

    def __reduce__(self) -> "tuple[type[Streams], tuple[int]]":
        """Let a run be pickled and copied: hashes in progress cannot be, and follow from the seed."""
        return type(self), (self.seed,)

    def generator(self, concern: str, year: int) -> Generator:
        """A fresh generator for shocks of a year that belong to nobody; each call starts it anew."""
        # The output length is part of what BLAKE2 hashes, so this key shares nothing with the uniforms.
        digest = blake2b(self._address(concern, year), digest_size=16).digest()
        return Generator(np.random.Philox(key=int.from_bytes(digest, "little")))

    def uniforms(self, concern: str, year: int, keys: Sequence[str]) -> NDArray[np.float64]:
        """One number per agent, strictly between 0 and 1, (keys,).

        The hash of the address up to the year is kept and copied for each key, so that a key costs one short
        update, under a microsecond, and not the hashing of the whole address.
        """
        prefix = self._prefix(concern, year)
        digests = []
        for key in keys:
            address = prefix.copy()
            address.update(key.encode())
            digests.append(address.digest())
        return fractions(b"".join(digests))

    def uniform(self, concern: str, year: int, key: str) -> float:
        """The number of one agent alone, the one that is among the numbers of many."""
        address = self._prefix(concern, year).copy()
        address.update(key.encode())
        return ((int.from_bytes(address.digest(), "little") >> 12) + 0.5) * 2.0**-52

    def normals(self, concern: str, year: int, keys: Sequence[str]) -> NDArray[np.float64]:
        """One standard normal number per agent, (keys,), from the uniforms of the same address."""
        return normal(self.uniforms(concern, year, keys))

    def order(self, concern: str, year: int, keys: Sequence[str]) -> list[int]:
        """The positions of the keys in a drawn order; without one of them the others keep theirs."""
        uniforms = self.uniforms(concern, year, keys).tolist()
        return sorted(range(len(keys)), key=lambda position: (uniforms[position], keys[position]))

    def points(self, concern: str, design: str, count: int, dimensions: int) -> NDArray[np.float64]:
        """Points that fill the unit cube evenly, (count, dimensions).

        Args:
            concern: what they are for.
            design: `lhs` for a Latin hypercube, `sobol` for scrambled Sobol points.
            count: how many; for Sobol points a power of two.
            dimensions: of the cube.

        Source: McKay, Beckman & Conover 1979; Owen 1998; both from scipy.stats.qmc.
        """
        from scipy.stats import qmc

        # scipy asks for a seed that can have children, which a generator by address cannot.
        seed = int(self.generator(concern, 0).integers(2**63))
        if design == "lhs":
            return np.asarray(qmc.LatinHypercube(dimensions, rng=seed).random(count))
        return np.asarray(qmc.Sobol(dimensions, rng=seed).random_base2(count.bit_length() - 1))

    def _prefix(self, concern: str, year: int) -> blake2b:
        prefix = self._prefixes.get((concern, year))
        if prefix is None:
            prefix = blake2b(self._address(concern, year), digest_size=8)
            self._prefixes[concern, year] = prefix
        return prefix

    def _address(self, concern: str, year: int) -> bytes:
        # The length of the concern keeps two addresses apart whose texts would run together alike.
        return f"{self.seed}/{int(year)}/{len(concern)}/{concern}/".encode()
