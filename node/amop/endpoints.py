"""Addresses as they are written on the command line: `127.0.0.1:20200`, `[::1]:20200`, `:20200`."""

from __future__ import annotations

from typing import Final

from node.errors import UserError

LOOPBACK: Final = "127.0.0.1"


def parse_endpoint(text: str) -> tuple[str, int]:
    """Host and port; without a host, this machine. Raises `UserError`."""
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or int(port) >= 1 << 16:
        raise UserError(f"an endpoint is HOST:PORT, found {text!r}")
    try:
        host.encode("idna")
    except UnicodeError:
        raise UserError(f"{host!r} cannot be a host's name") from None
    return host.removeprefix("[").removesuffix("]") or LOOPBACK, int(port)
