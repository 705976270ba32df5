"""What a node says to a single client of 2.x, well-behaved or not."""

from __future__ import annotations

import json

import pytest

from node.amop.channel import ChannelSession
from node.amop.limits import DEFAULT
from node.amop.requests import Answer, Multicast, Rpc, Subscribed, Unicast, Verified
from primitives.record import replace
from tests.support import amop_bytes as wire
from tests.support.amop_bytes import Heard

SEQ = wire.seq(5)


class Talk:
    """A session alone."""

    def __init__(self, **limits: int) -> None:
        self.session = ChannelSession(replace(DEFAULT, **limits), [], 0.0)
        self.pieces: list[bytes] = []
        self.session.outbox.carry = self.pieces.extend

    def send(self, data: bytes, now: float = 0.0) -> list[object]:
        return list(self.session.receive(data, now))

    def told(self) -> list[Heard]:
        self.session.outbox.flush()
        found = [wire.heard(each)[0][0] for each in self.pieces]
        self.pieces.clear()
        return found


def test_the_handshake_agrees_on_the_lesser_of_both_greatest_versions() -> None:
    talk = Talk()

    talk.send(wire.handshake(SEQ, 1, 2))

    (told,) = talk.told()
    assert (told.kind, told.seq, told.result) == (0x14, SEQ, 0)
    assert told.json == {"protocol": 2, "nodeVersion": "2.9.1"}
    assert talk.session.client == "Go-SDK"


def test_absent_members_of_a_handshake_mean_version_1() -> None:
    talk = Talk()

    talk.send(wire.frame(0x14, SEQ, b"{}"))

    assert talk.told()[0].json["protocol"] == 1


@pytest.mark.parametrize("versions", [(4, 9), (0, 0), (3, 2)])
def test_without_a_common_version_the_node_hangs_up(versions: tuple[int, int]) -> None:
    talk = Talk()

    talk.send(wire.handshake(SEQ, *versions))

    assert talk.told() == []
    assert talk.session.closing is not None
    assert f"speaks versions {versions[0]} to {versions[1]}, we 1 to 3" in talk.session.closing


@pytest.mark.parametrize("text", [b"", b"[]", b"\xff", b'{"maximumSupport":"3"}'])
def test_a_handshake_that_says_nothing_ends_the_connection(text: bytes) -> None:
    talk = Talk()

    talk.send(wire.frame(0x14, SEQ, text))

    assert talk.session.closing == "a handshake that is no JSON object with versions"


@pytest.mark.parametrize(("data", "answers"), [(b"0", [b"1"]), (b"", []), (b"1", [])])
def test_a_heartbeat_of_version_1_is_0_and_answered_with_1(data: bytes, answers: list[bytes]) -> None:
    talk = Talk()

    talk.send(wire.frame(0x13, SEQ, data))

    assert [each.data for each in talk.told()] == answers


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("data", [b"", b"0", b"anything"])
def test_later_versions_answer_any_heartbeat(version: int, data: bytes) -> None:
    talk = Talk()
    talk.send(wire.handshake(SEQ, 1, version))

    talk.send(wire.frame(0x13, SEQ, data))

    assert talk.told()[1] == Heard(0x13, SEQ, 0, b'{"heartBeat":1}\n')


def test_silence_of_60_seconds_ends_a_connection_and_a_heartbeat_in_30_keeps_it() -> None:
    silent, talking = Talk().session, Talk()
    for now in range(0, 120, 30):
        talking.send(wire.frame(0x13, SEQ), float(now))
        talking.session.tick(now + 29.0)
    silent.tick(59.9)
    before = silent.closing
    silent.tick(60.0)

    assert (before, silent.closing) == (None, "nothing said for 60 s")
    assert talking.session.closing is None


