"""The page of a run: one HTML file that holds everything, works without a network and prints well.

The page loads nothing and runs nothing, and says so to the browser. All text is escaped by the template; only
the figures are taken as they are, and matplotlib escapes the names in them.
"""

from importlib.resources import files
from pathlib import Path
from typing import Any

from sim.core.words import plural
from sim.report import contents, origins
from sim.report.bargains import causes_table, classes_table, deals_table
from sim.report.plots import Plots
from sim.results import Results
from sim.world.kinds import Happened

TEMPLATE = "report.html"
TOLD = (
    Happened.EXIT,
    Happened.START,
    Happened.WRITE_OFF,
    Happened.DISRUPTION,
    Happened.DEAL,
    Happened.RELOCATE,
    Happened.REORGANISE,
    Happened.WIND_UP,
)
CAPTIONS = {
    "cost_curve": "Solid is what a plant made, hatched what it could have made and did not. Where the dashed line "
    "cuts the curve, cost and need would meet if the cheapest plants always ran first.",
    "price": "Between import parity and export netback the home market sets the price; at the edges the world does.",
    "capacity": "Idle capacity waits for a better price; dead capacity stands on the register alone.",
    "concentration": "Control counts a plant wholly for the group that decides over it; economic interest looks "
    "through to who gets what part of its profit.",
}


def write_page(results: Results, path: Path, plots: Plots | None = None) -> None:
    """Write the page of a run.

    Args:
        results: the run.
        path: the file.
        plots: the run's figures, when they are written to files, too: they are drawn once for both.
    """
    path.write_text(page(results, plots or Plots(results)), encoding="utf-8", newline="\n")


def page(results: Results, plots: Plots) -> str:
    """The page of a run as HTML text."""
    from jinja2 import Environment, StrictUndefined

    # No bytecode, no loader: the template is a text of this package and of nobody else.
    source = files("sim.report").joinpath("templates", TEMPLATE).read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["minus"] = lambda text: text.replace("-", "\u2212") if _is_negative(text) else text
    return environment.from_string(source).render(_facts(results, plots))


def _is_negative(text: str) -> bool:
    return text.startswith("-") and text[1:2].isdigit() and "e-" not in text


def _facts(results: Results, plots: Plots) -> dict[str, Any]:
    """All that the template shows."""
    scenario, years = results.scenario, [int(year) for year in results.years["year"]]
    last = results.refineries[
        (results.refineries["year"] == years[-1]) & (results.refineries["nameplate_mt"] > 0.0)
    ]
    standing, owners = len(last), last["group"].nunique()
    return {
        "name": scenario.name,
        "question": scenario.question,
        "seed": results.seed,
        "years": f"{years[0]} to {years[-1]}" if len(years) > 1 else str(years[0]),
        "industry": scenario.pack.subject.description,
        "base_year": scenario.pack.subject.base_year,
        "scenario_hash": scenario.hash,
        "pack_hash": scenario.pack.digest,
        "plants": f"{plural(standing, 'plant')} of {plural(owners, 'group')} stand at the end of {years[-1]}.",
        "key_numbers": contents.key_numbers(results),
        "figures": _figures(plots),
        "moves": [
            contents.moves(results, Happened.EXIT, "Plants that left"),
            contents.moves(results, Happened.START, "Plants that started"),
            contents.moves(results, Happened.WRITE_OFF, "Plants written off"),
            deals_table(results),
            classes_table(results),
            causes_table(results),
            contents.moves(results, Happened.RELOCATE, "Relocations"),
        ],
        "disruptions": contents.disruption_table(results),
        "other_events": contents.other_events(results, TOLD),
        "losses": contents.losses(results),
        "groups": contents.largest_groups(results),
        "changes": origins.scenario_changes(results),
        "evidence": origins.evidence(results),
        "synthetic": origins.synthetic_plants(results),
        "conservation": origins.conservation(results),
    }


def _figures(plots: Plots) -> list[dict[str, Any]]:
    from markupsafe import Markup

    from sim.report.svg import inline_svg

    return [
        {
            "name": drawing.name,
            "svg": Markup(inline_svg(drawing.svg, drawing.name, drawing.chart.texts[0].get_text())),
            "caption": CAPTIONS[drawing.name],
        }
        for drawing in plots.drawings
    ]
