"""No number hides in the science: what somebody assumed is a declared parameter with a range and a source.

A number may stand in code when it follows from a definition, guards arithmetic, converts a unit, or bounds or words
what is told. Each of those is named below with its reason, so that an assumption cannot slip in among them.
"""

import ast
from collections.abc import Iterator, Mapping

import pytest

from tests.contracts.tree import Source, findings, planted, python_sources

ROOMS = ("market", "process", "environment", "strategy", "sight", "decisions", "phases", "agents")
PLAIN = (0, 1, 2)
"""Nothing, a whole and a pair; with a sign or as a decimal as well."""
TINY = 1e-6
"""A gram of a tonne: smaller numbers keep a division or a comparison safe, and no behaviour hangs on them."""
BOUNDING = ("Fact", "Term")
"""Declarations of what a decision rests on: their numbers say how far it is searched for a tipping value."""
ROUNDING = ("round", "np.round")

LOGISTIC = "keeps the exponential of a logistic function finite"
QUARTER = "quarters of a year"
DECIMAL = "half a unit of what is told in whole units"
SEARCHED = "bound of the search for a tipping value, and of what a fact may be"
MEAN = "mean of two"
EVEN = "an even draw, that of an owner who is neither bold nor timid"
ALLOWED: dict[str, dict[float, str]] = {
    "sim/strategy/combining.py": {
        6: "draws of which the fourth smallest follows Beta(4, 3), the law of what comes true of a promise",
        4: "likewise",
    },
    "sim/market/concentration.py": {1e4: "an HHI is stated in points: shares of 0-100, squared"},
    "sim/process/base.py": {25.0: "definition of an old plant in the meaning of the age parameters"},
    "sim/process/bayer.py": {
        0.05: "keeps the cost of scale finite at a site of no size",
        1000: "kilowatt hours of a megawatt hour",
    },
    "sim/market/equilibrium.py": {
        250.0: "longest step of the solver: changes its path, not its answer",
        1000: "most steps of the solver",
        10.0: "stiffness of the solver: changes its path, not its answer",
        1e5: "freight of a region that is shut off, beyond any price",
        40: "most halvings of a step",
        0.5: "decrease that ends a line search",
        0.7: "largest factor by which a step is shortened",
        0.1: "smallest factor by which a step is shortened",
        25.0: "dispersions on the way of the solver from smooth to sharp",
        12.0: "likewise",
        6.0: "likewise; and decimals to which prices are kept",
        3.0: "likewise",
        1.5: "likewise",
    },
    "sim/market/inputs.py": {4: QUARTER},
    "sim/market/needs.py": {500.0: LOGISTIC, 60.0: LOGISTIC},
    "sim/market/offers.py": {500.0: LOGISTIC},
    "sim/market/parity.py": {
        40.0: "beyond it a soft maximum is the number itself, to the last digit",
        700.0: LOGISTIC,
        60.0: f"{LOGISTIC}; and steps of a bisection, after which nothing moves",
        0.5: MEAN,
    },
    "sim/market/stocks.py": {
        50.0: "keeps the exponential of wanted stocks finite; the ceiling binds long before"
    },
    "sim/strategy/building.py": {
        4: QUARTER,
        1e-3: "smallest size, so that a plan without size divides by something",
        0.5: MEAN,
        50.0: LOGISTIC,
    },
    "sim/strategy/consents.py": {50.0: LOGISTIC},
    "sim/strategy/leaving.py": {50.0: LOGISTIC, 1000.0: "kilotonnes in a million tonnes"},
    "sim/strategy/partners.py": {
        1e6: "parts in a million",
        1e4: "parts per million in a per cent",
        100.0: "per cent",
    },
    "sim/strategy/running.py": {
        0.75: "three quarters in the closed form of the switching band",
        3.0: "two thirds in the closed form of the threshold's shift by drift",
    },
    "sim/strategy/finance.py": {
        0.5: "one half in the exponent of the normal density",
        32: "rates from which on those that are alike are raised to powers once: changes the path, not the answer",
    },
    "sim/sight/selling.py": {
        5e5: "half of a million parts: definition of a majority",
        1e6: "parts in a million",
    },
    "sim/sight/moving.py": {4: QUARTER, 99.0: "years idle that nobody reaches: no limit without a policy"},
    "sim/sight/prospects.py": {4: QUARTER},
    "sim/sight/smelting.py": {0.5: EVEN},
    "sim/decisions/build/telling.py": {
        0.5: EVEN,
        0.05: "mood that is not worth a word",
        100.0: "per cent, in words",
    },
    "sim/decisions/build/applying.py": {0.5: EVEN},
    "sim/decisions/buy/telling.py": {10.0: SEARCHED, 0.5: DECIMAL},
    "sim/decisions/leave.py": {4: QUARTER, 0.5: DECIMAL},
    "sim/decisions/partner.py": {2_000.0: SEARCHED},
    "sim/decisions/plans.py": {3000.0: SEARCHED, 5.0: SEARCHED},
    "sim/decisions/pond.py": {100.0: SEARCHED},
    "sim/decisions/retrofit.py": {5000.0: SEARCHED, 3000.0: SEARCHED},
    "sim/decisions/expand.py": {20_000.0: SEARCHED},
    "sim/decisions/match.py": {20_000.0: SEARCHED},
    "sim/decisions/mine.py": {1e6: SEARCHED},
    "sim/decisions/smelt.py": {1e5: SEARCHED},
    "sim/decisions/withdraw.py": {2_000.0: SEARCHED},
    "sim/decisions/take.py": {10.0: SEARCHED, 1e6: SEARCHED},
    "sim/decisions/use_mud.py": {5000.0: SEARCHED},
    "sim/phases/exits.py": {1e6: "parts in a million"},
    "sim/phases/booking.py": {4: QUARTER},
    "sim/phases/curbs.py": {4: "the last quarter of a year"},
    "sim/phases/preparing.py": {0.5: "square root", 365.0: "days of a year"},
    "sim/phases/quarter.py": {
        365.0: "days of a year",
        0.002: "least spot demand of a market, so that trade never turns round in the solver",
    },
}
"""Numbers that may stand in a file, and why each is no assumption."""

