"""The messenger inside one process, over lines that lose, delay and reorder."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from node.amop import virtual_time
from node.amop.in_process import Line, Member, Network
from node.amop.messenger import (
    Disconnected,
    Incoming,
    Messenger,
    NoSubscriber,
    NotAnswered,
    TimedOut,
    TopicError,
)


class Got:
    """A handler that remembers."""

    def __init__(self, answer: bytes = b"", delay: float = 0.0) -> None:
        self.messages: list[Incoming] = []
        self._answer, self._delay = answer, delay

    async def __call__(self, message: Incoming) -> bytes:
        self.messages.append(message)
        await asyncio.sleep(self._delay)
        return self._answer

    @property
    def contents(self) -> list[bytes]:
        return [each.data for each in self.messages]


def play(story: Callable[[Network], Awaitable[None]], seed: int = 1, line: Line | None = None) -> Network:
    async def whole() -> Network:
        network = Network(seed, line)
        await story(network)
        await network.close()
        return network

    return virtual_time.run(whole())


def test_a_unicast_brings_back_one_subscriber_s_answer() -> None:
    async def story(network: Network) -> None:
        alice: Messenger = network.join("alice")
        bob, got = network.join("bob"), Got(b"fine")
        await bob.subscribe("how", got)

        assert await alice.unicast("how", b"are you?") == b"fine"
        assert got.contents == [b"are you?"]

    play(story)


def test_a_multicast_reaches_everybody_the_sender_too() -> None:
    async def story(network: Network) -> None:
        members, gots = [network.join(name) for name in "abc"], [Got() for _ in "abc"]
        for member, got in zip(members, gots, strict=True):
            await member.subscribe("news", got)

        await members[0].multicast("news", b"x")
        await asyncio.sleep(1)

        assert [each.contents for each in gots] == [[b"x"]] * 3
        assert len({each.messages[0].id for each in gots}) == 1

    play(story)


def test_nobody_to_send_to_is_told_at_once() -> None:
    async def story(network: Network) -> None:
        alice = network.join("alice")
        await alice.multicast("news", b"x")
        with pytest.raises(NoSubscriber):
            await alice.unicast("news", b"x")
        assert asyncio.get_running_loop().time() == 0

    play(story)


def test_a_subscriber_too_slow_is_followed_by_another_and_both_see_one_id() -> None:
    async def story(network: Network) -> None:
        alice, bob, carol = (network.join(name) for name in ("alice", "bob", "carol"))
        slow, quick = Got(b"late", delay=100), Got(b"here")
        await bob.subscribe("t", slow)
        first = asyncio.create_task(alice.unicast("t", b"x"))
        await asyncio.sleep(1)
        await carol.subscribe("t", quick)
        with pytest.raises(NotAnswered):
            await first

        answers = [await alice.unicast("t", b"x") for _ in range(5)]

        assert answers == [b"here"] * 5
        shared = {each.id for each in slow.messages} & {each.id for each in quick.messages}
        assert len(shared) == len(slow.messages) - 1

    play(story)


def test_a_handler_that_fails_gives_no_answer() -> None:
    async def fail(_: Incoming) -> bytes:
        raise KeyError("oh")

    async def story(network: Network) -> None:
        alice, bob = network.join("alice"), network.join("bob")
        await bob.subscribe("t", fail)
        with pytest.raises(TimedOut, match="within 2 s"):
            await alice.unicast("t", b"x", timeout=2)

    assert play(story).failures == ["bob: KeyError: 'oh'"]


def test_a_network_in_parts_delivers_within_each_part_only() -> None:
    async def story(network: Network) -> None:
        alice, bob, carol, dave = (network.join(name) for name in ("alice", "bob", "carol", "dave"))
        gots = {member: Got() for member in (bob, carol, dave)}
        for member, got in gots.items():
            await member.subscribe("t", got)

        network.partition([alice, bob], [carol])
        await alice.multicast("t", b"1")
        await carol.multicast("t", b"2")
        await asyncio.sleep(1)
        network.heal()
        await alice.multicast("t", b"3")
        await asyncio.sleep(1)

        assert [gots[each].contents for each in (bob, carol, dave)] == [[b"1", b"3"], [b"2", b"3"], [b"3"]]

    play(story)


def test_a_cut_catches_what_is_on_its_way() -> None:
    async def story(network: Network) -> None:
        alice, bob, got = network.join("alice"), network.join("bob"), Got()
        await bob.subscribe("t", got)
        await alice.multicast("t", b"x")
        network.partition([alice], [bob])
        await asyncio.sleep(10)
        assert got.contents == []

    assert play(story, line=Line(0.0, 1.0, 1.0)).lost == 1


def test_delays_let_messages_overtake_each_other() -> None:
    async def story(network: Network) -> None:
        alice, bob, got = network.join("alice"), network.join("bob"), Got()
        await bob.subscribe("t", got)
        for number in range(20):
            await alice.multicast("t", b"%02d" % number)
        await asyncio.sleep(10)
        assert got.contents != sorted(got.contents)
        assert len(got.contents) == 20

    play(story, line=Line(0.0, 0.01, 1.0))


async def many(network: Network) -> list[str]:
    members, got = [network.join(name) for name in "abcd"], Got(b"ok")
    for member in members[1:]:
        await member.subscribe("t", got)
    results = []
    for _ in range(100):
        try:
            results.append((await members[0].unicast("t", b"x")).decode())
        except NotAnswered:
            results.append("lost")
    return results


@pytest.mark.parametrize("seed", [1, 2])
def test_a_seed_decides_everything(seed: int) -> None:
    def run(seed: int) -> list[str]:
        return virtual_time.run(many(Network(seed, Line(0.4, 0.0, 0.3))))

    assert run(seed) == run(seed)
    assert run(1) != run(2)
    assert 0 < run(seed).count("lost") < 60


def test_who_has_left_neither_sends_nor_gets() -> None:
    async def story(network: Network) -> None:
        alice, bob, got = network.join("alice"), network.join("bob"), Got()
        await bob.subscribe("t", got)
        bob.close()
        await alice.multicast("t", b"x")
        with pytest.raises(Disconnected):
            await bob.multicast("t", b"x")
        assert got.contents == []

    play(story)


@pytest.mark.parametrize("topic", ["", "x" * 255, "\ud800"])
def test_topics_have_1_to_254_bytes(topic: str) -> None:
    async def story(network: Network) -> None:
        alice: Member = network.join("alice")
        with pytest.raises(TopicError):
            await alice.multicast(topic, b"x")
        with pytest.raises(TopicError):
            await alice.subscribe(topic, Got())

    play(story)


def test_virtual_time_says_when_everybody_waits_for_ever() -> None:
    async def wait() -> None:
        await asyncio.Event().wait()

    with pytest.raises(RuntimeError, match="never happen"):
        virtual_time.run(wait())
