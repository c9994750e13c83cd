"""Options that several commands share: of what kind they are, and what of a scenario is changed."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Option = Callable[[Any], Any]
"""A decorator that gives a command an option."""
FOLDER, FILE = click.Path(path_type=Path), click.Path(path_type=Path, dir_okay=False)
MOST_RUNS = 10_000_000


def counted(name: str, default: int, words: str, least: int = 1, most: int = MOST_RUNS) -> Option:
    """The option of a number of plays."""
    return click.option(
        name, type=click.IntRange(least, most), default=default, show_default=True, help=words
    )


def chosen(name: str, kinds: tuple[str, ...], words: str, **more: Any) -> Option:
    """The option of one of several kinds, the first of them by default."""
    return click.option(
        name, type=click.Choice(kinds), default=kinds[0], show_default=True, help=words, **more
    )


def several(
    *names: str, words: str, metavar: str | None = None, kind: Any = None, usual: Any = None
) -> Option:
    """An option that may be given several times."""
    more = {"default": usual, "show_default": True} if usual else {}
    return click.option(*names, type=kind, multiple=True, metavar=metavar, help=words, **more)


def flag(name: str, words: str, *own: str) -> Option:
    """An option that is given or not."""
    return click.option(name, *own, is_flag=True, help=words)


def design(*kinds: str) -> Option:
    """The option of how inputs are sampled."""
    return chosen("--design", kinds, "How inputs are sampled; with `seeds` only luck differs.")


QUIET = flag("--quiet", "Show no progress.")
SETTING = several("--set", "settings", metavar="A.B=C", words="Change one value; may be given several times.")


class YearSpan(click.ParamType[tuple[int, int]]):
    """A span of years, written `2026:2035`."""

    name = "FIRST:LAST"

    def convert(  # noqa: D102 - click asks for it
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        found = re.fullmatch(r"([0-9]{4}):([0-9]{4})", str(value))
        if not found:
            self.fail(f"{value!r} is not a span of years such as 2026:2035", param, ctx)
        return int(found[1]), int(found[2])


YEARS = click.option("--years", type=YearSpan(), help="First and last year, such as 2026:2035.")


def settings_of(settings: tuple[str, ...], years: tuple[int, int] | None) -> tuple[str, ...]:
    """Settings with those that a span of years stands for."""
    if years is None:
        return settings
    return (*settings, f"years.start_year={years[0]}", f"years.end_year={years[1]}")
