"""The type registry: ids, forms, paths; and the tree over it."""

from __future__ import annotations

import enum
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.system_items import AccountData
from primitives.address import MultiAddress
from primitives.errors import DispatchErrorCase, DispatchResult
from primitives.header import DigestItem
from primitives.ids import AccountId, Balance, BlockNumber, ParaId
from primitives.metadata.docs import attribute_docs, first_paragraph, paragraphs
from primitives.metadata.registry import Registry
from primitives.metadata.types import (
    Array,
    BitSequence,
    Compact,
    Composite,
    Field,
    Plain,
    PortableType,
    PortableTypes,
    Primitive,
    Sequence,
    Tuple,
    Type,
    TypeParameter,
    Variant,
    Variants,
)
from primitives.record import Record
from primitives.scale.codec import U8, U32, U128, Bits, Bytes32, Compact64, fixed_bytes
from primitives.scale.derive import PLAIN, codec
from primitives.scale.errors import DecodeError

TYPES = codec(PortableTypes)


class Tree(Record):
    """A record that holds itself."""

    children: tuple[Tree, ...]
    weight: U8
    """How much it weighs,
    in grams.

    Upstream: none, this is a test
    """


class Colour(enum.Enum):
    """What it looks like."""

    Red = 1
    """Like blood."""
    Blue = 5


def registry(*types: Any) -> Registry:
    made = Registry(PLAIN, {})
    for each in types:
        made.register(each)
    return made


def made_of(tp: Any) -> list[Any]:
    """The definitions for one type and its parts, by id."""
    return [each.type.definition for each in registry(tp).types()]


# -------------------------------------------------------------------------------------------------- ids


def test_ids_are_given_in_the_order_of_first_use_a_type_before_its_parts() -> None:
    found = registry(tuple[U32, bool], U8, bool).types()

    assert [each.id for each in found] == [0, 1, 2, 3]
    assert [each.type.definition for each in found] == [
        Tuple((1, 2)),
        Primitive(Plain.u32),
        Primitive(Plain.bool),
        Primitive(Plain.u8),
    ]


def test_a_type_keeps_its_id() -> None:
    made = registry(AccountData)

    assert made.register(AccountData) == 0
    assert made.register(U128) == 1
    assert len(made.types()) == 2


def test_two_registries_of_the_same_declarations_are_equal() -> None:
    assert registry(DigestItem, MultiAddress).types() == registry(DigestItem, MultiAddress).types()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (bytes, tuple[U8, ...]),
        (Balance, U128),
        (BlockNumber, U32),
        (Bytes32, Annotated[bytes, fixed_bytes(32)]),
    ],
)
def test_what_upstream_does_not_tell_apart_is_one_type(one: Any, other: Any) -> None:
    made = registry(one)

    assert made.register(other) == 0


def test_an_identifier_with_a_type_of_its_own_is_one() -> None:
    made = registry(ParaId, U32)

    account, number = made.types()
    assert account.type.path == ("polkadot_parachain_primitives", "primitives", "Id")
    assert account.type.definition == Composite((Field(None, number.id, "u32", ()),))


def test_a_type_may_hold_itself() -> None:
    tree, children, weight = made_of(Tree)

    assert children == Sequence(0)
    assert [field.type for field in tree.fields] == [1, 2]
    assert weight == Primitive(Plain.u8)


# ------------------------------------------------------------------------------------------------ forms


def test_fields_carry_name_source_name_and_words() -> None:
    tree, *_ = made_of(Tree)

    assert tree.fields[1] == Field("weight", 2, "u8", ("How much it weighs, in grams.",))


def test_compact_array_and_bits() -> None:
    assert made_of(Compact64) == [Compact(1), Primitive(Plain.u64)]
    assert made_of(Bytes32) == [Array(32, 1), Primitive(Plain.u8)]
    assert made_of(Bits) == [BitSequence(2, 1), Composite(()), Primitive(Plain.u8)]
    assert registry(Bits).types()[1].type.path == ("bitvec", "order", "Lsb0")


def test_option_names_its_inner_type_as_a_parameter() -> None:
    option, _ = registry(U32 | None).types()

    assert option.type.path == ("Option",)
    assert option.type.parameters == (TypeParameter("T", 1),)
    assert option.type.definition == Variants(
        (Variant("None", (), 0, ()), Variant("Some", (Field(None, 1, None, ()),), 1, ()))
    )


def test_result_holds_something_on_both_sides() -> None:
    result, ok, *_ = registry(DispatchResult).types()

    assert result.type.path == ("Result",)
    assert ok.type.definition == Tuple(())
    assert isinstance(result.type.definition, Variants)
    assert [each.name for each in result.type.definition.variants] == ["Ok", "Err"]
    assert [len(each.fields) for each in result.type.definition.variants] == [1, 1]


