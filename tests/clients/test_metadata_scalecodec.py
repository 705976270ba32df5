"""An independent decoder reads our metadata, and through it our chain: scalecodec, as substrate-interface
uses it.

It learns every type from the metadata alone. What our codecs write it must read to the last byte and write
again as it was. Two things it cannot write and only reads: bits (it forgets those behind the last that is
set) and events.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from scalecodec.base import RuntimeConfigurationObject, ScaleBytes
from scalecodec.type_registry import load_type_registry_preset
from typing_extensions import override

from pallets.relay.upward import Para
from pallets.system_items import EventRecord
from primitives.address import Id
from primitives.extrinsic import Era, Extrinsic, Signature, Sr25519, encode_extrinsic, mortal
from primitives.ids import AccountId
from primitives.metadata.describe import Text
from primitives.metadata.registry import Maker, Registry
from primitives.metadata.types import Array
from primitives.metadata.v14 import MapEntry, PlainEntry, StorageEntry
from primitives.pallet import Pallet, RuntimeCall, RuntimeEvent, calls, error_names, events, storage_items
from primitives.scale.derive import Wire
from primitives.scale.errors import EncodeError
from primitives.storage.state import State
from runtime.metadata import Builder, Metadata, metadata_of
from runtime.relay import Relay
from runtime.xcm_types import V5_PATHS
from tests.support.client_input import Forms
from tests.support.strategies import arbitrary, drawn, mentions
from xcm.reading import Unconvertible

SAMPLES = 8

FORGOTTEN = re.compile(r"\((?:True|False),|\bIndex\(")
"""Parts of values of which the client does not keep all that it reads: bits, addresses by index."""

ONLY_READ = (RuntimeEvent, EventRecord, tuple[EventRecord, ...])
NOT_DRAWN = (Era, Extrinsic, Para)
"""What tests of their own are for: `test_a_signed_extrinsic_is_read`. The tag of the last is written by its
sum, `AggregateMessageOrigin`."""

PUT_TOGETHER = {"Call", "Event", "Error", "Origin", "Lsb0", "ModuleError", "Runtime"}
"""Types that no annotation stands for: a pallet's calls and events are parts of the runtime's."""

PALLETS = {pallet.prefix: pallet for pallet in Relay.indices}

every_pallet = pytest.mark.parametrize("name", PALLETS)


def ours() -> Metadata:
    return metadata_of(Relay)


class Client:
    """scalecodec with our metadata taken in."""

    def __init__(self, metadata: bytes) -> None:
        self.config = RuntimeConfigurationObject()
        self.config.update_type_registry(load_type_registry_preset("core"))
        self.metadata = self.config.create_scale_object("MetadataVersioned", ScaleBytes(bytearray(metadata)))
        self.metadata.decode()
        self.config.add_portable_registry(self.metadata)

    def read(self, type_name: str, data: bytes) -> Any:
        """The decoded object; every byte must be used."""
        made = self.config.create_scale_object(type_name, ScaleBytes(bytearray(data)), metadata=self.metadata)
        made.decode()
        assert made.data.get_remaining_length() == 0
        return made

    def again(self, at: int, value: Any) -> bytes:
        """A value that was read, as the client writes it."""
        made = self.config.create_scale_object(f"scale_info::{at}", metadata=self.metadata)
        return bytes(made.encode(Forms(ours().v14.types).as_input(at, value)).data)


class Watched(Registry):
    """Remembers the annotation that each type was first asked for by, and the wire it is written in."""

    def __init__(self, wire: Wire, makers: Mapping[Any, Maker]) -> None:
        super().__init__(wire, makers, Relay.stands_for, V5_PATHS)
        self.annotations: dict[int, tuple[Wire, Any]] = {}

    @override
    def register(self, tp: Any) -> int:
        at = super().register(tp)
        if not isinstance(tp, Text):
            self.annotations.setdefault(at, (self.wire, tp))
        return at


def annotated() -> dict[int, tuple[Wire, Any]]:
    """The types of version 14 by id, as wires and annotations, as far as there is one."""
    builder = Builder(Relay(State()))
    watched = builder.registry = Watched(Relay.wire(), builder.outer.makers())
    assert builder.metadata().v14 == ours().v14
    return {at: found for at, found in watched.annotations.items() if at < len(ours().v14.types)}


@pytest.fixture(scope="module")
def client() -> Client:
    return Client(ours().v14_bytes)


def storage_of(pallet: type[Pallet]) -> tuple[StorageEntry, ...]:
    (found,) = [each for each in ours().v14.pallets if each.name == pallet.prefix]
    return found.storage.entries if found.storage else ()


def stored(pallet: type[Pallet]) -> Iterator[tuple[str, Any, int]]:
    """The values and keys of a pallet's storage: name, annotation, type id."""
    for item, entry in zip(storage_items(pallet), storage_of(pallet), strict=True):
        match entry.type:
            case PlainEntry(value):
                yield item.name, item.value_type, value
            case MapEntry(_, key, value):
                yield item.name, item.value_type, value
                yield f"{item.name} key", item.key_type, key


# ------------------------------------------------------------------------------------------- what is there


def test_every_type_is_taken_in(client: Client) -> None:
    types = client.metadata.portable_registry["types"]

    assert [each["id"].value for each in types] == [each.id for each in ours().v14.types]


def test_every_pallet_comes_back(client: Client) -> None:
    found = {each.value["name"]: each.value["index"] for each in client.metadata.pallets}

    assert found == {pallet.prefix: index for pallet, index in Relay.indices.items()}


@every_pallet
def test_every_storage_item_comes_back(name: str, client: Client) -> None:
    found = client.metadata.get_metadata_pallet(name).storage or ("its own",)  # the client adds the version

    assert [each.value["name"] for each in found[1:]] == [each.name for each in storage_items(PALLETS[name])]


