"""Builds `newton.c` when the package is installed or packed; where that fails, the package goes without it."""

import hashlib
import os
import shlex
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = Path(__file__).with_name("newton.c")


class NewtonHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the compiled solver beside its source, in place or into a wheel of this platform."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, and say so where it cannot be done."""
        try:
            library = compile_solver(SOURCE.parent)
        except (OSError, subprocess.SubprocessError) as error:
            self.app.display_warning(f"the market's solver is not compiled, runs take longer: {error}")
            return
        build_data["artifacts"].append(str(library.relative_to(self.root)))
        if version == "standard":
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data.update(pure_python=False, tag=f"py3-none-{platform}")


def compile_solver(folder: Path) -> Path:
    """Compile into a folder under a name that holds the source's digest, at once whole.

    Raises:
        OSError: there is no compiler, or the folder cannot be written.
        subprocess.SubprocessError: the compiler fails.
    """
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]
    library = folder / f"libnewton-{digest}.so"
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    part = library.with_suffix(f".{os.getpid()}")
    # No fused multiply-add: the same bits on every processor of a kind.
    line = [*compiler, "-O2", "-ffp-contract=off", "-fPIC", "-shared", "-o", str(part), str(SOURCE), "-lm"]
    subprocess.run(line, check=True, capture_output=True)
    part.replace(library)
    for old in (each for each in folder.glob("libnewton-*.so") if each != library):
        # Another process may build as well, and have put it away.
        old.unlink(missing_ok=True)
    return library
