"""The recorded patterns as statistics, each with the band that the record allows, and what is known of why one misses.

A pattern is judged over the seeds of a panel, never on one run. Every band is argued from the record, which ends with
January 2026, in the comment above it, and was written down before the model was asked; none was widened after.

Sources of the record: SMM on capacity, output, operating rates, stocks and costs, 2017 to January 2026; its reviews of
2021 (price, curtailments) and 2022 (capacity); Aladdin and Reuters on stocks and exits.
"""

from sim.core.cells import beside
from sim.core.progress import progress
from sim.study.patterns import plants, prices
from sim.study.patterns.panel import NAMED, Finding, Panel, named_panel

MISSES: dict[str, str] = beside("sim.study.patterns", "misses.toml")
"""Findings outside their band, by name, with what is known of why."""


def all_findings(is_quiet: bool = True) -> list[Finding]:
    """Every finding over the panels, in the order of patterns; takes a minute.

    Args:
        is_quiet: whether to show no progress.
    """
    panels: dict[str, Panel] = {
        name: named_panel(name) for name in progress(NAMED, desc="panels", unit="panel", is_quiet=is_quiet)
    }
    calm, less = panels["baseline"], panels["less smelting"]
    found = [
        *prices.operating_rate(calm),
        *prices.squeeze(panels["any price"]),
        *plants.outgrowth(calm),
        *prices.price_in_surplus(calm),
        *prices.spike(panels["scarcity"], calm),
        *prices.curtailment(less, calm),
        *plants.exits(calm),
        *plants.to_the_coast(calm),
        *plants.provinces(calm),
        *plants.ore(calm),
        *plants.cost_ranks(panels["dear ore"], panels["cheap ore"], calm),
        *prices.net_trade(calm),
        *prices.border(panels["short world"]),
        *prices.integration(calm),
        *plants.creep(calm),
        *prices.opening_stocks(*calm.opening),
        *prices.absorption(less, calm),
        *prices.stock_days(calm),
        *plants.mud(calm),
    ]
    return sorted(found, key=lambda finding: finding.pattern)
