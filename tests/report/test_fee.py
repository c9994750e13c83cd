"""Where a product is sold by a fee, what is a fee is told so, by its name, and what is a price is not."""

import re

import pytest

import sim.decisions  # noqa: F401 - registers all kinds
from sim.choice import DECISIONS
from sim.reasons.explain import explain
from sim.reasons.record import record_of
from sim.report.cost_curve import draw_cost_curve
from sim.report.page.curve import price_section
from sim.report.page.facts import Facts
from sim.report.page.parts import Words
from sim.report.plots import Plots
from sim.report.summary import summary
from sim.results import Results
from sim.run import run
from sim.scenario.load import load

INPUTS = ("energy", "coal", "caustic", "aluminium", "ore")
MONEY = re.compile(r"\bfees? (?:of|been|asked) [^.;,]*million CNY")


@pytest.fixture(scope="module")
def smelting() -> Results:
    """Copper until 2030, in which Zijin is offered a stake in a smelter."""
    return run(load("copper_baseline"), 1)


@pytest.mark.parametrize("kind", sorted(DECISIONS.names()))
def test_no_fact_in_money_is_called_a_fee(kind: str) -> None:
    say = load("copper_baseline").pack.say()
    facts = DECISIONS.get(kind).facts.declared()

    told = {name: say(fact.words) for name, fact in facts.items() if name.endswith("mcny")}

    assert [name for name, words in told.items() if "fee" in words] == []


def test_a_stake_has_a_price_and_conversion_a_fee(smelting: Results) -> None:
    buyer = smelting.decisions.query("kind.str.startswith('take a stake in')")["agent"].iloc[0]
    text = " ".join(str(explain(record_of(smelting), buyer)).split())

    assert "At a purchase price of" in text
    assert MONEY.findall(text) == []


@pytest.mark.parametrize("thing", INPUTS)
def test_what_an_input_costs_is_called_a_price(thing: str) -> None:
    assert "fee" not in load("copper_baseline").pack.say()(f"relative change of the {thing} price")


def test_the_summary_says_over_which_fee_costs_are(smelting: Results) -> None:
    told = load("copper_baseline").pack.say()(summary(smelting))

    assert "plants: cash cost over spot fee, Q4" in told


@pytest.mark.parametrize(("lang", "ends"), [("en", "Spot fee {}"), ("zh", "{}年现货加工费")])
def test_the_bars_between_which_a_fee_moves_say_which_it_is(smelting: Results, lang: str, ends: str) -> None:
    facts = Facts(smelting, Words(lang))
    figure = next(each for each in price_section(facts).figures if each.id == "moved")
    (bars,) = figure.frames["2028"]["data"]

    say = smelting.scenario.pack.say(lang)
    assert [say(bars["x"][0]), say(bars["x"][-1])] == [ends.format(2026), ends.format(2028)]


def test_the_axis_of_cost_says_that_by_products_are_taken_off(smelting: Results) -> None:
    for axes in (Plots(smelting).cost_curve(), draw_cost_curve(smelting, 2030).axes[0]):
        assert smelting.scenario.pack.say()(axes.get_ylabel()).startswith(
            "Cash cost less by-products, CNY/t ("
        )
