"""The figures of studies and comparisons one by one, for notebooks; matplotlib is loaded when the first is asked for.

As with those of a run, each gives axes: those of a new figure with title and notes, or the reader's own (`ax`).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.core.registry import known
from sim.core.words import plural
from sim.report.answer_tables import Compared, Runs
from sim.report.measures import full_name
from sim.report.wording import clipped
from sim.world.kinds import LEFT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.report.style import Chart

PLACE, BESIDE_NAMES = (0.065, 0.14, 0.8, 0.7), (0.26, 0.14, 0.7, 0.7)
"""Of the axes of a figure that has no others."""
BAND = "Bands hold half and nine tenths of the runs of each year; the line is the median. No run follows it."
PAIRED = "Line: median of the differences of pairs, same luck and same inputs. Band: nine pairs of ten."


class StudyPlots:
    """Figures of a study."""

    def __init__(self, study: Runs) -> None:
        """Take the study to draw."""
        self._study = study

    def fan(
        self, measure: str = "price_cny_per_t", scenario: str | None = None, ax: "Axes | None" = None
    ) -> "Axes":
        """How a measure spreads over the runs of a scenario, by default the first, year by year.

        Raises:
            UsageError: the study has no such measure or scenario.
        """
        from sim.report.differences import fill_fan
        from sim.report.spread import fan_table

        study = self._study
        label = known("scenario of the study", scenario or study.scenarios[0], study.scenarios)
        years, runs = study.values(known("measure", measure, study.measures), label)
        rows = fan_table({measure: runs}, years)
        words = (f"{full_name(measure)}: {clipped(label, 40)}", f"{plural(len(runs), 'run')}", BAND)
        return _single(words, ax, lambda axes: fill_fan(axes, rows))

    def survival(self, scenario: str | None = None, ax: "Axes | None" = None) -> "Axes":
        """The refineries most often gone in a scenario, by default the first, and how often each still stands.

        Raises:
            UsageError: the study has no such scenario.
        """
        from sim.report.naming import PackNames
        from sim.report.spread import survival_table
        from sim.report.style import drawn
        from sim.report.survival import draw_survival, fill_survival

        study = self._study
        label = known("scenario of the study", scenario or study.scenarios[0], study.scenarios)
        years, runs = study.values(study.measures[0], label)
        moves, names = study.moves(), PackNames(study.pack)
        exits = moves[moves["kind"].isin(LEFT) & (moves["scenario"] == label)]
        keys = [str(key) for key in exits["agent"].unique()]
        table = survival_table(exits, len(runs), years, {key: names.first_year(key) for key in keys})
        about = {key: (names.plant(key), names.region_of(key)) for key in keys}
        title = f"Share of {plural(len(runs), 'run')} in which each still stands"
        return drawn(
            lambda: draw_survival(table, label, len(runs), about),
            ax,
            title,
            lambda axes: fill_survival(axes, table, about),
        )


class ComparisonPlots:
    """Figures of a comparison."""

    def __init__(self, comparison: Compared) -> None:
        """Take the comparison to draw."""
        self._found = comparison

    def difference(self, measure: str = "price_cny_per_t", ax: "Axes | None" = None) -> "Axes":
        """What the scenarios change in a measure against the first, year by year."""
        from sim.report.differences import fill_difference

        first, *others = self._found.labels
        rows = self._found.differences([known("measure", measure, self._found.study.measures)])
        words = (f"{full_name(measure)}: difference to {clipped(first, 30)}", ", ".join(others), PAIRED)
        return _single(words, ax, lambda axes: fill_difference(axes, rows, others))

    def winners(self, kind: str = "group", ax: "Axes | None" = None) -> "Axes":
        """Who ends with more capacity and who with less, Mt/yr: `group` or `region`."""
        from sim.report.differences import fill_winners

        found, holders = self._found, f"{known('kind of holder', kind, ('group', 'region'))} "
        rows = found.winners[found.winners["holder"].str.startswith(holders)]
        first, *others = found.labels
        title = f"Change of nameplate at the end against {clipped(first, 30)}, Mt/yr"
        notes = "Dots: mean of the pairs, filled where it is hardly luck. Lines: 95 % intervals."
        words = (title, ", ".join(others), notes)
        return _single(words, ax, lambda axes: fill_winners(axes, rows, others, found.called), BESIDE_NAMES)


def _single(
    words: tuple[str, str, str],
    ax: "Axes | None",
    fill_in: "Callable[[Axes], None]",
    place: tuple[float, float, float, float] = PLACE,
) -> "Axes":
    """Axes of the reader's own, or the only ones of a new figure with title, subtitle and note."""
    from sim.report.style import drawn, plain_axes, sheet

    title, subtitle, note = words

    def draw() -> "Chart":
        with sheet(title, subtitle, [note]) as chart:
            fill_in(plain_axes(chart, place))
        return chart

    return drawn(draw, ax, title, fill_in)
