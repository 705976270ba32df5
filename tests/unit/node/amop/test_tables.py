"""The tables that nodes keep: distances, topics, verifications; and what they make of each other's words."""

from __future__ import annotations

from itertools import combinations

import pytest

from node.amop.carried import REMEMBERED, REMEMBERED_BYTES, Carried
from node.amop.directory import Directory
from node.amop.errors import PeerError
from node.amop.limits import DEFAULT
from node.amop.link import SLACK, TABLES
from node.amop.link_messages import (
    Announcement,
    Carry,
    Hello,
    MessageReader,
    Ping,
    Reply,
    Stuck,
    Version,
    decode,
    encode,
)
from node.amop.neighbours import AT_ONCE
from node.amop.outbox import Outbox
from node.amop.routes import OUT_OF_REACH, Routes
from node.amop.topics import Topics
from primitives.record import replace
from tests.support import amop_bytes as wire
from tests.support.amop_world import World, identity

A, B, C, D = (identity(number) for number in range(4))


def directory(me: bytes = A, epoch: int = 1, most: int = 10) -> Directory:
    return Directory(me, epoch, most)


def told(node: bytes, epoch: int, number: int, *topics: bytes) -> Announcement:
    return Announcement(Version(node, epoch, number), topics, "")


# Distances


def test_a_node_that_vanishes_from_among_many_makes_no_flood() -> None:
    """All are linked to each other, and each believes for a while that another one still has a way."""
    nodes = 10
    world = World(nodes, combinations(range(nodes), 2))
    world.run(5)
    lines = list(world.lines.values())
    before = sum(len(line.copies) for line in lines)

    world.crash(0)
    tables = [hub.neighbours.routes for hub in world.hubs[1:]]
    took = world.run_until(lambda: not any(table.reaches(A) for table in tables))

    told = sum(len(line.copies) for line in lines) - before
    assert took < 5
    assert told < 2 * AT_ONCE * (nodes - 1) * (nodes - 2)


def test_a_neighbour_is_one_hop_away_and_what_it_reaches_one_more() -> None:
    routes = Routes(A)

    changes = [routes.join(B), routes.hear(B, [(C, 1), (D, 2)])]

    assert changes == [True, True]
    assert dict(routes.table) == {B: (1, B), C: (2, B), D: (3, B)}


def test_the_nearest_way_wins_and_among_equals_the_smallest_id() -> None:
    routes = Routes(A)
    for neighbour, distance in ((C, 1), (B, 1)):
        routes.join(neighbour)
        routes.hear(neighbour, [(D, distance)])
    among_equals = routes.next_hop(D)

    routes.hear(B, [(D, 2)])

    assert (among_equals, routes.next_hop(D)) == (B, C)


def test_what_leads_through_a_neighbour_is_hidden_from_it() -> None:
    routes = Routes(A)
    routes.join(B)
    routes.join(C)
    routes.hear(B, [(D, 1)])

    assert set(routes.for_neighbour(C)) == {(B, 1), (D, 2)}
    assert set(routes.for_neighbour(B)) == {(C, 1)}


def test_with_a_neighbour_go_all_ways_through_it() -> None:
    routes = Routes(A)
    routes.join(B)
    routes.hear(B, [(C, 1)])

    assert routes.leave(B)
    assert dict(routes.table) == {}
    assert not routes.leave(B)


def test_ten_hops_are_out_of_reach() -> None:
    routes = Routes(A)
    routes.join(B)

    routes.hear(B, [(C, OUT_OF_REACH - 2), (D, OUT_OF_REACH - 1)])

    assert routes.reaches(C)
    assert not routes.reaches(D)


def test_nobody_tells_us_how_far_we_are_from_ourselves() -> None:
    routes = Routes(A)
    routes.join(B)

    routes.hear(B, [(A, 1)])

    assert not routes.reaches(A)


def test_what_is_no_neighbour_any_more_is_not_heard() -> None:
    routes = Routes(A)

    assert not routes.hear(B, [(C, 1)])


# Lists of topics


def test_a_newer_list_replaces_an_older_one_and_is_passed_on() -> None:
    lists = directory()
    first = told(B, 1, 1, b"x", b"y")

    assert lists.hear(first, [B]) == first
    assert lists.hear(told(B, 1, 2, b"y"), [B]) is not None
    assert (set(lists.holders(b"x")), set(lists.holders(b"y"))) == (set(), {B})


