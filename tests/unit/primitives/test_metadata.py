from __future__ import annotations

import copy
import enum
from typing import Annotated, Any, ClassVar

import pytest

from primitives.errors import DispatchErrorCase, DispatchResult, ErrorCode
from primitives.hashing import storage_prefix
from primitives.header import DigestItem, Header
from primitives.ids import AccountId, Balance, BlockNumber, Hash, Moment, Nonce, ParaId, ValidatorId
from primitives.metadata.compare import ASPECTS, Comparison, Difference, plain
from primitives.metadata.describe import (
    Array,
    Case,
    Field,
    Leaf,
    Named,
    Option,
    Product,
    Sequence,
    Sum,
    Text,
    describe,
    layout_of,
    parse,
    split_arguments,
)
from primitives.metadata.names import upstream_constant
from primitives.metadata.recorded import RecordedMetadata
from primitives.origin import Origin
from primitives.pallet import OriginCaller, Pallet, RuntimeCall, RuntimeEvent, call, item
from primitives.record import Record
from primitives.scale.codec import (
    U8,
    U16,
    U32,
    U64,
    Bits,
    Bytes8,
    Bytes32,
    Codec,
    Compact32,
    Compact128,
    array,
)
from primitives.scale.derive import PLAIN, Wire, codec
from primitives.storage.views import DefaultMap, Map, OptionValue, Value
from primitives.weights import Weight


class ChannelId(Record):
    sender: ParaId
    recipient: ParaId


class Message(Record):
    sent_at: BlockNumber
    data: bytes


class Wrapped(Record):
    UNNAMED: ClassVar[bool] = True

    inner: Hash


class Severity(enum.Enum):
    Low = 0
    High = 3


class Nothing(Record, tag=0):
    """A case without fields, whose plain name another case has."""


class Inside(Record, tag=1):
    UNNAMED: ClassVar[bool] = True

    deeper: tuple[Junctions, ...]


Junctions = Nothing | Inside


class ChannelOpened(Record, tag=0):
    sender: ParaId
    size: U32


class ChannelFailed(Record, tag=1):
    UNNAMED: ClassVar[bool] = True

    error: DispatchErrorCase


class Error(ErrorCode):
    NoChannel = enum.auto()
    """There is none."""
    TooBig = enum.auto()
    """It is over the limit."""


class LaneConstants(Record):
    max_size: U32
    ss58_prefix: U16
    weight: Weight | None


class Lane(
    Pallet, prefix="Lane", events=ChannelOpened | ChannelFailed, errors=Error, constants=LaneConstants
):
    channels: Map[ChannelId, Message]
    counts: DefaultMap[tuple[ParaId, U32], U32] = item(default=7, hashers=("Identity", "Twox64Concat"))
    heads: Value[tuple[Hash | None, ...]] = item(default=())
    place: OptionValue[Junctions]

    @call(0)
    def open(self, origin: Origin, recipient: ParaId, max_message_size: U32) -> None: ...

    @call(3, name="close")
    def close_it(self, origin: Origin, amount: Compact128) -> None: ...


def stored(item_name: str, value: str, default: str, **options: Any) -> dict[str, Any]:
    recorded: dict[str, Any] = {"prefix": storage_prefix("Lane", item_name).hex(), "hashers": [], "key": None}
    modifier = {"modifier": "Optional" if default == "0x00" and item_name != "Heads" else "Default"}
    return recorded | {"value": value, "default": default} | modifier | options


