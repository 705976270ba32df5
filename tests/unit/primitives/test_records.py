"""Records: equal by type and fields, never changed, told apart by their tags."""

from __future__ import annotations

import pytest

from primitives.channels import HrmpChannelId
from primitives.ids import ParaId
from primitives.record import Record, replace, tag_of
from primitives.scale.codec import U32


class Place(Record):
    x: U32
    y: U32 = 7


class Spot(Record):
    x: U32
    y: U32 = 7


class Paid(Record, tag=3):
    amount: U32


class Void(Record, tag=0):
    pass


def as_record(record: Record) -> Record:
    return record


class Wide(Place):
    z: U32 = 1


def test_fields_are_taken_by_place_or_name_and_have_defaults() -> None:
    assert Place(1) == Place(1, 7) == Place(x=1, y=7)
    assert repr(Place(1)) == "Place(x=1, y=7)"


def test_a_field_without_default_must_be_given() -> None:
    with pytest.raises(TypeError):
        Place()  # type: ignore[call-arg]


def test_records_are_equal_by_type_and_fields() -> None:
    assert Place(1) != Place(2)
    assert Place(1) != as_record(Spot(1))
    assert Wide(1) != Place(1)
    assert len({Place(1), Place(1, 7), Place(2)}) == 2


def test_a_record_is_a_key() -> None:
    channels = {HrmpChannelId(ParaId(1), ParaId(2)): "open"}
    assert channels[HrmpChannelId(ParaId(1), ParaId(2))] == "open"
    assert HrmpChannelId(ParaId(2), ParaId(1)) not in channels


def test_a_record_never_changes() -> None:
    place = Place(1)
    with pytest.raises(AttributeError):
        place.x = 2
    with pytest.raises(AttributeError):
        place.z = 2  # type: ignore[attr-defined]
    assert place == Place(1)


def test_replace_gives_another_one() -> None:
    place = Place(1)
    assert replace(place, y=8) == Place(1, 8)
    assert place == Place(1, 7)
    with pytest.raises(TypeError):
        replace(place, z=8)


def test_a_record_is_taken_apart_by_match() -> None:
    match Paid(5):
        case Paid(amount):
            assert amount == 5


def test_a_tag_makes_an_arm() -> None:
    assert tag_of(Paid) == 3
    assert tag_of(Void) == 0
    assert tag_of(Place) is None


def test_a_subclass_writes_the_fields_of_its_base_first() -> None:
    assert Wide.__struct_fields__ == ("x", "y", "z")
