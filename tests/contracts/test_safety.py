"""A scenario from a stranger is data: nothing in sim can be talked into running it."""

import ast

import pytest

from tests.contracts.tree import Source, dotted, findings, planted, python_sources

CALLS = ("eval", "exec", "compile", "__import__", "os.system", "os.popen", "tempfile.mktemp")
MODULES = ("pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle")
METHODS = ("read_pickle", "to_pickle")
BETWEEN_OUR_OWN = {"sim/study/crew.py": ["cloudpickle", "pickle"], "sim/study/worker.py": ["pickle"]}
"""Modules that speak through the two pipes between a study and a process that it has started; nobody else can write
to those, and no file or address leads there. What comes from outside is read nowhere in them."""
YAML_LOADERS = ("load", "load_all", "full_load", "full_load_all", "unsafe_load", "unsafe_load_all")
SWITCHES = ("allow_pickle", "shell")


def unsafe_calls(source: Source) -> list[str]:
    """Give the calls that could run text or bytes that came from outside."""
    found = []
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        name = dotted(node.func)
        last = name.rpartition(".")[2]
        if name in CALLS or last in METHODS or (name.startswith("yaml.") and last in YAML_LOADERS):
            found.append(source.at(node, f"{name}()"))
        for keyword in node.keywords:
            if keyword.arg in SWITCHES and not _is_false(keyword.value):
                found.append(source.at(node, f"{keyword.arg}={ast.unparse(keyword.value)}"))
    return found


def unsafe_imports(source: Source) -> list[str]:
    """Give the imports of modules that turn bytes into code."""
    found = []
    for node in ast.walk(source.tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
            if node.module == "yaml":
                names += [alias.name for alias in node.names if alias.name in YAML_LOADERS]
        known = BETWEEN_OUR_OWN.get(str(source.path), [])
        wrong = [name for name in names if name.split(".")[0] in {*MODULES, *YAML_LOADERS}.difference(known)]
        found += [source.at(node, f"import of {name}") for name in wrong]
    return found


def asserts(source: Source) -> list[str]:
    """Give the asserts that check more than a type: `python -O` removes them, and users get no message."""
    found = []
    for node in ast.walk(source.tree):
        narrows = isinstance(node, ast.Assert) and (
            dotted(getattr(node.test, "func", node.test)) == "isinstance"
            or ast.unparse(node.test).endswith("is not None")
        )
        if isinstance(node, ast.Assert) and not narrows:
            found.append(source.at(node, ast.unparse(node)[:60]))
    return found


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def test_no_part_of_sim_can_run_what_it_reads() -> None:
    assert findings(unsafe_calls, python_sources("sim")) == []


@pytest.mark.parametrize(
    "text",
    [
        "eval('1')",
        "exec(text)",
        "yaml.load(text, Loader=x)",
        "yaml.unsafe_load(text)",
        "np.load(path, allow_pickle=True)",
        "subprocess.run(line, shell=True)",
        "os.system(line)",
        "pd.read_pickle(path)",
    ],
)
def test_a_call_that_runs_what_it_reads_is_found(text: str) -> None:
    assert len(unsafe_calls(planted(text))) == 1


@pytest.mark.parametrize("text", ["yaml.parse(text)", "json.load(file)", "np.load(path, allow_pickle=False)"])
def test_a_call_that_only_reads_is_left_alone(text: str) -> None:
    assert unsafe_calls(planted(text)) == []


def test_no_part_of_sim_imports_a_module_that_unpacks_code() -> None:
    assert findings(unsafe_imports, python_sources("sim")) == []


@pytest.mark.parametrize(
    "text", ["import pickle", "from marshal import loads", "import os, shelve", "from yaml import load"]
)
def test_an_import_that_unpacks_code_is_found(text: str) -> None:
    assert len(unsafe_imports(planted(text))) == 1


@pytest.mark.parametrize("path", BETWEEN_OUR_OWN)
def test_a_module_between_our_own_processes_opens_no_file_and_no_connection(path: str) -> None:
    (source,) = (each for each in python_sources("sim") if str(each.path) == path)
    called = {dotted(node.func) for node in ast.walk(source.tree) if isinstance(node, ast.Call)}
    imported = {
        name.split(".")[0]
        for node in ast.walk(source.tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert "pickle.load" in called
    assert not {"open", "os.open", "io.open"} & called
    assert not [name for name in called if name.endswith((".open", ".read_bytes"))]
    assert not {"socket", "http", "urllib", "distributed", "multiprocessing"} & imported


def test_no_part_of_sim_checks_users_with_an_assert() -> None:
    assert findings(asserts, python_sources("sim")) == []


def test_an_assert_on_a_value_is_found() -> None:
    assert asserts(planted("assert isinstance(x, dict)\nassert x is not None")) == []
    assert len(asserts(planted("assert years > 0"))) == 1