@pytest.mark.parametrize("version", [(1, 1), (1, 0), (0, 9)])
def test_a_list_that_is_not_newer_is_no_news(version: tuple[int, int]) -> None:
    lists = directory()
    lists.hear(told(B, 1, 1, b"x"), [B])

    assert lists.hear(told(B, *version, b"z"), [B]) is None
    assert lists.topics(B) == {b"x"}


def test_a_list_of_our_own_earlier_run_is_outdone() -> None:
    lists = directory(epoch=5)
    lists.set_own([b"now"])

    answer = lists.hear(told(A, 9, 3, b"then"), [])

    assert answer == told(A, 10, 0, b"now")
    assert lists.topics(A) == {b"now"}


def test_two_that_know_the_same_have_the_same_digest() -> None:
    one, other = directory(A), directory(B)
    before = one.digest == other.digest
    for lists in (one, other):
        lists.hear(told(C, 1, 1, b"x"), [])
    for node, to in ((one, other), (other, one)):
        to.hear(node.announcement(A if node is one else B), [])

    assert (before, one.digest == other.digest) == (False, True)


def test_a_comparison_finds_who_is_behind() -> None:
    ours, theirs = directory(A), directory(B)
    ours.hear(told(C, 1, 5), [])
    theirs.hear(told(C, 1, 4), [])
    theirs.hear(told(D, 1, 1), [])

    behind, ahead = ours.compare(theirs.summary())

    assert (set(behind), set(ahead)) == ({A, C}, {B, D})


def test_when_the_table_is_full_a_node_out_of_reach_makes_room() -> None:
    lists = directory(most=3)
    lists.hear(told(B, 1, 1, b"x"), [B, C])
    lists.hear(told(C, 1, 1, b"x"), [B, C])

    full = lists.hear(told(D, 1, 1, b"x"), [B, C])
    room = lists.hear(told(D, 1, 1, b"x"), [C])

    assert full is None
    assert room is not None
    assert set(lists.holders(b"x")) == {C, D}


def test_a_topic_without_sessions_is_forgotten() -> None:
    topics, session = Topics(), World(1).client(0).session

    changes = [
        topics.subscribe(session, [b"a", b"b"], replaces=True),
        topics.subscribe(session, [b"a", b"b"], replaces=True),
        topics.subscribe(session, [b"c"], replaces=False),
        topics.subscribe(session, [], replaces=True),
    ]

    assert changes == [True, False, True, True]
    assert dict(topics.all) == {}


# What waits


def test_an_outbox_takes_one_large_frame_alone_and_then_nothing_until_it_is_read() -> None:
    dirty: list[Outbox] = []
    box = Outbox(100, dirty)

    taken = [box.offer(bytes(500)), box.offer(b"x")]
    box.flush()

    assert (taken, box.dropped, dirty) == ([True, False], 1, [box])
    assert box.offer(bytes(100))


def test_what_the_carrier_holds_counts() -> None:
    box = Outbox(100, [])
    box.backlog = lambda: 60

    assert [box.offer(bytes(40)), box.offer(b"x")] == [True, False]


# Link messages


def test_a_message_is_an_array_behind_its_length() -> None:
    sent = encode(Ping(7, b"d"))

    assert sent.hex() == "00000006" + "93" + "01" + "07" + "c40164"
    assert MessageReader(100).receive(sent) == [Ping(7, b"d")]


@pytest.mark.parametrize(
    "body", [b"", b"\xc1", b"\x93", b"\x92\x63\x00", b"\x93\x01\xff\xc4\x00", b"\xa5hello"]
)
def test_noise_is_the_peer_s_error(body: bytes) -> None:
    with pytest.raises(PeerError, match="cannot be read"):
        decode(body)


def test_a_message_longer_than_allowed_is_refused_before_it_is_kept() -> None:
    with pytest.raises(PeerError, match="at most 10 bytes, found 4294967295"):
        MessageReader(10).receive(b"\xff\xff\xff\xff")


# Links


def test_two_nodes_that_dial_each_other_keep_one_link_the_same_on_both_sides() -> None:
    world = World(2)
    world.connect(0, 1)
    world.connect(1, 0)

    world.run(1)

    kept = [world.hubs[node].neighbours.links[identity(1 - node)] for node in (0, 1)]
    assert kept == [world.lines[0, 1].dialled, world.lines[0, 1].door.peer]
    assert [len(hub.links) for hub in world.hubs] == [1, 1]


