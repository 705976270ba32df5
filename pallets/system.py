"""The frame of a block: its number and digest, its events, the accounts, the extrinsics applied so far.

A block goes through three **phases**: initialization (hooks), extrinsics one by one, finalization (hooks,
then the header). What is stored here only for the length of a block is gone when `finalize` has made the
header; the number, parent hash, digest and events stay until the next block, so that they can be read at
the block that they belong to.

An **account** exists while something provides for it. Others may rely on it (consumers); then it cannot go.

Upstream: substrate/frame/system/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Callable

from pallets.system_items import (
    AccountData,
    AccountInfo,
    ApplyExtrinsic,
    CodeUpdated,
    CodeUpgradeAuthorization,
    Error,
    Event,
    EventRecord,
    ExtrinsicFailed,
    ExtrinsicSuccess,
    Finalization,
    Initialization,
    KilledAccount,
    LastRuntimeUpgradeInfo,
    NewAccount,
    PerDispatchClass,
    Phase,
    Remarked,
    SystemConstants,
    UpgradeAuthorized,
)
from primitives.arithmetic import U32_MAX, saturating_add
from primitives.errors import (
    ConsumerRemaining,
    DispatchError,
    DispatchErrorCase,
    NoProviders,
    TooManyConsumers,
    ensure,
)
from primitives.hashing import blake2_256
from primitives.header import NO_HASH, Digest, DigestItem, Header, RuntimeEnvironmentUpdated
from primitives.ids import AccountId, BlockNumber, Hash
from primitives.origin import Origin, ensure_root, ensure_signed
from primitives.pallet import BLAKE2_128_CONCAT, Frame, Pallet, RuntimeEvent, call, item
from primitives.record import Record, replace
from primitives.scale.codec import U8, U32, U64
from primitives.scale.derive import codec
from primitives.storage.views import DefaultMap, OptionValue, Value
from primitives.trie.layout import StateVersion
from primitives.trie.trie import ordered_root
from primitives.weights import (
    ZERO_WEIGHT,
    DispatchClass,
    DispatchEventInfo,
    Pays,
    PostDispatchInfo,
    Weight,
)

CODE = b":code"
HEAP_PAGES = b":heappages"
EXTRINSIC_INDEX = b":extrinsic_index"
INTRABLOCK_ENTROPY = b":intrablock_entropy"

MAX_CONSUMERS = 16
"""Consumers that one account may have, on the chains claimed here.

