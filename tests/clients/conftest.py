"""A node on a port of its own, and stock clients connected to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from substrateinterface import Keypair, SubstrateInterface

from node.rpc.server import Server, running
from node.service import Node

BLOCK_TIME = 0.25


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    node = Node()
    complaints: list[str] = []
    node.complain = complaints.append
    with running(Server(node, block_time=BLOCK_TIME)) as started:
        yield started
    assert not complaints


@pytest.fixture(scope="session", params=["ws", "http"])
def client(server: Server, request: pytest.FixtureRequest) -> Iterator[Any]:
    """For what goes both ways."""
    with SubstrateInterface(f"{request.param}://127.0.0.1:{server.port}") as connected:
        connected.init_runtime()
        yield connected


@pytest.fixture(scope="session")
def socket_client(server: Server) -> Iterator[Any]:
    """For what needs a connection that stays open."""
    with SubstrateInterface(f"ws://127.0.0.1:{server.port}") as connected:
        connected.init_runtime()
        yield connected


@pytest.fixture(scope="session")
def alice() -> Any:
    return Keypair.create_from_uri("//Alice")


@pytest.fixture(scope="session")
def bob() -> Any:
    return Keypair.create_from_uri("//Bob")
