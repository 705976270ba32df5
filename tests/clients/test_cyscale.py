"""Another decoder reads our metadata and our chain: cyscale, as async-substrate-interface uses it.

It installs the same modules as scalecodec, so it has an environment of its own, `.venv-cyscale`. That is made
from `requirements-cyscale.lock` when it is missing or out of date.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import venv
from pathlib import Path
from typing import Any

import pytest

from pallets.relay.hrmp_items import HrmpChannelForceOpened
from pallets.system_items import ApplyExtrinsic, EventRecord
from primitives.channels import HrmpChannel
from primitives.ids import Balance, Hash, ParaId
from primitives.pallet import RuntimeEvent
from runtime.metadata import metadata_of
from runtime.relay import Relay

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements-cyscale.lock"
ENVIRONMENT = ROOT / ".venv-cyscale"
READER = Path(__file__).with_name("cyscale_reads.py")

CHANNEL = HrmpChannel(8, 8_192, 1_024, 2, 100, Hash(b"\x0c" * 32), Balance(10**18), Balance(7))
OPENED = HrmpChannelForceOpened(ParaId(2000), ParaId(2001), 8, 1_024)
RECORD = EventRecord(ApplyExtrinsic(3), RuntimeEvent("Hrmp", OPENED), (Hash(b"\x0d" * 32),))

CHANNEL_READ = {
    "max_capacity": 8,
    "max_total_size": 8_192,
    "max_message_size": 1_024,
    "msg_count": 2,
    "total_size": 100,
    "mqc_head": "0x" + "0c" * 32,
    "sender_deposit": 10**18,
    "recipient_deposit": 7,
}
OPENED_READ = {
    "sender": 2000,
    "recipient": 2001,
    "proposed_max_capacity": 8,
    "proposed_max_message_size": 1_024,
}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def interpreter() -> Path:
    """The environment's Python; makes the environment if need be, and skips the test where that fails."""
    python, made_from = ENVIRONMENT / "bin" / "python", ENVIRONMENT / LOCK.name
    if made_from.is_file() and made_from.read_bytes() == LOCK.read_bytes():
        return python
    venv.create(ENVIRONMENT, clear=True, with_pip=True)
    (ENVIRONMENT / ".gitignore").write_text("*\n")
    command = [str(python), "-I", "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-input"]
    command += ["--retries", "1", "--timeout", "20"]
    installed = subprocess.run(
        [*command, "--require-hashes", "-r", str(LOCK)], capture_output=True, text=True, check=False
    )
    if installed.returncode != 0:
        shutil.rmtree(ENVIRONMENT)
        pytest.skip(f"cyscale cannot be installed: {installed.stderr.strip().splitlines()[-1]}")
    shutil.copy(LOCK, made_from)  # last of all: an interrupted run leaves none
    return python


def type_ids() -> tuple[int, int]:
    """The types of a channel and of an event record."""
    told = metadata_of(Relay).v14
    (hrmp,) = [each for each in told.pallets if each.name == "Hrmp"]
    entries = hrmp.storage.entries if hrmp.storage else ()
    (channels,) = [each.type for each in entries if each.name == "HrmpChannels"]
    (record,) = [each.id for each in told.types if each.type.path[-1:] == ("EventRecord",)]
    return channels.value, record


def ask(asked: dict[str, Any]) -> Any:
    """What the reader answers, in the other environment."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [str(interpreter()), str(READER)]
    done = subprocess.run(
        command, input=json.dumps(asked), capture_output=True, text=True, env=clean, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_both_versions_a_channel_and_an_event_are_read() -> None:
    told, wire, (channel, record) = metadata_of(Relay), Relay.wire(), type_ids()
    values = [
        (channel, wire.codec(HrmpChannel).encode(CHANNEL).hex()),
        (record, wire.codec(EventRecord).encode(RECORD).hex()),
    ]

    answer = ask({"metadata": {at: raw.hex() for at, raw in told.versions().items()}, "read": values})

    pallets = {pallet.prefix: index for pallet, index in Relay.indices.items()}
    assert answer["14"]["pallets"] == answer["15"]["pallets"] == pallets
    assert (answer["14"]["types"], answer["15"]["types"]) == (len(told.v14.types), len(told.v15.types))
    assert answer["14"]["values"] == answer["15"]["values"]
    read, event = answer["14"]["values"]
    assert read == CHANNEL_READ
    assert (event["phase"], event["extrinsic_idx"], event["topics"]) == (
        "ApplyExtrinsic",
        3,
        ["0x" + "0d" * 32],
    )
    assert (event["module_id"], event["event_id"]) == ("Hrmp", "HrmpChannelForceOpened")
    assert event["attributes"] == OPENED_READ
