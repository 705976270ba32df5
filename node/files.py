"""Files written whole or not at all, and paths as they are shown."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that whoever reads it meanwhile sees the old bytes or the new ones, never a part.

    A link is followed; what is no regular file (a device, a pipe) is written to, never replaced.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        target.write_bytes(data)
        return
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(_mode_of(target))
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _mode_of(target: Path) -> int:
    """The mode that a file has, or that a new one would get."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def shown(path: Path) -> Path:
    """The path from the current folder if it lies below, else the whole path."""
    whole, here = path.resolve(), Path.cwd().resolve()
    return whole.relative_to(here) if whole.is_relative_to(here) else whole


def plain(text: str) -> str:
    """The text on one line, with what a terminal might take for a command replaced."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
