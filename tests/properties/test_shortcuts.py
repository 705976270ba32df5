"""What is written out to be fast does the same as what it stands for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from primitives.arithmetic import U64_MAX, U128_MAX, saturating_add, saturating_sub
from primitives.trie.layout import StateVersion
from primitives.trie.proof import ProofReader, prove
from primitives.trie.trie import Trie
from primitives.weights import Weight
from xcm.asset import Array4, Asset, Fungible, NonFungible
from xcm.filters import All, AllCounted, Wild
from xcm.holding import Holding
from xcm.junctions import GeneralIndex
from xcm.location import Location

numbers = st.sampled_from((0, 1, 2, U64_MAX - 1, U64_MAX)) | st.integers(0, U64_MAX)
weights = st.builds(Weight, numbers, numbers)
places = st.builds(lambda index: Location(0, (GeneralIndex(index),)), st.integers(0, 3))
amounts = st.sampled_from((0, 1, 7, U128_MAX)).map(Fungible)
things = st.sampled_from((b"some", b"more")).map(lambda name: NonFungible(Array4(name)))
assets = st.lists(st.builds(Asset, places, amounts | things), max_size=6)

MORE_THAN_ANY = Wild(AllCounted(1_000))
"""Picks as much as `All` does, but is looked at asset by asset."""


@given(weights, weights)
def test_weights_are_added_and_taken_away_like_their_parts(one: Weight, other: Weight) -> None:
    pairs = ((one.ref_time, other.ref_time), (one.proof_size, other.proof_size))

    assert one.saturating_add(other) == Weight(*(saturating_add(a, b, U64_MAX) for a, b in pairs))
    assert one.saturating_sub(other) == Weight(*(saturating_sub(a, b) for a, b in pairs))


@given(assets)
def test_to_take_everything_is_to_take_each_asset(held: list[Asset]) -> None:
    at_once, one_by_one = Holding(held), Holding(held)

    taken = at_once.saturating_take(Wild(All()))

    assert taken == one_by_one.saturating_take(MORE_THAN_ANY)
    assert at_once == one_by_one
    assert len(at_once) == 0


@given(assets, assets)
def test_to_put_in_a_holding_is_to_put_in_each_of_its_assets(held: list[Asset], added: list[Asset]) -> None:
    at_once, one_by_one = Holding(held), Holding(held)

    at_once.subsume_assets(Holding(added))
    one_by_one.subsume_assets(Holding(added).assets())

    assert at_once == one_by_one


@given(st.dictionaries(st.binary(max_size=4), st.binary(min_size=1, max_size=40), max_size=20))
def test_a_proof_says_the_same_however_often_it_is_asked(entries: dict[bytes, bytes]) -> None:
    trie = Trie.build(entries, StateVersion.V1)
    keys = [*entries, b"absent", b""]
    reader = ProofReader(trie.root, prove(trie, keys))

    first = [reader.get(key) for key in keys]

    assert first == [entries.get(key) for key in keys]
    assert [reader.get(key) for key in reversed(keys)] == first[::-1]
