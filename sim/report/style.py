"""The look of the figures and how they become bytes.

A figure is a matplotlib `Figure` made without pyplot: nothing is global, nothing is left open, and a notebook
shows it by itself. The same run gives the same bytes: no dates, no version, element names from a fixed salt.
Colours are told apart with any colour vision (blue against orange, light against dark) and in print.
"""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path as FilePath
from typing import Any, TypeVar

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from numpy.typing import NDArray

from sim.core.cells import write_csv
from sim.report.wording import families

Numbers = NDArray[np.float64]
Pixels = NDArray[np.uint8]

SIZE_INCHES = (12.0, 6.75)
PNG_DPI = 160
PNG_PIXELS = (1080, 1920)
PNG_OPTIONS: Mapping[str, Any] = {
    "dpi": PNG_DPI,
    "metadata": {"Software": None},
    "pil_kwargs": {"compress_level": 1},
}
SVG_METADATA: Mapping[str, None] = dict.fromkeys(("Date", "Creator", "Format", "Type"))

INK = "#1a1a1a"
GREY = "#5f6368"
PALE = "#c9ccd1"
GRID = "#e6e8eb"
BLUES = ("#0b3d6b", "#3b86c4", "#a3cdea")
ORANGES = ("#8a3b0a", "#e08a2e", "#f5d29a")

LEFT = 0.022

SETTINGS: Any = {
    **matplotlib.rc_params_from_file(
        FilePath(__file__).with_name("house.mplstyle"), use_default_template=False
    ),
    "font.family": [*families(), "sans-serif"],
}


@contextmanager
def house_style() -> Iterator[None]:
    """Let matplotlib work with the settings of the house, and with its user's again afterwards."""
    with matplotlib.rc_context(SETTINGS):
        yield


class Chart(Figure):
    """A figure with a title in words, 16:9, that gives the same bytes each time."""

    def pixels(self) -> Pixels:
        """The figure as colours, (1080, 1920, 4)."""
        with house_style():
            self.savefig(target := io.BytesIO(), format="rgba", dpi=PNG_DPI)
        return np.frombuffer(target.getbuffer(), dtype=np.uint8).reshape(*PNG_PIXELS, 4)

    def png(self) -> bytes:
        """The figure as a PNG file."""
        imsave(target := io.BytesIO(), self.pixels(), format="png", **PNG_OPTIONS)
        return target.getvalue()

    def svg(self) -> str:
        """The figure as an SVG file with its text as text."""
        with house_style():
            self.savefig(target := io.StringIO(), format="svg", metadata=dict(SVG_METADATA))
        return target.getvalue()

    def _repr_png_(self) -> bytes:
        return self.png()


class Panel(Axes):
    """Axes of a chart; at the end of a notebook cell they show the whole of it."""

    def _repr_png_(self) -> bytes:
        assert isinstance(self.figure, Chart)
        return self.figure.png()


@contextmanager
def sheet(title: str, subtitle: str, notes: Sequence[str]) -> Iterator[Chart]:
    """An empty figure to be drawn into, with its words: what one sees, of what, and what to keep in mind."""
    with house_style():
        chart = Chart(figsize=SIZE_INCHES, dpi=PNG_DPI / 2)
        FigureCanvasAgg(chart)
        chart.text(LEFT, 0.972, title, fontsize=14 if len(title) <= 90 else 12, fontweight="bold", va="top")
        chart.text(LEFT, 0.92, subtitle, fontsize=9.5, color=GREY, va="top")
        chart.text(LEFT, 0.018, "\n".join(notes), fontsize=8, color=GREY, va="bottom", linespacing=1.4)
        yield chart


def legend(
    chart: Chart, marks: Sequence[Any], at: tuple[float, float], side: str = "left", **look: Any
) -> None:
    """Say below the words of a figure what its marks mean, from its upper corner on one side."""
    look = {"loc": f"upper {side}", "fontsize": 9, "labelcolor": GREY, **look}
    chart.legend(handles=marks, bbox_to_anchor=at, frameon=False, **look)


def plain_axes(chart: Chart, place: tuple[float, float, float, float], title: str = "") -> Axes:
    """Axes with nothing but a bottom line and pale horizontal grid lines, and with a title where one is given."""
    axes = dressed(chart.add_axes(place, axes_class=Panel))
    if title:
        _entitle(axes, title)
    # Places that are given need not be measured, which takes as long as drawing.
    axes.yaxis.set_label_coords(-0.038 / place[2], 0.5)
    axes.xaxis.set_label_coords(0.5, -0.042 / place[3])
    return axes


def dressed(axes: Axes) -> Axes:
    """Axes of whatever figure with nothing but a bottom line and pale horizontal grid lines."""
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0, labelsize=9.5)
    axes.yaxis.grid(True, color=GRID, linewidth=0.8)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    return axes


def lying(axes: Axes) -> None:
    """Axes whose bars or dots lie: the grid goes up."""
    axes.yaxis.grid(False)
    axes.xaxis.grid(True, color=GRID, linewidth=0.8)


