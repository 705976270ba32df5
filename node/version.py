"""Which version of this program runs."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import metadata

from node import manifest


@cache
def version() -> str:
    """The version of the clone that the code stands in, or else of the installed package."""
    project = manifest.ROOT / "pyproject.toml"
    if project.is_file():
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    return metadata.version("crosslane")
