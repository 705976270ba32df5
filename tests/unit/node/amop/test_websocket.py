"""Clients of 3.x: the same core behind another wire. Their side is the library's own protocol object."""

from __future__ import annotations

import json
import re

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from node.amop.doorway import Doorway
from node.amop.limits import DEFAULT
from node.amop.websocket import SLACK, WebSocketSession
from primitives.record import replace
from tests.support import amop_bytes as wire
from tests.support.amop_bytes import Heard3
from tests.support.amop_world import World

HANDSHAKE, RPC, SUBSCRIBE, UNICAST, MULTICAST, ANSWER = 0x100, 0x102, 0x110, 0x111, 0x112, 0x113
SEQ = wire.seq(9)


class Client3:
    """A client of 3.x at a node of a world."""

    def __init__(self, world: World, node: int, *topics: str) -> None:
        self.world, self.hub = world, world.hubs[node]
        self.heard: list[Heard3] = []
        self.pings = 0
        self.door = Doorway(self.hub, lambda peer: setattr(peer.outbox, "carry", self._hear))
        self.socket = ClientProtocol(parse_uri("ws://localhost/"))
        self.socket.send_request(self.socket.connect())
        self.flush()
        self.send(HANDSHAKE, b'{"minVersion":0,"maxVersion":2,"moduleID":2}')
        if topics:
            self.send(SUBSCRIBE, json.dumps({"topics": topics}).encode())
        world.run(0.1)

    def send(self, kind: int, payload: bytes, seq: str = SEQ) -> None:
        self.socket.send_binary(wire.frame3(kind, seq, payload))
        self.flush()

    def flush(self) -> None:
        data = b"".join(self.socket.data_to_send())
        self.door.receive(data, self.world.now)
        self.hub.flush()

    def _hear(self, pieces: list[bytes]) -> None:
        self.socket.receive_data(b"".join(pieces))
        for event in self.socket.events_received():
            if isinstance(event, Frame) and event.opcode is Opcode.BINARY:
                self.heard.append(wire.heard3(bytes(event.data)))
            self.pings += isinstance(event, Frame) and event.opcode is Opcode.PING

    def last(self) -> Heard3:
        return self.heard[-1]


def test_the_handshake_is_answered_with_groups_blocks_and_a_version() -> None:
    client = Client3(World(1), 0)

    told = client.last()

    assert (told.kind, told.seq, told.status, told.extension) == (HANDSHAKE, SEQ, 0, 1)
    assert json.loads(told.payload) == {"groupInfoList": [], "groupBlockNumber": [], "protocolVersion": 2}


def test_the_chain_s_group_is_told_where_there_is_one() -> None:
    group = {"chainID": "chain0", "groupID": "group0", "iniConfig": "", "nodeList": []}
    session, pieces = WebSocketSession(DEFAULT, [], 0.0, group), list[bytes]()
    socket = ClientProtocol(parse_uri("ws://localhost/"))
    socket.send_request(socket.connect())
    session.receive(b"".join(socket.data_to_send()), 0.0)
    session.outbox.flush()
    session.outbox.carry = pieces.extend
    socket.state = State.OPEN

    socket.send_binary(wire.frame3(HANDSHAKE, SEQ, b'{"minVersion":0,"maxVersion":2}'))
    session.receive(b"".join(socket.data_to_send()), 0.0)
    session.outbox.flush()

    assert b'"groupInfoList": [{"chainID": "chain0"' in pieces[0]
    assert b'"groupBlockNumber": [{"group0": 0}]' in pieces[0]


def test_who_pings_and_reads_nothing_is_closed() -> None:
    client = Client3(World(1, limits=replace(DEFAULT, waiting=1000)), 0)
    assert client.door.peer is not None
    client.door.peer.outbox.backlog = lambda: 1000 + SLACK

    client.socket.send_ping(b"x")
    client.flush()

    assert client.door.peer.closing == "pings, and does not read the answers"


def test_both_wires_share_topics() -> None:
    world = World(2, [(0, 1)])
    new, old = Client3(world, 0, "t"), world.client(1, "t")

    old.multicast("t", b"from 2.x")
    world.run(0.1)
    new.send(MULTICAST, wire.amop3("t", b"from 3.x"))
    world.run(0.1)

    assert old.got("t") == [b"from 2.x", b"from 3.x"]
    assert [each.payload for each in new.heard if each.kind == MULTICAST] == [
        wire.amop3("t", b"from 2.x"),
        wire.amop3("t", b"from 3.x"),
    ]


def test_a_unicast_from_2_x_is_answered_from_3_x() -> None:
    world = World(2, [(0, 1)])
    subscriber, publisher = Client3(world, 1, "t"), world.client(0)
    seq = publisher.unicast("t", b"ask")
    world.run(0.1)

    assert subscriber.last() == Heard3(UNICAST, 0, seq, 0, wire.amop3("t", b"ask"))
    subscriber.send(ANSWER, b"told", seq)

    assert publisher.answer(seq).content == b"told"


def test_a_unicast_from_3_x_is_answered_with_the_content_alone() -> None:
    world = World(1)
    world.client(0, "t").answers = b"told"
    publisher = Client3(world, 0)

    publisher.send(UNICAST, wire.amop3("t", b"ask"), wire.seq(44))
    world.run(0.1)

    assert publisher.last() == Heard3(ANSWER, 0, wire.seq(44), 1, b"told")


