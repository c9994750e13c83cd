"""The page of a run: one HTML file that holds everything, asks nobody for anything, and prints well.

The browser is told to load nothing and to run two scripts alone, plotly's and the page's own, by their hashes. All
that the page shows is data in one element, which the script writes as text; figures are plotly's plain values.
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from sim.report.answer import answer_of
from sim.report.answer_tables import Runs
from sim.report.page.basis import basis_section
from sim.report.page.cards import cards
from sim.report.page.curve import curve_section, price_section
from sim.report.page.deals import deals_section
from sim.report.page.facts import Facts
from sim.report.page.gone import gone_section, odds_section
from sim.report.page.ledgers import carbon_section, ledgers_section
from sim.report.page.owners import flows_section, owners_section
from sim.report.page.parts import Choice, Section, Words
from sim.report.page.past import numbers_section, past_section
from sim.report.page.provinces import provinces_section
from sim.report.sentences import LANGUAGES, Sentence
from sim.results import Results

__all__ = ["LANGUAGES", "page", "rendered", "told", "write_page"]

SECTIONS = (
    *(curve_section, gone_section, price_section, provinces_section, owners_section, flows_section),
    *(ledgers_section, carbon_section, odds_section, deals_section, numbers_section),
    *(past_section, basis_section),
)
MINUS = re.compile(r"(?<![\w-])-(?=\d)", re.ASCII)
"""A hyphen that is the sign of a number."""
INERT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""Signs by which data could end the element that they stand in, as JSON may write them instead."""


def write_page(results: Results, path: Path, lang: str = "en", study: Runs | None = None) -> None:
    """Write the page of a run.

    Args:
        results: the run.
        path: the file.
        lang: `en` or `zh`.
        study: runs of the same scenario, which tell the odds.
    """
    path.write_text(page(results, lang, study), encoding="utf-8", newline="\n")


def page(results: Results, lang: str = "en", study: Runs | None = None) -> str:
    """The page of a run as HTML text.

    Raises:
        UsageError: a language that has no catalogue.
    """
    facts = Facts(results, Words(lang, results.scenario.pack.say(lang, results.scenario.question)), study)
    sections = [section for make in SECTIONS if (section := make(facts)) is not None]
    scenario, words = results.scenario, facts.words
    span = f"{facts.years[0]}–{facts.years[-1]}" if len(facts.years) > 1 else str(facts.years[0])
    warning = words("page.warning", base=scenario.pack.subject.base_year)
    head = {
        "title": words("page.title", name=words.scenario(scenario.name), seed=results.seed),
        "over": words("page.over", name=words.scenario(scenario.name), seed=results.seed, years=span),
        "question": words.question(scenario.question),
        "answer": told(answer_of(facts.seen, lang)),
        "warning": scenario.pack.banner(warning, words("page.sampled"), lang=lang),
        "foot": words("page.foot", scenario=scenario.hash, pack=scenario.pack.digest),
    }
    return rendered(head, sections, words, years=facts.years, cards=cards(facts))


def told(sentences: Sequence[Sentence], scenario: str = "") -> list[tuple[str, Any, Any, str]]:
    """An answer as a page has it: titles, the first clauses, the rest of them, and with which scenario it is shown."""
    return [
        (each.title, _bold(each, 0, each.opens), _bold(each, each.opens, len(each.clauses)), scenario)
        for each in sentences
    ]


def _bold(sentence: Sentence, first: int, last: int) -> Any:
    """Some clauses as HTML, the numbers that they are about in bold type."""
    from markupsafe import Markup, escape

    text = str(escape(replace(sentence, clauses=sentence.clauses[first:last]).text))
    for each in sentence.figures:
        if each.is_main:
            # Outside brackets, for in them stands how it spreads.
            shown = rf"(?<![\w.,>])({re.escape(each.shown)})(?![\w,<]|\.\d)(?![^()（）]*[)）])"
            text = re.sub(shown, r"<strong>\1</strong>", text, count=1, flags=re.ASCII)
    return Markup(MINUS.sub("\u2212", text))


def rendered(
    head: dict[str, Any], sections: list[Section], words: Words, choices: Sequence[Choice] = (), **more: Any
) -> str:
    """A page of sections as HTML text.

    Args:
        head: `title`, `over`, `question`, `warning`, `foot`, and `answer` as `told` gives it.
        sections: in order.
        words: the language.
        choices: what the reader may choose.
        more: what the script needs besides: `years` for a slider; `cards` of plants, with which there is a choice of
            control or equity.
    """
    from jinja2 import Environment, StrictUndefined

    content = {
        "lang": words.lang,
        "words": words.catalogue["script"],
        "sections": [section.content() for section in sections],
        "choices": [asdict(choice) for choice in choices],
        **more,
    }
    inner = {"style": _text("page.css"), "plotly": _plotly(), "script": _text("page.js")}
    inner["content"] = _inert(_json(words.say.deep(content)))
    # No bytecode, no loader: the template is a text of this package and of nobody else.
    form: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True}
    environment = Environment(autoescape=True, undefined=StrictUndefined, **form)
    html = environment.from_string(_text("page.html")).render(
        **head,
        sections=sections,
        choices=choices,
        **{name: more.get(name) for name in ("years", "cards")},
        words=words,
        **{name: f"@@{name}@@" for name in inner},
        hashes=f"{_hash(_plotly())} {_hash(inner['script'])}",
    )
    return _filled(words.say(html), inner)


def _filled(html: str, inner: Mapping[str, str]) -> str:
    """A page with what nobody reads in its places."""
    return re.sub(f"@@({'|'.join(inner)})@@", lambda place: inner[place[1]], html)


def _inert(text: str) -> str:
    for sign, written in INERT.items():
        text = text.replace(sign, written)
    return text


def _json(content: dict[str, Any]) -> str:
    form: dict[str, Any] = {"ensure_ascii": False, "separators": (",", ":"), "allow_nan": False}
    return json.dumps(content, default=lambda value: value.item(), **form)


def _text(name: str) -> str:
    return files("sim.report").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())


@cache
def _hash(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
