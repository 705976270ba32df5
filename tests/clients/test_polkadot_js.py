"""A stock polkadot.js reads our metadata and our state, and has a channel opened.

It needs Node and the packages of `js/package-lock.json`, in `build/polkadot-js`. `.ci/run` puts them there;
by hand it is `cp -R tests/clients/js build/polkadot-js && npm --prefix build/polkadot-js ci`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from node.devnet import Devnet
from node.rpc.server import Server, running
from node.service import Node
from runtime.metadata import metadata_of
from runtime.relay import Relay

FOLDER = Path(__file__).parent / "js"
MADE = Path(__file__).resolve().parents[2] / "build" / "polkadot-js"
LEAST_NODE = 18


def node_js() -> str:
    """The path of Node; skips the test where it, or polkadot.js, is missing."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("no Node here")
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.removeprefix("v").partition(".")[0]) < LEAST_NODE:
        pytest.skip(f"Node {LEAST_NODE} or newer is needed, here is {version.strip()}")
    if not (MADE / "node_modules" / ".package-lock.json").is_file():
        pytest.skip(f"polkadot.js is not installed: {Path(__file__).name} says how")
    return found


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A node of its own: other tests have no say in its channels."""
    with running(Server(Node(), block_time=0.25)) as server:
        yield f"ws://127.0.0.1:{server.port}"


@pytest.fixture(scope="module")
def seen(address: str) -> Any:
    """What polkadot.js made of the node; it gives up by itself after half a minute."""
    command = [node_js(), shutil.copy(FOLDER / "smoke.mjs", MADE), address]
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_reads_the_metadata_and_every_type_in_it(seen: Any) -> None:
    told = metadata_of(Relay).v15

    assert seen["metadata"] == 15
    assert seen["types"] == len(told.types)
    assert seen["pallets"] == [each.name for each in told.pallets]
    assert seen["spec"] == "paseo"


def test_it_reads_an_account_a_constant_and_a_fee(seen: Any) -> None:
    assert int(seen["free"]) == 10**16
    assert int(seen["deposit"]) == 10**10
    assert 2 * 10**8 < int(seen["fee"]) < 3 * 10**8


def test_it_asks_whether_an_extrinsic_is_valid(seen: Any) -> None:
    assert seen["valid"]


def test_it_sees_its_extrinsic_final_and_reads_the_events(seen: Any) -> None:
    assert seen["final"] > 0
    assert seen["sudone"]
    assert {"hrmp.HrmpChannelForceOpened", "system.ExtrinsicSuccess"} <= set(seen["events"])


def test_it_reads_the_channel_that_it_had_opened(seen: Any) -> None:
    assert seen["channel"] == [4, 512]


def test_it_follows_a_parachain_by_the_functions_that_metadata_tells_of(seen: Any) -> None:
    told = seen["parachain"]

    assert told["root"]
    assert told["nobody"]
    assert told["head"] > 32
    assert told["validators"] == len(Devnet().authorities)
    assert told["session"] > 0
    assert told["downward"] > 0


def test_it_sends_a_program_and_reads_what_is_told_of_it(seen: Any) -> None:
    assert seen["program"] == {
        "call": "send",
        "destination": {"parents": 0, "interior": {"x1": [{"parachain": 2000}]}},
        "instructions": ["ClearOrigin", "Trap"],
        "topic": 32,
        "safe": 5,
        "place": {"x1": [{"globalConsensus": {"polkadot": None}}]},
    }


def test_the_lock_file_names_versions_and_hashes_and_no_addresses() -> None:
    packages = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))["packages"]

    assert packages["node_modules/@polkadot/api"]["version"] == "16.5.6"
    assert [name for name, each in packages.items() if name and "integrity" not in each] == []
    assert [name for name, each in packages.items() if "resolved" in each] == []