NAMES: dict[str, dict[str, str]] = {
    "sim/sight/smelting.py": {"NOWHERE": "no row of a table"},
    "sim/phases/foresight.py": {"PLANNED": "name of a stage", "BUILDING": "name of a stage"},
    "sim/process/base.py": {"FEED": "row of the feed among the components of cost"},
    "sim/process/bayer.py": {
        "LEAST_CLUSTER_MT": "keeps growth of a cluster finite where nothing stood at the start"
    },
}
"""Names of a module that stand for 0, 1 or 2, and why: a plain number with a name is as good as an assumption."""


def _number(node: ast.AST) -> float | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _number(node.operand)
        return None if inner is None else -inner
    known = isinstance(node, ast.Constant) and type(node.value) in (int, float)
    return node.value if known else None  # type: ignore[attr-defined,no-any-return]


def _is_plain(node: ast.AST) -> bool:
    value = _number(node)
    return value is not None and abs(value) in PLAIN


def _passed_over(tree: ast.Module) -> set[int]:
    """Give the nodes that bound facts, pick an element, or say to how many decimals to round."""
    found: set[int] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST] = []
        if isinstance(node, ast.Subscript):
            parts = [node.slice]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in BOUNDING:
            parts = [node]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ROUNDING:
            parts = list(node.args[1:])
        found.update(id(inner) for part in parts for inner in ast.walk(part))
    return found


