"""What Hrmp writes although it reads the same: the state root tells.

Upstream: polkadot/runtime/parachains/src/hrmp.rs
"""

from __future__ import annotations

from primitives.ids import ParaId
from tests.support.worlds import World, channel, relay_world

A, B, C = ParaId(2001), ParaId(2003), ParaId(2005)

EMPTY = b"\x00"


def raw(world: World, item: str) -> bytes | None:
    """What stands under an item of Hrmp without a key."""
    return world.state.get(getattr(world.hrmp, item).item.prefix)


def raw_indices(world: World, sender: ParaId, recipient: ParaId) -> tuple[object, object]:
    """What stands under the egress index of one and the ingress index of the other."""
    egress, ingress = world.hrmp.hrmp_egress_channels_index, world.hrmp.hrmp_ingress_channels_index
    return world.state.get(egress.storage_key(sender)), world.state.get(ingress.storage_key(recipient))


def test_every_session_writes_the_list_of_requests_be_it_empty() -> None:
    world = relay_world()
    world.next_block()
    assert raw(world, "hrmp_open_channel_requests_list") is None

    world.next_session()

    assert raw(world, "hrmp_open_channel_requests_list") == EMPTY


def test_a_session_removes_the_list_of_channels_to_be_closed() -> None:
    world = relay_world((A, B))
    world.open_channels((A, B))
    world.close(A, channel(A, B))
    assert raw(world, "hrmp_close_channel_requests_list") is not None

    world.next_session()

    assert raw(world, "hrmp_close_channel_requests_list") is None


def test_without_requests_forcing_them_open_writes_nothing() -> None:
    world = relay_world()

    world.as_root("force_process_hrmp_open", 0)

    assert raw(world, "hrmp_open_channel_requests_list") is None


def test_an_index_that_becomes_empty_stays_as_an_empty_list() -> None:
    world = relay_world((A, B))
    world.open_channels((A, B))
    world.close(A, channel(A, B))

    world.next_session()

    assert raw_indices(world, A, B) == (EMPTY, EMPTY)


def test_closing_what_is_not_there_writes_empty_indices() -> None:
    world = relay_world((A, B))

    world.hrmp.close_hrmp_channel(channel(A, B))

    assert raw_indices(world, A, B) == (EMPTY, EMPTY)


def test_counts_are_removed_at_zero_and_only_then() -> None:
    world = relay_world((A, B, C))
    counts = world.hrmp.hrmp_open_channel_request_count
    world.init(A, B)
    world.init(A, C)

    world.cancel(A, channel(A, B))
    assert world.state.get(counts.storage_key(A)) == b"\x01\x00\x00\x00"
    world.cancel(A, channel(A, C))
    assert world.state.get(counts.storage_key(A)) is None


def test_pruning_writes_an_empty_digest_and_removes_empty_contents() -> None:
    world = relay_world((A, B))
    world.open_channels((A, B))
    digests = world.hrmp.hrmp_channel_digests

    world.receive(B, 1)
    assert world.state.get(digests.storage_key(B)) == EMPTY
    world.send(A, {B: b"1"})
    world.next_block()
    world.receive(B, 2)
    assert world.state.get(digests.storage_key(B)) == EMPTY
    assert channel(A, B) not in world.hrmp.hrmp_channel_contents
