"""`shakeout report`: the faces of a finished run again, from its folder, and what other programs read of it."""

from pathlib import Path

import click

PAGE = "report.html"


@click.command(short_help="Write the page, a workbook or files for other programs.")
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--xlsx", is_flag=True, help="A workbook with native charts.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of what is written [RUN].")
def report(folder: Path, xlsx: bool, out: Path | None) -> None:
    """Write what the run in folder RUN has to say: by default its page, with an option what that names."""
    from sim.report.reading import read_results

    results, place = read_results(folder), out or folder
    place.mkdir(parents=True, exist_ok=True)
    written = []
    if xlsx:
        from sim.report.workbook import FILE, write_workbook

        write_workbook(results, place / FILE)
        written.append(FILE)
    if not written:
        from sim.report.page import write_page

        write_page(results, place / PAGE)
        written.append(PAGE)
    for name in written:
        click.echo(f"Written: {place / name}")