def test_a_node_that_was_started_again_is_linked_at_once_although_the_old_link_seems_fine() -> None:
    world = World(2, [(1, 0)])
    world.freeze(1, 0)
    old = world.lines.pop((1, 0))
    world.hubs[1] = world.make_hub(1)

    world.connect(1, 0)
    world.run(0.01)

    assert old.door.peer is not None
    assert old.door.peer.closing == "there is a newer link to this node"
    assert world.hubs[0].neighbours.links[identity(1)] is world.lines[1, 0].door.peer


def test_a_node_does_not_link_to_itself() -> None:
    world = World(1)

    world.connect(0, 0)
    world.run(1)

    assert world.hubs[0].neighbours.links == {}
    assert len(world.hubs[0].links) == 0


def test_a_cut_link_is_refused_until_its_time_is_over() -> None:
    world = World(2, [(0, 1)])
    cut = world.hubs[0].neighbours.cut(identity(1), world.now + 5)
    world.run(1)
    world.connect(0, 1)
    world.run(1)
    refused = dict(world.hubs[0].neighbours.links)
    world.run(5)

    world.connect(0, 1)
    world.run(1)

    assert (cut, refused) == (True, {})
    assert world.hubs[0].neighbours.links.keys() == {identity(1)}


@pytest.mark.parametrize(
    ("hello", "reason"),
    [
        (Hello(2, B, 1, "", 1 << 20), "the link's version is 1, found 2"),
        (Hello(1, C, 1, "", 1 << 20), "a node that is not the one its certificate names"),
        (Ping(1, b""), "Ping while greeting"),
    ],
)
def test_a_link_that_begins_wrongly_ends(hello: Hello | Ping, reason: str) -> None:
    hub = World(1).hubs[0]
    link = hub.open_link(0.0, dialled=False, certified=B)

    hub.feed(link, encode(hello), 0.0)

    assert link.closing == reason
    assert hub.neighbours.links == {}


def test_a_second_hello_ends_a_link() -> None:
    world = World(2, [(0, 1)])
    peer = world.lines[0, 1].door.peer
    assert peer is not None

    world.hubs[1].feed(peer, encode(Hello(1, A, 1, "", 1 << 20)), world.now)

    assert peer.closing == "Hello while up"


def test_a_neighbour_whose_words_got_lost_is_made_good_by_the_next_comparison() -> None:
    world = World(2, [(0, 1)])
    line = world.lines[0, 1]
    line.frozen = True
    subscriber = world.client(1, "t")
    line.frozen = False

    world.run(3)

    publisher = world.client(0)
    assert publisher.answer(publisher.unicast("t")).result == 0
    assert subscriber.got("t") == [b""]


def test_a_message_that_is_too_long_for_a_neighbour_does_not_cost_the_link() -> None:
    world = World(2, [(0, 1)])
    subscriber, publisher = world.client(1, "t"), world.client(0)
    link = world.hubs[0].neighbours.links[identity(1)]
    link._longest = 1000

    publisher.multicast("t", bytes(2000))
    refused = publisher.answer(publisher.unicast("t", bytes(2000))).result
    taken = publisher.answer(publisher.unicast("t", b"small")).result

    assert (refused, taken, link.outbox.dropped) == (100, 0, 2)
    assert subscriber.got("t") == [b"small"]


def test_a_neighbour_that_does_not_read_is_given_up_before_memory_is() -> None:
    world = World(2, [(0, 1)])
    link = world.hubs[0].neighbours.links[identity(1)]
    link.outbox.backlog = lambda: world.limits.link_waiting + SLACK

    world.run(3)

    assert link.closing == "does not read what keeps the tables in step"


def test_topics_that_change_all_the_time_fill_a_link_but_do_not_break_it() -> None:
    """The neighbour reads nothing for a while, and hears the newest list afterwards all the same."""
    world = World(2, [(0, 1)], limits=replace(DEFAULT, link_waiting=1 << 20))
    client, link = world.client(0), world.hubs[0].neighbours.links[identity(1)]
    waiting: list[bytes] = []
    carry, link.outbox.carry = link.outbox.carry, waiting.extend
    link.outbox.backlog = lambda: sum(map(len, waiting))
    most, number = (1 << 20) + TABLES, 0

    while not link.outbox.dropped:
        client.subscribe(*(f"{number % 2} {each:250}" for each in range(1_000)))
        number += 1
        assert link.outbox.backlog() <= most
    link.outbox.backlog = lambda: most
    client.subscribe("last")
    world.run(3)

    assert (link.outbox.dropped, link.closing) == (2, None)
    link.outbox.carry, link.outbox.backlog = carry, lambda: 0
    carry(waiting)
    world.run(3)
    assert world.hubs[1].neighbours.directory.topics(identity(0)) == {b"last"}