@every_pallet
def test_every_call_comes_back_with_its_arguments(name: str, client: Client) -> None:
    found = client.metadata.get_metadata_pallet(name).calls or ()

    read = {each.name: [argument.name for argument in each.args] for each in found}
    assert read == {each.name: [argument for argument, _ in each.arguments] for each in calls(PALLETS[name])}


@every_pallet
def test_every_event_comes_back(name: str, client: Client) -> None:
    found = client.metadata.get_metadata_pallet(name).events or ()

    assert [each.name for each in found] == [each.__name__ for each in events(PALLETS[name])]


@every_pallet
def test_every_error_comes_back(name: str, client: Client) -> None:
    found = client.metadata.get_metadata_pallet(name).errors or ()

    assert [each.name for each in found] == list(error_names(PALLETS[name].errors).values())


def test_constants_are_read(client: Client) -> None:
    found = {
        f"{pallet.name}.{each.value['name']}": client.read(each.type, bytes(each.constant_value))
        for pallet in client.metadata.pallets
        for each in pallet.constants
    }

    assert found["System.SS58Prefix"].value == 42
    assert found["Balances.ExistentialDeposit"].value == 10_000_000_000
    assert found["System.Version"].value["spec_version"] == 2_003_001


def test_documentation_comes_back(client: Client) -> None:
    account = client.metadata.get_metadata_pallet("System").get_storage_function("Account")
    (declared,) = [each for each in storage_of(PALLETS["System"]) if each.name == "Account"]

    assert declared.docs
    assert account.value["documentation"] == list(declared.docs)


# --------------------------------------------------------------------------------------------- there and back


@every_pallet
def test_storage_there_and_back(name: str, client: Client) -> None:
    generator, wire = Random(name), Relay.wire()

    for item, annotation, at in stored(PALLETS[name]):
        for _ in range(SAMPLES):
            raw = wire.codec(annotation).encode(drawn(annotation, generator, Relay))
            read = client.read(f"scale_info::{at}", raw)
            if not mentions(annotation, "BitVec", Relay) and annotation != tuple[EventRecord, ...]:
                assert client.again(at, read.value) == raw, item


def test_every_type_is_drawn_or_put_together_from_such() -> None:
    extensions, known = {each.name for each in Relay.extensions}, annotated()
    others = {each.id: each.type for each in ours().v14.types if each.id not in known}

    extra = ours().v15.extrinsic.extra
    paths = {
        kind.path for at, kind in others.items() if at != extra and not isinstance(kind.definition, Array)
    }
    assert {path[-1] for path in paths} == PUT_TOGETHER | extensions


def test_every_type_there_and_back(client: Client) -> None:
    for at, (wire, annotation) in annotated().items():
        generator, samples = Random(at), 0 if annotation in NOT_DRAWN else SAMPLES
        for value in (drawn(annotation, generator, Relay) for _ in range(samples)):
            try:
                raw = wire.codec(annotation).encode(value)
            except (EncodeError, Unconvertible):
                assert wire is not Relay.wire()
                continue  # an older version of XCM does not say all
            read = client.read(f"scale_info::{at}", raw)
            if annotation not in ONLY_READ and not FORGOTTEN.search(repr(value)):
                assert client.again(at, read.value) == raw, annotation


@settings(max_examples=50)
@given(call=arbitrary(RuntimeCall, Relay))
def test_calls_there_and_back(call: RuntimeCall) -> None:
    client = known_client()
    at = next(each.id for each in ours().v14.types if each.type.path[-1:] == ("RuntimeCall",))
    raw = Relay.wire().codec(RuntimeCall).encode(call)

    read = client.read(f"scale_info::{at}", raw)

    assert (read.value["call_module"], read.value["call_function"]) == (call.pallet, call.name)
    if not FORGOTTEN.search(repr(call)):
        assert client.again(at, read.value) == raw


@settings(max_examples=50)
@given(event=arbitrary(RuntimeEvent, Relay))
def test_events_are_read(event: RuntimeEvent) -> None:
    client = known_client()
    at = next(each.id for each in ours().v14.types if each.type.path[-1:] == ("RuntimeEvent",))

    read = client.read(f"scale_info::{at}", Relay.wire().codec(RuntimeEvent).encode(event))

    assert read.value["module_id"] == event.pallet
    assert read.value["event_id"] == type(event.event).__name__


_KNOWN: list[Client] = []


def known_client() -> Client:
    """One client for all examples."""
    if not _KNOWN:
        _KNOWN.append(Client(ours().v14_bytes))
    return _KNOWN[0]


def test_a_signed_extrinsic_is_read() -> None:
    client, bob = known_client(), AccountId(b"\x0b" * 32)
    call = RuntimeCall("Balances", "transfer_keep_alive", (Id(bob), 12_345))
    values = {"era": mortal(64, 1_000), "nonce": 7, "tip": 99}
    signature = Signature(Id(AccountId(b"\x0a" * 32)), Sr25519(b"\x05" * 64), values)
    raw = encode_extrinsic(Relay.wire().codec(RuntimeCall).encode(call), signature, Relay.extensions)

    read = client.read("Extrinsic", raw).value

    assert read["address"] == "0x" + "0a" * 32
    assert read["signature"] == {"Sr25519": "0x" + "05" * 64}
    assert (read["nonce"], read["tip"], read["era"]) == (7, 99, (64, 40))
    assert read["mode"] == {"mode": "Disabled"}
    assert read["call"]["call_function"] == "transfer_keep_alive"
    assert [each["value"] for each in read["call"]["call_args"]] == ["0x" + "0b" * 32, 12_345]
