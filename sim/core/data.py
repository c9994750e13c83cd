"""Data that stand beside modules, as TOML."""

import tomllib
from importlib.resources import files
from typing import Any


def beside(package: str, *path: str) -> dict[str, Any]:
    """The content of a TOML file in the folder of a package."""
    return tomllib.loads(files(package).joinpath(*path).read_text(encoding="utf-8"))
