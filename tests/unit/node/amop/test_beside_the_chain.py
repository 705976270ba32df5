"""The messenger stands beside the chain: neither needs or notices the other."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from node.service import Node
from primitives.ids import Moment
from tests.support.amop_world import World
from tests.support.signing import account

AMOP = Path(__file__).resolve().parents[4] / "node/amop"
BESIDE = {"node.amop", "node.errors", "node.files", "node.version", "primitives.record"}
"""What it may import of this repository."""

LIBRARIES = {"cryptography", "ecdsa", "msgspec", "rich", "typing_extensions", "uvloop", "websockets"}


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return names | {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }


def is_allowed(name: str) -> bool:
    first = name.partition(".")[0]
    ours = any(name == each or name.startswith(f"{each}.") for each in BESIDE)
    return ours or first in LIBRARIES or first in sys.stdlib_module_names


def test_the_messenger_imports_nothing_of_the_chain() -> None:
    offenders = [
        f"{path.name}: {name}"
        for path in AMOP.glob("*.py")
        for name in imported(path)
        if not is_allowed(name)
    ]

    assert offenders == []


def test_a_thousand_messages_leave_the_chain_as_it_was() -> None:
    chain = Node()
    chain.seal(Moment(1_700_000_000_000))
    root, best = chain.chain.state(chain.chain.best.hash).root(), chain.chain.best.hash
    world = World(3, [(0, 1), (1, 2)])
    subscriber, publisher = world.client(2, "t"), world.client(0)

    for number in range(500):
        publisher.unicast("t", b"%d" % number)
        publisher.multicast("t", b"%d" % number)
    world.run(2)

    assert len(subscriber.got("t")) == 1000
    assert (chain.chain.state(chain.chain.best.hash).root(), chain.chain.best.hash) == (root, best)
    assert chain.pool.next_nonce(account("Alice")) == 0
