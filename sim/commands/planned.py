"""What `shakeout run --dry-run` prints: what would be played, written and waited for; it writes nothing."""

from collections.abc import Iterable
from pathlib import Path
from time import perf_counter

from sim.commands.table import print_text
from sim.core.words import joined, plural, spans
from sim.industry import Industry
from sim.policies.policy import Policy
from sim.run import DRAWN, FIGURES, WRITTEN
from sim.scenario.load import Scenario
from sim.study.engine import processors
from sim.study.odds import beside


def print_plan(scenario: Scenario, seed: int, folder: Path, *, odds: int, figures: bool) -> None:
    """Print years, seeds, policies and shocks with their years, the files, and about how long it would take."""
    spec = scenario.spec
    first, last = spec.years.start_year, spec.years.end_year
    print_text(f"{scenario.name}: {scenario.question}")
    more = f", and {plural(odds, 'seed')} from 0 for the odds" if odds else ""
    print_text(f"Years: {first}-{last}. Seed: {seed}{more}. Industry: {scenario.pack.name}.")
    _listed(
        "Policies in force",
        (f"{each.id} ({each.type}) {_years(each, first, last)}" for each in spec.policies),
    )
    _listed("Shocks", (f"{each.id} ({each.variable}) from {each.start_year}" for each in spec.shocks))
    _listed("Facts", (f"{each.id} ({each.what}) {each.year}" for each in spec.facts))
    written = [*WRITTEN, *([f"{FIGURES}/ ({', '.join(DRAWN)})"] if figures else [])]
    print_text(f"Would write {folder}: {joined(written)}.")
    if odds:
        print_text(f"Would write {beside(folder)}: study.sqlite.")
    print_text(f"About {_seconds(scenario, seed, odds):.0f} s on this machine. Nothing was written.")


def _listed(head: str, items: Iterable[str]) -> None:
    print_text(f"{head}: {'; '.join(items) or 'none'}.")


def _years(policy: Policy, first: int, last: int) -> str:
    """The years of a run in which a policy holds."""
    years = [year for year in range(first, last + 1) if policy.weight(year) > 0.0]
    return spans(years) if years else f"never in {first}-{last}"


def _seconds(scenario: Scenario, seed: int, odds: int) -> float:
    """About how long all runs take, from the opening and the first year, which are played."""
    begun = perf_counter()
    with Industry(scenario, seed) as industry:
        opened = perf_counter()
        industry.step()
    years = scenario.spec.years.end_year - scenario.spec.years.start_year + 1
    one = (opened - begun) + years * (perf_counter() - opened)
    return max(one * (1.0 + odds / processors()), 1.0)
