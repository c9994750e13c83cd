"""Hostile and broken files: never a traceback, never work without end, always a place to look."""

import random
from pathlib import Path

import pytest

from sim.scenario import load as loading
from sim.scenario import shelf
from sim.scenario.load import validate
from sim.scenario.pack import Date, Pack
from sim.scenario.problems import Problem
from sim.scenario.register import Changes, Places
from tests.work import Work, counted

MUTANTS = 1_000
"""`make fuzz` judges more, and plays what is valid."""

FILE_LINES = 100_000
"""Lines of Python that judging any file may take, four times what the dearest mutant takes."""
PACK_LINES = 1_000_000
"""Lines in addition, once, where a pack has to be read: because rows of it are changed, or for the first time."""
LINES_PER_BYTE = 40
"""Lines in addition for each byte of a file that is long and read to its end, where some fifteen are taken."""

BASE = """\
question: Does anything change?
pack: china_alumina
years: {start_year: 2026, end_year: 2035}
policies:
  - {id: duty, type: trade, start_year: 2027, duty_share: 0.08}
shocks:
  - id: ore
    variable: ore_supply
    size_ratio: 0.3
    start_year: 2028
    duration_quarters: 2
facts:
  - {id: shut, year: 2027, what: closure, plant: weiqiao-gaoxin}
  - {id: buy, year: 2028, what: deal, buyer: chalco, target: bosai, share: 0.5, price_mcny: 900}
parameters:
  market:
    contract_share: 0.5  # a comment
"""

NASTIES: dict[str, bytes] = {
    "nothing": b"",
    "only a comment": b"# nothing here\n",
    "only a text": b"baseline",
    "only a number": b"42",
    "only a list": b"- a\n- b\n",
    "deep flow lists": b"[" * 100_000,
    "deep flow mappings": b"{a: " * 100_000,
    "deep block lists": b"- " * 100_000,
    "deep explicit keys": b"? " * 100_000,
    "deep block mappings": b"\n".join(b" " * depth + b"a:" for depth in range(1_300)),
    "deep below a known key": b"parameters: " + b"[" * 100_000,
    "aliases that multiply": b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "an alias to itself": b"a: &a [*a]\n",
    "an alias as key": b"*a : 1\n",
    "an anchor": b"question: &q What?\n",
    "a merge key": b"<<: {question: What?}\n",
    "a tag that runs code": b"question: !!python/object/apply:os.system ['true']\n",
    "a local tag": b"question: !include /etc/passwd\n",
    "a binary tag": b"question: !!binary aGVsbG8=\n",
    "a directive": b"%YAML 1.1\n---\nquestion: What?\n",
    "a tag directive": b"%TAG ! tag:example.com,2000:\n---\nquestion: What?\n",
    "two documents": b"question: What?\n---\nquestion: Why?\n",
    "an early end": b"question: What?\n...\nmore\n",
    "a repeated key": b"question: What?\nquestion: Why?\n",
    "a repeated key of two kinds": b"1: a\n'1': b\n",
    "a repeated id": b"shocks: [{id: a}, {id: a}]\n",
    "a list as key": b"? [a, b]\n: 1\n",
    "a null key": b"~: 1\n: 2\n",
    "not a number": b"parameters: {market: {vat_share: .nan}}\n",
    "infinity": b"parameters: {market: {vat_share: -.inf}}\n",
    "too large for a float": b"parameters: {market: {vat_share: 1e309}}\n",
    "the largest float": b"parameters: {market: {vat_share: 1.7e308}}\n",
    "a number of 5,000 digits": b"years: {end_year: " + b"9" * 5_000 + b"}\n",
    "a hexadecimal number of 5,000 digits": b"years: {end_year: 0x" + b"f" * 5_000 + b"}\n",
    "an octal year": b"years: {end_year: 02030}\n",
    "a sexagesimal number": b"years: {end_year: 33:50}\n",
    "the country of Norway": b"question: no\n",
    "a NUL": b"question: a\x00b\n",
    "an escaped NUL": b'question: "a\\0b"\n',
    "an escape sequence of the terminal": b'question: "\\e[2J"\n"\\e[31mkey": 1\n',
    "a byte order mark": b"\xef\xbb\xbfquestion: What?\n",
    "UTF-16": "question: What?\n".encode("utf-16"),
    "UTF-32": "question: What?\n".encode("utf-32-le"),
    "Latin-1": b"question: caf\xe9\n",
    "a lone surrogate": b"question: \xed\xa0\x80\n",
    "an escaped lone surrogate": b'question: "\\ud800"\n',
    "a line separator": "question: a\u2028b: c\n".encode(),
    "a reversal of direction": "question: \u202eabc\n".encode(),
    "a tab as indentation": b"years:\n\tend_year: 2030\n",
    "an open quote": b"question: 'What\n",
    "an open bracket": b"shocks: [{id: a\n",
    "a text of 60,000 characters": b"question: " + b"x" * 60_000 + b"\n",
    "a key of 60,000 characters": b"x" * 60_000 + b": 1\n",
    "an explicit key of 60,000 characters": b"? " + b"x" * 60_000 + b"\n: 1\n",
    "one byte too many": b"#" * 1_000_001,
    "60,000 keys": b"\n".join(b"k%d: 1" % number for number in range(60_000)),
    "300,000 values": b"shocks: [" + b"1," * 300_000 + b"]",
    "10,000 shocks": b"shocks:\n" + b"\n".join(b"- {id: s%d}" % number for number in range(10_000)),
    "extends itself": b"extends: nasty\n",
    "extends a list": b"extends: [baseline]\n",
    "extends a path upwards": b"extends: ../../etc/passwd\n",
    "extends an absolute path": b"extends: /etc/passwd\n",
    "extends a name of 300 characters": b"extends: " + b"x" * 300 + b"\n",
    "extends a reserved name": b"extends: CON\n",
    "a pack upwards": b"question: What?\npack: ../../etc\n",
    "a pack as a list": b"question: What?\npack: [china_alumina]\n",
    "a mapping where an id stands": b"extends: base\npolicies: [{id: {a: 1}}]\n",
    "a type that is a list": b"extends: base\npolicies: [{id: a, type: [trade]}]\n",
    "an item that is deleted but not there": b"extends: base\npolicies: {nobody: null}\n",
    "a fact of no kind": b"extends: base\nfacts: {shut: {what: opening}}\n",
    "a fact without its keys": b"extends: base\nfacts: {new: {year: 2027, what: stop}}\n",
    "a fact that is a list": b"extends: base\nfacts: [[closure]]\n",
    "a fact about a list": b"extends: base\nfacts: {shut: {plant: [a]}}\n",
    "a fact of all time": b"extends: base\nfacts: {shut: {year: 99999999999999999999}}\n",
    "a price that is no number": b"extends: base\nfacts: {buy: {price_mcny: .nan}}\n",
    "rows of no table": b"extends: base\nrows: {moons: {io: {capacity_mt: 1}}}\n",
    "keys that are numbers": b"extends: base\nparameters: {market: {1: 2, 3: 4}}\n",
}

