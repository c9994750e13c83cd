"""What is assumed: every parameter in plain words with value, range and source, first those that matter most."""

from collections.abc import Mapping
from typing import Any

from sim.core.words import number
from sim.report.measures import SHARE
from sim.report.page.parts import Table, Words, cell, signed
from sim.report.parameter_names import plain_name, value_shown
from sim.scenario.evidence import Provenance
from sim.scenario.pack import Pack
from sim.scenario.parameter_meanings import meanings_of

FIRST = 10
MINUS = "\u2212"
ASSUMPTION, YEAR = "assumption", "year"
PARTS = (SHARE, "1/yr")
"""Units that are told in per cent."""
HEAD = ("parameter", "value", "range", "status", "source")


def widest_table(pack: Pack, words: Words) -> Table:
    """The assumptions whose range is widest against their value: no single run tells which of them matter."""
    known = {path: each for path, each in pack.provenance.items() if each.status == ASSUMPTION and each.value}
    order = sorted(known, key=lambda path: -abs((known[path].high - known[path].low) / known[path].value))
    rows = [_row(pack, words, path, _topic(path, words)) for path in order[:FIRST]]
    head = [words(f"basis.{name}") for name in HEAD]
    caption = words("basis.widest", count=len(rows), all=len(known))
    return Table("widest", caption, head, rows, 1, note=words("basis.widest_note"))


def movers_table(pack: Pack, words: Words) -> Table:
    """The inputs that stand clear of luck in the ranking of the pack, the strongest first, with what they move.

    Their sources stand with their topics: with a link in it the table would be wider than a screen.
    """
    moves: dict[str, list[str]] = {}
    for link in sorted(pack.ranking, key=lambda each: -abs(each.rank_correlation)):
        if link.is_clear:
            # Units and how it is averaged stand behind the first comma of the name of a measure.
            what = words.of("measures", link.measure).replace("，", ",").partition(",")[0]
            known = {"years": link.years.replace("-", "–"), "link": signed(link.rank_correlation, 2)}
            way = "basis.goes_up" if link.rank_correlation > 0.0 else "basis.goes_down"
            moves.setdefault(link.parameter, []).append(words(way, what=what, **known))
    rows = []
    for path, told in moves.items():
        name, *rest, _ = _row(pack, words, path, _topic(path, words))
        rows.append([name, words("names.and").join(told), *rest])
    head = [words(f"basis.{name}") for name in (HEAD[0], "when_higher", *HEAD[1:-1])]
    first, sampled = pack.ranking[0], {each.parameter for each in pack.ranking}
    counted = {"clear": len(rows), "all": len(sampled)}
    held = sum(each.status == ASSUMPTION and path not in sampled for path, each in pack.provenance.items())
    about = {"scenario": words.scenario(first.scenario), "bar": number(first.luck_bar, 2)}
    counts = {"samples": first.samples, "tests": len(pack.ranking), "held": held}
    note = words("basis.movers_note", rest=len(sampled) - len(rows), **about, **counts)
    return Table("movers", words("basis.movers", **counted), head, rows, 2, note=note)


def moving_table(pack: Pack, words: Words, links: Mapping[str, tuple[str, float]], limit: float) -> Table:
    """The sampled inputs that go most with any of the main measures.

    Args:
        pack: the pack.
        words: the language.
        links: by path, the measure that it goes most with, and their rank correlation.
        limit: the correlation that may be luck.
    """
    rows = []
    for path in sorted(links, key=lambda path: -abs(links[path][1]))[:FIRST]:
        measure, link = links[path]
        known = {"what": words.of("measures", measure), "link": signed(link, 2)}
        told = words("basis.goes_with" if abs(link) > limit else "basis.may_be_luck", **known)
        name, *rest = _row(pack, words, path, _topic(path, words))
        rows.append([name, told, *rest])
    head = [words(f"basis.{name}") for name in (HEAD[0], "moves", *HEAD[1:])]
    clear = sum(abs(link) > limit for _, link in links.values())
    return Table("moving", words("basis.moving", count=len(rows), clear=clear, all=len(links)), head, rows, 2)


def topic_tables(pack: Pack, words: Words) -> tuple[Table, ...]:
    """All parameters, a folded table a topic, in the order in which they are declared."""
    topics: dict[str, list[str]] = {}
    for path in pack.provenance:
        topics.setdefault(path.partition(".")[0], []).append(path)
    head = [words(f"basis.{name}") for name in HEAD]
    tables = []
    for topic, paths in topics.items():
        assumed = sum(pack.provenance[path].status == ASSUMPTION for path in paths)
        about = {"topic": _topic(paths[0], words), "count": len(paths), "assumed": assumed}
        caption = words("basis.topic_caption", **about)
        rows = [_row(pack, words, path) for path in paths]
        tables.append(Table(f"about-{topic}", caption, head, rows, 1, folded=True))
    return tuple(tables)


def parameter_name(pack: Pack, words: Words, path: str) -> str:
    """What a parameter is called in the language; a catalogue without its name gives the English one."""
    names, (above, _, place) = words.catalogue["parameters"], path.rpartition(".")
    region = None if path in names else next((row for row in pack.regions if row.id == place), None)
    if region is None:
        return names.get(path) or plain_name(path, pack.trade)
    called = getattr(region, f"name_{words.lang}", "") or region.name
    return f"{names.get(above) or plain_name(path, pack.trade).removesuffix(f' ({place})')} ({called})"


def limit_in(words: Words, value: float, unit: str) -> str:
    """A value of a parameter with its unit in the language."""
    if unit == YEAR:
        return f"{value:.0f}"
    scale = 100.0 if unit in PARTS else words.per_mt if unit.startswith("Mt") else 1.0
    shown = f"{value_shown(value * scale)} {words.of('parameter_units', unit)}".rstrip()
    return shown.replace("-", MINUS, value < 0.0)


def _topic(path: str, words: Words) -> str:
    section = path.partition(".")[0]
    return words.catalogue["topics"].get(section) or meanings_of(section)[0].rstrip(".")


def _row(pack: Pack, words: Words, path: str, topic: str = "") -> list[Any]:
    known: Provenance = pack.provenance[path]
    low, high = (limit_in(words, end, known.unit) for end in (known.low, known.high))
    name = parameter_name(pack, words, path)
    return [
        words("changes.set", name=topic, value=name) if topic else name,
        cell(known.value, limit_in(words, known.value, known.unit)),
        f"{low.partition(' ')[0]}{words('comparison.to')}{high}",
        words(f"basis.{known.status}"),
        known.source,
    ]
