"""The generic parameters of the types in our metadata, against those that the recorded runtime writes."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from typing import Any

import pytest

from pallets.message_queue_items import AggregateMessageOrigin, BookState
from pallets.relay.upward import Ump
from primitives.header import Header
from primitives.metadata.describe import head, split_arguments
from primitives.metadata.parameters import parameters
from primitives.metadata.registry import Registry
from primitives.metadata.types import Array, Primitive, Tuple, Type, TypeParameter, Variants
from primitives.scale.derive import PLAIN
from runtime.metadata import metadata_of
from runtime.relay import Relay
from tests.support.recorded_metadata import FOLDER

RECORDING: Any = json.loads(lzma.decompress((FOLDER / "metadata_relay.json.xz").read_bytes()))
TYPES = [each.type for each in metadata_of(Relay).v15.types]

BUILT_IN = {"BTreeMap", "BTreeSet", "BoundedVec", "Compact", "Option", "Result", "Vec", "WeakBoundedVec"}


def texts(node: Any) -> Iterator[str]:
    """Every text of a recording, at any depth."""
    match node:
        case str():
            yield node
        case dict():
            yield from (each for part in node.values() for each in texts(part))
        case list():
            yield from (each for part in node for each in texts(part))
        case _:
            return


def written(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The types with parameters that a type text holds: name and parameters, without those' own."""
    name = head(text)
    if text.startswith("("):
        arguments = split_arguments(text[1:-1])
    elif text.startswith("["):
        arguments = (text[1:].rpartition("; ")[0],)
    else:
        arguments = split_arguments(text[len(name) + 1 : -1])
        if arguments:
            yield name, tuple(map(head, arguments))
    for each in arguments:
        yield from written(each)


RECORDED = {each for text in texts(RECORDING) if not text.startswith("0x") for each in written(text)}


def shown(kind: Type) -> str:
    """A parameter as texts have it."""
    match kind.definition:
        case _ if kind.path:
            return kind.path[-1]
        case Primitive(primitive):
            return primitive.name
        case Array(length, element):
            return f"[{shown(TYPES[element])}; {length}]"
        case Tuple(()):
            return "()"
        case other:
            raise AssertionError(other)


NOT_RECORDED = {("PerDispatchClass", ("WeightsPerClass",)), ("PerDispatchClass", ("u32",))}
"""Inside of constants, whose types are recorded by name only."""

GENERIC_NAMES = {name for name, _ in RECORDED} - BUILT_IN
GENERIC = [kind for kind in TYPES if kind.path and kind.path[-1] in GENERIC_NAMES]


@pytest.mark.parametrize("kind", GENERIC, ids=range(len(GENERIC)))
def test_parameters_are_as_recorded(kind: Type) -> None:
    typed = tuple(shown(TYPES[each.type]) for each in kind.parameters if each.type is not None)

    assert (kind.path[-1], typed) in RECORDED | NOT_RECORDED


def test_many_are_held_against_the_recording() -> None:
    found = {each.path[-1] for each in GENERIC}

    assert {"EventRecord", "AccountInfo", "MultiAddress", "PerDispatchClass"} <= found
    assert len(GENERIC) >= 30


@pytest.mark.parametrize("name", ["AggregateMessageOrigin", "UmpQueueId"])
def test_the_message_queue_s_origins_are_as_recorded(name: str) -> None:
    registry = Registry(PLAIN, {}, stands_for={AggregateMessageOrigin: Ump})
    registry.register(AggregateMessageOrigin)
    types = [each.type for each in registry.types()]
    path = f"polkadot_runtime_parachains::inclusion::{name}"
    (recorded,) = [each for at, each in RECORDING["types"].items() if at.partition("#")[0] == path]
    (ours,) = [each for each in types if "::".join(each.path) == path]

    assert isinstance(ours.definition, Variants)
    assert recorded["enum"] == {
        each.name: {
            "index": each.index,
            "fields": [[None, types[part.type].path[-1]] for part in each.fields],
        }
        for each in ours.definition.variants
    }


def test_a_book_names_the_message_queue_s_origin() -> None:
    registry = Registry(PLAIN, {}, stands_for={AggregateMessageOrigin: Ump})
    book, origin = registry.register(BookState), registry.register(AggregateMessageOrigin)

    assert registry.types()[book].type.parameters == (TypeParameter("MessageOrigin", origin),)


def test_a_way_that_leads_nowhere_is_an_error() -> None:
    with pytest.raises(KeyError):
        list(parameters(Header, "EventRecord"))
