"""Agents are Mesa's, show themselves, and give way to agents of a researcher's own."""

from pathlib import Path

import mesa
import pandas as pd
import pytest

import sim
from sim.agents.cast import KINDS
from sim.agents.decider import Decider
from sim.choice import Case, Decides, Intent, ask, has_own_mind
from sim.core.errors import UsageError


class Stubborn(sim.Refinery):
    """A plant that never closes."""

    def decide(self, view: object, case: Case) -> Intent:
        """Hold on, whatever it costs."""
        return case.take("hold") if case.kind == "leave" else case.take()


class Confused(sim.Refinery):
    """A plant that wants what is not open to it."""

    def decide(self, view: object, case: Case) -> Intent:
        """Ask for the moon."""
        return case.take("hodl") if case.kind == "leave" else case.take()


class Silent(sim.Refinery):
    """A plant that gives no answer."""

    def decide(self, view: object, case: Case) -> Intent:
        """Say nothing."""
        return None  # type: ignore[return-value]


def test_every_agent_is_one_of_mesa() -> None:
    industry = sim.Industry("toy")

    assert {type(agent) for agent in industry.agents} == {
        *(sim.National, sim.Province, sim.OwnerGroup, sim.Refinery, sim.Smelter, sim.Importer)
    }
    assert all(isinstance(agent, mesa.Agent) for agent in industry.agents)


def test_agents_show_themselves_by_name_and_figures() -> None:
    cast = sim.Industry("toy").cast

    # Alfa has alfa-coast with 1.0 and alfa-inland with 1.0 Mt/yr
    assert repr(cast.groups[0]) == "<OwnerGroup Alfa: 2.0 Mt/yr, 2 refineries>"
    assert repr(cast.smelters[0]) == "<Smelter Alfa Metal: 1.20 Mt/yr of metal, running 100%>"


def test_a_model_that_runs_by_itself_ends_after_the_last_year_of_its_scenario() -> None:
    industry = sim.Industry("toy")

    industry.run_model()

    assert industry.world.year == industry.spec.years.end_year
    assert not industry.running


def test_the_data_collector_holds_every_metric_of_every_year() -> None:
    industry = sim.Industry("toy", seed=3)
    industry.run_model()

    frame = industry.datacollector.get_model_vars_dataframe()
    years = sim.run("toy", seed=3).years

    assert {*years.columns} == {*frame.columns}
    assert frame["price_cny_per_t"].tolist() == years["price_cny_per_t"].tolist()
    assert frame["year"].tolist() == years["year"].tolist()


def test_a_collector_of_ones_own_is_asked_every_year() -> None:
    industry = sim.Industry("toy", seed=3)
    industry.datacollector = mesa.DataCollector(model_reporters={"year": lambda model: model.world.year})
    industry.step()
    industry.step()

    assert industry.datacollector.model_vars["year"] == [2026, 2027]


def test_batch_runs_of_mesa_work() -> None:
    parameters = {"scenario": ["toy"], "seed": [0, 1]}

    rows = mesa.batch_run(sim.Industry, parameters, data_collection_period=1, display_progress=False)

    # Two runs of the years 2026 to 2030
    assert [(row["seed"], row["year"]) for row in rows] == [(s, y) for s in (0, 1) for y in range(2026, 2031)]


def test_agents_of_ones_own_decide_in_place_of_the_usual_ones() -> None:
    usual, mine = sim.run("baseline", 1), sim.run("baseline", 1, agents={sim.Refinery: Stubborn})

    assert usual.years["exits"].sum() > 0
    assert mine.years["exits"].sum() == 0
    leaving = mine.decisions.query("kind == 'leave'")
    assert set(leaving["choice"]) == {"hold"}


def test_agents_that_answer_as_the_model_does_change_nothing() -> None:
    def echo(kind: type[Decider]) -> type[Decider]:
        return type("Echo", (kind,), {"decide": lambda agent, view, case: case.take()})

    usual, asked = sim.run("baseline", 1), sim.run("baseline", 1, agents={kind: echo(kind) for kind in KINDS})

    for table in ("years", "refineries", "events", "decisions", "deals"):
        pd.testing.assert_frame_equal(getattr(usual, table), getattr(asked, table), check_exact=True)


def test_a_way_that_is_not_open_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match=r"cannot choose 'hodl' .*did you mean 'hold'\?.*open to it: "):
        sim.run("baseline", 1, agents={sim.Refinery: Confused})


def test_an_answer_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match=r"Silent\.decide must return case\.take"):
        sim.run("baseline", 1, agents={sim.Refinery: Silent})


@pytest.mark.parametrize("wrong", [{sim.Refinery: sim.OwnerGroup}, {int: Stubborn}, {sim.Refinery: 3}])
def test_what_is_no_agent_is_refused(wrong: dict) -> None:
    with pytest.raises(UsageError, match="agents: "):
        sim.Industry("toy", agents=wrong)