def test_variants_keep_their_indices_and_gaps() -> None:
    items, *_ = made_of(DigestItem)

    assert {each.name: each.index for each in items.variants} == {
        "Other": 0,
        "Consensus": 4,
        "Seal": 5,
        "PreRuntime": 6,
        "RuntimeEnvironmentUpdated": 8,
    }


def test_an_enum_is_a_sum_without_fields() -> None:
    (colour,) = registry(Colour).types()

    assert colour.type.docs == ("What it looks like.",)
    assert colour.type.definition == Variants(
        (Variant("Red", (), 1, ("Like blood.",)), Variant("Blue", (), 5, ()))
    )


def test_a_type_that_upstream_does_not_have_stands_under_our_module() -> None:
    (colour,) = registry(Colour).types()

    assert colour.type.path[-1] == "Colour"
    assert "test_metadata_registry" in colour.type.path


def test_a_module_error_is_a_record_of_its_own() -> None:
    made = registry(DispatchErrorCase)
    by_path = {each.type.path[-1:]: each.type for each in made.types()}

    inner = by_path["ModuleError",].definition
    assert isinstance(inner, Composite)
    assert [field.name for field in inner.fields] == ["index", "error"]


def test_what_says_nothing_of_its_layout_is_refused() -> None:
    with pytest.raises(TypeError, match="what it is made of has to be given"):
        registry(Annotated[Record, "AggregateMessageOrigin"])


def test_a_maker_describes_what_the_annotation_does_not() -> None:
    marker = Annotated[Record, "AggregateMessageOrigin"]
    made = Registry(PLAIN, {marker: lambda inner: Type(("Origin",), (), Tuple((inner.register(U8),)), ())})

    assert made.register(marker) == 0
    assert made.types()[0].type == Type(("Origin",), (), Tuple((1,)), ())


def test_an_annotation_may_stand_for_another() -> None:
    marker = Annotated[Record, "AggregateMessageOrigin"]
    made = Registry(PLAIN, {}, {marker: DigestItem})

    assert made.register(tuple[marker, ...]) == made.register(tuple[DigestItem, ...])
    assert made.register(marker) == made.register(DigestItem)


# ------------------------------------------------------------------------------------------------ bytes


def test_the_bytes_of_an_account_id() -> None:
    account, *_ = registry(AccountId).types()
    words = b"".join(bytes((len(word) << 2,)) + word for word in (b"sp_core", b"crypto", b"AccountId32"))

    encoded = codec(PortableType).encode(account)

    path, parameters = b"\x0c" + words, b"\x00"
    unnamed, array, named, docs = b"\x00", b"\x04", b"\x01" + b"\x20" + b"[u8; 32]", b"\x00"
    composite_of_one_field = b"\x00" + b"\x04" + unnamed + array + named + docs
    assert encoded == b"\x00" + path + parameters + composite_of_one_field + docs


@given(cut=st.integers(0, 10_000))
def test_a_registry_that_ends_early_is_refused(cut: int) -> None:
    whole = TYPES.encode(registry(DigestItem, MultiAddress, AccountData).types())

    with pytest.raises(DecodeError):
        TYPES.decode(whole[: cut % len(whole)])


@given(at=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_registry_with_a_wrong_byte_reads_back_or_is_refused(at: int, byte: int) -> None:
    whole = bytearray(TYPES.encode(registry(DigestItem, MultiAddress, AccountData).types()))
    whole[at % len(whole)] = byte

    try:
        found = TYPES.decode(bytes(whole))
    except DecodeError:
        return
    assert TYPES.encode(found) == bytes(whole)


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 16_383, 16_384, 70_000])
@pytest.mark.parametrize("letter", ["a", "ä"])
def test_texts_of_all_lengths_there_and_back(length: int, letter: str) -> None:
    text = letter * length
    field = Field(text, length, text, (text, text))
    types = (PortableType(length, Type((text,), (), Composite((field,)), (text,))),)

    assert TYPES.decode(TYPES.encode(types)) == types


# ------------------------------------------------------------------------------------------------ words


def test_links_to_upstream_are_no_words_for_clients() -> None:
    assert paragraphs("One\nline.\n\n    Upstream: none, a test\n\nMore.") == ("One line.", "More.")


def test_a_class_without_a_docstring_has_no_words() -> None:
    class Bare(Record):
        pass

    assert first_paragraph(Bare) == ()
    assert attribute_docs(Bare) == {}
