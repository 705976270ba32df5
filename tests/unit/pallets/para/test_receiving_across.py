"""ParachainSystem given messages of several channels, block after block: scenario 18 of upstream."""

from __future__ import annotations

from primitives.ids import ParaId
from tests.support.para_world import Channel, ParaWorld

A, B = ParaId(300), ParaId(400)


def test_18_messages_of_two_channels_come_by_arrival_until_one_of_them_is_closed() -> None:
    world = ParaWorld()
    world.relay.ingress = {A: Channel()}
    world.relay.ingress[A].send(1, b"A@1")
    world.block(relay=1)
    world.relay.ingress[B] = Channel()
    world.relay.ingress[B].send(4, b"B@4")
    world.relay.ingress[A].send(2, b"A@2")
    world.relay.ingress[A].send(3, b"A@3")

    world.block(relay=5)
    del world.relay.ingress[A]
    world.block(relay=6)

    assert [raw for _, _, raw in world.chain.handled] == [b"A@1", b"A@2", b"A@3", b"B@4"]
    assert world.pallet.last_hrmp_mqc_heads.get() == ((B, world.relay.ingress[B].limits.mqc_head),)


def test_18_any_number_of_horizontal_messages_a_block_arrives_in_order() -> None:
    world = ParaWorld()
    world.relay.ingress = {A: Channel(), B: Channel()}

    sent = [
        [(para, number, b"%d/%d" % (number, place)) for para in (A, B) for place in range(number * para % 50)]
        for number in range(1, 30)
    ]

    for messages in sent:
        world.relay.ingress[A].messages.clear()
        world.relay.ingress[B].messages.clear()
        for para, number, raw in messages:
            world.relay.ingress[para].send(number, raw)
        world.block()

    assert world.chain.handled == [message for messages in sent for message in messages]
