"""The page of a study: that of a comparison where `compare` has left its tables, else how the runs spread."""

from pathlib import Path

from sim.report.page.comparison import comparison_page
from sim.report.page.study import study_page
from sim.study.compare import Comparison
from sim.study.study import Study

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
