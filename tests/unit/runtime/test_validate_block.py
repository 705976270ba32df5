"""The validation function: blocks checked on their witness alone."""

from __future__ import annotations

import pytest

from node.para_producer import Collation, head_of
from pallets.para.cumulus_digest import BlockBundleInfo, CoreInfo, CumulusDigestItem, UseFullCore
from primitives.candidates import HeadData, ValidationCode
from primitives.errors import InvalidBlock
from primitives.header import HEADER, Digest, Header, OtherDigest, PreRuntime, Seal
from primitives.host_configuration import MAX_HEAD_DATA_SIZE
from primitives.ids import BlockNumber, Hash
from primitives.record import replace
from primitives.scale.derive import codec
from primitives.validation import UpgradeGoAhead, ValidationParams
from runtime.block_data import PREFIX, Block, ParachainBlockData
from runtime.validate_block import validate_block
from tests.support.para_author import ParaAuthor, over, seal
from tests.support.para_world import Channel


def data_of(made: Collation) -> ParachainBlockData:
    return ParachainBlockData.decode(made.params.block_data)


def block_of(made: Collation) -> Block:
    (block,) = data_of(made).blocks
    return block


def with_data(made: Collation, data: ParachainBlockData) -> ValidationParams:
    return replace(made.params, block_data=data.encode())


def with_block(made: Collation, block: Block, place: int = 0) -> ValidationParams:
    """With another block in the place of one."""
    data = data_of(made)
    blocks = (*data.blocks[:place], block, *data.blocks[place + 1 :])
    return with_data(made, replace(data, blocks=blocks))


def resealed(header: Header) -> Header:
    """Changed by its own author, who signs it again."""
    bare = replace(header, digest=Digest(header.digest.logs[:-1]))
    return replace(bare, digest=Digest((*bare.digest.logs, Seal(b"aura", seal(bare.hash())))))


def refused(params: ValidationParams) -> str:
    with pytest.raises(InvalidBlock) as refusal:
        validate_block(over, params)
    return str(refusal.value)


def test_a_block_is_checked_on_its_witness_and_gives_what_its_author_collected() -> None:
    author = ParaAuthor()
    author.relay.send_down(1, b"no program")
    author.relay.ingress = {300: Channel()}
    author.relay.ingress[300].send(2, b"\x00")

    made = author.next_block()
    result = validate_block(over, made.params)

    assert result.head_data == head_of(made.header)
    assert (result.processed_downward_messages, result.hrmp_watermark) == (1, 2)
    assert result.upward_messages == made.info.upward_messages
    assert result.horizontal_messages == made.info.horizontal_messages
    assert result.new_validation_code is None


def test_blocks_one_after_the_other_are_all_good() -> None:
    author = ParaAuthor()

    made = [author.next_block() for _ in range(6)]

    assert [validate_block(over, each.params).hrmp_watermark for each in made] == [2, 3, 4, 5, 6, 7]


def test_a_witness_is_smaller_than_the_state() -> None:
    author = ParaAuthor()
    for number in range(500):
        author.state.set(b"entry %d" % number, bytes(100))
    author.begin_here()

    made = author.next_block()

    assert validate_block(over, made.params).head_data == head_of(made.header)
    assert made.witness_size < 10_000


def test_signals_stand_behind_the_messages() -> None:
    author = ParaAuthor()
    core = PreRuntime(b"CMLS", codec(CumulusDigestItem).encode(CoreInfo(1, 0, 2)))

    made = author.next_block(digest=(core,))

    assert validate_block(over, made.params).upward_messages == (b"", bytes((0, 1, 0)))


def test_an_empty_message_is_taken_for_a_separator() -> None:
    author = ParaAuthor()
    author.next_block()
    author.para.parachain_system.pending_upward_messages.put((b"one", b""))
    author.begin_here()

    made = author.next_block()

    assert made.info.upward_messages == (b"one", b"")
    assert validate_block(over, made.params).upward_messages == (b"one",)


def test_what_stands_behind_an_empty_message_has_to_be_signals() -> None:
    author = ParaAuthor()
    author.next_block()
    author.para.parachain_system.pending_upward_messages.put((b"", b"\x07"))
    author.begin_here()

    made = author.next_block()

    assert "what stands behind the separator: expected signals" in refused(made.params)


def test_signals_of_one_kind_must_not_differ() -> None:
    author = ParaAuthor()
    author.next_block()
    author.para.parachain_system.pending_upward_signals.put((bytes((0, 1, 0)), bytes((0, 2, 0))))
    author.begin_here()

    made = author.next_block()

    assert "signals of one kind: expected SelectCore" in refused(made.params)


