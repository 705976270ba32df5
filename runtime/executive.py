"""How a runtime makes and checks blocks.

| step | what happens |
|---|---|
| `initialize_block` | System is set up, hooks run |
| `apply_extrinsic`, each | checked, paid for, dispatched in a storage layer of its own, its outcome noted |
| `finalize_block` | hooks run, the header is made |

An extrinsic that may not be in a block leaves no trace. One whose call fails stays in the block: its
effects are undone, its fee and its nonce are not. Inherents come first, and a failing one makes the block
invalid.

`execute_block` does all of it for a block that somebody else made, and compares the header.

Upstream: substrate/frame/executive/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from pallets.system import System
from pallets.transaction_payment import FeeModel, TransactionPayment, WeightToFeeModel
from primitives.errors import (
    DispatchError,
    DispatchErrorCase,
    DispatchResult,
    Err,
    Invalid,
    InvalidBlock,
    InvalidTransaction,
    Ok,
)
from primitives.extrinsic import Extensions, Extrinsic, Signature, decode_extrinsic
from primitives.header import Digest, DigestItem, Header, PreRuntime
from primitives.ids import AccountId, Balance, BlockNumber
from primitives.origin import NoOrigin, Origin, Signed
from primitives.pallet import RuntimeCall
from primitives.scale.derive import Wire, codec
from primitives.scale.errors import DecodeError
from primitives.storage.state import State
from primitives.trie.trie import ordered_root
from primitives.weights import (
    DispatchClass,
    DispatchEventInfo,
    DispatchInfo,
    Pays,
    PostDispatchInfo,
    Weight,
)
from runtime.checks import Checks


class Costs(FeeModel, Protocol):
    """What extrinsics cost, and what is added to a block's digest, as far as it is not ours to compute."""

    def weight(self, computed: Weight) -> Weight:
        """The weight that the extrinsic's last event tells, given what we make of it."""
        ...

    def digest_items(self) -> tuple[DigestItem, ...]:
        """What is added to the digest while the block is initialized."""
        ...


class Executable(Protocol):
    """A runtime, as far as the executive is concerned."""

    @property
    def state(self) -> State:
        """What the runtime is bound to."""
        ...

    @property
    def system(self) -> System:
        """The frame of its blocks."""
        ...

    @property
    def transaction_payment(self) -> TransactionPayment:
        """Its fees."""
        ...

    @property
    def outside(self) -> Costs:
        """What its extrinsics cost."""
        ...

    @property
    def extensions(self) -> Extensions:
        """What its signed extrinsics carry."""
        ...

    @property
    def extensions_weight(self) -> Weight:
        """What checking a signed extrinsic costs."""
        ...

    @property
    def inherents(self) -> Collection[tuple[str, str]]:
        """The calls that an author puts into each block: (pallet, call)."""
        ...

    def metadata_hash(self) -> bytes:
        """The hash of the metadata that a wallet may sign along."""
        ...

    @classmethod
    def wire(cls) -> Wire:
        """The layouts of the runtime's outer types."""
        ...

    def on_initialize(self, now: BlockNumber) -> None:
        """Run the hooks before the extrinsics."""
        ...

    def on_idle(self, now: BlockNumber, remaining: Weight) -> Weight:
        """Offer the hooks what weight the extrinsics left over; gives what was used."""
        ...

    def on_finalize(self, now: BlockNumber) -> None:
        """Run the hooks at the end."""
        ...

    def dispatch(self, call: RuntimeCall, origin: Origin) -> PostDispatchInfo:
        """Run a call in a storage layer of its own."""
        ...

    def dispatch_info(self, call: RuntimeCall) -> DispatchInfo:
        """What is known of a call before it runs."""
        ...

    def error_case(self, error: DispatchError) -> DispatchErrorCase:
        """An error as it is recorded."""
        ...


class BlockRuntime(Executable, Protocol):
    """A runtime that makes blocks, as whoever asks it is concerned."""

    @property
    def executive(self) -> Executive:
        """What runs its blocks."""
        ...

    @property
    def fees(self) -> WeightToFeeModel:
        """Its fees, by upstream's formula."""
        ...