def test_a_short_sequence_becomes_one_of_32_letters_for_2_x() -> None:
    world = World(1)
    subscriber, publisher = world.client(0, "t"), Client3(world, 0)

    publisher.send(UNICAST, wire.amop3("t", b"ask"), "s1")
    publisher.send(MULTICAST, wire.amop3("t", b"all"), "s2")
    world.run(0.1)

    assert publisher.last().seq == "s1"
    assert subscriber.got("t") == [b"ask", b"all"]
    assert all(re.fullmatch("[0-9a-f]{32}", each.seq) for each in subscriber.heard)


def test_errors_have_3_x_numbers() -> None:
    world = World(1)
    publisher = Client3(world, 0)

    publisher.send(UNICAST, wire.amop3("nobody", b""))

    assert (publisher.last().kind, publisher.last().status) == (0, 3001)


def test_a_subscriber_that_does_not_answer_is_3003() -> None:
    world = World(1)
    world.client(0, "t").answers = None
    publisher = Client3(world, 0)

    publisher.send(UNICAST, wire.amop3("t", b""))
    world.run(30)

    assert publisher.last().status == 3003


@pytest.mark.parametrize(
    ("code", "status"), [(104, 3003), (7, 7), (-1, -1), (32_767, 32_767), (32_768, 3002), (-(1 << 31), 3002)]
)
def test_a_subscriber_s_code_is_told_as_far_as_it_has_room(code: int, status: int) -> None:
    world = World(1)
    subscriber, publisher = world.client(0, "t"), Client3(world, 0)
    subscriber.answers = None
    publisher.send(UNICAST, wire.amop3("t", b""))

    subscriber.send(wire.frame(wire.ANSWER, SEQ, wire.amop("t", b"why"), code))

    assert (publisher.last().kind, publisher.last().status) == (0, status)


def test_subscriptions_add_up() -> None:
    world = World(1)
    subscriber, publisher = Client3(world, 0, "a"), world.client(0)

    subscriber.send(SUBSCRIBE, b'{"topics":["b"]}')
    for topic in ("a", "b"):
        publisher.multicast(topic, b"x")

    assert [each.kind for each in subscriber.heard].count(MULTICAST) == 2


def test_before_its_handshake_a_client_is_not_heard() -> None:
    world = World(1)
    client = Client3.__new__(Client3)
    client.world, client.hub, client.heard, client.pings = world, world.hubs[0], [], 0
    client.door = Doorway(client.hub, lambda peer: setattr(peer.outbox, "carry", client._hear))
    client.socket = ClientProtocol(parse_uri("ws://localhost/"))
    client.socket.send_request(client.socket.connect())
    client.flush()

    client.send(SUBSCRIBE, b'{"topics":["t"]}')
    world.client(0).multicast("t", b"x")

    assert client.heard == []


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (SUBSCRIBE, b""),
        (SUBSCRIBE, b"[]"),
        (SUBSCRIBE, b'{"topics":[1]}'),
        (SUBSCRIBE, b'{"topics":["' + b"x" * 255 + b'"]}'),
        (UNICAST, b"\0\0"),
        (MULTICAST, b""),
        (0x999, b"x"),
    ],
)
def test_what_cannot_be_read_is_ignored(kind: int, payload: bytes) -> None:
    world = World(1)
    client = Client3(world, 0)

    client.send(kind, payload)
    client.send(UNICAST, wire.amop3("nobody", b""))

    assert client.last().status == 3001


def test_a_text_that_is_no_frame_is_ignored() -> None:
    world = World(1)
    client = Client3(world, 0)

    client.socket.send_text(b"hello")
    client.flush()
    client.send(UNICAST, wire.amop3("nobody", b""))

    assert client.last().status == 3001


def test_a_message_in_several_parts_is_put_together() -> None:
    world = World(1)
    client, subscriber = Client3(world, 0), world.client(0, "t")
    whole = wire.frame3(MULTICAST, SEQ, wire.amop3("t", bytes(100)))

    client.socket.send_binary(whole[:50], fin=False)
    client.socket.send_continuation(whole[50:], fin=True)
    client.flush()

    assert subscriber.got("t") == [bytes(100)]


def test_a_message_that_is_too_long_ends_the_connection() -> None:
    world = World(1, limits=replace(DEFAULT, frame=1000))
    client = Client3(world, 0)

    client.send(MULTICAST, wire.amop3("t", bytes(2000)))

    assert client.door.peer is not None
    assert client.door.peer.closing is not None


def test_no_common_version_ends_the_connection() -> None:
    world = World(1)
    client = Client3(world, 0)

    client.send(HANDSHAKE, b'{"minVersion":3,"maxVersion":4}')

    assert client.door.peer is not None
    assert client.door.peer.closing == "the client speaks versions 3 to 4, we 1 to 2"


def test_a_quiet_client_is_pinged_and_kept() -> None:
    world = World(1)
    client = Client3(world, 0)

    world.run(100)

    assert client.pings >= 3
    assert client.door.peer is not None
    assert client.door.peer.closing is None


def test_an_http_request_for_something_else_is_refused() -> None:
    world = World(1)
    pieces: list[bytes] = []
    door = Doorway(world.hubs[0], lambda peer: setattr(peer.outbox, "carry", pieces.extend))

    door.receive(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 0.0)
    world.hubs[0].flush()

    assert pieces[0].startswith(b"HTTP/1.1 426")
    assert door.peer is not None
    assert door.peer.closing == "no WebSocket: HTTP status 426"