RECORDING: dict[str, Any] = {
    "pallets": {"Lane": 60},
    "details": {
        "Lane": {
            "index": 60,
            "storage": {
                "Channels": stored(
                    "Channels", "Message<u32>", "0x00", hashers=["Twox64Concat"], key="ChannelId"
                ),
                "Counts": stored(
                    "Counts", "u32", "0x07000000", hashers=["Identity", "Twox64Concat"], key="(Id, u32)"
                ),
                "Heads": stored("Heads", "BoundedVec<Option<H256>>", "0x00"),
                "Place": stored("Place", "Junctions", "0x00"),
            },
            "calls": {
                "open": {"index": 0, "fields": [["recipient", "Id"], ["max_message_size", "u32"]]},
                "close": {"index": 3, "fields": [["amount", "Compact<u128>"]]},
            },
            "events": {
                "ChannelOpened": {"index": 0, "fields": [["sender", "Id"], ["size", "u32"]]},
                "ChannelFailed": {"index": 1, "fields": [[None, "DispatchError"]]},
            },
            "errors": {"NoChannel": 0, "TooBig": 1},
            "constants": {
                "MaxSize": ["u32", 8],
                "SS58Prefix": ["u16", 42],
                "Weight": ["Option<Weight>", {"ref_time": 5, "proof_size": 6}],
            },
        }
    },
    "types": {
        "para::Id#1": {"struct": [[None, "u32"]]},
        "lane::ChannelId#2": {"struct": [["sender", "Id"], ["recipient", "Id"]]},
        "lane::Message#3": {"struct": [["sent_at", "u32"], ["data", "Vec<u8>"]]},
        "hash::H256#4": {"struct": [[None, "[u8; 32]"]]},
        "weights::Weight#5": {"struct": [["ref_time", "Compact<u64>"], ["proof_size", "Compact<u64>"]]},
        "xcm::v4::Junctions#6": {"enum": {"Here": {"index": 0, "fields": []}}},
        "xcm::v5::Junctions#7": {
            "enum": {
                "Inside": {"index": 1, "fields": [[None, "BoundedVec<Junctions>"]]},
                "Nothing": {"index": 0, "fields": []},
            }
        },
    },
}

API: Bytes8 = bytes(range(1, 9))
CONSTANTS = LaneConstants(8, 42, Weight(5, 6))


def recording(*path: str, value: Any) -> RecordedMetadata:
    """The recording above with one thing changed."""
    changed = copy.deepcopy(RECORDING)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return RecordedMetadata(changed)


def differences(recorded: RecordedMetadata) -> list[str]:
    comparison = Comparison(recorded, PLAIN)
    found = [difference for compare in ASPECTS.values() for difference in compare(comparison, Lane)]
    found += [*comparison.index(Lane, 60), *comparison.constant_values(Lane, CONSTANTS)]
    return [str(difference) for difference in found]


def lane(*path: str, value: Any) -> list[str]:
    return differences(recording("details", "Lane", *path, value=value))


class TestDescribe:
    @pytest.mark.parametrize(
        ("annotation", "text"),
        [
            (U32, "u32"),
            (bool, "bool"),
            (str, "str"),
            (bytes, "Vec<u8>"),
            (Bytes32, "[u8; 32]"),
            (Compact128, "Compact<u128>"),
            (Bits, "BitVec"),
            (ParaId, "Id"),
            (Hash, "H256"),
            (AccountId, "AccountId32"),
            (ValidatorId, "Public"),
            (Balance, "u128"),
            (Moment, "u64"),
            (Nonce, "u32"),
            (tuple[()], "()"),
            (tuple[ParaId, ...], "Vec<Id>"),
            (tuple[tuple[BlockNumber, tuple[ParaId, ...]], ...], "Vec<(u32, Vec<Id>)>"),
            (Hash | None, "Option<H256>"),
            (ChannelId, "ChannelId"),
            (Severity, "Severity"),
            (Junctions, "Junctions"),
            (Junctions | None, "Option<Junctions>"),
            (DispatchErrorCase, "DispatchError"),
            (DispatchResult, "Result<(), DispatchError>"),
            (DigestItem, "DigestItem"),
            (OriginCaller, "OriginCaller"),
            (tuple[RuntimeCall, ...], "Vec<RuntimeCall>"),
        ],
    )
    def test_annotations_have_upstream_texts(self, annotation: Any, text: str) -> None:
        assert describe(annotation) == text

    def test_notes_that_are_no_codecs_change_nothing(self) -> None:
        assert describe(Annotated[Hash, 5]) == "H256"
        assert layout_of(Annotated[Hash, 5], PLAIN) == Array(Text("u8"), 32)

    def test_a_union_that_is_bound_nowhere_lists_its_arms(self) -> None:
        assert describe(ChannelOpened | Inside) == "ChannelOpened | Inside"

    def test_what_has_no_name_is_refused(self) -> None:
        with pytest.raises(TypeError, match="has no upstream name"):
            describe(int)
        with pytest.raises(TypeError, match="has no layout"):
            layout_of(int, PLAIN)