def literals(source: Source) -> Iterator[tuple[ast.AST, float]]:
    """Give the numbers of a file that are not plain, tiny or passed over."""
    skipped = _passed_over(source.tree)
    for node in ast.walk(source.tree):
        value = _number(node) if isinstance(node, ast.Constant) and id(node) not in skipped else None
        if value is not None and value not in PLAIN and abs(value) > TINY:
            yield node, value


def named(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Give the names on the level of the module, or of a class, that stand for plain numbers."""
    bodies = [source.tree.body, *(n.body for n in ast.walk(source.tree) if isinstance(n, ast.ClassDef))]
    for node in (statement for body in bodies for statement in body):
        if isinstance(node, ast.AnnAssign):
            targets, value = [node.target], node.value
        elif isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        else:
            continue
        values = value.elts if isinstance(value, ast.Tuple) else [value] if value else []
        if values and all(_is_plain(each) for each in values):
            for target in targets:
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                yield from ((node, ast.unparse(name)) for name in names if ast.unparse(name).isupper())


def hidden(
    source: Source,
    allowed: Mapping[str, Mapping[float, str]] = ALLOWED,
    names: Mapping[str, Mapping[str, str]] = NAMES,
) -> list[str]:
    """Give the numbers of a file for which no reason is given."""
    known, called = allowed.get(source.path, {}), names.get(source.path, {})
    found = [source.at(node, f"{value:g}") for node, value in literals(source) if value not in known]
    return found + [source.at(node, name) for node, name in named(source) if name not in called]


def science() -> list[Source]:
    """Give the files of the rooms in which nothing is assumed."""
    return [each for each in python_sources("sim") if each.path.split("/")[1] in ROOMS]


def test_no_number_hides_in_the_science() -> None:
    assert findings(hidden, science()) == []


def test_every_allowed_number_is_there_and_has_a_reason() -> None:
    there = {source.path: {value for _, value in literals(source)} for source in science()}
    called = {source.path: {name for _, name in named(source)} for source in science()}

    assert [
        (path, value) for path, known in ALLOWED.items() for value in known if value not in there[path]
    ] == []
    assert [(path, name) for path, known in NAMES.items() for name in known if name not in called[path]] == []
    reasons = [why for known in (*ALLOWED.values(), *NAMES.values()) for why in known.values()]
    assert all(why.strip() for why in reasons)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("KEPT_SHARE = 0.6", "0.6"),
        ("WEAK_YEARS = 2", "WEAK_YEARS"),
        ("A, B_YEARS = 1, 2", "B_YEARS"),
        ("SHIFT: float = -1.0", "SHIFT"),
        ("class Rule:\n    LEAST: int = 2", "LEAST"),
        ("class Rule:\n    threshold_share: float = 0.25", "0.25"),
        ("def f(x, most=3): return x", "3"),
        ("y = min(x, -0.25)", "0.25"),
        ("y = weight(x, 0.93)[0]", "0.93"),
        ('ODDS = {"review": 0.93}', "0.93"),
        ("y = round(0.3 * x, 6)", "0.3"),
    ],
)
def test_an_assumption_in_code_is_found(text: str, seen: str) -> None:
    assert seen in [found.rpartition(" ")[2] for found in hidden(planted(text))]


@pytest.mark.parametrize(
    "text",
    [
        "y = -1.0 + 2 * x / max(z, 1e-9)",
        "y = luck[3] + parts[-1, 4]",
        "y = round(x, 6)",
        'share: Annotated[Floats, Fact("its part", 0.01, 5.0)]',
        "y = terms.kept_share * x",
        "ON = True",
    ],
)
def test_what_assumes_nothing_is_left_alone(text: str) -> None:
    assert hidden(planted(text)) == []


def test_a_reason_holds_in_its_own_file_alone() -> None:
    allowed = {"sim/market/other.py": {0.6: "a reason"}}

    assert len(hidden(planted("y = 0.6 * x"), allowed)) == 1
    assert hidden(planted("y = 0.6 * x", "sim/market/other.py"), allowed) == []
