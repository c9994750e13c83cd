"""Where scenarios and packs live, and what a name on the command line means.

A scenario is named by the path of a `.yaml` file, or by a bare name that is looked up on the shelf:
`scenarios/` in the current folder, then the folder that ships with the program. A pack is always a bare
name, looked up in the same folders, so that a scenario file from somebody else can point at nothing outside
them.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from sim.scenario.problems import InvalidScenarioError, Place, nearest_name, problem_at, shown
from sim.scenario.reader import Document, read_file

MAX_EXTENDS = 8
"""Longest chain of `extends`."""

SUFFIXES = (".yaml", ".yml")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_EXTENDS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\.ya?ml)?")


def shipped_folder() -> Path:
    """The folder of scenarios that ships with the program: in the wheel, or beside `sim/`."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_scenarios"
    return installed if installed.is_dir() else package.parent / "scenarios"


def folders() -> tuple[Path, ...]:
    """The folders of the shelf in the order in which they are searched."""
    local = Path("scenarios")
    shipped = shipped_folder()
    if local.is_dir() and local.resolve() != shipped.resolve():
        return local, shipped
    return (shipped,)


def names() -> tuple[str, ...]:
    """The names of all scenarios on the shelf, in alphabetical order."""
    found = {path.stem for folder in folders() for path in _yaml_files(folder)}
    return tuple(sorted(found))


def find(name: str, asked_at: Place, beside: Path | None = None) -> Path:
    """The file of a scenario.

    Args:
        name: the path of a `.yaml` file, or a bare name.
        asked_at: where the name was written, for the problem.
        beside: a folder that is searched before the shelf, and from which a path counts.

    Raises:
        InvalidScenarioError: there is no such scenario; the nearest name and how to list all are told.
    """
    if name.endswith(SUFFIXES):
        path = Path(name) if beside is None else beside / name
        if not path.is_file():
            near = nearest_name(Path(name).stem, names())
            raise InvalidScenarioError([problem_at(asked_at, "", f"no file {shown(name)}", near)])
        return path
    if not _NAME.fullmatch(name):
        message = f"{shown(name)} is neither the name of a scenario nor the path of a .yaml file"
        raise InvalidScenarioError([problem_at(asked_at, "", message)])
    for folder in (*([beside] if beside else []), *folders()):
        for suffix in SUFFIXES:
            if (folder / f"{name}{suffix}").is_file():
                return folder / f"{name}{suffix}"
    message = f"no scenario {shown(name)} (`shakeout scenarios` lists them)"
    raise InvalidScenarioError([problem_at(asked_at, "", message, nearest_name(name, names()))])


def find_pack(name: str, asked_at: Place, beside: Path | None = None) -> Path:
    """The folder of an industry pack.

    Raises:
        InvalidScenarioError: the name is no bare name, or no folder of the shelf has such a pack.
    """
    if not _NAME.fullmatch(name):
        message = f"{shown(name)} is not the name of a pack: letters, digits, '_' and '-' only"
        raise InvalidScenarioError([problem_at(asked_at, "pack", message)])
    places = (*([beside] if beside else []), *folders())
    for folder in places:
        if (folder / name / "industry.yaml").is_file():
            return folder / name
    packs = [file.parent.name for folder in places for file in sorted(folder.glob("*/industry.yaml"))]
    message = f"no pack {shown(name)}; there are: {', '.join(dict.fromkeys(packs)) or 'none'}"
    raise InvalidScenarioError([problem_at(asked_at, "pack", message, nearest_name(name, packs))])


def chain(path: Path) -> list[Document]:
    """A scenario file and all that it extends, the lowest first.

    Raises:
        InvalidScenarioError: the chain is circular, too long, or a name in it is not found.
    """
    documents = [read_file(path)]
    seen = [path.resolve()]
    while (parent := _extended(documents[-1])) is not None:
        asked_at = documents[-1].place(("extends",))
        if not _EXTENDS.fullmatch(parent):
            message = (
                f"{shown(parent)} is not the name of a scenario (a name, or a .yaml file in the same folder)"
            )
            raise InvalidScenarioError([problem_at(asked_at, "extends", message)])
        found = find(parent, asked_at, beside=Path(documents[-1].file).parent)
        resolved = found.resolve()
        if resolved in seen:
            circle = [*(item.name for item in seen[seen.index(resolved) :]), found.name]
            raise InvalidScenarioError(
                [problem_at(asked_at, "extends", f"goes in a circle: {' -> '.join(circle)}")]
            )
        if len(documents) > MAX_EXTENDS:
            raise InvalidScenarioError(
                [problem_at(asked_at, "extends", f"a chain of more than {MAX_EXTENDS} files is too long")]
            )
        seen.append(resolved)
        documents.append(read_file(found))
    return documents[::-1]


def _extended(document: Document) -> str | None:
    """The name that a document extends, or None; what is not a text is left to the schema."""
    if not isinstance(document.content, dict):
        return None
    name = document.content.get("extends")
    return name if isinstance(name, str) else None


def _yaml_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix in SUFFIXES and path.is_file() and _NAME.fullmatch(path.stem):
            yield path
