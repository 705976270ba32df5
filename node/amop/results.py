"""Result codes: how a request ended, in the numbers of both wires.

| code | 3.x | means |
|---|---|---|
| 0 | 0 | done |
| 99 | 3003 | sending failed |
| 100 | 3001 | no node that we reach holds the topic, or all of them failed |
| 101 | 3002 | the subscriber's side failed |
| 102 | 1000 | time is over |
| 103 | 1004 | refused: too large, or too much at once |
| 104 | 3003 | no subscriber of the nodes tried answered |
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from node.amop.messenger import NoSubscriber, NotAnswered, Rejected, TimedOut, Undelivered


class Result(IntEnum):
    """How a request ended, as 2.x numbers it."""

    OK = 0
    SEND_FAILED = 99
    NO_PEER = 100
    SDK_UNAVAILABLE = 101
    TIMEOUT = 102
    REJECTED = 103
    NO_SESSION = 104


STATUS: Final[dict[int, int]] = {
    Result.OK: 0,
    Result.SEND_FAILED: 3003,
    Result.NO_PEER: 3001,
    Result.SDK_UNAVAILABLE: 3002,
    Result.TIMEOUT: 1000,
    Result.REJECTED: 1004,
    Result.NO_SESSION: 3003,
}
"""The same, as 3.x numbers it."""

MEANING: Final[dict[int, str]] = {
    Result.SEND_FAILED: "sending failed",
    Result.NO_PEER: "nobody reachable subscribes to the topic",
    Result.SDK_UNAVAILABLE: "the subscriber's side failed",
    Result.TIMEOUT: "time is over",
    Result.REJECTED: "refused: too large, or too much at once",
    Result.NO_SESSION: "no subscriber answered",
}

ERRORS: Final[dict[int, type[Undelivered]]] = {
    Result.NO_PEER: NoSubscriber,
    Result.TIMEOUT: TimedOut,
    Result.REJECTED: Rejected,
}
"""What a caller is told by type; every other code is `NotAnswered`."""


def status_of(code: int) -> int:
    """The code in 3.x numbers; a subscriber's own code stays as it is, if it has room in two bytes."""
    own = code if -(1 << 15) <= code < 1 << 15 else STATUS[Result.SDK_UNAVAILABLE]
    return STATUS.get(code, own)


def error_of(code: int) -> Undelivered:
    """The error that a code other than OK stands for."""
    meaning = MEANING.get(code, "a code of the subscriber's own")
    return ERRORS.get(code, NotAnswered)(f"code {code}: {meaning}")
