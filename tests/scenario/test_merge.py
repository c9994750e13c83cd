"""Laying scenarios over one another: what wins, what goes, and where each value came from."""

from functools import reduce

import pytest

from sim.scenario.merge import (
    ABSENT,
    Node,
    difference,
    duplicate_ids,
    leaves,
    merge,
    nodes_at,
    nodes_of,
    setting,
)
from sim.scenario.problems import InvalidScenarioError, Place, dotted
from sim.scenario.reader import read_yaml


def tree(text: str, file: str = "a.yaml") -> Node:
    document = read_yaml(text.encode(), file)
    assert document.problems == ()
    return nodes_of(document)


def merged(*texts: str) -> object:
    return reduce(merge, [tree(text) for text in texts]).plain()


@pytest.mark.parametrize(
    ("below", "above", "expected"),
    [
        ("a: 1\nb: 2", "b: 3", {"a": 1, "b": 3}),
        ("a: {x: 1, y: 2}", "a: {y: 3, z: 4}", {"a": {"x": 1, "y": 3, "z": 4}}),
        ("a: {x: 1, y: 2}", "a: {x: null}", {"a": {"y": 2}}),
        ("a: {x: 1}", "a: null", {}),
        ("a: 1", "b: null", {"a": 1, "b": None}),
        ("a: [1, 2]", "a: [3]", {"a": [3]}),
        ("a: {x: 1}", "a: 5", {"a": 5}),
        ("a: 5", "a: {x: 1}", {"a": {"x": 1}}),
        (
            "a: [{id: p, v: 1}, {id: q, v: 2}]",
            "a: [{id: q, v: 3}]",
            {"a": [{"id": "p", "v": 1}, {"id": "q", "v": 3}]},
        ),
        ("a: [{id: p, v: 1}]", "a: [{id: q, v: 3}]", {"a": [{"id": "p", "v": 1}, {"id": "q", "v": 3}]}),
        ("a: [{id: p, v: 1}]", "a: {p: {v: 3}}", {"a": [{"id": "p", "v": 3}]}),
        ("a: [{id: p, v: 1}]", "a: {q: {v: 3}}", {"a": [{"id": "p", "v": 1}, {"id": "q", "v": 3}]}),
        ("a: [{id: p, v: 1}, {id: q}]", "a: {p: null}", {"a": [{"id": "q"}]}),
        ("a: [{id: p}]", "a: []", {"a": []}),
        ("a: {2027: 1}", "a: {2027: 2, 2030: 3}", {"a": {2027: 2, 2030: 3}}),
    ],
)
def test_the_upper_layer_wins_by_key_and_by_id(below: str, above: str, expected: object) -> None:
    assert merged(below, above) == expected


def test_an_empty_layer_changes_nothing() -> None:
    text = "a: {x: 1}\nb: [{id: p, v: [1, 2]}]"

    assert merged(text, "{}") == tree(text).plain()


def test_merging_leaves_both_layers_as_they_were() -> None:
    below, above = tree("a: {x: 1}"), tree("a: {y: 2}")

    merge(below, above)

    assert (below.plain(), above.plain()) == ({"a": {"x": 1}}, {"a": {"y": 2}})


def test_deleting_an_item_that_is_not_there_names_the_nearest_id() -> None:
    with pytest.raises(
        InvalidScenarioError, match=r"a.yaml:1:5: etss: no item with this id.*did you mean 'ets'"
    ):
        merged("a: [{id: ets}]", "a: {etss: null}")


def test_every_leaf_knows_the_file_and_line_that_set_it() -> None:
    below = tree("a:\n  x: 1\n  y: 2\np:\n- {id: ets, v: 1}", "base.yaml")
    above = tree("\na:\n  y: 3\np:\n- id: ets\n  w: 4", "child.yaml")

    origins = {dotted(path): str(node.place) for path, node in leaves(merge(below, above))}

    assert origins == {
        "a.x": "base.yaml:2:6",
        "a.y": "child.yaml:3:6",
        "p.ets.id": "child.yaml:5:7",
        "p.ets.v": "base.yaml:5:16",
        "p.ets.w": "child.yaml:6:6",
    }


def test_the_difference_lists_only_what_differs_with_both_values() -> None:
    before = tree("a: {x: 1, y: 2}\np: [{id: q, v: 1}]")
    after = tree("p: [{id: r, v: 1}, {id: q, v: 7}]\na: {x: 1.0, z: 3}")

    rows = {row.path: (row.before, row.after) for row in difference(before, after)}

    # x: 1 is a whole number and 1.0 is not, so the two files do not say the same
    assert rows == {
        "a.x": (1, 1.0),
        "a.y": (2, ABSENT),
        "p.q.v": (1, 7),
        "p.r.id": (ABSENT, "r"),
        "p.r.v": (ABSENT, 1),
        "a.z": (ABSENT, 3),
    }


def test_a_tree_does_not_differ_from_itself() -> None:
    same = tree("a: [{id: q, v: [1, {b: []}]}]\nc: {}")

    assert difference(same, same) == []


def test_a_setting_reaches_a_list_item_by_its_id() -> None:
    base = tree("policies:\n- {id: ets, start_year: 2026}\n- {id: push}")

    layer = setting(["policies", "ets", "start_year"], nodes_at(2027, Place("--set")), base)

    expected = [{"id": "ets", "start_year": 2027}, {"id": "push"}]
    assert merge(base, layer).plain() == {"policies": expected}


def test_a_setting_equals_the_same_change_in_a_file() -> None:
    base = tree("a: {x: 1}\np: [{id: q, v: 1}]")

    by_setting = merge(base, setting(["p", "q", "v"], nodes_at(2, Place("--set")), base))

    assert by_setting.plain() == merge(base, tree("p: {q: {v: 2}}")).plain()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("p.etss.v", "--set: p.etss.v: no item has the id 'etss' .did you mean 'ets'"),
        ("a.x.y", "a.x.y: 'y' is sought in the plain value 1"),
        ("n.0", "n.0: '0' is sought in a list without ids"),
    ],
)
def test_a_setting_that_leads_nowhere_is_refused(path: str, message: str) -> None:
    base = tree("a: {x: 1}\np: [{id: ets, v: 1}]\nn: [1, 2]")

    with pytest.raises(InvalidScenarioError, match=message):
        setting(path.split("."), nodes_at(1, Place("--set")), base)


def test_a_setting_can_add_a_whole_item() -> None:
    base = tree("p: [{id: ets, v: 1}]")

    layer = setting(["p", "push"], nodes_at({"v": 2}, Place("--set")), base)

    assert merge(base, layer).plain() == {"p": [{"id": "ets", "v": 1}, {"id": "push", "v": 2}]}


def test_a_repeated_id_is_a_problem_that_names_both_lines() -> None:
    found = list(duplicate_ids(tree("p:\n- {id: ets}\n- {id: push}\n- {id: ets}")))

    assert [str(problem) for problem in found] == [
        "a.yaml:4:3: p: id 'ets' is given twice: on line 2 and here"
    ]


def test_values_that_are_not_plain_are_refused_as_arguments() -> None:
    with pytest.raises(InvalidScenarioError, match="argument: set is neither"):
        nodes_at({"a": {1, 2}}, Place("argument"))
