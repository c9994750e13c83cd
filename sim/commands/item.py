"""`shakeout describe NAME`: one thing that a user may name, with units, meaning and source."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import click
from pydantic import BaseModel

import sim.decisions  # noqa: F401 - registers all kinds
from sim.choice import DECISIONS
from sim.commands.table import print_text
from sim.core.errors import UsageError
from sim.core.registry import UnknownNameError
from sim.core.units import fields_of
from sim.core.words import joined, plain
from sim.facts import Facts
from sim.metrics import METRICS
from sim.policies.policy import POLICIES, Policy
from sim.reasons.finding import bearing, folded
from sim.report.parameter_names import limit_shown
from sim.scenario import shelf
from sim.scenario.glossary import Glossary
from sim.scenario.guide import field_line
from sim.scenario.judge import declared_range
from sim.scenario.load import load
from sim.scenario.pack import Pack, read_pack
from sim.scenario.parameter_meanings import meanings_of
from sim.scenario.problems import Place
from sim.scenario.shelf import find_pack
from sim.scenario.trade import Trade

TABLES = {
    "groups": "owner",
    "refineries": "refinery",
    "projects": "project",
    "smelters": "smelter",
    "importers": "importer",
    "regions": "region",
    "ports": "port",
    "markets": "market",
    "ores": "ore",
    "mines": "mine",
    "mud_uses": "use of red mud",
}
"""What a row of a table of the pack is."""
SAID = ("id", "name", "name_zh")
"""Columns that the head of a row tells."""
OF_ALL = ("source", "source_date", "note", "status")


class Item(NamedTuple):
    """One thing that can be described.

    Attributes:
        kind: what it is.
        names: its key first, and what else it is called.
        tell: prints it.
    """

    kind: str
    names: tuple[str, ...]
    tell: Callable[[], None]


def describe_item(wanted: str, pack: str, topics: Sequence[str]) -> None:
    """Print what the thing of a name is; all of them where it is the key of several.

    Raises:
        UsageError: several things are called so, or none is; then the nearest name is told.
    """
    known_pack = read_pack(find_pack(pack, Place("--pack")))
    items = [*_of_model(known_pack.say()), *_of_pack(known_pack)]
    known = {str(place): each.names for place, each in enumerate(items)}
    found = [items[int(place)] for place in bearing(folded(wanted), known)]
    if not found:
        names = [*topics, *(name for each in items for name in each.names if name)]
        raise UnknownNameError("topic or name", plain(wanted), names)
    same = {each.names[0] for each in found}
    if len(same) > 1:
        listed = [f"  {each.names[0]} ({each.kind})" for each in found]
        raise UsageError("\n".join([f"'{plain(wanted)}' may mean {len(found)} things:", *listed]))
    for each in found:
        each.tell()


def _of_model(say: Glossary) -> Iterator[Item]:
    """Policies with their levers, metrics, kinds of decision and scenarios."""
    for name, policy in POLICIES.items():
        levers = tuple(f"{name}.{lever.name}" for lever in policy.levers)
        yield Item("policy", (name, *levers), lambda name=name: describe_policy(name, say))  # type: ignore[misc]
    for name, metric in METRICS.items():
        yield Item("metric", (name, metric.label), lambda name=name: _metric(name, say))  # type: ignore[misc]
    for name in DECISIONS:
        yield Item("kind of decision", (name,), lambda name=name: _decision(name, say))  # type: ignore[misc]
    for name in shelf.names():
        yield Item("scenario", (name,), lambda name=name: _scenario(name))  # type: ignore[misc]


def _of_pack(pack: Pack) -> Iterator[Item]:
    """Parameters, and rows of the tables of a pack that have a name."""
    rows = [(kind, row) for table, kind in TABLES.items() for row in getattr(pack, table)]
    called = {row.id: row.name for _, row in rows}
    for path in pack.provenance:
        own = path.rpartition(".")[2]
        names = (path,) if own in called else (path, own)
        yield Item("parameter", names, lambda path=path: _parameter(pack, path))  # type: ignore[misc]
    for kind, row in rows:
        names = tuple(filter(None, (row.id, row.name, getattr(row, "name_zh", ""))))
        yield Item(kind, names, lambda kind=kind, row=row: _row(pack, kind, row, called))  # type: ignore[misc]


def _title(kind: str, key: str, text: str) -> None:
    print_text(click.style(key, bold=True) + f" ({kind}): {text}")


def _metric(name: str, say: Glossary) -> None:
    metric = METRICS.get(name)
    _title("metric", name, f"{say(metric.label)}, {metric.unit} ({metric.kind})")
    print_text("\n".join(f"  {line}" for line in say(metric.meaning).splitlines() if line))
    print_text(f"  Source: {metric.source}")


def _decision(name: str, say: Glossary) -> None:
    kind = DECISIONS.get(name)
    _title("kind of decision", name, say(kind.rule))
    print_text(say(f"  {' '.join(kind.meaning.split())}"))
    facts: type[Facts] = kind.facts
    print_text(say(f"  It rests on: {joined([fact.words for fact in facts.declared().values()])}."))


def _scenario(name: str) -> None:
    found = load(name)
    _title("scenario", name, found.question)
    for about, value in found.card().facts:
        print_text(f"  {about}: {value}")
    for each in found.spec.expects:
        print_text(f"  expects {each.measure} {each.direction}: {each.because}")


def _parameter(pack: Pack, path: str) -> None:
    known = pack.provenance[path]
    value, low, high = (limit_shown(each, known.unit) for each in (known.value, known.low, known.high))
    _title("parameter", path, f"{value}, plausible from {low} to {high}; {known.status}")
    print_text(f"  {pack.say()(meaning_of(path, pack.trade))}")
    if known.note:
        print_text(f"  Note: {known.note}")
    print_text(f"  Source: {known.source}" + (f" ({known.date})" if known.date else ""))


def _row(pack: Pack, kind: str, row: BaseModel, called: Mapping[str, str]) -> None:
    values = row.model_dump()
    key = str(values["id"])
    _title(kind, key, ", ".join(str(values[name]) for name in ("name", "name_zh") if values.get(name)))
    for name, declared in fields_of(type(row)).items():
        value = values[name]
        if name in (*SAID, *OF_ALL) or value in (None, "", ()):
            continue
        unit = declared_range(declared).unit
        shown = str(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and unit not in ("", "year"):
            shown = limit_shown(float(value), unit)
        elif shown in called and name != "kind":
            shown = f"{called[shown]} ({shown})"
        print_text(f"  {name}: {shown} ({(declared.description or '').rstrip('.')})")
    for about, told in _holdings(pack, key, called).items():
        if told:
            print_text(f"  {about}: {joined(told)}")
    print_text(f"  Source: {values['source']} ({values['status']})")


def _holdings(pack: Pack, key: str, called: Mapping[str, str]) -> dict[str, list[str]]:
    """The plants of an owner, what it holds of whom, and who holds it."""
    stakes = [(row, f"{row.share_ppm / 10_000:g} %") for row in pack.stakes if row.state == "current"]
    plants = [f"{row.name} {row.nameplate_mt:g} Mt/yr" for row in pack.refineries if row.company == key]
    own = [f"{share} of {called.get(row.held, row.held)}" for row, share in stakes if row.holder == key]
    by = [f"{called.get(row.holder, row.holder)} {share}" for row, share in stakes if row.held == key]
    return {"refineries": plants, "holds": own, "held by": by}


def describe_policy(name: str, say: Glossary) -> None:
    """Print what a policy is: its fields, levers and source."""
    policy = POLICIES.get(name)
    print_text(click.style(name, bold=True) + say(f": {first_line(policy)}"))
    for field_name, declared in fields_of(policy).items():
        if field_name not in Policy.model_fields:
            print_text(say("  " + field_line(field_name, declared)))
    for lever in policy.levers:
        doses = ", ".join(f"{dose:g}" for dose in lever.doses)
        print_text(
            f"  Lever {name}.{lever.name}: {lever.dial} {doses} for {lever.aim.direction} {lever.aim.measure}"
        )
    print_text(f"  Source: {policy.source}")


def meaning_of(path: str, trade: Trade) -> str:
    """The declared meaning of a parameter, with what it stands under where it needs that."""
    *above, own = meanings_of(path, trade)
    return f"{above[-1].rstrip('.')}: {own}" if len(above) > 1 else own


def first_line(thing: object) -> str:
    """The first line of a docstring."""
    return (inspect.getdoc(thing) or "").partition("\n")[0]
