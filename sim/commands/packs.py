"""`shakeout pack new`: begin an industry of one's own from one that is there."""

import re
import shutil
from pathlib import Path

import click

from sim.scenario.guide import table_lines
from sim.scenario.pack import files_of, read_pack
from sim.scenario.problems import Place
from sim.scenario.ranking import FILE as RANKING_FILE
from sim.scenario.schema import PACK_NAME
from sim.scenario.shelf import find_pack, shipped_folder

SCENARIO = """\
# A scenario on the pack {name}; `shakeout run {path}` plays it.
question: What becomes of {name}?
pack: {name}
years: {{start_year: {first}, end_year: {last}}}
"""


@click.group()
def pack() -> None:
    """Packs: folders of tables, each an industry."""


@pack.command(short_help="Copy a pack, with a guide and a scenario that plays it.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--from", "base", default="toy", show_default=True, help="Pack that is copied.")
def new(folder: Path, base: str) -> None:
    """Write a pack that runs at once: FOLDER with tables and a README.md on each column, FOLDER.yaml beside it.

    A bare name is put into `scenarios/` of the current folder, where every command finds it by name.
    """
    place = folder if len(folder.parts) > 1 else Path("scenarios") / folder
    name, scenario = place.name, place.with_name(f"{place.name}.yaml")
    if not re.fullmatch(PACK_NAME, name):
        raise click.UsageError(f"'{name}' is no name of a pack: small letters, digits and underscores")
    if (shipped_folder() / name).exists() or (shipped_folder() / f"{name}.yaml").exists():
        raise click.UsageError(f"{name} ships with Shakeout; take another name")
    for path in (place, scenario):
        if path.exists():
            raise click.UsageError(f"{path} exists and is never overwritten")
    source = find_pack(base, Place("--from"))
    original = read_pack(source)
    place.mkdir(parents=True)
    for file in files_of(source):
        # What was found to move the answers of one industry is not known of another.
        if file != RANKING_FILE:
            shutil.copyfile(source / file, place / file)
    guide = (shipped_folder() / "README.md").read_text(encoding="utf-8")
    readme = "\n".join((guide, *table_lines(original), ""))
    (place / "README.md").write_text(readme, encoding="utf-8")
    first = original.base_year + 1
    text = SCENARIO.format(name=name, path=scenario.as_posix(), first=first, last=first + 9)
    scenario.write_text(text, encoding="utf-8")
    click.echo(f"{place}\n{scenario}")
    click.echo(f"read {place / 'README.md'}; then: shakeout run {scenario}", err=True)