class Executive:
    """Runs blocks through one runtime."""

    def __init__(self, runtime: Executable) -> None:
        self.runtime, self.system, self.outside = runtime, runtime.system, runtime.outside
        self.checks = Checks(runtime.system, runtime.extensions, runtime.metadata_hash)
        self.call_codec = runtime.wire().codec(RuntimeCall)

    def initialize_block(self, header: Header) -> None:
        """Start the block of a header, of which parent, number and pre-runtime digest count; raises
        `InvalidBlock`, with nothing written.

        Upstream: substrate/frame/executive/src/lib.rs `Executive::initialize_block`
        """
        with self.runtime.state.frame():
            self._initialize(header)

    def _initialize(self, header: Header) -> None:
        known_before = tuple(entry for entry in header.digest.logs if isinstance(entry, PreRuntime))
        number = BlockNumber(header.number)
        self.system.initialize(number, header.parent_hash, Digest(known_before))
        base_block = self.system.constants.block_weights.base_block
        self.system.register_extra_weight(base_block, DispatchClass.Mandatory)
        for entry in self.outside.digest_items():
            self.system.deposit_log(entry)
        self.runtime.on_initialize(number)
        self.system.note_finished_initialize()

    def apply_extrinsic(self, data: bytes) -> DispatchResult:
        """Run an extrinsic and say how its call ended; raises `InvalidTransaction`, with nothing written.

        Upstream: substrate/frame/executive/src/lib.rs `Executive::apply_extrinsic`
        """
        with self.runtime.state.frame():
            return self._apply(data, self._decode(data))

    def _decode(self, data: bytes) -> Extrinsic:
        try:
            return decode_extrinsic(data, self.call_codec, self.runtime.extensions)
        except DecodeError as error:
            raise InvalidTransaction(Invalid.Call) from error

    def _apply(self, data: bytes, extrinsic: Extrinsic) -> DispatchResult:
        call: RuntimeCall = extrinsic.call
        signer = self.checks.signer(extrinsic, extrinsic.signature) if extrinsic.signature else None
        info = self.runtime.dispatch_info(call)
        if signer is not None:
            info = info.with_added(self.runtime.extensions_weight)
        if not self._is_inherent(extrinsic):
            self._leave_inherents()
        self.system.note_extrinsic(data)
        if extrinsic.signature is None or signer is None:
            result, post = self._apply_bare(call, info)
        else:
            result, post = self._apply_signed(call, signer, extrinsic.signature, len(data), info)
        if isinstance(result, Err) and info.dispatch_class is DispatchClass.Mandatory:
            raise InvalidTransaction(Invalid.BadMandatory)
        base = self.system.constants.block_weights.limits(info.dispatch_class).base_extrinsic
        used = post.used(info).saturating_add(base)
        self.system.register_extra_weight(used, info.dispatch_class)
        told = DispatchEventInfo(self.outside.weight(used), info.dispatch_class, _pays(info, post))
        self.system.note_applied_extrinsic(result.error if isinstance(result, Err) else None, told)
        return result

    def _is_inherent(self, extrinsic: Extrinsic) -> bool:
        """Whether this is one of the author's; what is signed never is.

        Upstream: substrate/frame/support/src/traits/misc.rs `IsInherent::is_inherent`
        """
        call: RuntimeCall = extrinsic.call
        return extrinsic.signature is None and (call.pallet, call.name) in self.runtime.inherents

    def _leave_inherents(self) -> None:
        if not self.system.inherents_applied.get():
            self.system.note_inherents_applied()

    def _apply_bare(self, call: RuntimeCall, info: DispatchInfo) -> tuple[DispatchResult, PostDispatchInfo]:
        """Run an unsigned call. Whether it may come unsigned, its pallet says when it runs: most fail with
        BadOrigin, and stay in the block. Only System looks beforehand.

        Upstream: substrate/primitives/runtime/src/traits/mod.rs `ValidateUnsigned::pre_dispatch`
        """
        if call.pallet == self.system.prefix:
            raise InvalidTransaction(Invalid.Call)
        self.checks.fits(info)
        return self._dispatch(call, NoOrigin())

    def _apply_signed(
        self, call: RuntimeCall, signer: AccountId, signature: Signature, length: int, info: DispatchInfo
    ) -> tuple[DispatchResult, PostDispatchInfo]:
        payment, tip = self.runtime.transaction_payment, Balance(signature.values["tip"])
        fee = Balance(self.outside.fee(length, info) + tip)
        self.checks.validate(signer, signature)
        self.checks.fits(info)
        if fee and not payment.can_withdraw_fee(signer, fee):
            raise InvalidTransaction(Invalid.Payment)
        self.checks.prepare(signer, signature)
        withdrawn = payment.withdraw_fee(signer, fee, tip)
        result, post = self._dispatch(call, Signed(signer))
        post = post.with_added(self.runtime.extensions_weight)
        actual = Balance(self.outside.actual_fee(length, info, post) + tip)
        payment.correct_and_deposit_fee(withdrawn, actual)
        return result, post

    def _dispatch(self, call: RuntimeCall, origin: Origin) -> tuple[DispatchResult, PostDispatchInfo]:
        try:
            return Ok(), self.runtime.dispatch(call, origin)
        except DispatchError as error:
            return Err(self.runtime.error_case(error)), PostDispatchInfo(error.actual_weight)

    def finalize_block(self) -> Header:
        """End the block and give its header; raises `InvalidBlock`, with nothing written, if a hook finds
        that this is no block.

        Upstream: substrate/frame/executive/src/lib.rs `Executive::finalize_block`
        """
        with self.runtime.state.frame():
            self._leave_inherents()
            self.system.note_finished_extrinsics()
            number = self.system.number.get()
            self._use_what_is_left(number)
            self.runtime.on_finalize(number)
            return self.system.finalize()

    def _use_what_is_left(self, number: BlockNumber) -> None:
        """Upstream: substrate/frame/executive/src/lib.rs `Executive::on_idle_hook`"""
        remaining = self.system.remaining_block_weight()
        if remaining.ref_time and remaining.proof_size:
            used = self.runtime.on_idle(number, remaining)
            self.system.register_extra_weight(used, DispatchClass.Mandatory)

    def execute_block(self, header: Header, extrinsics: tuple[bytes, ...]) -> None:
        """Run a block that somebody else made; raises `InvalidBlock`, with nothing written, if it is not as
        it says.

        Upstream: substrate/frame/executive/src/lib.rs `Executive::execute_block`
        """
        with self.runtime.state.frame():
            self._check_parent(header, extrinsics)
            self.initialize_block(header)
            for index, extrinsic in enumerate(extrinsics):
                self._apply_given(index, extrinsic)
            _compare(header, self.finalize_block())

    def _apply_given(self, index: int, data: bytes) -> None:
        """Apply an extrinsic that must be valid, and if it is an inherent, before all that are not."""
        try:
            extrinsic = self._decode(data)
            late = self._is_inherent(extrinsic) and self.system.inherents_applied.get()
            if not late:
                self._apply(data, extrinsic)
        except InvalidTransaction as error:
            raise InvalidBlock(f"extrinsic {index}", "a valid extrinsic", error.reason) from None
        if late:
            raise InvalidBlock(f"extrinsic {index}", "no inherent any more", extrinsic.call.name)

    def _check_parent(self, header: Header, extrinsics: tuple[bytes, ...]) -> None:
        """Number and extrinsics root; the parent's hash is not in the parent's state, so whoever chose that
        state has checked it.
        """
        expected = self.system.number.get() + 1
        if header.number != expected:
            raise InvalidBlock("block number", expected, header.number)
        root = ordered_root(extrinsics, self.system.extrinsics_root_version())
        if header.extrinsics_root != root:
            raise InvalidBlock("extrinsics root", root, header.extrinsics_root)


def _pays(info: DispatchInfo, post: PostDispatchInfo) -> Pays:
    return Pays.No if Pays.No in (info.pays_fee, post.pays_fee) else Pays.Yes


def _compare(given: Header, made: Header) -> None:
    """Raise `InvalidBlock` for the first field of a header that is not what the block made of it."""
    if len(given.digest.logs) != len(made.digest.logs):
        raise InvalidBlock("digest items", len(made.digest.logs), len(given.digest.logs))
    for index, (one, other) in enumerate(zip(made.digest.logs, given.digest.logs, strict=True)):
        if one != other:
            raise InvalidBlock(f"digest item {index}", one, other)
    if given.state_root != made.state_root:
        raise InvalidBlock("state root", made.state_root, given.state_root)


def outcome_bytes(outcome: DispatchResult | InvalidTransaction) -> bytes:
    """How an extrinsic ended, as `BlockBuilder_apply_extrinsic` reports it.

    Upstream: substrate/primitives/runtime/src/lib.rs `ApplyExtrinsicResult`
    """
    if isinstance(outcome, InvalidTransaction):
        return outcome.encode()
    return b"\x00" + _RESULT.encode(outcome)


_RESULT = codec(DispatchResult)