LONG = ("60,000 keys", "300,000 values", "10,000 shocks")
"""Files of which the most that is allowed is read; every other is small, or is refused near its beginning."""

ORIGINAL_READ_PACK = loading.read_pack

PACKS: dict[Path, Pack] = {}
WORK = Work(FILE_LINES)
"""What judging the latest file has taken."""


def read_pack_once(folder: Path, changes: Changes, places: Places, at: Date | None) -> Pack:
    if folder in PACKS and not changes and at is None:
        return PACKS[folder]
    WORK.most = FILE_LINES + PACK_LINES
    pack = ORIGINAL_READ_PACK(folder, changes, places, at)
    return pack if changes or at else PACKS.setdefault(folder, pack)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An own working folder; the pack, which is not what is hostile here, is read once."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(loading, "read_pack", read_pack_once)
    Path("base.yaml").write_text(BASE, encoding="utf-8")
    return tmp_path


def judged(raw: bytes, most: int = FILE_LINES) -> list[Problem]:
    """Give what is wrong with a file; judging it may take so many lines of Python."""
    Path("nasty.yaml").write_bytes(raw)
    WORK.lines, WORK.most = 0, most
    with counted(WORK):
        return validate(["nasty.yaml"])


def test_the_base_of_the_mutants_is_valid() -> None:
    assert validate(["base.yaml"]) == []


@pytest.mark.parametrize("name", NASTIES)
def test_a_nasty_file_gives_clean_lines_for_little_work(name: str) -> None:
    raw = NASTIES[name]
    problems = judged(raw, FILE_LINES + (LINES_PER_BYTE * len(raw) if name in LONG else 0))

    assert problems, "every one of these files is wrong"
    assert all(str(problem).isprintable() and len(str(problem)) < 2_000 for problem in problems)
    assert WORK.lines > 0, "what it takes was counted"


def test_a_reader_that_never_ends_is_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: object) -> None:
        while True:
            pass

    monkeypatch.setattr(loading, "_merged", endless)

    with pytest.raises(pytest.fail.Exception, match="more than 100,000 lines"):
        judged(BASE.encode())


TOKENS = (
    b": ",
    b"- ",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\n",
    b"  ",
    b"'",
    b'"',
    b"&a ",
    b"*a",
    b"!x ",
    b"#",
    b"|\n",
    b"null",
)
VALUES = (
    b"-1",
    b"1e999",
    b".nan",
    b"no",
    b"007",
    b"\x00",
    b"\xff",
    b"\t",
    b"0x",
    b"id: ",
    b"<<: ",
    b"---\n",
    b"%",
    b"@",
)


def mutated(text: bytes, luck: random.Random) -> bytes:
    """Give a text with one to four small accidents."""
    for _ in range(luck.randint(1, 4)):
        start = luck.randrange(len(text) + 1)
        end = min(len(text), start + luck.randint(0, 12))
        piece = luck.choice(
            (b"", luck.choice(TOKENS), luck.choice(VALUES), text[start:end] * 2, bytes([luck.randrange(256)]))
        )
        text = text[:start] + piece + text[end:]
    return text


def test_no_mutant_of_a_scenario_is_more_than_a_list_of_problems() -> None:
    luck = random.Random(20260105)  # accidents of a test, not of a run
    shipped = [path.read_bytes() for path in sorted(shelf.shipped_folder().glob("*.yaml"))]
    originals = [BASE.encode(), *shipped]
    placed = told = 0

    for number in range(MUTANTS):
        problems = judged(mutated(originals[number % len(originals)], luck))
        told += len(problems)
        placed += len([problem for problem in problems if problem.line is not None])

    assert told > MUTANTS / 4, "the mutations are too tame"
    assert placed >= 0.99 * told
