"""Files written whole or not at all, and paths as they are shown."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that whoever reads it meanwhile sees the old bytes or the new ones, never a part."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def shown(path: Path) -> Path:
    """The path from the current folder if it lies below, else the whole path."""
    whole, here = path.resolve(), Path.cwd().resolve()
    return whole.relative_to(here) if whole.is_relative_to(here) else whole


def plain(text: str) -> str:
    """The text on one line, with what a terminal might take for a command replaced."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