class TestLayouts:
    def test_texts_are_read(self) -> None:
        assert parse(Text("(Id, Vec<u8>)")) == Product(
            (Field("", Text("Id")), Field("", Text("Vec<u8>"))), named=False
        )
        assert parse(Text("[(u8, u16); 3]")) == Array(Text("(u8, u16)"), 3)
        assert parse(Text("Option<X>", "xcm::v5")) == Option(Text("X", "xcm::v5"))
        assert parse(Text("BTreeMap<Id, BTreeSet<u8>>")) == Sequence(Text("(Id, BTreeSet<u8>)"))
        assert parse(Text("Compact<u32>")) == Leaf("Compact<u32>")
        assert parse(Text("Page<u32>")) == Named("Page")
        assert split_arguments("A, B<C, D>, [E; 2]") == ("A", "B<C, D>", "[E; 2]")

    def test_annotations_open_one_level(self) -> None:
        assert layout_of(ChannelId, PLAIN) == Product(
            (Field("sender", ParaId), Field("recipient", ParaId)), named=True
        )
        assert layout_of(ParaId, PLAIN) == Leaf("u32")
        assert layout_of(Wrapped, PLAIN) == Array(Text("u8"), 32)
        assert layout_of(Severity, PLAIN) == Sum(
            (Case(0, "Low", Product((), named=False)), Case(3, "High", Product((), named=False)))
        )

    def test_a_codec_in_an_annotation_gives_the_outer_form(self) -> None:
        pairs = Annotated[tuple[ParaId, ...], array(codec(ParaId), 2)]

        assert layout_of(pairs, PLAIN) == Array(ParaId, 2)

    def test_what_the_wire_replaces_is_a_name(self) -> None:
        other: Codec[Any] = codec(U32)
        wire = Wire("other", replace={ChannelId: other}, absent=frozenset({Nothing}))

        assert layout_of(ChannelId, wire) == Named("ChannelId")
        assert layout_of(Junctions, wire) == Sum(
            (Case(1, "Inside", Product((Field("deeper", tuple[Junctions, ...]),), named=False)),)
        )
        assert layout_of(RuntimeEvent, PLAIN) == Named("RuntimeEvent")