def test_requests_are_told_apart() -> None:
    talk = Talk()
    data = b"".join(
        [
            wire.topics(SEQ, "a", "b", "a"),
            wire.frame(wire.UNICAST, SEQ, wire.amop("t", b"1")),
            wire.frame(wire.MULTICAST, SEQ, wire.amop("t", b"2")),
            wire.frame(wire.ANSWER, SEQ, wire.amop("t", b"3")),
            wire.frame(wire.RPC, SEQ, b"{}"),
            wire.frame(wire.VERIFIED, SEQ, b'{"checkResult":0,"nodeId":"ab","topic":"p"}'),
        ]
    )
    seq = SEQ.encode()

    assert talk.send(data) == [
        Subscribed((b"a", b"b"), replaces=True),
        Unicast(seq, b"t", b"1"),
        Multicast(seq, b"t", b"2"),
        Answer(seq, 0, b"3"),
        Rpc(seq, b"{}"),
        Verified(b"p", "ab", good=True),
    ]
    assert talk.told() == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b'"hello"',
        b"[1]",
        b"[null]",
        b'["a"',
        b"\xff\xfe",
        b'["\\ud800"]',
        json.dumps(["x" * 255]).encode(),
    ],
)
def test_a_list_of_topics_that_is_none_changes_nothing(data: bytes) -> None:
    talk = Talk()

    assert talk.send(wire.frame(wire.TOPICS, SEQ, data)) == []

    assert (talk.told(), talk.session.closing, talk.session.ignored) == ([], None, 1)


def test_a_list_with_too_many_topics_is_ignored() -> None:
    talk = Talk(topics=2)

    assert talk.send(wire.topics(SEQ, "a", "b", "c")) == []
    assert talk.send(wire.topics(SEQ, "a", "b", "b")) == [Subscribed((b"a", b"b"), replaces=True)]


@pytest.mark.parametrize("kind", [0x00, 0x15, 0x16, 0x37, 0x1000, 0x7FFF, 0xFFFF])
def test_kinds_that_clients_do_not_send_are_ignored(kind: int) -> None:
    talk = Talk()

    assert talk.send(wire.frame(kind, SEQ, b"x")) == []

    assert (talk.told(), talk.session.closing, talk.session.ignored) == ([], None, 1)


@pytest.mark.parametrize("kind", [wire.UNICAST, wire.MULTICAST])
@pytest.mark.parametrize("data", [b"", b"\x00", b"\x09short"])
def test_a_message_without_a_whole_topic_is_refused(kind: int, data: bytes) -> None:
    talk = Talk()

    talk.send(wire.frame(kind, SEQ, data))

    assert talk.told() == [Heard(wire.ANSWER, SEQ, 103, b"")]
    assert talk.session.closing is None


@pytest.mark.parametrize(
    ("kind", "answered"), [(wire.UNICAST, 0x31), (wire.MULTICAST, 0x31), (wire.RPC, 0x12)]
)
def test_a_frame_that_is_too_long_is_refused_and_the_connection_stays(kind: int, answered: int) -> None:
    talk = Talk(frame=1000)
    large = wire.frame(kind, SEQ, wire.amop("t", bytes(5000)))

    requests = [*talk.send(large[:50]), *talk.send(large[50:] + wire.frame(wire.RPC, SEQ, b"{}"))]

    assert requests == [Rpc(SEQ.encode(), b"{}")]
    assert talk.told() == [Heard(answered, SEQ, 103, b"")]
    assert talk.session.closing is None


def test_a_length_that_cannot_be_ends_the_connection_after_what_came_before() -> None:
    talk = Talk()

    requests = talk.send(wire.frame(wire.RPC, SEQ, b"{}") + bytes(42))

    assert requests == [Rpc(SEQ.encode(), b"{}")]
    assert talk.session.closing == "a frame has 42 to 104857600 bytes, found 0"
    assert talk.send(wire.frame(wire.RPC, SEQ, b"{}")) == []


def test_each_frame_is_a_piece_of_its_own() -> None:
    talk = Talk()
    for _ in range(3):
        talk.send(wire.handshake(SEQ))

    talk.session.outbox.flush()

    assert [len(wire.heard(each)[0]) for each in talk.pieces] == [1, 1, 1]
