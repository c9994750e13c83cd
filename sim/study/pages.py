"""The page of a study: that of a comparison where `compare` has left its tables, else how the runs spread.

The figures of studies, each with its data: fans by scenario, who survives, and what a comparison shows.
"""

from pathlib import Path

from sim.report.page.comparison import comparison_page
from sim.report.page.study import study_page
from sim.report.spread import fan_table, standing_of
from sim.study.compare import Comparison
from sim.study.store import DONE
from sim.study.study import Study, kept_scenario

TABLES = "compare"
"""Folder of a study with the tables of a comparison."""


def is_comparison(study: Study) -> bool:
    """Whether scenarios of a study have been held against one another."""
    return (study.folder / TABLES).is_dir()


def write_page(found: Study | Comparison, path: Path, lang: str = "en") -> None:
    """Write the page of a study.

    Args:
        found: the study or comparison.
        path: the file.
        lang: `en` or `zh`.

    Raises:
        UsageError: no run is finished, or no such language.
    """
    if isinstance(found, Study) and not is_comparison(found):
        text = study_page(found, lang)
    else:
        text = comparison_page(Comparison(found) if isinstance(found, Study) else found, lang)
    path.write_text(text, encoding="utf-8", newline="\n")


def write_study_figures(study: Study, folder: Path) -> list[Path]:
    """Write the figures of each scenario that has two finished runs or more, and give their paths."""
    from sim.report.differences import FANS, draw_fans
    from sim.report.style import write_chart
    from sim.report.survival import draw_survival

    written = []
    for number, label in enumerate(study.scenarios):
        runs = study.rows("SELECT COUNT(*) FROM runs WHERE scenario = ? AND status = ?", number, DONE)[0][0]
        if runs < 2:
            continue
        values = {name: study.values(name, label)[1] for name in FANS}
        years = study.values(next(iter(FANS)), label)[0]
        table = fan_table(values, years)
        write_chart(draw_fans(table, label, runs), table, folder / f"fans_{label}", study.pack.say())
        written.append(folder / f"fans_{label}.png")
        standing, _, known = standing_of(study, label, kept_scenario(study, label)[0].pack)
        if len(standing):
            chart = draw_survival(standing, label, runs, known)
            for place, column in enumerate(("name", "region")):
                standing.insert(1 + place, column, [known[str(key)][place] for key in standing["refinery"]])
            write_chart(chart, standing, folder / f"survival_{label}", study.pack.say())
            written.append(folder / f"survival_{label}.png")
    return written


def write_compare_figures(found: Comparison, folder: Path) -> list[Path]:
    """Write what a comparison shows, and give the paths; nothing when fewer than two pairs are finished."""
    from sim.report.differences import PANELS as MEASURES
    from sim.report.differences import draw_differences, draw_winners
    from sim.report.style import write_chart

    if int(found.outcomes["pairs"].max()) < 2:
        return []
    labels, pairs = found.labels, int(found.outcomes["pairs"].max())
    gaps = found.differences([name for name in MEASURES if name in found.study.measures])
    write_chart(draw_differences(gaps, labels, pairs), gaps, folder / "differences", found.study.pack.say())
    if found.ends_differ:
        return [folder / "differences.png"]
    winners = found.winners.assign(name=[found.called(str(key)) for key in found.winners["holder"]])
    chart = draw_winners(winners, labels, found.called)
    write_chart(chart, winners, folder / "winners", found.study.pack.say())
    return [folder / "differences.png", folder / "winners.png"]