def test_block_data_of_the_first_version_hold_one_block_and_begin_with_it() -> None:
    made = ParaAuthor().next_block()
    old = data_of(made).encode_old()

    assert made.params.block_data.startswith(PREFIX + b"\x01\x04")
    assert old.startswith(HEADER.encode(made.header))
    assert validate_block(over, replace(made.params, block_data=old)) == validate_block(over, made.params)


# Bundles.


def info(index: int, *, is_last: bool) -> PreRuntime:
    return PreRuntime(b"CMLS", codec(CumulusDigestItem).encode(BlockBundleInfo(index, is_last)))


CORE = PreRuntime(b"CMLS", codec(CumulusDigestItem).encode(CoreInfo(1, 0, 2)))
FULL = PreRuntime(b"CMLS", codec(CumulusDigestItem).encode(UseFullCore()))
BUNDLE = ((CORE, info(0, is_last=False)), (CORE, info(1, is_last=True)))


def test_blocks_of_a_bundle_put_out_as_one() -> None:
    author = ParaAuthor()
    author.relay.egress = {300: Channel(), 400: Channel()}
    author.next_block()
    author.relay.send_down(3, b"no program")
    pallet = author.para.parachain_system
    pallet.pending_upward_messages.put(tuple(bytes((place,)) for place in range(1, 8)))
    author.begin_here()

    made = author.next_bundle(*BUNDLE)
    result = validate_block(over, made.params)

    first, second = (each.info for each in made.made)
    assert first.upward_messages == tuple(bytes((place,)) for place in range(1, 6))
    assert second.upward_messages[:1] == (b"",)
    assert result.upward_messages == (*first.upward_messages, *second.upward_messages)
    assert result.upward_messages[-2:] == (b"", bytes((0, 1, 0)))
    assert result.processed_downward_messages == 1
    assert result.hrmp_watermark == second.hrmp_watermark
    assert result.head_data == head_of(made.header)


def test_one_block_may_call_itself_a_bundle() -> None:
    made = ParaAuthor().next_bundle((CORE, info(0, is_last=True)))

    assert validate_block(over, made.params).head_data == head_of(made.header)


def test_a_bundle_may_be_cut_short_by_a_block_that_takes_the_rest_of_the_core() -> None:
    made = ParaAuthor().next_bundle((CORE, info(0, is_last=False)), (CORE, info(1, is_last=False), FULL))

    assert validate_block(over, made.params).head_data == head_of(made.header)


@pytest.mark.parametrize(
    ("digests", "said"),
    [
        (((), ()), "blocks that say nothing of a bundle: expected 1, found 2"),
        ((BUNDLE[0], ()), "place in the bundle of block 1: expected 1, found None"),
        ((BUNDLE[0], BUNDLE[0]), "place in the bundle of block 1: expected 1, found 0"),
        ((BUNDLE[1],), "place in the bundle of block 0: expected 0, found 1"),
        ((BUNDLE[0],), "block 0 says that it is the last: expected True, found False"),
        (
            ((CORE, info(0, is_last=True)), BUNDLE[1]),
            "block 0 says that it is the last: expected False, found True",
        ),
    ],
)
def test_blocks_that_are_no_whole_bundle_are_refused(
    digests: tuple[tuple[PreRuntime, ...], ...], said: str
) -> None:
    assert refused(ParaAuthor().next_bundle(*digests).params) == said


def test_blocks_in_the_wrong_order_are_refused() -> None:
    made = ParaAuthor().next_bundle(*BUNDLE)
    data = data_of(made)

    said = refused(with_data(made, replace(data, blocks=data.blocks[::-1])))

    assert said.startswith("parent of block 0: expected 0x")


def test_no_block_is_no_bundle() -> None:
    made = ParaAuthor().next_block()

    assert (
        refused(with_data(made, replace(data_of(made), blocks=())))
        == "blocks: expected at least one, found 0"
    )


def test_the_second_block_has_to_be_as_good_as_the_first() -> None:
    made = ParaAuthor().next_bundle(*BUNDLE)
    second = data_of(made).blocks[1]
    lying = resealed(replace(second.header, state_root=Hash(bytes(32))))

    assert refused(with_block(made, replace(second, header=lying), 1)).startswith("state root: expected 0x")


def test_a_block_that_changes_the_code_comes_alone() -> None:
    author = ParaAuthor()
    author.next_block()
    author.para.parachain_system.pending_validation_code.put(ValidationCode(b"new code"))
    author.begin_here()
    author.relay.go_ahead = UpgradeGoAhead.GoAhead
    made = author.next_bundle(*BUNDLE)

    assert refused(made.params) == "blocks where one changes the code: expected 1, found 2"


# What is wrong with a block.


def test_a_version_that_nobody_knows_is_refused() -> None:
    made = ParaAuthor().next_block()
    other = PREFIX + b"\x02" + made.params.block_data[len(PREFIX) + 1 :]

    assert "expected version 1 of block data, found 0x02 at byte 12" in refused(
        replace(made.params, block_data=other)
    )


