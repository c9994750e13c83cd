"""`shakeout describe`: the year, policies, dated facts, metrics, parameters with their sources, tables of a pack."""

from collections.abc import Callable, Sequence

import click

from sim.commands.item import describe_item, describe_policy, first_line, meaning_of
from sim.commands.table import print_table, print_text
from sim.core.units import fields_of
from sim.metrics import METRICS
from sim.metrics.catalogue import OWN
from sim.policies.policy import POLICIES, Policy
from sim.scenario.facts import FACTS, NEEDED, OPEN, Fact
from sim.scenario.glossary import Glossary
from sim.scenario.guide import field_line, table_lines
from sim.scenario.pack import read_pack
from sim.scenario.problems import Place
from sim.scenario.shelf import find_pack

STATUSES = ("data", "derived", "literature", "assumption", "synthetic")


@click.command()
@click.argument("topic", metavar="TOPIC|NAME")
@click.option("--status", type=click.Choice(STATUSES), help="Only parameters whose value rests on this.")
@click.option("--pack", default="china_alumina", show_default=True, help="Industry of what is described.")
def describe(topic: str, status: str | None, pack: str) -> None:
    """Say what the year, policies, facts, metrics, parameters, tables or calibration are (TOPIC), or one thing (NAME).

    NAME is that of a policy, lever, metric, parameter, kind of decision or scenario, or of a plant, owner, smelter,
    importer, region, port, market, ore or mine of the pack, in English or Chinese.
    """
    if status and topic != "parameters":
        raise click.UsageError("--status is for parameters only")
    say = read_pack(find_pack(pack, Place("--pack"))).say()
    topics: dict[str, Callable[[], None]] = {
        "year": _describe_year,
        "policies": lambda: _describe_policies(say),
        "facts": lambda: _describe_facts(say),
        "metrics": lambda: _describe_metrics(say),
        "parameters": lambda: _describe_parameters(pack, status),
        "calibration": lambda: _describe_calibration(pack),
        "tables": lambda: _describe_tables(pack),
    }
    topics.get(topic, lambda: describe_item(topic, pack, [*topics]))()


def _describe_year() -> None:
    from sim.footprint import declared, footprints
    from sim.scenario.load import load

    click.echo(
        "What each phase does; what it may write is declared, what it reads was seen over three years of the baseline."
    )
    for each in footprints(load("baseline")):
        title = click.style(each.phase.name, bold=True)
        click.echo(f"\n{title} ({each.time_share:.0%} of the time): {first_line(each.phase.play)}")
        print_text(f"  writes: {_grouped(tuple(declared(each.phase)))}")
        print_text(f"  reads: {_grouped(each.reads)}")


def _grouped(parts: Sequence[str]) -> str:
    """Parts of the world by owner: `refineries (state, group), rules`."""
    owners: dict[str, list[str]] = {}
    for part in parts:
        owner, _, name = part.partition(".")
        owners.setdefault(owner, []).extend([name] if name else [])
    told = (
        f"{owner} ({', '.join(names)})" if names and names != ["*"] else owner
        for owner, names in owners.items()
    )
    return ", ".join(told) or "nothing"


def _describe_policies(say: Glossary) -> None:
    click.echo(click.style("every policy", bold=True) + f": {first_line(Policy)}")
    for field_name, declared in fields_of(Policy).items():
        print_text("  " + field_line(field_name, declared))
    for name in POLICIES:
        click.echo("")
        describe_policy(name, say)


def _describe_facts(say: Glossary) -> None:
    click.echo(click.style("every fact", bold=True) + f": {first_line(Fact)}")
    for field_name in ("id", "year", "what"):
        print_text(say("  " + field_line(field_name, fields_of(Fact)[field_name])))
    for what, meaning in FACTS.items():
        click.echo("\n" + click.style(what, bold=True) + say(f": {meaning}"))
        for field_name in (*NEEDED[what], *OPEN[what]):
            print_text(say("  " + field_line(field_name, fields_of(Fact)[field_name])))


def _describe_metrics(say: Glossary) -> None:
    rows = []
    for name, metric in METRICS.items():
        meaning = metric.meaning.partition("\n")[0]
        source = "" if metric.source == OWN else f" Source: {metric.source}."
        rows.append((name, metric.unit, metric.kind, say(f"{metric.label}: {meaning}") + source))
    print_table(("metric", "unit", "kind", "called, and what it is"), rows)
    print_text(
        "\nlevel: what is, told at the end of a year or on the mean of years. flow: what goes on all year. event:"
        " what happens now and then, told as the total of all years."
    )


def _describe_tables(pack: str) -> None:
    print_text("\n".join(table_lines(read_pack(find_pack(pack, Place("--pack"))))))


def _describe_calibration(pack: str) -> None:
    from sim.scenario.load import restore
    from sim.scenario.shelf import shipped_folder
    from sim.study.base_year import residuals
    from sim.study.matching import CUT

    found = residuals(
        restore(pack, f"{{question: How well is the base year met?, pack: {pack}}}", shipped_folder())
    )
    rows = [
        (
            each.target.id,
            _rounded(each.target.value),
            _rounded(each.model),
            _rounded(each.gap, sign="+"),
            f"{each.accepted_sd:.2g}",
            f"{each.implausibility:.1f}",
            each.target.unit,
            each.target.meaning,
        )
        for each in found
    ]
    print_table(("target", "published", "model", "gap", "sd", "I", "unit", "what it is"), rows)
    missed = [each.target.id for each in found if not each.fits]
    print_text(
        f"\n{len(found) - len(missed)} of {len(found)} targets are within {CUT:g} standard deviations of observation"
        " and discrepancy (I, implausibility)."
    )
    if missed:
        print_text(f"Not reproduced: {', '.join(missed)}.")


def _rounded(number: float, sign: str = "") -> str:
    return f"{number:{sign},.0f}" if abs(number) >= 1000 else f"{number:{sign}.4g}"


def _describe_parameters(pack: str, status: str | None) -> None:
    known = read_pack(find_pack(pack, Place("--pack")))
    rows = [(name, each) for name, each in known.provenance.items() if status in (None, each.status)]
    if not rows:
        click.echo("no such parameter", err=True)
        return
    head = ("parameter", "value", "unit", "range", "status")
    lines: list[tuple[str, ...]] = []
    for name, each in rows:
        lines.append((name, f"{each.value:g}", each.unit, f"{each.low:g} to {each.high:g}", each.status))
        lines.append((f"    {known.say()(meaning_of(name, known.trade))} Source: {each.source}",))
    print_table(head, lines)
