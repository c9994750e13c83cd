"""Commands about scenario files: list, begin, check, show, compare; none of them loads the model."""

import json
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

import click

from sim.commands.options import SETTING
from sim.commands.table import print_table
from sim.report.wording import clipped
from sim.scenario import load, shelf
from sim.scenario.load import check, outline, resolve
from sim.scenario.merge import difference
from sim.scenario.problems import InvalidScenarioError, Problem, told
from sim.scenario.writer import editor_schema, yaml_text

INVALID = 3
SCHEMA = "scenario.schema.json"
"""Beside the shipped scenarios; it is what `shakeout schema` prints."""
LONGEST = 36
"""Of a text in a middle column, such as a question."""


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
def validate(files: tuple[str, ...], as_json: bool) -> int:
    """Check scenario FILEs and print every problem at once, with file, line and what is allowed."""
    problems, remarks = check(files)
    problems += _unknown_measures(files)
    if as_json:
        click.echo(json.dumps([asdict(problem) for problem in problems], indent=2, ensure_ascii=False))
    else:
        for line in told(problems):
            click.echo(line)
        for remark in remarks:
            click.echo(f"note: {remark}", err=True)
        checked = "1 scenario" if len(files) == 1 else f"{len(files)} scenarios"
        found = {0: "no problem", 1: "1 problem"}.get(len(problems), f"{len(problems)} problems")
        click.echo(f"{checked}: {found}", err=True)
    return INVALID if problems else 0


def _unknown_measures(files: tuple[str, ...]) -> list[Problem]:
    """A problem for each measure that a scenario expects to move and that no run reports."""
    from sim.scenario import load
    from sim.scenario.problems import InvalidScenarioError, nearest_name, problem_at, shown

    found = []
    for file in files:
        try:
            expects = load.outline(file).child("expects")
        except InvalidScenarioError:
            continue
        for number, item in expects.below() if expects else ():
            measure = item.child("measure")
            if measure is None or not isinstance(measure.value, str):
                continue
            # The measures are known only where the model is, which a check without this key does not load.
            from sim.metrics import METRICS

            if measure.value not in METRICS:
                near = nearest_name(measure.value, METRICS.names())
                message = f"no measure {shown(measure.value)} (`shakeout describe metrics` lists them)"
                found.append(problem_at(measure.place, f"expects[{number}].measure", message, near))
    return found


@click.command()
def scenarios() -> None:
    """List the scenarios that can be named, with the question that each asks and what it is argued to move."""
    rows = []
    for name in shelf.names():
        try:
            content = load.outline(name).plain()
        except InvalidScenarioError as error:
            content = {"question": f"(cannot be read: {error.problems[0].message})"}
        question = content.get("question") if isinstance(content, dict) else None
        rows.append((name, str(question or "(no question)")))
        if expected := _expected(content):
            rows.append(("", expected))
    print_table(("scenario", "question"), rows)


def _expected(content: object) -> str:
    """What a scenario is argued to move, in a line, or nothing."""
    items = content.get("expects") if isinstance(content, dict) else None
    named = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    parts = []
    for direction in ("higher", "lower", "same"):
        measures = [str(item.get("measure")) for item in named if item.get("direction") == direction]
        if measures:
            parts.append(f"{direction} {', '.join(dict.fromkeys(measures))}")
    return f"  expects {'; '.join(parts)}" if parts else ""


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--from", "base", default="baseline", show_default=True, help="Scenario that the new one extends."
)
def new(file: Path, base: str) -> None:
    """Write FILE, a short scenario with comments that extends another one."""
    if file.suffix not in shelf.SUFFIXES:
        raise click.UsageError(f"{file} does not end in .yaml")
    if base.endswith(shelf.SUFFIXES) and Path(base).resolve().parent != file.resolve().parent:
        raise click.UsageError(f"{base} is neither a name nor a file in the folder of {file}")
    if file.stem in shelf.names():
        raise click.UsageError(
            f"{file.stem} is the name of a scenario that ships with Shakeout; take another"
        )
    content = load.outline(base).plain()
    question = content.get("question") if isinstance(content, dict) else None
    text = (
        files("sim.commands")
        .joinpath("scenario_template.yaml")
        .read_text(encoding="utf-8")
        .format(
            schema=(shelf.shipped_folder() / SCHEMA).as_uri(),
            name=file.name,
            base=Path(base).name,
            question=json.dumps(str(question or ""), ensure_ascii=False),
        )
    )
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise click.UsageError(f"{file} exists and is never overwritten") from None
    click.echo(str(file))


@click.command()
@click.argument("first")
@click.argument("second")
def diff(first: str, second: str) -> None:
    """Print every value that differs between two scenarios, pack parameters included."""
    rows = difference(resolve(first), resolve(second))
    if rows:
        shown = [(row.path, clipped(_brief(row.before), LONGEST), _brief(row.after)) for row in rows]
        print_table(("value", clipped(first, LONGEST), second), shown)
    else:
        click.echo("no difference", err=True)


@click.command()
@click.argument("scenario")
@click.option("--resolved", is_flag=True, help="With the parameters of the pack below.")
@click.option("--origin", is_flag=True, help="With the file and line that set each value.")
@SETTING
def show(scenario: str, resolved: bool, origin: bool, settings: tuple[str, ...]) -> None:
    """Print SCENARIO as YAML with all that it extends."""
    tree = resolve(scenario, settings) if resolved or settings else outline(scenario)
    click.echo(yaml_text(tree, origins=origin), nl=False)


@click.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors that complete and check while typing."""
    click.echo(json.dumps(editor_schema(), indent=2, ensure_ascii=False))


def _brief(value: object) -> str:
    return value if isinstance(value, str) else repr(value)
