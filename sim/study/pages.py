"""The page of a study: that of a comparison where `compare` has left its tables, else how the runs spread."""

from pathlib import Path

from sim.report.page.comparison import write_comparison_page
from sim.report.page.study import write_study_page
from sim.study.compare import Comparison
from sim.study.study import Study

TABLES = "compare"
"""Folder of a study with the tables of a comparison."""


def is_comparison(study: Study) -> bool:
    """Whether scenarios of a study have been held against one another."""
    return (study.folder / TABLES).is_dir()


def write_page(study: Study, path: Path, lang: str = "en") -> None:
    """Write the page of a study.

    Args:
        study: the study.
        path: the file.
        lang: `en` or `zh`.

    Raises:
        UsageError: no run is finished, or no such language.
    """
    if is_comparison(study):
        write_comparison_page(Comparison(study), path, lang)
    else:
        write_study_page(study, path, lang)
