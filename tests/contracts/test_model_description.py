"""The model description says what the program has: parameters, state, policies, decisions, and equations by number.

It is held against the code in both directions: what is declared and not described is found, and so is what is
described and not declared. What an equation says no test can read; that its number is there, one can.
"""

import ast
import re
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from itertools import pairwise
from types import NoneType, UnionType
from typing import Any

import pytest
from pydantic import BaseModel

from sim.core.tables import Table
from sim.policies.policy import POLICIES, Policy
from sim.scenario.load import load
from sim.scenario.parameters import Parameters
from sim.scenario.processes import KNOWN
from tests.contracts.test_registry import registries
from tests.contracts.test_units import numbers
from tests.contracts.tree import ROOT, Source, dotted, findings, modules, planted, python_sources

PATH = "sim/MODEL.md"
TRADE = load("baseline").pack.trade
"""The inputs of the industry that is described: their levels and motions are parameters."""
TABLES = ("Refineries", "Smelters", "Importers", "Groups")
BOOKS = ("Prices", "YearBook")
KIND_PLACE = 2
"""Which argument of a decision is its kind, where it is not named."""
NUMBER = r"\d\.\d+[a-z]?"


def description() -> str:
    """Give the text of the model description."""
    return (ROOT / PATH).read_text("utf-8")


def tables(text: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Give every table of a text: the line above it, and its rows of cells, the head first and the rule left out."""
    caption, rows = "", list[list[str]]()
    for line in (*text.splitlines(), ""):
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
            continue
        if rows:
            yield caption, [rows[0], *rows[2:]]
            rows = []
        caption = line or caption


def names_in(cell: str) -> list[str]:
    """Give the names that stand in a cell between backticks."""
    return re.findall(r"`([^`]+)`", cell)


def listed(text: str, head: str = "", caption: str = "") -> dict[str, list[str]]:
    """Give the cells of a row by each name in its first cell, from tables of a certain first head or caption."""
    return {
        name: row
        for above, rows in tables(text)
        if (head and rows[0][0] == head) or (caption and above.startswith(caption))
        for row in rows[1:]
        for name in names_in(row[0])
    }


def against(said: Iterable[str], declared: Iterable[str], what: str) -> list[str]:
    """Give what is declared and not said, and what is said and not declared; a star stands for one part of a name."""
    said, declared = list(said), list(declared)
    patterns = {name: re.escape(name).replace(r"\*", "[a-z_]+") for name in said}
    missing = [name for name in declared if not any(re.fullmatch(each, name) for each in patterns.values())]
    unknown = [
        name for name, each in patterns.items() if not any(re.fullmatch(each, one) for one in declared)
    ]
    return [f"{what} {name} is not in {PATH}" for name in missing] + [
        f"{PATH} has a {what} {name} that does not exist" for name in unknown
    ]


def parameters(section: type[BaseModel] = Parameters, path: str = "") -> Iterator[tuple[str, str]]:
    """Give every parameter by its dotted name, with its unit."""
    hints = typing.get_type_hints(section, include_extras=True)
    for name, field in section.model_fields.items():
        inner = field.annotation
        if isinstance(inner, UnionType):
            inner = next(each for each in typing.get_args(inner) if each is not NoneType)
        below = typing.get_args(inner)[-1] if typing.get_origin(inner) is dict else None
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from parameters(inner, f"{path}{name}.")
        elif isinstance(below, type) and issubclass(below, BaseModel):
            for each in TRADE.inputs:
                yield from parameters(below, f"{path}{name}.{each.id}.")
        elif f"{path}{name}" == "inputs.levels":
            yield from ((f"{path}{name}.{each.price}", each.unit) for each in TRADE.inputs)
        elif name == "process":
            yield from (each for _, known in KNOWN.items() for each in parameters(known.numbers, f"{name}."))
        else:
            yield f"{path}{name}", numbers(hints[name])[0] or ""


def wrong_units(said: Mapping[str, list[str]], units: Mapping[str, str]) -> list[str]:
    """Give the described names whose second cell is not their unit; a star stands for one part of a name."""
    found = []
    for name, cells in said.items():
        pattern = re.escape(name).replace(r"\*", "[a-z_]+")
        real = {unit for known, unit in units.items() if re.fullmatch(pattern, known)}
        if real and real != {cells[1]}:
            found.append(f"{name} is in {', '.join(sorted(real))}, not in {cells[1] or 'nothing'}")
    return found


def the_class(name: str) -> type[Any]:
    """Give the class of sim that has a name, wherever it stands."""
    found = {value for module in modules() for key, value in vars(module).items() if key == name}
    (only,) = {
        value for value in found if isinstance(value, type) and value.__module__.startswith("sim.world")
    }
    return only


def columns_of(table: type[Table]) -> dict[str, str]:
    """Give the columns of a table with their units."""
    return {column.name: column.unit for column in table.columns()}


def own_fields(policy: type[Policy]) -> list[str]:
    """Give what a policy declares besides what every policy has."""
    return [name for name in policy.model_fields if name not in Policy.model_fields]


def short_of_fields(said: Mapping[str, list[str]], policies: Iterable[tuple[str, type[Policy]]]) -> list[str]:
    """Give the policies whose row names other fields than they declare."""
    wrong = ((name, against(names_in(said[name][1]), own_fields(kind), "field")) for name, kind in policies)
    return [f"{name}: {finding}" for name, all_of_it in wrong for finding in all_of_it]


def texts_of(node: ast.expr) -> list[str]:
    """Give the texts that an expression may be, as far as they are written out: the beginning of a filled-in one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*texts_of(node.body), *texts_of(node.orelse)]
    if isinstance(node, ast.JoinedStr) and node.values:
        return texts_of(node.values[0])
    return []


