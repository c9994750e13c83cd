"""What is committed speaks of the industry and the program, not of how or where it was made."""

import re

import pytest

from tests.contracts.tree import ROOT, Source, findings, planted, text_sources

# Written in pieces, so that this file does not find itself.
FORBIDDEN = {
    "the host of a package registry": r"\bpypi\."
    + r"org|pythonho"
    + r"sted|anaconda\."
    + r"org|registry\.npmjs",
    "a path of one machine": r"(?<![\w.~$}/*-])/(?:wor" + r"k|roo" + r"t|tm" + r"p|opt/pyp" + r"i)/",
    "a way of working": r"\b(?:this|another|helper|previous|next|my) sess" + r"ion\b|\bsub-?ag" + r"ent",
    "an author that is none": r"(?i)\b(?:clau" + r"de|anthro" + r"pic|chatg" + r"pt|co" + r"pilot)\b"
    r"|\blanguage mod" + r"el\b|\bAI assis" + r"tant",
    "papers that are not here": r"\b(?:ecosys"
    + r"tem|exam"
    + r"ples|des"
    + r"ign|hou"
    + r"se)\.md\b|\bshared/[a-z]",
    "the number of an issue": r"(?i)\b(?:issue|pull request|fixes|closes) #" + r"\d",
}


def misspoken(source: Source) -> list[str]:
    """Give the lines that speak of what a reader cannot know."""
    found = []
    for number, line in enumerate(source.text.splitlines(), start=1):
        for what, pattern in FORBIDDEN.items():
            hit = re.search(pattern, line)
            if hit:
                found.append(f"{source.path}:{number}: {what}: {hit.group()}")
    return found


def test_no_committed_text_speaks_of_where_it_was_made() -> None:
    assert findings(misspoken, text_sources()) == []


@pytest.mark.parametrize(
    "text",
    [
        "--extra-index-url https://pypi." + "org/simple",
        "see /wor" + "k/model.txt",
        "open('/tm" + "p/x')",
        "as agreed in another sess" + "ion",
        "written with Clau" + "de",
        "see exam" + "ples.md",
        "Fixes #" + "12",
    ],
)
def test_a_line_that_speaks_of_the_workplace_is_found(text: str) -> None:
    assert len(misspoken(planted(text))) == 1


@pytest.mark.parametrize(
    "text",
    ['@pytest.fixture(scope="session")', "homework/root/x", "CNY/t at the works/roots", "a trading session"],
)
def test_a_line_of_plain_words_is_left_alone(text: str) -> None:
    assert misspoken(planted(text)) == []


def test_the_collector_reads_more_than_python() -> None:
    read = {source.path for source in text_sources()}

    assert {"pyproject.toml", "LICENSE", ".ci/run", ".gitignore", "requirements.lock"} <= read
    assert (ROOT / "pyproject.toml").is_file()
