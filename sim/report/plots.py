"""The figures of a run: for notebooks one by one, for its folder all at once.

A run can be made without matplotlib; it is loaded when the first figure is asked for.

The figures of studies and comparisons one by one, for notebooks; matplotlib is loaded when the first is asked for.

As with those of a run, each gives axes: those of a new figure with title and notes, or the reader's own (`ax`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import UsageError
from sim.core.registry import known
from sim.core.words import plural
from sim.report.answer_tables import Compared, Runs
from sim.report.measures import full_name
from sim.report.wording import clipped
from sim.results import Results

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.report.style import Chart


@dataclass(frozen=True)
class Drawing:
    """One figure on its way to files.

    Attributes:
        name: file name without suffix.
        chart: the figure.
        table: what it shows.
    """

    name: str
    chart: "Chart"
    table: "pd.DataFrame"


class Plots:
    """Figures of one run; each method gives matplotlib axes.

    Without axes of the reader's own they are those of a new figure with title and notes, which a notebook shows; with
    `ax` the main part of the figure is drawn there.
    """

    def __init__(self, results: Results) -> None:
        """Take the run to draw."""
        self._results = results

    def cost_curve(self, year: int | None = None, ax: "Axes | None" = None) -> "Axes":
        """The cost curve of a year, by default the last one.

        Raises:
            UsageError: the run has no such year.
        """
        from sim.report.cost_curve import draw_cost_curve, fill_curve

        known = self._known(year)
        return self._drawn(f"Cash cost by plant, {known}", ax, draw_cost_curve, fill_curve, known)

    def price(self, ax: "Axes | None" = None) -> "Axes":
        """The price by quarter against cash costs and the border."""
        from sim.report.price_path import draw_price, fill_price

        return self._drawn("Price and cash cost of alumina, CNY/t", ax, draw_price, fill_price)

    def capacity(self, ax: "Axes | None" = None) -> "Axes":
        """Installed capacity by state; as a whole figure also what started and left."""
        from sim.report.capacity import draw_capacity, fill_capacity

        return self._drawn("Installed capacity, Mt/yr", ax, draw_capacity, fill_capacity)

    def concentration(self, ax: "Axes | None" = None) -> "Axes":
        """HHI by year; as a whole figure also the shares of the largest groups."""
        from sim.report.capacity import draw_concentration, fill_indices

        return self._drawn("Herfindahl-Hirschman index, points", ax, draw_concentration, fill_indices)

    def _drawn(self, title: str, ax: "Axes | None", draw: Any, fill_in: Any, *year: int) -> "Axes":
        """The first axes of a figure of the run, or axes of the reader's own with the same in them."""
        from sim.report.style import drawn

        seen, say = (self._results, *year), self._results.scenario.pack.say()
        return drawn(lambda: draw(*seen), ax, title, lambda own: fill_in(own, *seen), say)

    def cost_curve_table(self, year: int | None = None) -> "pd.DataFrame":
        """What the cost curve of a year shows, one row a plant.

        Raises:
            UsageError: the run has no such year.
        """
        from sim.report.cost_curve import cost_curve_table

        return cost_curve_table(self._results, self._known(year))

    @cached_property
    def drawings(self) -> tuple[Drawing, ...]:
        """The figures of a run's folder and page, with what they show; drawn once."""
        from sim.report.capacity import capacity_table, concentration_table, draw_capacity, draw_concentration
        from sim.report.cost_curve import draw_cost_curve
        from sim.report.price_path import draw_price
        from sim.report.price_table import price_table

        results = self._results
        return (
            Drawing("cost_curve", draw_cost_curve(results, self._known(None)), self.cost_curve_table()),
            Drawing("price", draw_price(results), price_table(results)),
            Drawing("capacity", draw_capacity(results), capacity_table(results)),
            Drawing("concentration", draw_concentration(results), concentration_table(results)),
        )

    def _known(self, year: int | None) -> int:
        years = [int(each) for each in self._results.years["year"]]
        if year is None:
            return years[-1]
        if year not in years:
            raise UsageError(f"the run has no year {year}; it has {years[0]} to {years[-1]}")
        return year


def write_figures(results: Results, folder: Path) -> None:
    """Write each figure as PNG and SVG, and what it shows as CSV, into a folder, which is made.

    Args:
        results: the run.
        folder: where to.
    """
    from sim.report.style import write_chart

    say = results.scenario.pack.say()
    for drawing in Plots(results).drawings:
        write_chart(drawing.chart, drawing.table, folder / drawing.name, say if say.words else None)


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
        return _single(words, ax, lambda axes: fill_fan(axes, rows), study.pack.say())

    def survival(self, scenario: str | None = None, ax: "Axes | None" = None) -> "Axes":
        """The refineries most often gone in a scenario, by default the first, and how often each still stands.

        Raises:
            UsageError: the study has no such scenario.
        """
        from sim.report.spread import standing_of
        from sim.report.style import drawn
        from sim.report.survival import draw_survival, fill_survival

        study = self._study
        label = known("scenario of the study", scenario or study.scenarios[0], study.scenarios)
        table, runs, about = standing_of(study, label, study.pack)
        title = f"Share of {plural(runs, 'run')} in which each still stands"
        return drawn(
            lambda: draw_survival(table, label, runs, about),
            ax,
            title,
            lambda axes: fill_survival(axes, table, about),
            study.pack.say(),
        )


class ComparisonPlots:
    """Figures of a comparison."""

    def __init__(self, comparison: Compared) -> None:
        """Take the comparison to draw."""
        self._found, self._say = comparison, comparison.study.pack.say()

    def difference(self, measure: str = "price_cny_per_t", ax: "Axes | None" = None) -> "Axes":
        """What the scenarios change in a measure against the first, year by year."""
        from sim.report.differences import fill_difference

        first, *others = self._found.labels
        rows = self._found.differences([known("measure", measure, self._found.study.measures)])
        words = (f"{full_name(measure)}: difference to {clipped(first, 30)}", ", ".join(others), PAIRED)
        return _single(words, ax, lambda axes: fill_difference(axes, rows, others), self._say)

    def winners(self, kind: str = "group", ax: "Axes | None" = None) -> "Axes":
        """Who ends with more capacity and who with less, Mt/yr: `group` or `region`."""
        from sim.report.differences import fill_winners

        found, holders = self._found, f"{known('kind of holder', kind, ('group', 'region'))} "
        rows = found.winners[found.winners["holder"].str.startswith(holders)]
        first, *others = found.labels
        title = f"Change of nameplate at the end against {clipped(first, 30)}, Mt/yr"
        notes = "Dots: mean of the pairs, filled where it is hardly luck. Lines: 95 % intervals."
        words = (title, ", ".join(others), notes)
        return _single(
            words, ax, lambda axes: fill_winners(axes, rows, others, found.called), self._say, BESIDE_NAMES
        )


def _single(
    words: tuple[str, str, str],
    ax: "Axes | None",
    fill_in: "Callable[[Axes], None]",
    say: "Callable[[str], str]",
    place: tuple[float, float, float, float] = PLACE,
) -> "Axes":
    """Axes of the reader's own, or the only ones of a new figure with title, subtitle and note."""
    from sim.report.style import drawn, plain_axes, sheet

    title, subtitle, note = words

    def draw() -> "Chart":
        with sheet(title, subtitle, [note]) as chart:
            fill_in(plain_axes(chart, place))
        return chart

    return drawn(draw, ax, title, fill_in, say)