def recorded_kinds(source: Source) -> list[str]:
    """Give the first words of the kinds of decision that a file records."""
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "Decision":
            named = [each.value for each in node.keywords if each.arg == "kind"]
            found += [
                text.split()[0] for each in (named or node.args[KIND_PLACE:][:1]) for text in texts_of(each)
            ]
    return found


def kinds_of_decision() -> set[str]:
    """Give the kinds of decision that something records or explains."""
    explained = [
        registry.names() for registry in registries(modules()) if registry.kind == "kind of decision"
    ]
    recorded = [kind for source in python_sources("sim") for kind in recorded_kinds(source)]
    return {*recorded, *(name for names in explained for name in names)}


def equations(text: str) -> list[str]:
    """Give the numbers of all displayed equations in their order, `?` for one without."""
    found = []
    for line in text.splitlines():
        if line.startswith("$$"):
            number = re.fullmatch(rf"\$\$ .+ \\qquad \(({NUMBER})\) \$\$", line)
            found.append(number.group(1) if number else "?")
    return found


def place(number: str) -> tuple[int, int, str]:
    """Give where a number stands in the order: chapter, equation, letter."""
    chapter, rest = number.split(".")
    digits = rest.rstrip("abcdefghijklmnopqrstuvwxyz")
    return int(chapter), int(digits), rest[len(digits) :]


def disordered(numbered: list[str]) -> list[str]:
    """Give the equations without a number, and those that do not stand behind the one before."""
    bare = ["an equation has no number"] * numbered.count("?")
    known = [number for number in numbered if number != "?"]
    return bare + [
        f"({after}) stands behind ({before})"
        for before, after in pairwise(known)
        if place(after) <= place(before)
    ]