def beside_minus(axes: Axes) -> None:
    """Move the name of the y axis of a chart away from numbers below zero, which are longer by their sign."""
    if isinstance(axes, Panel) and axes.get_ylim()[0] < 0.0:
        axes.yaxis.set_label_coords(-0.05 / axes.get_position().width, 0.5)


def drawn(
    draw: Callable[[], Chart],
    into: Axes | None,
    title: str,
    fill_in: Callable[[Axes], Any],
    say: Callable[[str], str] = str,
) -> Axes:
    """The first axes of a figure, or axes of the reader's own with the same in them.

    Args:
        draw: makes the figure.
        into: the reader's axes, or nothing.
        title: what stands above them.
        fill_in: draws into them.
        say: the words of the industry.
    """
    if into is None:
        return in_words(draw(), say).axes[0]
    with house_style():
        fill_in(dressed(into))
        _entitle(into, title)
    return in_words(into, say)


def _entitle(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", fontsize=10.5, color=INK, pad=8)


def points_of(axes: Axes) -> tuple[float, float]:
    """Width and height of axes in points."""
    inches = axes.get_window_extent().transformed(axes.figure.dpi_scale_trans.inverted())
    return inches.width * 72.0, inches.height * 72.0


def boxes(left: Numbers, right: Numbers, low: Numbers | float, high: Numbers) -> Path:
    """Many upright boxes as one path, which is drawn at once; boxes without height are left out."""
    floor = np.broadcast_to(low, high.shape)
    seen = floor != high
    corners = ((left, floor), (left, high), (right, high), (right, floor), (left, floor))
    points = np.stack([np.column_stack([x[seen], y[seen]]) for x, y in corners], axis=1)
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    return Path(points.reshape(-1, 2), codes * len(points))


def fill(axes: Axes, shape: Path, colour: str, edge: str = "white", **look: Any) -> None:
    """Draw a path of boxes in one colour; nothing when it is empty."""
    if np.asarray(shape.vertices).size:
        patch = PathPatch(shape, facecolor=colour, edgecolor=edge, linewidth=0.8, **look)
        patch.set_transform(axes.transData)
        axes.add_artist(patch)


def apart(heights: Sequence[float], gap: float) -> list[float]:
    """Where labels go so that each stays near its height and none is closer to the next than `gap`.

    The order of the labels is that of their heights; the result is in the order of the input.
    """
    order = sorted(range(len(heights)), key=lambda place: (heights[place], place))
    clusters: list[list[float]] = []
    for place in order:
        clusters.append([heights[place], 1.0])
        while len(clusters) > 1 and _touch(clusters[-2], clusters[-1], gap):
            (low, few), (high, many) = clusters[-2:]
            clusters[-2:] = [[(low * few + high * many) / (few + many), few + many]]
    slots: list[float] = []
    for centre, count in clusters:
        slots.extend(centre + gap * (step - (count - 1.0) / 2.0) for step in range(int(count)))
    placed = [0.0] * len(heights)
    for slot, place in zip(slots, order, strict=True):
        placed[place] = slot
    return placed


def _touch(lower: list[float], upper: list[float], gap: float) -> bool:
    return upper[0] - lower[0] < gap * (lower[1] + upper[1]) / 2.0


def end_labels(axes: Axes, at: float, labels: Sequence[tuple[float, str, str]], size: float = 9.0) -> None:
    """Write labels (height, text, colour) to the right of a place on the x axis, none over another."""
    bottom, top = axes.get_ylim()
    points = points_of(axes)[1]
    lines = max((text.count("\n") + 1 for _, text, _ in labels), default=1)
    gap = (top - bottom) * lines * size * 1.3 / points
    places = apart([height for height, _, _ in labels], gap)
    for (_, text, colour), height in zip(labels, places, strict=True):
        axes.text(at, height, text, color=colour, fontsize=size, va="center", clip_on=False, linespacing=1.15)


def year_ticks(axes: Axes, years: Sequence[int], most: int = 16, shift: float = 0.0) -> None:
    """Label years on the x axis, not more than fit; `shift` moves a label from the year's number."""
    step = -(-len(years) // most)
    shown = [year for year in years if (year - years[0]) % step == 0]
    axes.set_xticks([year + shift for year in shown], [str(year) for year in shown])


Drawn = TypeVar("Drawn", bound=Artist)


def in_words(chart: Drawn, say: Callable[[str], str]) -> Drawn:
    """A figure, or axes alone, with all texts in the words of an industry."""
    for text in chart.findobj(Text):
        text.set_text(say(text.get_text()))
    return chart


def write_chart(
    chart: Chart, table: pd.DataFrame, path: FilePath, say: Callable[[str], str] | None = None
) -> None:
    """Write a figure as PNG and SVG and what it shows as CSV, to a path without suffix."""
    if say:
        in_words(chart, say)
    write_csv(table, path.with_suffix(".csv"))
    path.with_suffix(".svg").write_text(chart.svg(), encoding="utf-8", newline="")
    path.with_suffix(".png").write_bytes(chart.png())
