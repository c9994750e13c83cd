from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

import sim
from sim.core.errors import UsageError
from sim.core.rng import Streams
from sim.report import wording
from sim.report.plots import Plots
from sim.report.wording import drawable
from sim.results import Results
from sim.study.discovery import found

PNG = b"\x89PNG"
FIGURES: dict[str, Callable[..., Any]] = {
    "price": lambda made, **how: made["run"].price(**how),
    "cost curve": lambda made, **how: made["run"].cost_curve(2027, **how),
    "capacity": lambda made, **how: made["run"].capacity(**how),
    "concentration": lambda made, **how: made["run"].concentration(**how),
    "fan": lambda made, **how: made["study"].plot.fan("operating_rate", **how),
    "survival": lambda made, **how: made["study"].plot.survival(**how),
    "difference": lambda made, **how: made["comparison"].plot.difference("price_cny_per_t", **how),
    "winners": lambda made, **how: made["comparison"].plot.winners("region", **how),
    "tornado": lambda made, **how: made["sensitivity"].plot(**how),
    "box": lambda made, **how: made["discovery"].plot(**how),
}


@pytest.fixture(scope="module")
def made(results: Results, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One of each thing that can be drawn."""
    folder = tmp_path_factory.mktemp("studies")
    moved = sim.load("toy", set={"parameters.market.metal_growth_per_year": 0.03})
    inputs = Streams(1).generator("a planted box", 0).random((200, 2))
    return {
        "run": Plots(results),
        "study": sim.ensemble("toy", 4, out=folder / "study", jobs=1),
        "comparison": sim.compare(["toy", moved, moved], 4, out=folder / "comparison", jobs=1),
        "sensitivity": sim.sensitivity("toy", size=2, out=folder / "sensitivity", jobs=1),
        "discovery": found("it happens", ("ore", "coal"), inputs, inputs[:, 0] < 0.3),
    }


@pytest.mark.parametrize("name", [*FIGURES])
def test_a_figure_can_be_drawn_into_axes_of_the_readers_own(name: str, made: dict[str, Any]) -> None:
    own = Figure().add_subplot()

    assert FIGURES[name](made, ax=own) is own
    assert own.get_title(loc="left")


@pytest.mark.parametrize("name", [*FIGURES])
def test_without_axes_a_figure_of_its_own_shows_itself(name: str, made: dict[str, Any]) -> None:
    axes = FIGURES[name](made)

    assert axes._repr_png_().startswith(PNG)
    assert axes.figure.texts[0].get_text()


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda made: made["study"].plot.fan("hhi_contrl"), "did you mean 'hhi_control'"),
        (lambda made: made["study"].plot.survival("toi"), "did you mean 'toy'"),
        (lambda made: made["comparison"].plot.winners("groups"), "did you mean 'group'"),
        (lambda made: made["comparison"].plot.difference("hhi_contrl"), "did you mean 'hhi_control'"),
        (lambda made: made["run"].cost_curve(2050), "no year 2050"),
    ],
)
def test_a_figure_of_nothing_is_refused(
    call: Callable[[dict[str, Any]], Any], told: str, made: dict[str, Any]
) -> None:
    with pytest.raises(UsageError, match=told):
        call(made)


@pytest.mark.parametrize("chinese", [[], [wording.CHINESE[0]]])
def test_a_chinese_name_is_drawn_where_there_is_a_font_and_gives_way_to_its_key_elsewhere(
    chinese: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    signs = frozenset(map(ord, "信发")) if chinese else frozenset({ord("x")})
    monkeypatch.setattr(wording, "_signs", lambda: signs)

    assert drawable("信发", "xinfa") == ("信发" if chinese else "xinfa")


def test_fonts_that_matplotlib_has_not_met_are_looked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from matplotlib import font_manager

    known = ["DejaVu Sans"]
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(tmp_path / "NotoSansCJK-Regular.ttc")])
    monkeypatch.setattr(font_manager.fontManager, "get_font_names", lambda: known)
    monkeypatch.setattr(font_manager.fontManager, "addfont", lambda path: known.append(wording.CHINESE[0]))

    assert wording.families.__wrapped__() == ("DejaVu Sans", wording.CHINESE[0])
