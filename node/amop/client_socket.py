"""The asyncio side of a client: one connection to a node."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, cast

from typing_extensions import override

from node.amop.conversation import Conversation, Event
from node.amop.errors import PeerError
from node.amop.tls import Tls

HIGH_WATER: Final = 1 << 20
"""Bytes that may wait to be sent before new requests do."""

TICK: Final = 1.0

SILENCE_SECONDS: Final = 30.0
"""Without a byte, not even an answer to our heartbeats, the node is taken for dead."""


class ClientSocket(asyncio.Protocol):
    """A socket with a conversation on it, through TLS unless there is none."""

    def __init__(
        self, talk: Conversation, tls: Tls | None, take: Callable[[ClientSocket, Event], None]
    ) -> None:
        self.talk, self._tls, self._take = talk, tls, take
        self.greeted, self.lost, self.writable = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.trouble = "the node closed the connection"
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._heard = self._loop.time()
        self._flushing = False
        self._timer: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = made = cast("asyncio.Transport", transport)  # uvloop's are not below asyncio's
        made.set_write_buffer_limits(high=HIGH_WATER)
        self.writable.set()
        if self._tls is not None:
            self._write(self._tls.start())
        self._flush()
        self._tick()

    @override
    def data_received(self, data: bytes) -> None:
        self._heard = self._loop.time()
        if self._tls is not None:
            data = self._tls.receive(data)
            self._write(self._tls.outgoing())
            if self._tls.failed is not None:
                self.trouble = self._tls.failed
                self.close()
        try:
            for event in self.talk.receive(data):
                self._take(self, event)
        except PeerError as error:
            self.trouble = f"the node broke the protocol: {error}"
            self.close()
        self._flush()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None:
            self.trouble = str(exc) or type(exc).__name__
        if self._timer is not None:
            self._timer.cancel()
        self.lost.set()
        self.writable.set()

    @override
    def pause_writing(self) -> None:
        self.writable.clear()

    @override
    def resume_writing(self) -> None:
        self.writable.set()

    def _tick(self) -> None:
        now = self._loop.time()
        if now - self._heard >= SILENCE_SECONDS and self._transport is not None:
            self.trouble = f"nothing heard for {SILENCE_SECONDS:g} s"
            self._transport.abort()
            return
        self.talk.tick(now)
        self._flush()
        self._timer = self._loop.call_later(TICK, self._tick)

    def flush_soon(self) -> None:
        """Send what has been said, together with what else is said in this turn of the loop."""
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        pieces, self.talk.outgoing = self.talk.outgoing, []
        if pieces:
            self._write(b"".join(pieces) if self._tls is None else self._tls.seal(pieces))

    def _write(self, data: bytes) -> None:
        if data and self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        """Send what waits, then close."""
        if self._transport is not None and not self._transport.is_closing():
            self._flush()
            if self._tls is not None:
                self._write(self._tls.farewell())
            self._transport.close()

    async def greeted_or_lost(self) -> None:
        """Wait until the node has answered, or will not."""
        waits = [asyncio.ensure_future(each.wait()) for each in (self.greeted, self.lost)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
