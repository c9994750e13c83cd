"""Options that several commands share: what of a scenario is changed."""

import re

import click

SETTING = click.option(
    "--set", "settings", metavar="A.B=C", multiple=True, help="Change one value; may be given several times."
)


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
