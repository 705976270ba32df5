"""Dialling other nodes, again and again: first at once, then less and less often while nobody answers.

Only one side of a link needs to be able to reach the other, so a node behind a firewall that dials out is a
full member. A peer that has dialled us itself is not dialled as long as that link lasts.
"""

from __future__ import annotations

import asyncio
import contextlib
from random import SystemRandom
from typing import Final

from node.amop.link import Link
from node.amop.tcp import Connection, Node

FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 3.0
"""Seconds between two attempts; each pause is twice the one before, give or take a quarter."""

DIAL_SECONDS: Final = 3.0
"""For the other side to take the call."""

SETTLED: Final = 5.0
"""A link that lasted so many seconds was a good one: the next pause is the first again."""


class Dialler:
    """Keeps a link to one address."""

    def __init__(self, node: Node, host: str, port: int) -> None:
        self._node, self._host, self._port = node, host, port
        self._peer: bytes | None = None
        self._random = SystemRandom()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Dial no more; a link that is there stays."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        pause = FIRST_PAUSE
        while True:
            began = self._node.now()
            if not self._is_linked():
                await self._dial()
            if self._node.now() - began >= SETTLED:
                pause = FIRST_PAUSE
            await asyncio.sleep(pause * self._random.uniform(0.75, 1.25))
            pause = FIRST_PAUSE if self._is_linked() else min(2 * pause, LONGEST_PAUSE)

    def _is_linked(self) -> bool:
        return self._peer is not None and self._peer in self._node.hub.neighbours.links

    async def _dial(self) -> None:
        """One call, from the first attempt to the end of the link."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(DIAL_SECONDS):
                _, connection = await loop.create_connection(
                    lambda: Connection(self._node, self._node.settings.dial_tls, dialled=True),
                    self._host,
                    self._port,
                )
        except (OSError, TimeoutError) as error:
            self._node.log(f"{self._host}:{self._port} does not answer: {str(error) or 'time is over'}")
            return
        await connection.closed.wait()
        if isinstance(connection.peer, Link) and connection.peer.peer is not None:
            self._peer = connection.peer.peer
