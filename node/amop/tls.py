"""TLS without a socket: sealed bytes in, plain bytes out, and the other way round.

Settings are those of FISCO BCOS 2.x: TLS 1.2, the one group secp256k1, certificates on both sides from the
same authority, names not compared. Clients of 3.x have a port of their own, with what the library offers.
Each frame becomes a TLS record of its own, because genuine clients read one frame from a record and no more;
the records of one flush still go to the socket together.
"""

from __future__ import annotations

import contextlib
import ssl
from pathlib import Path
from typing import Final

from node.amop.certs import NODE, SDK, SSL, first_certificate, node_id, unit_of
from node.errors import UserError

GROUP: Final = "secp256k1"
CHUNK: Final = 1 << 16


def node_context(folder: Path) -> ssl.SSLContext:
    """What a node listens with. Raises `UserError` if the folder lacks a file or its certificate is bad."""
    return _context(folder, NODE, ssl.PROTOCOL_TLS_SERVER)


def node_context3(folder: Path) -> ssl.SSLContext:
    """What a node listens with for clients of 3.x: TLS 1.2 or newer, as the library has it."""
    context = _load(folder, SSL, ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def dial_context(folder: Path) -> ssl.SSLContext:
    """What a node dials other nodes with."""
    return _context(folder, NODE, ssl.PROTOCOL_TLS_CLIENT)


def client_context(folder: Path) -> ssl.SSLContext:
    """What a client connects with."""
    return _context(folder, SDK, ssl.PROTOCOL_TLS_CLIENT)


def _context(folder: Path, name: str, side: ssl._SSLMethod) -> ssl.SSLContext:
    context = _load(folder, name, side)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ecdh_curve(GROUP)
    return context


def _load(folder: Path, name: str, side: ssl._SSLMethod) -> ssl.SSLContext:
    """A context that shows a certificate and wants one of the same authority."""
    crt, key, authority = folder / f"{name}.crt", folder / f"{name}.key", folder / "ca.crt"
    missing = [path.name for path in (authority, crt, key) if not path.is_file()]
    if missing:
        raise UserError(f"{folder}: {', '.join(missing)} missing; `crosslane amop certs` makes them")
    context = ssl.SSLContext(side)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.options |= ssl.OP_NO_RENEGOTIATION
    try:
        context.load_cert_chain(crt, key)
        context.load_verify_locations(authority)
    except ssl.SSLError as error:
        raise UserError(f"{folder}: certificates that cannot be used: {error.reason or error}") from None
    return context


def own_node_id(folder: Path) -> bytes:
    """The id of the node whose certificate lies in a folder."""
    return node_id(first_certificate(folder / f"{NODE}.crt"))


def _told(error: ssl.SSLError) -> str:
    reason = (error.reason or str(error)).lower().replace("_", " ")
    return f"TLS: {reason}"


class Tls:
    """One connection's TLS."""

    def __init__(self, context: ssl.SSLContext, *, server: bool) -> None:
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._object = context.wrap_bio(self._in, self._out, server_side=server)
        self._queued: list[bytes] = []
        self.ready = False
        """Whether both sides have shown their certificates."""

        self.failed: str | None = None
        """Why nothing more can be said, once that is so."""

        self._said_goodbye = False

    def start(self) -> bytes:
        """The first bytes to send; empty for a server."""
        self._shake_hands()
        return self._out.read()

    def receive(self, data: bytes) -> bytes:
        """The plain bytes in what has come. `outgoing` may have something to send afterwards."""
        if self.failed is not None:
            return b""
        self._in.write(data)
        if not self.ready:
            self._shake_hands()
        return self._read() if self.ready and self.failed is None else b""

    def _shake_hands(self) -> None:
        try:
            self._object.do_handshake()
        except ssl.SSLWantReadError:
            return
        except ssl.SSLError as error:
            self.failed = _told(error)
            return
        self.ready = True
        queued, self._queued = self._queued, []
        self._write(queued)

    def _read(self) -> bytes:
        pieces = []
        try:
            while piece := self._object.read(CHUNK):
                pieces.append(piece)
            self.failed = "the other side has closed it"
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError as error:
            self.failed = _told(error)
        return b"".join(pieces)

    def seal(self, pieces: list[bytes]) -> bytes:
        """What to send for these pieces, each in records of its own; before the handshake, nothing yet; after
        the end, nothing any more.
        """
        if self.failed is not None or self._said_goodbye:
            return b""
        if not self.ready:
            self._queued += pieces
            return b""
        self._write(pieces)
        return self._out.read()

    def _write(self, pieces: list[bytes]) -> None:
        for piece in pieces:
            written = self._object.write(piece)
            while written < len(piece):
                written += self._object.write(memoryview(piece)[written:])

    def outgoing(self) -> bytes:
        """What TLS itself has to send."""
        return self._out.read()

    def farewell(self) -> bytes:
        """What to send before closing, so that the peer knows that nothing has been cut off."""
        if self.ready and self.failed is None:
            self._said_goodbye = True
            with contextlib.suppress(ssl.SSLError):
                self._object.unwrap()
        return self._out.read()

    def peer(self) -> bytes | None:
        """The peer's certificate in DER, once the handshake is done."""
        return self._object.getpeercert(binary_form=True)

    def node(self) -> bytes | None:
        """The node that the peer's certificate is of; None if it is no node's."""
        certificate = self.peer()
        return node_id(certificate) if certificate and unit_of(certificate) == NODE else None