def test_a_node_has_only_so_many_topics() -> None:
    world = World(1, limits=replace(DEFAULT, node_topics=3))
    one, other = world.client(0, "a", "b"), world.client(0, "c", "d")

    publisher = world.client(0)
    results = [publisher.answer(publisher.unicast(topic)).result for topic in "abcd"]

    assert results == [0, 0, 100, 100]
    assert (one.session.ignored, other.session.ignored) == (0, 1)


def test_a_node_that_announces_too_many_topics_is_no_neighbour() -> None:
    world = World(2, [(0, 1)], limits=replace(DEFAULT, node_topics=2))
    link = world.hubs[0].neighbours.links[identity(1)]

    world.hubs[0].feed(link, encode(told(B, 9, 9, b"a", b"b", b"c")), world.now)

    assert link.closing == "a node that holds 3 topics"


def test_a_unicast_that_gets_stuck_on_its_way_comes_back_as_100_at_once() -> None:
    world = World(3, [(0, 1), (1, 2)])
    subscriber, publisher = world.client(2, "t"), world.client(0)
    onward = world.hubs[1].neighbours.links[identity(2)]
    onward.outbox.backlog = lambda: world.limits.link_waiting

    answer = publisher.answer(publisher.unicast("t"), at_most=0.1)

    assert (answer.result, subscriber.got("t")) == (100, [])


def test_a_message_that_goes_round_in_circles_ends() -> None:
    world = World(2, [(0, 1)])
    hub, link = world.hubs[0], world.hubs[0].neighbours.links[identity(1)]
    before = link.messages_out

    hub.feed(link, encode(Carry(C, B, 0, 1, b"", b"t", b"")), world.now)
    hub.feed(link, encode(Reply(C, B, 0, 1, 0, b"")), world.now)

    assert link.messages_out == before


def test_what_has_been_answered_is_remembered_up_to_a_number_and_a_size() -> None:
    carried = Carried()

    def comes_and_is_answered(number: int, content: bytes = b"x") -> None:
        assert carried.is_new(A, number)
        carried.note(Reply(B, A, 1, number, 0, content))

    for number in range(REMEMBERED + 1):
        comes_and_is_answered(number)
    forgotten, kept = carried.reply(A, 0), carried.reply(A, REMEMBERED)
    comes_and_is_answered(REMEMBERED + 1, bytes(REMEMBERED_BYTES + 1))

    assert forgotten is None
    assert kept is not None
    assert carried.reply(A, REMEMBERED) is None
    assert carried.reply(A, REMEMBERED + 1) is not None


def test_what_waits_for_its_answer_is_not_forgotten() -> None:
    carried = Carried()
    carried.is_new(A, 0)

    for number in range(1, REMEMBERED + 2):
        carried.is_new(A, number)
        carried.note(Reply(B, A, 1, number, 0, b""))

    assert not carried.is_new(A, 0)


def test_a_copy_that_gets_stuck_is_no_failure_while_another_is_on_its_way() -> None:
    """Ways change, the message is sent again; then the first copy turns out to have been stuck."""
    world = World(3, [(0, 1), (0, 2)])
    asked, other = world.client(1, "t"), world.client(0)
    asked.answers = None
    seq = other.unicast("t", b"once")
    world.run(0.1)
    world.client(2, "t")
    hub, link = world.hubs[0], world.hubs[0].neighbours.links[identity(1)]
    (number,) = (delivery for delivery in hub._unicasts._waiting)
    world.cut(0, 2)
    world.run(0.5)
    world.connect(0, 2)
    world.run(0.5)

    hub.feed(link, encode(Stuck(B, A, 5, number)), world.now)
    asked.send(wire.frame(wire.ANSWER, seq, wire.amop("t", b"had it")))

    assert other.answer(seq, at_most=0.1).content == b"had it"
    assert asked.got("t") == [b"once"]


def test_a_unicast_lost_with_a_link_that_was_replaced_is_sent_again() -> None:
    world = World(2, [(0, 1)])
    subscriber, publisher = world.client(1, "t"), world.client(0)
    world.freeze(0, 1)
    world.lines.pop((0, 1))
    seq = publisher.unicast("t", b"once")
    world.run(0.1)

    world.connect(0, 1)

    assert publisher.answer(seq, at_most=1).result == 0
    assert subscriber.got("t") == [b"once"]
