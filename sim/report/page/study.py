"""The page of a study: how sure its answer is, by measure, plant, buyer and region, and what moves it."""

from collections.abc import Iterator

from sim.report.answer import answer_of
from sim.report.answer_tables import Runs, Seen
from sim.report.page import rendered, told
from sim.report.page import study_figures as drawn
from sim.report.page.parts import Choice, Figure, Section, Table, Words, cell, section
from sim.report.page.study_figures import measures_of
from sim.report.page.tornado import inputs_figure, moving_inputs


def study_page(study: Runs, lang: str = "en") -> str:
    """The page of a study as HTML text.

    Raises:
        UsageError: no run is finished, or no such language.
    """
    words = Words(lang, study.pack.say(lang, *study.questions.values()))
    every = {label: Seen(None, study, label) for label in study.scenarios}
    seen = {label: each for label, each in every.items() if each.runs} or every
    several = len(seen) > 1
    said = [row for label in seen for row in told(answer_of(seen[label], lang), label if several else "")]
    first, last = next(iter(seen.values())).years[0], next(iter(seen.values())).years[-1]
    names = ", ".join(map(words.scenario, seen))
    head = {
        "title": words("study.title", names=names),
        "over": words("study.over", names=names, runs=study.count["done"], years=f"{first}–{last}"),
        "question": words("study.question", names=names)
        if several
        else words.question(study.questions[next(iter(seen))]),
        "answer": said,
        "warning": study.pack.banner(words("study.warning", base=study.pack.subject.base_year), lang=lang),
        "foot": words("study.foot", digest=study.digest),
    }
    choices = (
        Choice("scenario", words("study.scenario"), tuple((label, words.scenario(label)) for label in seen)),
        Choice("outcome", words("study.measure"), measures_of(seen, words)),
    )
    years = sorted({year for each in seen.values() for year in each.years})
    return rendered(head, list(_sections(study, seen, words)), words, choices, years=years)


def _sections(study: Runs, seen: dict[str, Seen], words: Words) -> Iterator[Section]:
    fans = drawn.quantiles_table(seen, words)
    yield _section(words, "fans", drawn.fan_figure(seen, words), *fans)
    yield _section(words, "standing", drawn.standing_figure(seen, words), *drawn.standing_table(seen, words))
    yield _section(words, "buyers", drawn.buyers_figure(seen, words), *drawn.pairs_table(seen, words))
    yield _section(words, "regions", drawn.regions_figure(seen, words))
    if study.parameters:
        yield _section(words, "inputs", moving_inputs(study, seen, words), inputs_figure(study, seen, words))
    counted = words("study.counted", **study.count)
    yield section("runs", words("study.runs"), (_failed(study, words),), counted)


def _section(words: Words, name: str, *parts: Figure | Table) -> Section:
    return section(name, words(f"study.{name}"), parts, words(f"study.{name}_lead"))


def _failed(study: Runs, words: Words) -> Table:
    runs = study.runs()
    failed = runs[runs["status"] == "failed"]
    rows = [
        [str(row.scenario), str(row.reason), *(cell(int(each), str(each)) for each in (row.run, row.seed))]
        for row in failed.itertuples()
    ]
    head = [words(f"study.{name}") for name in ("scenario", "why", "run", "seed")]
    caption = words("study.failed", count=len(rows)) if rows else words("study.none_failed")
    return Table("failed", caption, head, rows, 2)
