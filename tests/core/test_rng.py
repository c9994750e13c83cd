import os
import subprocess
import sys

import numpy as np
import pytest

from sim.core.errors import UsageError
from sim.core.rng import Streams, fractions

PLANTS = [f"plant-{number}" for number in range(40)]


def test_one_agent_more_changes_nobody_elses_number() -> None:
    few = Streams(7).uniforms("bid", 2030, PLANTS[:20])

    many = Streams(7).uniforms("bid", 2030, ["newcomer", *PLANTS])

    assert many[1:21].tolist() == few.tolist()


def test_a_number_does_not_depend_on_what_was_asked_before() -> None:
    streams = Streams(7)
    streams.generator("ore", 2029).random(100)
    streams.uniforms("bid", 2029, PLANTS)

    assert streams.uniforms("bid", 2030, PLANTS).tolist() == Streams(7).uniforms("bid", 2030, PLANTS).tolist()


@pytest.mark.parametrize(
    ("seed", "concern", "year"), [(8, "bid", 2030), (7, "bids", 2030), (7, "bid", 2031), (72030, "bid", 2030)]
)
def test_every_part_of_an_address_matters_for_all_draws(seed: int, concern: str, year: int) -> None:
    one, other = Streams(7), Streams(seed)

    pairs = zip(one.uniforms("bid", 2030, PLANTS), other.uniforms(concern, year, PLANTS), strict=True)

    assert all(a != b for a, b in pairs)
    assert one.generator("bid", 2030).random() != other.generator(concern, year).random()


def test_two_addresses_that_read_alike_are_two_addresses() -> None:
    # Written one after the other both would be "bid/a/b".
    one = Streams(1).uniforms("bid/a", 2030, ["b"])
    other = Streams(1).uniforms("bid", 2030, ["a/b"])

    assert one[0] != other[0]


def _elsewhere(hash_seed: str) -> str:
    code = (
        "from sim.core.rng import Streams; s = Streams(7);"
        "print(s.uniforms('bid', 2030, ['a', 'b']).tolist(), s.normals('bid', 2030, ['a']).tolist(),"
        "s.order('bid', 2030, list('abcdef')), s.generator('ore', 2030).integers(2**62))"
    )
    settings = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, "-c", code], env=settings, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_a_fresh_process_draws_the_same_numbers() -> None:
    first, second = _elsewhere("1"), _elsewhere("2")

    assert first == second != ""


def test_the_numbers_of_an_address_are_these_for_ever() -> None:
    # BLAKE2b-64 of "7/2030/3/bid/a" is 93b9f3656bfa7815, little-endian 1547261811180681619; without its lower
    # 12 bits and with a half that is 0.08387723085429755 of 2^52. A change moves every result ever published.
    assert Streams(7).uniforms("bid", 2030, ["a"]).tolist() == [0.08387723085429755]


def test_the_number_of_one_agent_is_the_one_among_those_of_many() -> None:
    streams = Streams(7)

    assert [streams.uniform("bid", 2030, plant) for plant in PLANTS] == streams.uniforms(
        "bid", 2030, PLANTS
    ).tolist()


def test_uniforms_fill_the_interval_evenly_and_never_reach_its_ends() -> None:
    keys = [f"agent-{number}" for number in range(20_000)]

    uniforms = Streams(3).uniforms("bid", 2030, keys)

    counts = np.histogram(uniforms, bins=20, range=(0.0, 1.0))[0]
    # 20 bins of 1,000: chi-square with 19 degrees of freedom is under 43.8 in 99.9 % of cases.
    assert ((counts - 1000.0) ** 2 / 1000.0).sum() < 43.8
    assert uniforms.min() > 0.0 and uniforms.max() < 1.0


def test_neighbouring_years_and_keys_are_not_correlated() -> None:
    keys = [f"agent-{number}" for number in range(20_000)]
    now, then = (Streams(3).uniforms("bid", year, keys) for year in (2030, 2031))

    # The standard error of a correlation of 20,000 pairs is 0.0071; four of them are 0.028.
    assert abs(np.corrcoef(now, then)[0, 1]) < 0.028
    assert abs(np.corrcoef(now[1:], now[:-1])[0, 1]) < 0.028


def test_the_extreme_hashes_give_numbers_inside_the_interval() -> None:
    # All bits off is half a step of 2^-52 above 0, all bits on half a step below 1.
    assert fractions(b"\x00" * 8 + b"\xff" * 8).tolist() == [2.0**-53, 1.0 - 2.0**-53]


def test_normals_are_the_quantiles_of_the_uniforms() -> None:
    streams = Streams(3)
    keys = [f"agent-{number}" for number in range(20_000)]

    normals = streams.normals("bid", 2030, keys)

    # Standard errors of mean and deviation are 0.0071 and 0.005; four of them are 0.028 and 0.02.
    assert abs(normals.mean()) < 0.028
    assert abs(normals.std() - 1.0) < 0.02
    assert ((normals > 0) == (streams.uniforms("bid", 2030, keys) > 0.5)).all()


def test_an_order_survives_the_loss_of_one_agent() -> None:
    streams = Streams(5)
    before = [PLANTS[position] for position in streams.order("deal", 2030, PLANTS)]
    rest = [plant for plant in PLANTS if plant != "plant-17"]

    after = [rest[position] for position in streams.order("deal", 2030, rest)]

    assert after == [plant for plant in before if plant != "plant-17"]


def test_an_order_does_not_depend_on_how_the_agents_were_listed() -> None:
    streams, back = Streams(5), PLANTS[::-1]

    forwards = [PLANTS[position] for position in streams.order("deal", 2030, PLANTS)]
    backwards = [back[position] for position in streams.order("deal", 2030, back)]

    assert forwards == backwards != PLANTS


def test_each_call_of_a_generator_starts_it_anew() -> None:
    streams = Streams(5)

    assert (
        streams.generator("ore", 2030).random(3).tolist() == streams.generator("ore", 2030).random(3).tolist()
    )


def test_nobody_to_draw_for_gives_no_numbers() -> None:
    streams = Streams(5)

    assert streams.uniforms("bid", 2030, []).shape == (0,)
    assert streams.order("bid", 2030, []) == []


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(UsageError, match="seed is a whole number from 0, not -1"):
        Streams(-1)


def test_numpy_integers_have_the_same_luck_as_python_ones() -> None:
    plain = Streams(7).uniforms("bid", 2030, ["a"])

    assert Streams(int(np.int64(7))).uniforms("bid", int(np.int32(2030)), ["a"]).tolist() == plain.tolist()
    assert Streams(np.int64(7)).uniforms("bid", np.int32(2030), ["a"]).tolist() == plain.tolist()  # type: ignore[arg-type]
