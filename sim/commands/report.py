"""`shakeout report` and `audit`: what a run or a study has to say, again from its folder, and whether a run adds up."""

from pathlib import Path

import click

from sim.commands.options import FOLDER, chosen, flag
from sim.core.errors import ModelCheckError, UsageError
from sim.report import bods, exchange
from sim.report.audit import audit as audited
from sim.report.exchange import read_results
from sim.report.page import write_page
from sim.report.plots import write_figures
from sim.report.workbook import FILE, write_workbook
from sim.study.compare import Comparison
from sim.study.ensemble import odds_of
from sim.study.pages import is_comparison, write_compare_figures, write_study_figures
from sim.study.pages import write_page as write_study_page
from sim.study.store import FILE as STUDY
from sim.study.study import Study

PAGE, FIGURES = "report.html", "figures"
KINDS = {
    "iamc": (exchange.IAMC, exchange.write_iamc),
    "parquet": (exchange.PARQUET, exchange.write_parquet),
    "bods": (bods.FILE, bods.write_bods),
}


class Kinds(click.ParamType[tuple[str, ...]]):
    """Kinds of files for other programs, written `iamc,bods`."""

    name = "KIND,..."

    def convert(  # noqa: D102 - click asks for it
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        asked = tuple(part.strip() for part in str(value).split(","))
        strange = [part for part in asked if part not in KINDS]
        if strange:
            self.fail(f"there is no kind '{strange[0]}'; there are {', '.join(KINDS)}", param, ctx)
        return asked


@click.command()
@click.argument("folder", metavar="RUN|STUDY", type=FOLDER)
@flag("--figures", "Figures as PNG and SVG files.")
@flag("--xlsx", "A workbook with native charts.")
@click.option("--export", type=Kinds(), help="For other programs: iamc, parquet, bods.")
@chosen("--lang", ("en", "zh"), "Language of the page and answer.")
@click.option("--out", type=FOLDER, help="Folder of what is written [the same].")
def report(folder: Path, out: Path | None, lang: str, export: tuple[str, ...] | None, **asked: bool) -> None:
    """Write what a folder has to say: by default its page, with an option what that names.

    RUN is the folder of a run; STUDY is one that `ensemble` or `compare` has filled, which has a page and figures.
    """
    place = out or folder
    if (folder / STUDY).is_file():
        if asked["xlsx"] or export:
            raise UsageError(
                f"{folder} holds a study; a workbook and files for other programs are made of a run"
            )
        _of_study(Study(folder), place, lang, asked["figures"])
        return
    results = read_results(folder)
    place.mkdir(parents=True, exist_ok=True)
    written = []
    if asked["xlsx"]:
        write_workbook(results, place / FILE, lang, odds_of(folder))
        written.append(FILE)
    for name, write in (KINDS[kind] for kind in export or ()):
        write(results, place / name)
        written.append(name)
    if asked["figures"]:
        write_figures(results, place / FIGURES)
        written.append(FIGURES)
    if not written:
        write_page(results, place / PAGE, lang, odds_of(folder))
        written.append(PAGE)
    for name in written:
        click.echo(f"Written: {place / name}")


def _of_study(study: Study, place: Path, lang: str, has_figures: bool) -> None:
    """Write the page of a study or, where it is that of a comparison, of that; or its figures."""
    place.mkdir(parents=True, exist_ok=True)
    if not has_figures:
        write_study_page(study, place / PAGE, lang)
    elif is_comparison(study):
        write_compare_figures(Comparison(study), place / FIGURES)
    else:
        write_study_figures(study, place / FIGURES)
    click.echo(f"Written: {place / (FIGURES if has_figures else PAGE)}")


@click.command()
@click.argument("folder", metavar="RUN", type=FOLDER)
def audit(folder: Path) -> None:
    """Check the run in folder RUN from its files alone: tonnes, money, capacity, concentration, ownership.

    Each line has an identity, the largest gap as a share of what is added up, and the largest that may be. A gap that
    is too large says where it is, and ends the command with 4.
    """
    found = audited(folder)
    for each in found:
        said = "holds" if each.holds else f"broken: {each.where}"
        click.echo(f"{each.identity:<44}{each.gap:>8.1e} of {each.limit:.0e}  {said}")
    broken = [each for each in found if not each.holds]
    if broken:
        raise ModelCheckError(law=broken[0].identity, amount=broken[0].gap, agents=(broken[0].where,))
    click.echo(f"All {len(found)} identities hold.")
