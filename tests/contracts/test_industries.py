"""The engine names no place, country or input of an industry: those stand in its process and its pack."""

import ast
import re
from collections.abc import Iterator

import pytest

from sim.scenario.load import load
from sim.scenario.processes import KNOWN
from tests.contracts.tree import Source, findings, planted, text_sources

PACKS = tuple(load(name).pack for name in ("baseline", "copper_baseline"))
COMMON = {
    "aluminium",
    "china",
    "coal",
    "domestic",
    "exchange",
    "inner",
    "plants",
    "price",
    "rate",
    "unlisted",
}
"""Parts of names that say nothing of one industry. What customers make is a word of the engine, as its product is, and
the home of all packs is China."""
ENDINGS = (".py", ".toml", ".yaml", ".html", ".css", ".js", ".mplstyle")
ALLOWED = {
    "sim/process/": "a process is about its industry",
    "sim/scenario/processes.py": "what the processes of shipped packs declare",
    "sim/scenario/former.py": "names that files of users may have",
    "sim/scenario/rows.py": "columns that a process declares its packs must fill",
    "sim/study/patterns/": "what is published about one industry, scored on runs of its pack alone",
    "sim/report/words/": "what a pack's own names and parameters are in the languages of the page",
}


def words() -> set[str]:
    """Give the parts of the names of provinces, countries and inputs of the shipped packs."""
    names = [
        name
        for pack in PACKS
        for name in (
            *(row.province for row in pack.regions),
            *(row.country for row in pack.mines),
            *(each.id for each in (*pack.trade.origins, *pack.trade.inputs)),
            *(row.kind for row in (*pack.importers, *pack.markets) if row.kind in ("indonesia", "russia")),
        )
    ]
    return {*re.findall("[a-z]{4,}", " ".join(names).lower()), "bauxite", "russian", "indonesian"} - COMMON


FOREIGN = words()
PUBLISHED = {column for _, known in KNOWN.items() for column, _ in known.published.values()}


def named(source: Source) -> Iterator[str]:
    """Give the words of one industry in a file of the engine; what something is taken from may name where it was."""
    if any(source.path.startswith(path) for path in ALLOWED):
        return
    cited = cited_lines(source) if source.path.endswith(".py") else set()
    for number, line in enumerate(source.text.splitlines(), start=1):
        kept = line.lower()
        for column in PUBLISHED:
            kept = kept.replace(column, "")
        for word in sorted(FOREIGN & {*re.findall("[a-z]+", kept)} if number not in cited else ()):
            yield f"{source.path}:{number}: {word}"


def cited_lines(source: Source) -> set[int]:
    """Give the numbers of the lines that say what something is taken from: `Source:` on, and `source` of a policy."""
    cited, is_cited = set[int](), False
    for number, line in enumerate(source.text.splitlines(), start=1):
        is_cited = line.strip().startswith("Source:") or (is_cited and bool(line.strip()))
        cited |= {number} if is_cited else set()
        is_cited &= not line.endswith('"""')
    return cited | {
        number
        for node in ast.walk(source.tree)
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and node.target.id == "source"
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def test_the_engine_names_no_place_and_no_input_of_an_industry() -> None:
    ours = [each for each in text_sources() if each.path.startswith("sim/") and each.path.endswith(ENDINGS)]

    assert findings(named, ours) == []


@pytest.mark.parametrize(
    "text", ['kind = "russia"', "caustic_mt = 1.0", "# As in Shandong.", "GUINEA = 'guinea_ore'", "acid = 0"]
)
def test_a_planted_name_is_found(text: str) -> None:
    assert len([*named(planted(text))]) == 1
    assert [*named(planted(text, "sim/process/planted.py"))] == []