def docstrings(source: Source) -> Iterator[str]:
    """Give every text that stands in a file by itself, in one line."""
    for node in ast.walk(source.tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield " ".join(node.value.value.split())


def cited(source: Source) -> list[str]:
    """Give the numbers of the equations that a file cites."""
    several = rf"equations? (\({NUMBER}\)(?:(?:,| and|, and) \({NUMBER}\))*)"
    found = (group for text in docstrings(source) for group in re.findall(several, text))
    return [number for group in found for number in re.findall(NUMBER, group)]


def dangling(source: Source, text: str) -> list[str]:
    """Give the citations of a file that lead nowhere: equations, and sections of the model description."""
    known = equations(text)
    found = [f"{source.path} cites equation ({number})" for number in cited(source) if number not in known]
    for said in docstrings(source):
        for section in re.findall(r"section (\d\.\d) of the model description", said):
            if f"**{section} " not in text:
                found.append(f"{source.path} cites section {section}")
    return found


def lost(text: str) -> list[str]:
    """Give the numbers in brackets that the text refers to and no equation has."""
    prose = "\n".join(line for line in text.splitlines() if not line.startswith("$$"))
    meant = re.findall(rf"\(({NUMBER}[^()]*)\)", re.sub(r"\$[^$\n]*\$", "", prose))
    return [
        number for group in meant for number in re.findall(NUMBER, group) if number not in equations(text)
    ]


def test_every_parameter_is_described_with_its_unit_and_none_that_is_not_there() -> None:
    said, declared = listed(description(), head="parameter"), dict(parameters())

    assert against(said, declared, "parameter") == []
    assert wrong_units(said, declared) == []


@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_a_table_is_described_with_its_unit(name: str) -> None:
    said, declared = listed(description(), caption=f"Columns of `{name}`"), columns_of(the_class(name))

    assert against(said, declared, "column") == []
    assert [each for each in declared if said[each][1] != declared[each]] == []


@pytest.mark.parametrize("name", BOOKS)
def test_every_field_of_prices_and_of_the_year_book_is_described(name: str) -> None:
    said = listed(description(), caption=f"Fields of `{name}`")

    assert against(said, [each.name for each in fields(the_class(name))], "field") == []


def test_every_policy_is_described_with_its_own_fields() -> None:
    said = listed(description(), head="policy")

    assert against(said, POLICIES.names(), "policy") == []
    assert short_of_fields(said, POLICIES.items()) == []


def test_every_kind_of_decision_that_is_recorded_or_explained_is_described() -> None:
    said = listed(description(), head="kind")

    assert sorted(kinds_of_decision() - set(said)) == []


def test_every_equation_has_a_number_of_its_own_and_they_are_in_order() -> None:
    numbered = equations(description())

    assert len(numbered) > 50
    assert disordered(numbered) == []


def test_every_equation_that_a_docstring_cites_is_in_the_description() -> None:
    text = description()

    assert findings(lambda source: dangling(source, text), python_sources("sim")) == []


def test_every_number_that_the_description_refers_to_is_an_equation_of_it() -> None:
    assert lost(description()) == []


def test_a_parameter_left_out_made_up_or_in_another_unit_is_found() -> None:
    text = "| parameter | unit |\n|---|---|\n| `a.*.one_share`, `b.gone_mt` | share |\n"
    said = listed(text, head="parameter")

    assert against(said, ["a.x.one_share", "a.y.one_share", "b.two_mt"], "parameter") == [
        f"parameter b.two_mt is not in {PATH}",
        f"{PATH} has a parameter b.gone_mt that does not exist",
    ]
    assert wrong_units(said, {"a.x.one_share": "share", "b.gone_mt": "Mt"}) == [
        "b.gone_mt is in Mt, not in share"
    ]


def test_a_table_is_found_by_its_caption_and_no_other() -> None:
    text = (
        "Columns of `A`:\n\n| column |\n|---|\n| `one` |\n\nColumns of `B`:\n\n| column |\n|---|\n| `two` |\n"
    )

    assert list(listed(text, caption="Columns of `B`")) == ["two"]


def test_a_policy_whose_row_lacks_a_field_is_found() -> None:
    said = listed("| policy | own fields |\n|---|---|\n| `trade` | `duty_share` |\n", head="policy")
    trade = [(name, kind) for name, kind in POLICIES.items() if name == "trade"]

    assert short_of_fields(said, trade) == [f"trade: field export_refund_share is not in {PATH}"]


def test_kinds_of_decision_are_read_however_they_are_written() -> None:
    text = (
        'Decision(1, "x", "one")\nbooks.Decision(kind="two" if a else "three")\nDecision(kind=f"four {a}")\n'
    )

    assert recorded_kinds(planted(text)) == ["one", "two", "three", "four"]
    assert {"leave", "build", "move", "buy", "retrofit", "use_mud"} <= kinds_of_decision()


def test_an_equation_without_number_twice_or_out_of_order_is_found() -> None:
    text = "\n".join(rf"$$ x \qquad ({number}) $$" for number in ("2.1", "2.1a", "2.10", "2.9", "3.1", "3.1"))

    assert disordered(equations(text + "\n$$ y $$\n")) == [
        "an equation has no number",
        "(2.9) stands behind (2.10)",
        "(3.1) stands behind (3.1)",
    ]


def test_a_citation_that_leads_nowhere_is_found() -> None:
    text = "**7.4 Who is cut.**\n\n$$ x \\qquad (7.1) $$\n"
    said = '"""Source: equations (7.1) and\n(7.2), section 7.4 and section 7.9 of the model description."""\n'

    assert cited(planted(said)) == ["7.1", "7.2"]
    assert dangling(planted(said), text) == [
        "sim/market/planted.py cites equation (7.2)",
        "sim/market/planted.py cites section 7.9",
    ]
    assert lost(text + "as in (7.1, 7.3) and with $(1.5 - x)$") == ["7.3"]
