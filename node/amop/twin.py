"""When another node says things in our name: our list of topics outdoes the other, but not all the time.

Once is what happens to a node whose clock has gone back: others still know a list of its earlier run. When it
happens again soon, a second node with our certificate is running (a **twin**), and would outdo us in turn,
as fast as messages travel. So after each time there is a pause, and whoever runs the node is told.
"""

from __future__ import annotations

from typing_extensions import override

from primitives.record import Record


class TwinNotice(Record):
    """Somebody else keeps announcing topics in our name."""

    node: bytes
    """Our id, and theirs."""

    pause: float
    """Seconds for which we let it stand."""

    @override
    def __str__(self) -> str:
        return (
            f"another node announces topics as {self.node.hex()}: is its certificate, which is ours, in use "
            f"twice? ours are announced again in {self.pause:g} s"
        )


class Outdoing:
    """How often we outdo a list that is not ours but bears our name."""

    def __init__(self, node: bytes, seconds: float) -> None:
        self._notice, self._seconds = TwinNotice(node, seconds), seconds
        self._until = float("-inf")
        self._told = False

    def may(self, now: float) -> bool:
        """Whether it is time; if so, the next pause begins."""
        if now < self._until:
            return False
        self._until, self._told = now + self._seconds, False
        return True

    def notice(self) -> TwinNotice | None:
        """What to tell about a list that had to wait, once in each pause."""
        told, self._told = self._told, True
        return None if told else self._notice
