"""`shakeout describe`: the year, the policies, the metrics and every parameter with its source."""

import inspect
from collections.abc import Iterator
from typing import TYPE_CHECKING, get_args

import click

from sim.commands.table import print_table

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

TOPICS = ("year", "policies", "metrics", "parameters", "calibration")
STATUSES = ("data", "derived", "literature", "assumption", "synthetic")


@click.command(short_help="Explain the year, policies, parameters.")
@click.argument("topic", type=click.Choice(TOPICS))
@click.option("--status", type=click.Choice(STATUSES), help="Only parameters whose value rests on this.")
@click.option(
    "--pack", default="china_alumina", show_default=True, help="Industry whose parameters are listed."
)
def describe(topic: str, status: str | None, pack: str) -> None:
    """Say what the year, the policies, the metrics or the parameters are."""
    if status and topic != "parameters":
        raise click.UsageError("--status is for parameters only")
    match topic:
        case "year":
            _describe_year()
        case "policies":
            _describe_policies()
        case "metrics":
            _describe_metrics()
        case "calibration":
            _describe_calibration()
        case _:
            _describe_parameters(pack, status)


def _describe_year() -> None:
    from sim.year import YEAR

    print_table(("phase", "what happens"), ((phase.__name__, first_line(phase)) for phase in YEAR))


def _describe_policies() -> None:
    from sim.policies.policy import POLICIES, Policy

    click.echo(click.style("every policy", bold=True) + f": {first_line(Policy)}")
    for field_name, declared in Policy.model_fields.items():
        click.echo(_field_line(field_name, declared))
    for name, policy in POLICIES.items():
        click.echo("\n" + click.style(name, bold=True) + f": {first_line(policy)}")
        for field_name, declared in policy.model_fields.items():
            if field_name not in Policy.model_fields:
                click.echo(_field_line(field_name, declared))
        click.echo(f"  Source: {policy.source}")


def _field_line(name: str, declared: "FieldInfo") -> str:
    """Give the name of a field with its unit, range and default, and what it means."""
    from sim.scenario.judge import range_of

    # A number that may be left out carries its unit inside `| None`.
    inner = [mark for part in get_args(declared.annotation) for mark in getattr(part, "__metadata__", ())]
    allowed = range_of([*inner, *declared.metadata])
    usual = declared.default if isinstance(declared.default, (bool, int, float, str)) else None
    default = "" if usual is None else f"default {usual}"
    limits = ", ".join(part for part in (allowed.unit, str(allowed), default) if part)
    return f"  {name}" + (f" ({limits})" if limits else "") + f": {declared.description or ''}"


def _describe_metrics() -> None:
    from sim.metrics import METRICS

    rows = (
        (name, metric.unit, metric.source, metric.meaning.partition("\n")[0])
        for name, metric in METRICS.items()
    )
    print_table(("metric", "unit", "source", "meaning"), rows)


def _describe_calibration() -> None:
    from sim.scenario.load import load
    from sim.study.base_year import residuals

    found = residuals(load("baseline"))
    rows = [
        (
            each.target.measure,
            _rounded(each.target.value),
            _rounded(each.model),
            _rounded(each.gap, sign="+"),
            f"{each.target.tolerance:g}",
            each.target.unit,
            "yes" if each.fits else "NO",
            each.target.meaning,
        )
        for each in found
    ]
    print_table(("target", "published", "model", "gap", "tolerance", "unit", "fits", "what it is"), rows)
    missed = [each.target.measure for each in found if not each.fits]
    click.echo(f"\n{len(found) - len(missed)} of {len(found)} targets are within their tolerance.")
    if missed:
        click.echo(f"Not reproduced: {', '.join(missed)}.")


def _rounded(number: float, sign: str = "") -> str:
    return f"{number:{sign},.0f}" if abs(number) >= 1000 else f"{number:{sign}.4g}"


def _describe_parameters(pack: str, status: str | None) -> None:
    rows = [row for row in _parameters(pack) if status in (None, row[4])]
    if rows:
        print_table(("parameter", "value", "unit", "range", "status", "source"), rows)
    else:
        click.echo("no such parameter", err=True)


def _parameters(pack: str) -> Iterator[tuple[str, ...]]:
    """Give name, value, unit, plausible range, status and source of each parameter of a pack."""
    from sim.scenario.pack import read_pack
    from sim.scenario.problems import Place
    from sim.scenario.shelf import find_pack

    for name, known in read_pack(find_pack(pack, Place("--pack"))).provenance.items():
        span = f"{known.low:g} to {known.high:g}"
        yield name, f"{known.value:g}", known.unit, span, known.status, known.source


def first_line(thing: object) -> str:
    """Give the first line of a docstring."""
    return (inspect.getdoc(thing) or "").partition("\n")[0]
