"""The frame of a block, and the accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pallets.system import CODE, EXTRINSIC_INDEX, HEAP_PAGES, INTRABLOCK_ENTROPY
from pallets.system_items import (
    AccountData,
    AccountInfo,
    ApplyExtrinsic,
    CodeUpdated,
    CodeUpgradeAuthorization,
    Error,
    EventRecord,
    ExtrinsicFailed,
    ExtrinsicSuccess,
    Finalization,
    Initialization,
    KilledAccount,
    NewAccount,
    Remarked,
    UpgradeAuthorized,
)
from primitives.errors import (
    BadOrigin,
    ConsumerRemaining,
    DispatchError,
    NoProviders,
    TooManyConsumers,
)
from primitives.hashing import blake2_256
from primitives.header import NO_HASH, Digest, PreRuntime, RuntimeEnvironmentUpdated
from primitives.ids import Balance, BlockNumber, Hash, Nonce
from primitives.origin import Root, Signed
from primitives.pallet import RuntimeEvent
from primitives.trie.trie import ordered_root
from primitives.weights import ZERO_WEIGHT, DispatchClass, DispatchEventInfo, Pays
from tests.unit.pallets.small_world import ALICE, BOB, SmallWorld, call, new_world

PARENT = Hash(b"p" * 32)
SLOT = PreRuntime(b"BABE", b"slot 7")
INFO = DispatchEventInfo(ZERO_WEIGHT, DispatchClass.Normal, Pays.Yes)


def why(attempt: Callable[[], Any]) -> Any:
    """Why something fails."""
    with pytest.raises(DispatchError) as failed:
        attempt()
    return failed.value.error


def block_under_way(number: int = 7) -> SmallWorld:
    """A world in which the hooks of a block have run."""
    world = new_world()
    world.system.initialize(BlockNumber(number), PARENT, Digest((SLOT,)))
    world.system.note_finished_initialize()
    return world


# The block.


def test_a_block_begins_with_its_number_parent_and_digest() -> None:
    world = new_world()

    world.system.initialize(BlockNumber(7), PARENT, Digest((SLOT,)))

    assert world.system.number.get() == 7
    assert world.system.parent_hash.get() == PARENT
    assert world.system.block_hash[BlockNumber(6)] == PARENT
    assert world.system.digest.get() == Digest((SLOT,))


def test_each_event_knows_the_part_of_the_block_it_comes_from() -> None:
    world = new_world()
    remarked = Remarked(ALICE, NO_HASH)

    world.system.initialize(BlockNumber(7), PARENT, Digest())
    world.system.deposit_event(remarked)
    world.system.note_finished_initialize()
    world.system.deposit_event(remarked)
    world.system.note_applied_extrinsic(None, INFO)
    world.system.deposit_event(remarked)
    world.system.note_finished_extrinsics()
    world.system.deposit_event(remarked)

    phases = [record.phase for record in world.system.events_.get()]
    assert phases == [
        Initialization(),
        ApplyExtrinsic(0),
        ApplyExtrinsic(0),
        ApplyExtrinsic(1),
        Finalization(),
    ]


def test_how_an_extrinsic_ended_is_an_event() -> None:
    world = block_under_way()

    world.system.note_applied_extrinsic(None, INFO)
    world.system.note_applied_extrinsic(BadOrigin(), INFO)

    assert world.events() == [ExtrinsicSuccess(INFO), ExtrinsicFailed(BadOrigin(), INFO)]
    assert world.system.extrinsic_index() == 2


def test_the_block_grows_by_the_bytes_of_each_extrinsic() -> None:
    world = block_under_way()
    empty = world.system.block_size.get()

    world.system.note_extrinsic(b"twelve bytes")
    world.system.note_applied_extrinsic(None, INFO)
    world.system.note_extrinsic(b"four")

    # parent 32, number 1 (compact), two roots 64, digest: count 1, item 1 + 4 + 1 + 6; count of extrinsics 1
    assert empty == 32 + 1 + 64 + 1 + 12 + 1
    assert world.system.block_size.get() == empty + 16
    assert world.system.extrinsic_data[0] == b"twelve bytes"
    assert world.system.extrinsic_data[1] == b"four"


def test_the_header_closes_the_block() -> None:
    world = block_under_way()
    world.system.note_extrinsic(b"one")
    world.system.note_applied_extrinsic(None, INFO)
    world.system.note_inherents_applied()
    world.system.note_finished_extrinsics()

    header = world.system.finalize()

    assert (header.parent_hash, header.number, header.digest) == (PARENT, 7, Digest((SLOT,)))
    assert header.extrinsics_root == ordered_root([b"one"], world.system.extrinsics_root_version())
    assert header.state_root == world.state.root()


def test_what_lives_for_one_block_is_gone_with_the_header() -> None:
    world = block_under_way()
    world.system.note_extrinsic(b"one")
    world.system.note_applied_extrinsic(None, INFO)
    world.system.note_inherents_applied()
    world.system.note_finished_extrinsics()

    world.system.finalize()

    assert not world.system.execution_phase.exists()
    assert not world.system.block_size.exists()
    assert not world.system.inherents_applied.exists()
    assert not world.system.extrinsic_count.exists()
    assert 0 not in world.system.extrinsic_data
    assert world.state.get(EXTRINSIC_INDEX) is None
    assert world.state.get(INTRABLOCK_ENTROPY) is None
    assert world.system.number.get() == 7


def test_the_hash_that_is_too_old_is_forgotten_and_genesis_is_not() -> None:
    world = new_world()
    world.system.block_hash[BlockNumber(0)] = PARENT
    world.system.block_hash[BlockNumber(1)] = PARENT

    for number in (4097, 4098):
        world.system.initialize(BlockNumber(number), PARENT, Digest())
        world.system.note_finished_extrinsics()
        world.system.finalize()

    assert BlockNumber(0) in world.system.block_hash
    assert BlockNumber(1) not in world.system.block_hash


def test_digest_items_are_added_at_the_end() -> None:
    world = block_under_way()

    world.system.deposit_log(RuntimeEnvironmentUpdated())

    assert world.system.digest.get().logs == (SLOT, RuntimeEnvironmentUpdated())


def test_a_hash_occurs_once_in_the_chain() -> None:
    world = block_under_way()
    start = blake2_256(b"frame_system::initialize" + PARENT)

    first, second = world.system.unique(b"x"), world.system.unique(b"x")

    assert first == blake2_256(b"frame_system::unique" + b"x" + start)
    assert second == blake2_256(b"frame_system::unique" + b"x" + first)


# Events.


def test_events_are_found_by_topic() -> None:
    world = block_under_way()
    red, green = Hash(b"r" * 32), Hash(b"g" * 32)

    world.system.deposit_event(Remarked(ALICE, NO_HASH))
    world.system.deposit_event(Remarked(ALICE, NO_HASH), (red,))
    world.system.deposit_event(Remarked(BOB, NO_HASH), (red, green))

    assert world.system.event_topics[red] == ((7, 1), (7, 2))
    assert world.system.event_topics[green] == ((7, 2),)
    assert world.system.event_count.get() == 3
    assert world.system.events_.get()[2] == EventRecord(
        ApplyExtrinsic(0), RuntimeEvent("System", Remarked(BOB, NO_HASH)), (red, green)
    )


def test_the_next_block_forgets_events_and_topics() -> None:
    world = block_under_way()
    world.system.deposit_event(Remarked(ALICE, NO_HASH), (PARENT,))

    world.system.initialize(BlockNumber(8), PARENT, Digest())

    assert not world.system.events_.exists()
    assert not world.system.event_count.exists()
    assert PARENT not in world.system.event_topics


def test_genesis_has_no_events() -> None:
    world = new_world()
    world.system.number.put(BlockNumber(0))

    world.system.deposit_event(Remarked(ALICE, NO_HASH))

    assert world.events() == []


def test_events_of_a_failed_call_are_gone() -> None:
    world = new_world()

    def fail_after_an_event() -> None:
        with world.state.layer():
            world.system.deposit_event(Remarked(ALICE, NO_HASH), (PARENT,))
            raise DispatchError(BadOrigin())

    assert why(fail_after_an_event) == BadOrigin()
    assert world.events() == []
    assert PARENT not in world.system.event_topics


# Accounts.


def test_the_first_provider_makes_an_account_and_the_last_ends_it() -> None:
    world = new_world()

    world.system.inc_providers(ALICE)
    world.system.inc_providers(ALICE)
    gone = [world.system.dec_providers(ALICE), world.system.dec_providers(ALICE)]

    assert gone == [False, True]
    assert not world.system.account_exists(ALICE)
    assert world.events() == [NewAccount(ALICE), KilledAccount(ALICE)]


def test_an_account_that_is_relied_on_stays() -> None:
    world = new_world()
    world.system.inc_providers(ALICE)
    world.system.inc_consumers(ALICE)

    last_provider = why(lambda: world.system.dec_providers(ALICE))
    world.system.dec_consumers(ALICE)

    assert last_provider == ConsumerRemaining()
    assert world.system.dec_providers(ALICE)


def test_nothing_relies_on_an_account_without_providers() -> None:
    world = new_world()

    assert why(lambda: world.system.inc_consumers(ALICE)) == NoProviders()
    assert not world.system.can_inc_consumer(ALICE)


def test_sixteen_may_rely_on_an_account_and_more_only_beyond_the_limit() -> None:
    world = new_world()
    world.system.inc_providers(ALICE)
    for _ in range(16):
        world.system.inc_consumers(ALICE)

    one_more = why(lambda: world.system.inc_consumers(ALICE))
    available = world.system.can_inc_consumer(ALICE)
    world.system.inc_consumers_without_limit(ALICE)

    assert one_more == TooManyConsumers()
    assert not available
    assert world.system.account[ALICE].consumers == 17


def test_a_reliance_too_few_is_ignored() -> None:
    world = new_world()
    world.system.inc_providers(ALICE)

    world.system.dec_consumers(ALICE)

    assert world.system.account[ALICE] == AccountInfo(providers=1)


def test_what_an_account_holds_is_kept_while_something_provides_for_it() -> None:
    world = new_world()
    held = AccountData(free=Balance(5))
    world.system.inc_providers(ALICE)

    world.system.set_account_data(ALICE, held)
    world.system.set_account_data(BOB, held)

    assert world.system.account[ALICE].data == held
    assert BOB not in world.system.account


def test_signing_counts() -> None:
    world = new_world()
    world.system.inc_providers(ALICE)

    world.system.inc_account_nonce(ALICE)
    world.system.inc_account_nonce(ALICE)

    assert world.system.account[ALICE] == AccountInfo(nonce=Nonce(2), providers=1)


# Calls.


def test_a_remark_changes_nothing() -> None:
    world = new_world()
    before = world.state.root()

    world.dispatch(call("System", "remark", b"hello"), Signed(ALICE))

    assert world.state.root() == before


def test_a_remark_with_an_event_leaves_its_hash() -> None:
    world = new_world()

    world.dispatch(call("System", "remark_with_event", b"hello"), Signed(ALICE))

    assert world.events() == [Remarked(ALICE, Hash(blake2_256(b"hello")))]


def test_root_writes_and_removes_raw_entries() -> None:
    world = new_world()

    world.dispatch(call("System", "set_storage", ((b"a1", b"x"), (b"a2", b"y"), (b"b", b"z"))), Root())
    written = [world.state.get(key) for key in (b"a1", b"a2", b"b")]
    world.dispatch(call("System", "kill_storage", (b"b",)), Root())
    world.dispatch(call("System", "kill_prefix", b"a", 2), Root())

    assert written == [b"x", b"y", b"z"]
    assert [world.state.get(key) for key in (b"a1", b"a2", b"b")] == [None, None, None]


def test_root_sets_the_pages_of_memory() -> None:
    world = block_under_way()

    world.dispatch(call("System", "set_heap_pages", 64), Root())

    assert world.state.get(HEAP_PAGES) == (64).to_bytes(8, "little")
    assert world.system.digest.get().logs[-1] == RuntimeEnvironmentUpdated()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("set_heap_pages", (1,)),
        ("set_code", (b"",)),
        ("set_code_without_checks", (b"",)),
        ("set_storage", ((),)),
        ("kill_storage", ((),)),
        ("kill_prefix", (b"", 0)),
        ("authorize_upgrade", (NO_HASH,)),
        ("authorize_upgrade_without_checks", (NO_HASH,)),
    ],
)
def test_only_root_makes_these_calls(name: str, arguments: tuple[Any, ...]) -> None:
    world = new_world()

    assert why(lambda: world.dispatch(call("System", name, *arguments), Signed(ALICE))) == BadOrigin()


def test_new_code_is_announced() -> None:
    world = block_under_way()

    reported = world.dispatch(call("System", "set_code_without_checks", b"code"), Root())

    assert reported.pays_fee is Pays.No
    assert world.state.get(CODE) == b"code"
    assert world.system.digest.get().logs[-1] == RuntimeEnvironmentUpdated()
    assert world.events() == [CodeUpdated(Hash(blake2_256(b"code")))]


def test_anybody_applies_an_upgrade_that_was_allowed() -> None:
    world = new_world()
    allowed = Hash(blake2_256(b"code"))
    apply = call("System", "apply_authorized_upgrade", b"code")

    too_early = why(lambda: world.dispatch(apply, Signed(BOB)))
    world.dispatch(call("System", "authorize_upgrade_without_checks", allowed), Root())
    other = call("System", "apply_authorized_upgrade", b"other")
    another = why(lambda: world.dispatch(other, Signed(BOB)))
    world.dispatch(apply, Signed(BOB))

    assert too_early is Error.NothingAuthorized
    assert another is Error.Unauthorized
    assert not world.system.authorized_upgrade.exists()
    assert world.events() == [UpgradeAuthorized(allowed, check_version=False), CodeUpdated(allowed)]


def test_a_version_cannot_be_read_off_code_here() -> None:
    world = new_world()
    hashed = Hash(blake2_256(b"code"))

    set_code = why(lambda: world.dispatch(call("System", "set_code", b"code"), Root()))
    world.dispatch(call("System", "authorize_upgrade", hashed), Root())
    apply = call("System", "apply_authorized_upgrade", b"code")

    assert set_code is Error.FailedToExtractRuntimeVersion
    assert why(lambda: world.dispatch(apply, Signed(BOB))) is Error.FailedToExtractRuntimeVersion
    assert world.system.authorized_upgrade.get() == CodeUpgradeAuthorization(hashed, check_version=True)