Upstream: substrate/frame/support/src/traits/misc.rs `ConstU32`, as the runtimes set `MaxConsumers`
"""


class System(Pallet, prefix="System", events=Event, errors=Error, constants=SystemConstants):
    """The block being made and the accounts.

    Upstream: substrate/frame/system/src/lib.rs `Pallet`
    """

    account: DefaultMap[AccountId, AccountInfo] = item(default=AccountInfo(), hashers=(BLAKE2_128_CONCAT,))
    """Every account; absent ones hold nothing."""

    extrinsic_count: OptionValue[U32]
    """Extrinsics in this block; only between the last of them and the header."""

    inherents_applied: Value[bool] = item(default=False)
    """Whether the inherents of this block are behind us."""

    block_weight: Value[PerDispatchClass] = item(
        default=PerDispatchClass(ZERO_WEIGHT, ZERO_WEIGHT, ZERO_WEIGHT)
    )
    """Weight used in this block, or by the last one."""

    block_size: OptionValue[U32]
    """Bytes of this block so far: header, count of extrinsics, extrinsics."""

    block_hash: DefaultMap[BlockNumber, Hash] = item(default=NO_HASH)
    """Hashes of the latest blocks, `BlockHashCount` of them, and of genesis."""

    extrinsic_data: DefaultMap[U32, bytes] = item(default=b"")
    """The extrinsics of this block by index; gone when the header is made."""

    number: Value[BlockNumber] = item(default=0)
    """The block being made, or the last one made."""

    parent_hash: Value[Hash] = item(default=NO_HASH)
    """The hash of the block before."""

    digest: Value[Digest] = item(default=Digest())
    """What goes into the header's digest."""

    events_: Value[tuple[EventRecord, ...]] = item(default=(), name="Events")
    """Events of this block, in the order of depositing."""

    event_count: Value[U32] = item(default=0)
    """Number of entries in `Events`."""

    event_topics: DefaultMap[Hash, tuple[tuple[BlockNumber, U32], ...]] = item(
        default=(), hashers=(BLAKE2_128_CONCAT,)
    )
    """For each topic of this block's events: (block, index in `Events`)."""

    last_runtime_upgrade: OptionValue[LastRuntimeUpgradeInfo]
    """The runtime that the chain last ran."""

    blocks_till_upgrade: OptionValue[U8]
    """Blocks to go until an announced upgrade applies."""

    upgraded_to_u32_ref_count: Value[bool] = item(default=False)
    """A migration of old chains is done."""

    upgraded_to_triple_ref_count: Value[bool] = item(default=False)
    """A migration of old chains is done."""

    execution_phase: OptionValue[Phase]
    """Where in the block we are; absent between blocks."""

    authorized_upgrade: OptionValue[CodeUpgradeAuthorization]
    """An upgrade allowed in advance."""

    extrinsic_weight_reclaimed: Value[Weight] = item(default=ZERO_WEIGHT)
    """Weight given back during the current extrinsic."""

    def __init__(self, frame: Frame, constants: SystemConstants) -> None:
        super().__init__(frame)
        self.constants = constants
        self.on_set_code: Callable[[bytes], None] = self.update_code_in_storage
        """What is done with new code; a parachain asks the relay chain first."""
        frame.deposit = self._deposit

    # The block, from outside: the executive calls these.

    def initialize(self, number: BlockNumber, parent_hash: Hash, digest: Digest) -> None:
        """Start a block.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::initialize`
        """
        self.reset_events()
        self.block_weight.kill()
        self.execution_phase.put(Initialization())
        self._set_extrinsic_index(0)
        self.state.set(INTRABLOCK_ENTROPY, blake2_256(b"frame_system::initialize" + parent_hash))
        self.number.put(number)
        self.digest.put(digest)
        self.parent_hash.put(parent_hash)
        self.block_hash[BlockNumber(number - 1)] = parent_hash

    def note_finished_initialize(self) -> None:
        """The hooks are done; extrinsics may come. The size so far is that of the header and of an empty
        list.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::note_finished_initialize`
        """
        self.execution_phase.put(ApplyExtrinsic(0))
        header = Header(self.parent_hash.get(), self.number.get(), NO_HASH, NO_HASH, self.digest.get())
        self.block_size.put(len(_HEADER.encode(header)) + 1)

    def note_inherents_applied(self) -> None:
        """The inherents of this block are behind us.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::note_inherents_applied`
        """
        self.inherents_applied.put(True)

    def note_extrinsic(self, encoded: bytes) -> None:
        """Keep an extrinsic for the extrinsics root.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::note_extrinsic`
        """
        self.extrinsic_data[self.extrinsic_index()] = encoded
        self.block_size.put((self.block_size.get() or 0) + len(encoded))

    def note_applied_extrinsic(self, error: DispatchErrorCase | None, info: DispatchEventInfo) -> None:
        """Record how an extrinsic ended and turn to the next.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::note_applied_extrinsic`
        """
        self.deposit_event(ExtrinsicSuccess(info) if error is None else ExtrinsicFailed(error, info))
        following = self.extrinsic_index() + 1
        self._set_extrinsic_index(following)
        self.execution_phase.put(ApplyExtrinsic(following))

    def note_finished_extrinsics(self) -> None:
        """No more extrinsics.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::note_finished_extrinsics`
        """
        self.extrinsic_count.put(self.extrinsic_index())
        self.state.set(EXTRINSIC_INDEX, None)
        self.execution_phase.put(Finalization())

    def register_extra_weight(self, weight: Weight, dispatch_class: DispatchClass) -> None:
        """Count weight that this block used, whether it has room for it or not.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::register_extra_weight_unchecked`
        """
        self.block_weight.put(self.block_weight.get().with_added(dispatch_class, weight))

    def remaining_block_weight(self) -> Weight:
        """What is left of the block's weight; zero in a dimension that is used up.

        Upstream: substrate/frame/executive/src/lib.rs `Executive::idle_and_finalize_hook`
        """
        max_block = self.constants.block_weights.max_block
        return max_block.saturating_sub(self.block_weight.get().total())

    def finalize(self) -> Header:
        """Clear what lives for one block only, and make its header.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::finalize`
        """
        self.execution_phase.kill()
        self.block_size.kill()
        self.inherents_applied.kill()
        self.state.set(INTRABLOCK_ENTROPY, None)
        number = self.number.get()
        extrinsics = [self.extrinsic_data.take(index) for index in range(self.extrinsic_count.take() or 0)]
        oldest = number - self.constants.block_hash_count - 1
        if oldest > 0:  # genesis is kept
            self.block_hash.remove(BlockNumber(oldest))
        root = ordered_root(extrinsics, self.extrinsics_root_version())
        return Header(self.parent_hash.get(), number, Hash(self.state.root()), Hash(root), self.digest.get())

    def extrinsics_root_version(self) -> StateVersion:
        """The trie layout of the extrinsics root.

        Upstream: substrate/primitives/version/src/lib.rs `RuntimeVersion::extrinsics_root_state_version`
        """
        return StateVersion.V0 if self.constants.version.system_version < 2 else StateVersion.V1

    def deposit_log(self, entry: DigestItem) -> None:
        """Add an item to the digest of this block, which is longer by it.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::deposit_log`
        """
        self.block_size.put((self.block_size.get() or 0) + len(_DIGEST_ITEM.encode(entry)))
        self.digest.put(Digest((*self.digest.get().logs, entry)))

    def extrinsic_index(self) -> int:
        """The extrinsic being applied, counted from 0.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::extrinsic_index`
        """
        raw = self.state.get(EXTRINSIC_INDEX)
        return _U32.decode(raw) if raw else 0

    def _set_extrinsic_index(self, index: int) -> None:
        self.state.set(EXTRINSIC_INDEX, _U32.encode(index))

    def unique(self, entropy: bytes) -> Hash:
        """A hash that occurs once in the chain: of `entropy` (encoded) and all that was asked for before in
        this block.

        Upstream: substrate/frame/system/src/lib.rs `unique`
        """
        last = self.state.get(INTRABLOCK_ENTROPY) or NO_HASH
        made = Hash(blake2_256(b"frame_system::unique" + entropy + last))
        self.state.set(INTRABLOCK_ENTROPY, made)
        return made

    # Events.

    def reset_events(self) -> None:
        """Forget the events of the block before.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::reset_events`
        """
        self.events_.kill()
        self.event_count.kill()
        self.event_topics.clear()

    def _deposit(self, pallet: Pallet, event: Record, topics: tuple[bytes, ...]) -> None:
        number = self.number.get()
        if number == 0:
            return  # genesis has no events
        phase, index = self.execution_phase.get() or Initialization(), self.event_count.get()
        for topic in topics:
            self.event_topics.append(Hash(topic), (number, index))
        self.event_count.put(index + 1)
        self.events_.append(
            EventRecord(phase, RuntimeEvent(pallet.prefix, event), tuple(Hash(topic) for topic in topics))
        )

    # Accounts.

    def account_exists(self, who: AccountId) -> bool:
        """Whether something provides for an account.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::account_exists`
        """
        return who in self.account

    def inc_account_nonce(self, who: AccountId) -> None:
        """An account signed once more.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::inc_account_nonce`
        """
        account = self.account[who]
        self.account[who] = replace(account, nonce=account.nonce + 1)

    def inc_providers(self, who: AccountId) -> None:
        """One more thing keeps an account alive; the first creates it.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::inc_providers`
        """
        account = self.account[who]
        is_new = account.providers == 0 and account.sufficients == 0
        self.account[who] = replace(account, providers=saturating_add(account.providers, 1, U32_MAX))
        if is_new:
            self.deposit_event(NewAccount(who))

    def dec_providers(self, who: AccountId) -> bool:
        """One thing fewer keeps an account alive; gives whether the account is gone.

        Fails with ConsumerRemaining when the last one would go while something relies on the account.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::dec_providers`
        """
        account = self.account[who]
        providers = max(account.providers, 1)  # upstream logs a count of 0 and goes on as if it were 1
        ensure(providers != 1 or account.consumers == 0, ConsumerRemaining())

        gone = providers == 1 and account.sufficients == 0
        if gone:
            self.account.remove(who)
            self.deposit_event(KilledAccount(who))
        else:
            self.account[who] = replace(account, providers=providers - 1)
        return gone

    def inc_consumers(self, who: AccountId) -> None:
        """One more thing relies on an account; fails with NoProviders or TooManyConsumers.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::inc_consumers`
        """
        account = self.account[who]
        ensure(account.consumers < MAX_CONSUMERS, TooManyConsumers())
        self.inc_consumers_without_limit(who)

    def inc_consumers_without_limit(self, who: AccountId) -> None:
        """As `inc_consumers`, however many there are; fails with NoProviders.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::inc_consumers_without_limit`
        """
        account = self.account[who]
        ensure(account.providers > 0, NoProviders())

        self.account[who] = replace(account, consumers=saturating_add(account.consumers, 1, U32_MAX))

    def dec_consumers(self, who: AccountId) -> None:
        """One thing fewer relies on an account; none fewer if there is none.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::dec_consumers`
        """
        account = self.account[who]
        if account.consumers > 0:
            self.account[who] = replace(account, consumers=account.consumers - 1)

    def can_inc_consumer(self, who: AccountId) -> bool:
        """Whether one more thing may rely on an account.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::can_inc_consumer`
        """
        account = self.account[who]
        return account.providers > 0 and account.consumers < MAX_CONSUMERS

    def set_account_data(self, who: AccountId, data: AccountData) -> None:
        """Store what an account holds; an account that nothing provides for is removed instead.

        Upstream: substrate/frame/system/src/lib.rs `StoredMap::try_mutate_exists`
        """
        account = self.account[who]
        if account.providers > 0 or account.sufficients > 0:
            self.account[who] = replace(account, data=data)
        else:
            self.account.remove(who)

    # Calls.

    @call(0)
    def remark(self, origin: Origin, remark: bytes) -> None:
        """Leave a remark in the block; it changes nothing.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::remark`
        """

    @call(1, dispatch_class=DispatchClass.Operational)
    def set_heap_pages(self, origin: Origin, pages: U64) -> None:
        """Set the number of memory pages that the runtime starts with.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::set_heap_pages`
        """
        ensure_root(origin)

        self.state.set(HEAP_PAGES, _U64.encode(pages))
        self.deposit_log(RuntimeEnvironmentUpdated())

    @call(2, dispatch_class=DispatchClass.Operational)
    def set_code(self, origin: Origin, code: bytes) -> PostDispatchInfo:
        """Replace the runtime's code, if it is newer; free of charge.

        DEVIATION: always fails with FailedToExtractRuntimeVersion, since no Wasm is run here.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::set_code`
        """
        ensure_root(origin)
        raise DispatchError(Error.FailedToExtractRuntimeVersion)

    @call(3, dispatch_class=DispatchClass.Operational)
    def set_code_without_checks(self, origin: Origin, code: bytes) -> PostDispatchInfo:
        """Replace the runtime's code, whatever it is; free of charge.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::set_code_without_checks`
        """
        ensure_root(origin)

        self.on_set_code(code)
        return PostDispatchInfo(pays_fee=Pays.No)

    @call(4, dispatch_class=DispatchClass.Operational)
    def set_storage(self, origin: Origin, items: tuple[tuple[bytes, bytes], ...]) -> None:
        """Write raw entries.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::set_storage`
        """
        ensure_root(origin)

        for key, value in items:
            self.state.set(key, value)

    @call(5, dispatch_class=DispatchClass.Operational)
    def kill_storage(self, origin: Origin, keys: tuple[bytes, ...]) -> None:
        """Remove raw entries.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::kill_storage`
        """
        ensure_root(origin)

        for key in keys:
            self.state.set(key, None)

    @call(6, dispatch_class=DispatchClass.Operational)
    def kill_prefix(self, origin: Origin, prefix: bytes, subkeys: U32) -> None:
        """Remove all entries whose keys start with `prefix`; `subkeys` is how many there are, for the weight.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::kill_prefix`
        """
        ensure_root(origin)

        self.state.clear_prefix(prefix)

    @call(7)
    def remark_with_event(self, origin: Origin, remark: bytes) -> None:
        """Leave a remark in the block, and its hash in an event.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::remark_with_event`
        """
        who = ensure_signed(origin)

        self.deposit_event(Remarked(who, Hash(blake2_256(remark))))

    @call(9, dispatch_class=DispatchClass.Operational)
    def authorize_upgrade(self, origin: Origin, code_hash: Hash) -> None:
        """Allow a runtime upgrade in advance; its version will be checked.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::authorize_upgrade`
        """
        self._authorize_upgrade(origin, CodeUpgradeAuthorization(code_hash, check_version=True))

    @call(10, dispatch_class=DispatchClass.Operational)
    def authorize_upgrade_without_checks(self, origin: Origin, code_hash: Hash) -> None:
        """Allow a runtime upgrade in advance, whatever its version.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::authorize_upgrade_without_checks`
        """
        self._authorize_upgrade(origin, CodeUpgradeAuthorization(code_hash, check_version=False))

    def _authorize_upgrade(self, origin: Origin, allowed: CodeUpgradeAuthorization) -> None:
        ensure_root(origin)

        self.authorized_upgrade.put(allowed)
        self.deposit_event(UpgradeAuthorized(allowed.code_hash, allowed.check_version))

    @call(11, dispatch_class=DispatchClass.Operational)
    def apply_authorized_upgrade(self, origin: Origin, code: bytes) -> PostDispatchInfo:
        """Replace the runtime's code by what was allowed in advance; anybody may, free of charge.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::apply_authorized_upgrade`
        """
        allowed = self.authorized_upgrade.get()
        if allowed is None:
            raise DispatchError(Error.NothingAuthorized)
        ensure(allowed.code_hash == blake2_256(code), Error.Unauthorized)
        ensure(not allowed.check_version, Error.FailedToExtractRuntimeVersion)

        self.authorized_upgrade.kill()
        self.on_set_code(code)
        return PostDispatchInfo(pays_fee=Pays.No)

    def update_code_in_storage(self, code: bytes) -> None:
        """Store new code and say so, in the digest and as an event.

        Upstream: substrate/frame/system/src/lib.rs `Pallet::update_code_in_storage`
        """
        self.state.set(CODE, code)
        self.deposit_log(RuntimeEnvironmentUpdated())
        self.deposit_event(CodeUpdated(Hash(blake2_256(code))))


_U32 = codec(U32)
_U64 = codec(U64)
_HEADER = codec(Header)
_DIGEST_ITEM = codec(DigestItem)
