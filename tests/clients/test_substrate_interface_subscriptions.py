"""What py-substrate-interface is told without asking; only over WebSocket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from substrateinterface import SubstrateInterface
from substrateinterface.exceptions import SubstrateRequestException

from node.rpc.server import Server

Handler = Callable[..., Any]


def collect(found: list[Any], count: int, read: Callable[[Any], Any]) -> Handler:
    """A handler that takes so many and then ends the subscription."""

    def handler(told: Any, *_: Any) -> Any:
        found.append(read(told))
        return True if len(found) == count else None

    return handler


@pytest.mark.parametrize("which", [{"finalized_only": False}, {"finalized_only": True}])
def test_heads_come_one_after_the_other(socket_client: Any, which: dict[str, bool]) -> None:
    numbers: list[int] = []
    handler = collect(numbers, 3, lambda told: told["header"]["number"])

    socket_client.subscribe_block_headers(handler, **which)

    assert numbers == list(range(numbers[0], numbers[0] + 3))


def test_heads_with_their_authors(socket_client: Any) -> None:
    seen: list[Any] = []

    socket_client.subscribe_block_headers(collect(seen, 2, lambda told: told), include_author=True)

    assert len(seen) == 2


def test_a_value_first_as_it_is_and_then_as_it_changes(socket_client: Any) -> None:
    numbers: list[int] = []

    socket_client.query("System", "Number", subscription_handler=collect(numbers, 3, lambda told: told.value))

    assert numbers == list(range(numbers[0], numbers[0] + 3))


def test_several_values(socket_client: Any, alice: Any) -> None:
    keys = [
        socket_client.create_storage_key("System", "Number"),
        socket_client.create_storage_key("System", "Account", [alice.ss58_address]),
    ]
    seen: list[str] = []

    def handler(key: Any, told: Any, update: int, subscription: str) -> Any:
        seen.append(key.storage_function)
        return True if len(seen) == 4 else None

    socket_client.subscribe_storage(keys, handler)

    assert seen[:2] == ["Number", "Account"]
    assert seen[2:] == ["Number", "Number"]


def test_http_cannot_carry_them(server: Server) -> None:
    with (
        SubstrateInterface(f"http://127.0.0.1:{server.port}") as client,
        pytest.raises(SubstrateRequestException, match="needs a WebSocket"),
    ):
        client.rpc_request("chain_subscribeNewHeads", [])