def test_a_header_that_is_too_long_to_be_a_head_is_refused() -> None:
    made = ParaAuthor().next_block()
    block = block_of(made)
    logs = (OtherDigest(bytes(MAX_HEAD_DATA_SIZE)), *block.header.digest.logs)

    said = refused(with_block(made, replace(block, header=replace(block.header, digest=Digest(logs)))))

    assert said.startswith("bytes of the header of block 0: expected 1048576, found 1048")


def test_bytes_that_are_no_block_are_refused() -> None:
    made = ParaAuthor().next_block()

    assert "blocks and parent head: expected what can be read" in refused(
        replace(made.params, block_data=made.params.block_data[:-1])
    )


def test_a_block_on_another_parent_is_refused() -> None:
    author = ParaAuthor()
    genesis = author.parent
    author.next_block()
    second = author.next_block()

    said = refused(replace(second.params, parent_head=head_of(genesis)))

    assert said.startswith(f"parent of block 0: expected 0x{genesis.hash().hex()}")


def test_a_witness_of_another_state_is_refused() -> None:
    author = ParaAuthor()
    first, second = author.next_block(), author.next_block()
    proof = data_of(first).proof

    said = refused(with_data(second, replace(data_of(second), proof=proof)))

    assert said.startswith(
        "witness of the parachain's state: expected all that the block needs, found no node"
    )


def test_each_item_of_a_witness_is_needed() -> None:
    author = ParaAuthor()
    author.next_block()
    made = author.next_block()
    data = data_of(made)

    verdicts = {
        refused(with_data(made, replace(data, proof=without(data.proof, place))))[:36]
        for place in range(len(data.proof))
    }

    assert verdicts == {"witness of the parachain's state: ex"}


def without(items: tuple[bytes, ...], place: int) -> tuple[bytes, ...]:
    return (*items[:place], *items[place + 1 :])


def test_without_a_seal_a_block_is_refused() -> None:
    made = ParaAuthor().next_block()
    block = block_of(made)
    unsealed = replace(block.header, digest=Digest(block.header.digest.logs[:-1]))

    assert (
        refused(with_block(made, replace(block, header=unsealed)))
        == "seals of the author: expected 1, found 0"
    )


def test_a_seal_by_somebody_else_is_refused() -> None:
    made = ParaAuthor().next_block()
    block = block_of(made)
    logs = (*block.header.digest.logs[:-1], Seal(b"aura", bytes(64)))

    said = refused(with_block(made, replace(block, header=replace(block.header, digest=Digest(logs)))))

    assert said.startswith("seal: expected a signature by 0xd43593c7")


def test_a_block_without_a_slot_has_no_author() -> None:
    made = ParaAuthor().next_block()
    block = block_of(made)
    logs = tuple(each for each in block.header.digest.logs if not isinstance(each, PreRuntime))

    said = refused(with_block(made, replace(block, header=replace(block.header, digest=Digest(logs)))))

    assert said == "author of the block: expected one of 1, found None"


def test_an_outcome_other_than_the_block_says_is_refused() -> None:
    made = ParaAuthor().next_block()
    block = block_of(made)
    lying = resealed(replace(block.header, state_root=Hash(bytes(32))))

    assert refused(with_block(made, replace(block, header=lying))).startswith("state root: expected 0x")


def test_an_extrinsic_that_is_not_in_the_header_is_refused() -> None:
    made = ParaAuthor().next_block()
    block = block_of(made)

    said = refused(with_block(made, replace(block, extrinsics=block.extrinsics[:1])))

    assert said.startswith("extrinsics root: expected 0x")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"relay_parent_number": BlockNumber(9)}, "relay parent number that the block was shown: expected 9"),
        (
            {"relay_parent_storage_root": Hash(bytes(32))},
            f"relay parent root that the block was shown: expected 0x{'00' * 32}",
        ),
    ],
)
def test_a_block_that_was_shown_another_relay_parent_is_refused(
    change: dict[str, BlockNumber | Hash], said: str
) -> None:
    made = ParaAuthor().next_block()

    assert refused(replace(made.params, **change)).startswith(said)


def test_a_block_that_was_shown_another_parent_head_is_refused() -> None:
    """The same header, spelled with a byte too many, is another head."""
    author = ParaAuthor()
    author.relay.number += 1
    known = author.relay.shown(HeadData(b"something else"))
    author.relay.shown = lambda parent, us=author.us: known  # type: ignore[method-assign]

    made = author.next_block()
    params = replace(made.params, parent_head=HeadData(HEADER.encode(genesis_of(made, author))))

    assert refused(params).startswith("parent head that the block was shown: expected 0x")


def genesis_of(made: Collation, author: ParaAuthor) -> Header:
    fresh = ParaAuthor(author.us)
    assert made.header.parent_hash == fresh.parent.hash()
    return fresh.parent
