"""Whatever is registered under a name says what it is and where it comes from."""

import inspect
from types import ModuleType

from sim.core.registry import Registry
from tests.contracts.tree import modules


def registries(among: tuple[ModuleType, ...]) -> list[Registry[object]]:
    """Give every registry that a module holds, each once, by kind."""
    found = {
        id(value): value for module in among for value in vars(module).values() if type(value) is Registry
    }
    return sorted(found.values(), key=lambda registry: registry.kind)


def described(thing: object) -> str:
    """Give the thing's own docstring, or that of the function it carries, or its `meaning`."""
    if inspect.isclass(thing) or inspect.isroutine(thing):
        text = thing.__doc__ or ""
        generated = inspect.isclass(thing) and text.startswith(f"{thing.__name__}(")
        return "" if generated else text
    slots = [name for name in getattr(thing, "__slots__", ()) if hasattr(thing, name)]
    carried = [*getattr(thing, "__dict__", {}).values(), *(getattr(thing, name) for name in slots)]
    texts = [described(value) for value in carried if inspect.isroutine(value)]
    return "\n".join([str(getattr(thing, "meaning", "")), *texts]).strip()


def sourced(thing: object) -> bool:
    """Say whether a thing names its source, as an attribute or in its docstring."""
    source = getattr(thing, "source", None)
    return (isinstance(source, str) and len(source.strip()) > 5) or "Source:" in described(thing)


def unexplained(registry: Registry[object]) -> list[str]:
    """Give what is registered without a docstring or without a source."""
    found = []
    for name, thing in registry.items():
        if len(described(thing).split()) < 3:
            found.append(f"{registry.kind} '{name}' has no docstring")
        if not sourced(thing):
            found.append(f"{registry.kind} '{name}' has no source")
    return found


def test_everything_registered_has_a_docstring_and_a_source() -> None:
    assert [finding for registry in registries(modules()) for finding in unexplained(registry)] == []


def test_the_collector_finds_a_planted_registry_once() -> None:
    kept: Registry[object] = Registry("planted")
    one, two = ModuleType("one"), ModuleType("two")
    one.KEPT = two.KEPT = kept

    assert registries((one, two)) == [kept]


def test_the_collector_finds_the_policies_of_sim() -> None:
    kinds = {registry.kind: len(registry) for registry in registries(modules())}

    assert kinds["policy"] >= 1


def test_a_registered_thing_without_docstring_or_source_is_found() -> None:
    kept: Registry[object] = Registry("planted")
    kept.add("bare", lambda: None)
    kept.add("told", _told)
    kept.add("carried", type("Carrier", (), {"__init__": lambda self: setattr(self, "compute", _told)})())

    assert unexplained(kept) == ["planted 'bare' has no docstring", "planted 'bare' has no source"]


def _told() -> None:
    """Give nothing at all.

    Source: this file.
    """