class TestComparison:
    def test_a_pallet_as_recorded_has_no_differences(self) -> None:
        assert differences(RecordedMetadata(RECORDING)) == []

    def test_ambiguous_and_unopened_texts_are_told(self) -> None:
        comparison = Comparison(RecordedMetadata(RECORDING), PLAIN)

        assert comparison.storage(Lane) + comparison.events(Lane) == ()
        assert comparison.ambiguous == {Text("Junctions"): (2, 1)}
        assert comparison.by_name == {"DispatchError"}

    def test_another_index(self) -> None:
        assert differences(recording("pallets", value={"Lane": 61})) == ["Lane.index: ours 60, recorded 61"]
        assert differences(recording("pallets", value={})) == ["Lane.index: ours 60, recorded nothing"]

    @pytest.mark.parametrize(
        ("aspect", "value", "line"),
        [
            ("prefix", "00", f"prefix: ours {storage_prefix('Lane', 'Heads').hex()}, recorded 00"),
            ("hashers", ["Identity"], "hashers: ours nothing, recorded Identity"),
            ("modifier", "Optional", "modifier: ours Default, recorded Optional"),
            ("default", "0x04", "default: ours 0x00, recorded 0x04"),
            ("key", "u32", "key: ours nothing, recorded u32"),
            ("value", "Vec<u32>", "value[]: ours Option<H256>, recorded u32"),
            ("value", "Vec<Option<u64>>", "value[]: ours H256, recorded u64"),
            ("value", "Vec<Option<[u8; 20]>>", "value[]: ours H256, recorded [u8; 20]"),
        ],
    )
    def test_a_storage_item_in_each_of_its_aspects(self, aspect: str, value: Any, line: str) -> None:
        assert lane("storage", "Heads", aspect, value=value) == [f"Lane.Heads {line}"]

    def test_a_key_of_another_type(self) -> None:
        assert lane("storage", "Counts", "key", value="(Id, u64)") == [
            "Lane.Counts key.1: ours u32, recorded u64"
        ]
        assert lane("storage", "Channels", "key", value="Id") == [
            "Lane.Channels key: ours ChannelId, recorded Id"
        ]

    def test_a_missing_item_and_another_order(self) -> None:
        items = dict(RECORDING["details"]["Lane"]["storage"])
        items["More"] = items.pop("Channels")

        assert lane("storage", value=items) == [
            "Lane.storage: ours nothing, recorded More",
            "Lane.storage: ours Channels, recorded nothing",
        ]
        reordered = dict(reversed(RECORDING["details"]["Lane"]["storage"].items()))
        assert lane("storage", value=reordered) == [
            "Lane.storage order: ours Channels, Counts, Heads, Place, recorded Place, Heads, Counts, Channels"
        ]

    def test_fields_of_stored_records(self) -> None:
        renamed = [["sent", "u32"], ["data", "Vec<u8>"]]
        shorter = [["sent_at", "u32"]]

        assert differences(recording("types", "lane::Message#3", "struct", value=renamed)) == [
            "Lane.Channels value field 0: ours sent_at u32, recorded sent u32"
        ]
        assert differences(recording("types", "lane::Message#3", "struct", value=shorter)) == [
            "Lane.Channels value fields: ours (sent_at u32, data Vec<u8>), recorded (sent_at u32)"
        ]

    def test_names_where_upstream_has_none(self) -> None:
        unnamed = [[None, "u32"], [None, "Vec<u8>"]]

        assert differences(recording("types", "lane::Message#3", "struct", value=unnamed)) == [
            "Lane.Channels value field 0: ours sent_at u32, recorded u32",
            "Lane.Channels value field 1: ours data Vec<u8>, recorded Vec<u8>",
        ]

    def test_no_candidate_of_an_ambiguous_text_fits(self) -> None:
        cases = {"Nothing": {"index": 0, "fields": []}, "Inside": {"index": 2, "fields": []}}

        assert differences(recording("types", "xcm::v5::Junctions#7", "enum", value=cases)) == [
            "Lane.Place value[0]: ours Nothing, recorded Here",
            "Lane.Place value[1]: ours Inside, recorded nothing",
        ]

    def test_calls(self) -> None:
        longer = {"index": 0, "fields": [["recipient", "Id"], ["max_size", "u32"]]}
        wider = {"index": 0, "fields": [["recipient", "Id"], ["max_message_size", "u64"]]}

        assert lane("calls", "open", value=longer) == [
            "Lane.calls[0].open argument 1: ours max_message_size u32, recorded max_size u32"
        ]
        assert lane("calls", "open", value=wider) == [
            "Lane.calls[0].open.max_message_size: ours u32, recorded u64"
        ]
        assert lane("calls", "close", "fields", value=[]) == [
            "Lane.calls[3].close arguments: ours (amount Compact<u128>), recorded ()"
        ]
        assert lane("calls", "shut", value={"index": 4, "fields": []}) == [
            "Lane.calls[4]: ours nothing, recorded shut"
        ]

    def test_events(self) -> None:
        assert lane("events", "ChannelFailed", "fields", value=[["error", "DispatchError"]]) == [
            "Lane.events[1].ChannelFailed field 0: ours DispatchError, recorded error DispatchError"
        ]
        assert lane("events", "ChannelOpened", "index", value=5) == [
            "Lane.events[0]: ours ChannelOpened, recorded nothing",
            "Lane.events[5]: ours nothing, recorded ChannelOpened",
        ]

    def test_what_cannot_be_opened_must_have_the_same_name(self) -> None:
        assert lane("events", "ChannelFailed", "fields", value=[[None, "OtherError"]]) == [
            "Lane.events[1].ChannelFailed.error: ours DispatchError, recorded OtherError"
        ]

    def test_errors(self) -> None:
        assert lane("errors", value={"NoChannel": 1, "TooBig": 0}) == [
            "Lane.errors[0]: ours NoChannel, recorded TooBig",
            "Lane.errors[1]: ours TooBig, recorded NoChannel",
        ]

    def test_constants(self) -> None:
        heavy = {"ref_time": 5, "proof_size": 7}

        assert lane("constants", "MaxSize", value=["u64", 8]) == [
            "Lane.constants.MaxSize: ours u32, recorded u64"
        ]
        assert lane("constants", "MaxSize", value=["u32", 9]) == [
            "Lane.constants.MaxSize: ours 8, recorded 9"
        ]
        assert lane("constants", "Weight", value=["Option<Weight>", heavy]) == [
            "Lane.constants.Weight.proof_size: ours 6, recorded 7"
        ]
        assert lane("constants", "More", value=["u32", 1]) == [
            "Lane.constants: ours MaxSize, SS58Prefix, Weight, recorded MaxSize, SS58Prefix, Weight, More",
            "Lane.constants.More: ours nothing, recorded 1",
        ]
        assert upstream_constant("batched_calls_limit") == "batched_calls_limit"


