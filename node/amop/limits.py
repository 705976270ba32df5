"""How much one connection may take of a node, in bytes, pieces and seconds.

What happens at each limit is said beside it. So the memory that a node needs is at most the number of its
connections times what one of them may take.
"""

from __future__ import annotations

from typing import Final

from primitives.record import Record

MIB: Final = 1 << 20


class Limits(Record):
    """Defaults that suit a node in the open."""

    frame: int = 32 * MIB
    """Bytes of a frame from a client. The bytes of a longer one are skipped, not kept, and it is answered
    with REJECTED; over 100 MiB, it is taken for noise and the connection closed."""

    waiting: int = 8 * MIB
    """Bytes that wait for one client to read. Beyond, a multicast passes it by, a unicast goes to another
    subscriber, an answer is dropped; all are counted. One longer message may wait alone."""

    link_waiting: int = 64 * MIB
    """The same for a link to another node. Lists of topics may wait beyond it, `link.TABLES` bytes of them;
    further ones are dropped, and sent again when the tables are compared (`gossip_seconds`). What else keeps
    the tables in step is never dropped; a link that does not read it is closed."""

    connections: int = 4_096
    """Further ones are closed as soon as they are opened."""

    topics: int = 1_024
    """Of one client; a list with more is ignored."""

    unanswered: int = 16_384
    """Unicasts of one client that wait for their answer; further ones are answered with REJECTED."""

    unanswered_bytes: int = 64 * MIB
    """What those may hold together; a longer one may wait alone."""

    deliveries: int = 65_536
    """Unicasts that wait for one of this node's subscribers; further ones are answered with REJECTED."""

    deliveries_bytes: int = 256 * MIB
    """What those may hold together."""

    node_topics: int = 65_536
    """Of one node. A list that could bring our own over it is ignored; a longer one of another closes the
    link."""

    nodes: int = 4_096
    """That we remember something of; further ones are unknown to us."""

    senders: int = 1_024
    """Runs of nodes whose multicasts we remember, so as to deliver none twice. Beyond, the one that was heard
    longest ago is forgotten."""

    window: int = 8_192
    """Numbers of one sender that we remember, one bit each. A multicast that comes when so many later ones
    have been sent is dropped, whether it has come before or not."""

    session_seconds: float = 5.0
    """For one subscriber to answer; then the next one gets the message."""

    node_seconds: float = 30.0
    """For one node to find a subscriber that answers; then the next node is asked."""

    reach_seconds: float = 1.0
    """For a node out of reach to come back, as many do when ways change; then the next node is asked."""

    total_seconds: float = 60.0
    """For a unicast as a whole."""

    idle_seconds: float = 60.0
    """A client's connection without a byte either way is closed."""

    greeting_seconds: float = 10.0
    """From opening a connection to its first frame, TLS included; for a client, TLS only."""

    stall_seconds: float = 20.0
    """A connection that has something to read and reads none of it is closed."""

    gossip_seconds: float = 2.0
    """Between two comparisons of tables with a neighbour."""

    twin_seconds: float = 10.0
    """After our list of topics has outdone one that another node announced in our name. A further one is let
    stand so long, and logged."""

    silence_seconds: float = 7.0
    """A link without a byte is taken for dead, although nobody closed it."""

    verification_seconds: float = 5.0
    """Between two questions for the verification of one topic."""


DEFAULT: Final = Limits()
