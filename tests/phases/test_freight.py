"""Shocks of ocean freight: ore and landed alumina are dearer by it, and nobody at home earns it."""

from typing import Any

import numpy as np
import pytest

from sim.market.inputs import draw_noise
from sim.phases.quarter import freight_rise, price_inputs, world_border
from sim.report.price_table import price_table
from sim.run import run
from sim.scenario.load import load
from sim.sight.abroad import margins
from sim.world.world import World
from tests.phases.playing import fresh

SHOCK: dict[str, Any] = {
    "id": "dear ships",
    "variable": "ocean_freight",
    "size_ratio": 0.5,
    "start_year": 2026,
    "duration_quarters": 2,
}


def priced(**overrides: Any) -> World:
    """Give a world with the input prices of the first quarter of 2026."""
    world = fresh(**overrides)
    world.year, world.noise = 2026, draw_noise(world.streams, world.motion, 2026)
    price_inputs(world, 1)
    return world


def test_freight_makes_ore_and_landed_alumina_dearer_while_it_lasts() -> None:
    calm, dear = priced(), priced(shocks=[SHOCK])
    terms = calm.parameters.world

    rise = dear.prices.now.feed_usd_per_t - calm.prices.now.feed_usd_per_t
    assert rise == pytest.approx(0.5 * terms.ore_freight_usd_per_t)
    freight = [world_border(dear, quarter).freight_usd_per_t for quarter in (2, 3)]
    assert freight == pytest.approx([1.5 * terms.freight_usd_per_t, terms.freight_usd_per_t])


def test_mines_earn_no_more_when_freight_is_dear() -> None:
    calm, dear = priced(), priced(shocks=[SHOCK])

    assert margins(dear, freight_rise(dear, 1)) == pytest.approx(margins(calm))
    assert np.all(margins(dear) >= margins(calm))


def test_the_page_tells_the_parity_of_the_quarter() -> None:
    years = {"start_year": 2026, "end_year": 2026}
    played = run(load("baseline", years=years, expects=[], shocks=[SHOCK]), 0)

    table = price_table(played).query("year == 2026").reset_index(drop=True)
    quarters = played.quarters.query("year == 2026").reset_index(drop=True)

    world = played.scenario.spec.parameters.world
    taxed = quarters["exchange_rate_cny_per_usd"] * (1.0 + world.duty_share) * 1.13
    landed = (table["import_parity_cny_per_t"] - world.port_cny_per_t) / taxed - quarters["fob_usd_per_t"]
    assert landed.tolist() == pytest.approx(
        [1.5 * world.freight_usd_per_t] * 2 + [world.freight_usd_per_t] * 2
    )


def test_no_law_is_broken_where_freight_is_nearly_free() -> None:
    shock = {**SHOCK, "size_ratio": -0.99}

    found = run(load("baseline", shocks=[shock], years={"end_year": 2026}))

    assert found.quarters["guinea_ore_usd_per_t"].min() > 0.0
