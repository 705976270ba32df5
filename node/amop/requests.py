"""What a client wants of its node, whichever wire it speaks."""

from __future__ import annotations

from primitives.record import Record


class Subscribed(Record):
    """Its topics: all of them if `replaces`, else more of them."""

    topics: tuple[bytes, ...]
    replaces: bool


class Unicast(Record):
    """To one subscriber."""

    seq: bytes
    topic: bytes
    content: bytes


class Multicast(Record):
    """To all subscribers."""

    seq: bytes
    topic: bytes
    content: bytes


class Answer(Record):
    """A subscriber's answer to what was pushed to it."""

    seq: bytes
    result: int
    content: bytes


class Rpc(Record):
    """A question to the node itself, in JSON-RPC."""

    seq: bytes
    text: bytes


class Verified(Record):
    """What a publisher found out of a private topic's subscriber."""

    topic: bytes
    node: str
    """In hex."""

    good: bool


Request = Subscribed | Unicast | Multicast | Answer | Rpc | Verified