class Crooked(Pallet, prefix="Lane"):
    heads: Value[U8] = item(default=300)


class PlaceConstants(Record):
    here: tuple[Nothing, ...]
    there: tuple[Nothing, ...]
    sizes: tuple[U32, ...]


class Place(Pallet, prefix="Lane", constants=PlaceConstants):
    """A pallet whose constants are locations."""


def test_a_default_that_does_not_fit_its_type_is_told() -> None:
    found = Comparison(RecordedMetadata(RECORDING), PLAIN).storage(Crooked)

    assert "Lane.Heads default: ours a default that does not fit (300 is no u8), recorded 0x00" in map(
        str, found
    )


def test_junctions_are_recorded_by_their_number() -> None:
    values = {"Here": "Here", "There": {"X2": ["Nothing", "Nothing"]}, "Sizes": [1, 2, 3]}
    recorded = recording(
        "details", "Lane", "constants", value={name: ["Junctions", value] for name, value in values.items()}
    )
    comparison = Comparison(recorded, PLAIN)

    assert comparison.constant_values(Place, PlaceConstants((), (Nothing(), Nothing()), (1, 2, 3))) == ()
    found = comparison.constant_values(Place, PlaceConstants((), (Nothing(),), (1, 4, 3)))
    assert [str(difference) for difference in found] == [
        "Lane.constants.There: ours ['Nothing'], recorded {'X2': ['Nothing', 'Nothing']}",
        "Lane.constants.Sizes[1]: ours 4, recorded 2",
    ]


class TestRealTypes:
    """Records of our own vocabulary against hand-written recordings of theirs."""

    def compare(self, ours: Any, text: str, **types: Any) -> tuple[Difference, ...]:
        recorded = RecordedMetadata(
            {"pallets": {}, "details": {}, "types": {f"a::{name}#1": entry for name, entry in types.items()}}
        )
        return Comparison(recorded, PLAIN).types("it", ours, Text(text))

    def test_a_result_without_a_value(self) -> None:
        assert self.compare(DispatchResult, "Result<(), DispatchError>") == ()

    def test_a_case_may_hold_the_fields_of_its_one_record(self) -> None:
        module = {"struct": [["index", "u8"], ["error", "[u8; 4]"]]}
        cases = {"Module": {"index": 3, "fields": [[None, "ModuleError"]]}}
        found = self.compare(DispatchErrorCase, "Some", Some={"enum": cases}, ModuleError=module)

        assert len(found) == 14  # the other cases; not Module
        assert all(difference.recorded == "nothing" for difference in found)

    def test_but_only_under_the_same_names(self) -> None:
        module = {"struct": [["index", "u8"], ["code", "[u8; 4]"]]}
        cases = {"Module": {"index": 3, "fields": [[None, "ModuleError"]]}}
        found = self.compare(DispatchErrorCase, "Some", Some={"enum": cases}, ModuleError=module)

        assert "it[3].Module fields: ours (index u8, error [u8; 4]), recorded (ModuleError)" in map(
            str, found
        )

    def test_a_compact_field_is_no_plain_one(self) -> None:
        header = [[name, "[u8; 32]"] for name in ("parent_hash", "number", "state_root", "extrinsics_root")]
        found = self.compare(Header, "Header<u32>", Header={"struct": [*header, ["digest", "Digest"]]})

        assert [str(each) for each in found] == ["it.number: ours Compact<u32>, recorded [u8; 32]"]

    def test_pairs_are_no_records(self) -> None:
        assert self.compare(tuple[ParaId, ParaId], "(u32, u32)") == ()
        assert len(self.compare(ChannelId, "(u32, u32)")) == 2
        assert self.compare(tuple[tuple[U8, U64], ...], "BTreeMap<u8, u64>") == ()
        assert len(self.compare(Compact32, "u32")) == 1


def test_constants_are_written_as_recordings_write_them() -> None:
    assert plain((API, 5)) == ["0x0102030405060708", 5]
    assert plain(Weight(1, 2)) == {"ref_time": 1, "proof_size": 2}
    assert plain(Nothing()) == "Nothing"
    assert plain(Inside((Nothing(),))) == {"Inside": ["Nothing"]}
    assert plain(ChannelOpened(ParaId(1), 2)) == {"ChannelOpened": {"sender": 1, "size": 2}}
    assert plain(Severity.High) == "High"
    assert plain(None) is None
