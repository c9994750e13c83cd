"""Words of one industry in what is told of another: every file of a run and of a study."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import openpyxl
import pyarrow.parquet
from matplotlib.text import Text

import sim
from sim.cli import main
from sim.reasons.explain import explain
from sim.reasons.record import record_of
from sim.report.bods import write_bods
from sim.report.exchange import write_iamc, write_parquet
from sim.report.workbook import write_workbook
from sim.run import Run, write_run
from sim.study.pages import write_page

ALUMINA = (
    r"alumin[ai]|bauxite|bayer|red.?mud|caustic|indonesia|russia|guinea|guangxi_|\bmud\b|_mud|mud_|\bponds?\b|pond_"
    r"|氧化铝|赤泥|电解铝|铝土矿|铝厂|印尼|几内亚|俄罗斯|烧碱|苛性碱|拜耳"
)
"""Words of the industry from which the engine has its own."""
COPPER = r"copper|concentrate\b|acid\b|_acid|铜|硫酸"
"""Words of custom smelting."""
SPOKEN = rf"{ALUMINA}|\bpotlines?\b|\bmills?\b|\brefinery\b"
"""Words of alumina that no other industry has in what is told of it, identifiers apart."""
IDENTIFIERS = r"\w*(?:_\w+)+|[\w]+\.[\w.]+"
"""Columns and parameters, which are the same in all industries."""
CONTRACTS = "parameters.market.contract_share"
SCRIPT = re.compile(r"<script>.*?</script>", re.DOTALL)
"""Code of the page, which is the same for all."""


def read(path: Path) -> str:
    """Give all that is to be read in a file, names of columns and tables included."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, read_only=True)
        return "\n".join(
            f"{page.title} {value}"
            for page in book
            for row in page.iter_rows(values_only=True)
            for value in row
        )
    if path.suffix == ".parquet":
        table = pyarrow.parquet.read_table(path)
        return f"{table.schema}\n{table.to_pydict()}"
    if path.suffix == ".sqlite":
        with closing(sqlite3.connect(path)) as link:
            # The pack that is kept for replays is data of its own.
            return "\n".join(line for line in link.iterdump() if not line.startswith('INSERT INTO "packs"'))
    return SCRIPT.sub("", path.read_text("utf-8"))


def in_folder(folder: Path, words: str) -> dict[str, list[str]]:
    """Give the words that stand in the files of a folder, by file; pictures and packs are left out."""
    files = [
        path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix not in (".png", ".svg")
    ]
    ours = [path for path in files if path.parent == folder or path.parent.name not in ("electric_iron",)]
    said = {path.name: sorted({*re.findall(words, read(path), re.IGNORECASE)}) for path in ours}
    return {name: found for name, found in said.items() if found}


def write_all(finished: Run, folder: Path, lang: str) -> Path:
    """Write every file that can be made of a run."""
    write_run(finished, folder, lang=lang)
    write_workbook(finished, folder / "run.xlsx", lang)
    write_iamc(finished, folder / "iamc.csv")
    write_bods(finished, folder / "bods.json")
    write_parquet(finished, folder / "parquet")
    (folder / "notebook.txt").write_text(f"{finished!r}\n{finished._repr_html_()}", "utf-8")
    return folder


def explained(finished: Run) -> Iterator[tuple[str, str]]:
    """Give all explanations of the last year, by whom they are about."""
    record, world = record_of(finished), finished.world
    plants, groups = finished.refineries["refinery"].unique(), finished.groups["group"].unique()
    policies = (each.id for each in finished.scenario.spec.policies)
    for key in (
        *("", *policies, *world.geography.regions, *plants, *groups),
        *(*world.smelters.keys, *world.importers.keys),
    ):
        yield key, str(explain(record, key))


def compared(scenario: Path | str, folder: Path) -> Path:
    """Write a comparison of a scenario with itself at fewer contracts, and its pages in both languages."""
    usual = {"years.end_year": 2027}
    pair = [sim.load(scenario, set=usual), sim.load(scenario, set=usual | {CONTRACTS: 0.5})]
    found = sim.compare(pair, 2, out=folder, jobs=1)
    found.write(folder / "compare")
    (folder / "notebook.txt").write_text(
        f"{found!r}\n{found._repr_html_()}\n{found.study!r}\n{found.study._repr_html_()}", "utf-8"
    )
    for lang in ("en", "zh"):
        write_page(found, folder / f"{lang}.html", lang)
    return folder


def asked(pack: str, folder: Path, out: Callable[[], str]) -> Iterator[tuple[str, str]]:
    """Give what commands say of a pack and of a run of it.

    Args:
        pack: the pack.
        folder: files of a run.
        out: gives what was printed since it was last asked.
    """
    about = ("metrics", "facts", "co2_t_per_t", "expand", "market.metal_growth_per_year", "carbon.price")
    for command in (("audit", str(folder)), *(("describe", each, "--pack", pack) for each in about)):
        assert main([*command]) == 0
        # Sources are of those who wrote them.
        yield " ".join(command), re.sub(r"Source: .*?(?=\n\S|\Z)", "", out(), flags=re.DOTALL)


def shown(finished: Run, scenario: Path | str, folder: Path) -> Iterator[tuple[str, str]]:
    """Give the texts of a notebook's figures, of a sensitivity study, of what it was found in and of their files."""
    read_from = {"years.end_year": 2027}
    study = sim.ensemble(sim.load(scenario, set=read_from), 8, out=folder / "many", jobs=1)
    middle = study.values("price_cny_per_t", study.scenarios[0])[1][:, -1].mean()
    found = sim.discover(study, f"price_cny_per_t@2027 < {middle}")
    only = ("market.metal_growth_per_year", "market.smelter_running_share")
    moved = sim.sensitivity(
        sim.load(scenario, set=read_from), size=2, only=only, out=folder / "moved", jobs=1
    )
    figures = [
        getattr(finished.plot, name)() for name in ("cost_curve", "price", "capacity", "concentration")
    ]
    for number, axes in enumerate([*figures, study.plot.fan(), moved.plot()]):
        yield f"figure {number}", "\n".join(text.get_text() for text in axes.figure.findobj(Text))
    for each in (study, found, moved, sim.load(scenario)):
        yield type(each).__name__, f"{each!r}\n{each._repr_html_()}"
    for each in (found, moved):
        each.write(folder / type(each).__name__)
    for path in [*folder.rglob("*.svg"), *folder.glob("*/*.csv")]:
        yield path.name, path.read_text("utf-8")


def spoken(told: Iterator[tuple[str, str]], names: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Give the words of alumina in texts, by what they are of, identifiers and names of plants left out."""
    left_out = "|".join([*map(re.escape, names), IDENTIFIERS])
    plain = ((key, re.sub(left_out, "", " ".join(text.split()))) for key, text in told)
    said = {key: re.findall(SPOKEN, text, re.IGNORECASE) for key, text in plain}
    return {key: found for key, found in said.items() if found}