def test_a_study_with_agents_of_ones_own_is_the_same_serial_or_parallel(tmp_path: Path) -> None:
    class Local(sim.Refinery):
        """A class that no worker could import."""

        def decide(self, view: object, case: Case) -> Intent:
            """Hold on."""
            return case.take("hold") if case.kind == "leave" else case.take()

    agents = {sim.Refinery: Local}

    serial = sim.ensemble("toy", 4, agents=agents, jobs=1, out=tmp_path / "one")
    parallel = sim.ensemble("toy", 4, agents=agents, jobs=2, out=tmp_path / "two")

    assert parallel.count["done"] == 4
    assert serial.digest == parallel.digest
    with pytest.raises(UsageError, match="agents: "):
        sim.ensemble("toy", 4, out=tmp_path / "one", jobs=1)


def test_one_plant_that_holds_on_takes_no_turn_from_others() -> None:
    usual = sim.run("baseline", 1)
    exit_ = usual.events.query("kind == 'exit'").iloc[0]
    first, year = exit_["agent"], int(exit_["year"])

    class OneHolds(sim.Refinery):
        """One plant that never closes."""

        def decide(self, view: object, case: Case) -> Intent:
            """Hold on if it is that plant."""
            return case.take("hold") if case.kind == "leave" and self.key == first else case.take()

    mine = sim.run("baseline", 1, agents={sim.Refinery: OneHolds})

    assert first not in set(mine.events.query("kind == 'exit'")["agent"])
    assert mine.years["exits"].sum() > 0
    assert "it held on all the same" in " ".join(mine.explain(first, year).text().split())


def test_what_is_no_mapping_of_agents_is_refused_before_a_study_begins(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="agents: "):
        sim.ensemble("toy", 4, agents=[Stubborn], out=tmp_path / "study", jobs=1)  # type: ignore[arg-type]

    assert not (tmp_path / "study").exists()


def test_agents_of_one_text_with_other_values_are_another_study(tmp_path: Path) -> None:
    def patient(years: int) -> type[sim.Refinery]:
        class Patient(sim.Refinery):
            """A plant with a number."""

            def decide(self, view: object, case: Case) -> Intent:
                """Do as the model does, with a number in mind."""
                return case.take() if years else case.take(case.best)

        return Patient

    sim.ensemble("toy", 2, agents={sim.Refinery: patient(1)}, out=tmp_path / "study", jobs=1)

    with pytest.raises(UsageError, match="agents: "):
        sim.ensemble("toy", 2, agents={sim.Refinery: patient(2)}, out=tmp_path / "study", jobs=1)


def test_a_case_cannot_be_changed_by_whoever_is_asked() -> None:
    class Forger(Decides):
        """Tries to change what it is asked."""

        def decide(self, view: object, case: Case) -> Intent:
            """Try everything, then answer."""
            for told in (case.facts, case.options, case.margins):
                with pytest.raises(TypeError):
                    told["a"] = 2.0  # type: ignore[index]
            with pytest.raises(AttributeError):
                case.margins = {"hold": 0.0, "exit": 1.0}  # type: ignore[misc]
            with pytest.raises(AttributeError):
                case.take().choice = "exit"  # type: ignore[misc]
            return case.take()

    case = Case("leave", "x", {"a": 1.0}, {"hold": 0.0}, {"hold": 0.0}, "hold")

    assert ask(Forger(), None, case).choice == "hold"


def test_an_intent_of_its_own_making_goes_no_way_that_is_closed() -> None:
    class Maker(Decides):
        """Makes its intent by hand."""

        def decide(self, view: object, case: Case) -> Intent:
            """Go a way that is not open."""
            return Intent(case, "exit")

    with pytest.raises(UsageError, match=r"Maker\.decide must return case\.take"):
        ask(Maker(), None, Case("leave", "x", {"a": 1.0}, {"hold": 0.0}, {"hold": 0.0}, "hold"))


def test_an_agent_whose_own_decide_is_replaced_has_a_mind_of_its_own() -> None:
    agent = sim.Industry("toy").cast.smelters[0]
    before = has_own_mind(agent)

    agent.decide = lambda view, case: case.take()  # type: ignore[method-assign]

    assert not before
    assert has_own_mind(agent)


def test_a_case_with_one_way_open_takes_that_way() -> None:
    case = Case("leave", "x", {"a": 1.0}, {"hold": 0.0}, {"exit": 2.0, "hold": -2.0}, "exit").only("hold")

    assert case.margins == {"hold": -2.0}
    assert case.take().choice == "hold"
    with pytest.raises(UsageError):
        case.take("exit")
