"""Whether an extrinsic may wait for a block: what a pool asks before it takes one in.

The checks are those of `Executive.apply_extrinsic`, in its order, but two: the nonce may lie ahead, since
those before it may be waiting too, and nothing is taken or run. The runtime asked has to stand at the start
of the block in which the extrinsic could come: its number is the next, its parent's hash is known.

Upstream: substrate/frame/executive/src/lib.rs `Executive::validate_transaction`
"""

from __future__ import annotations

from primitives.arithmetic import U64_MAX
from primitives.errors import Invalid, InvalidTransaction, Unknown
from primitives.extrinsic import IMMORTAL, Era, Extrinsic, decode_extrinsic
from primitives.header import Digest
from primitives.ids import AccountId, Balance, BlockNumber, Hash, Nonce
from primitives.record import Record
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError
from primitives.weights import DispatchClass
from runtime.api_types import ValidTransaction as ValidTransaction
from runtime.executive import BlockRuntime


class Validity(Record):
    """What is known of an extrinsic that may wait."""

    signer: AccountId
    nonce: int

    tip: Balance
    """Planck; those who offer more come first."""

    dies_at: int
    """The first block in which it is no longer valid."""


def begin_trial(runtime: BlockRuntime, best: Hash) -> None:
    """Bring a runtime, whose state is that of block `best`, to the start of the block after it.

    The state is written to; it should be a fork made for this.
    """
    runtime.system.initialize(BlockNumber(runtime.system.number.get() + 1), best, Digest())
    runtime.system.note_finished_initialize()


def decode(runtime: BlockRuntime, data: bytes) -> Extrinsic:
    """An extrinsic of this chain, its length in front; raises `InvalidTransaction` with the reason `Call`."""
    try:
        return decode_extrinsic(data, runtime.executive.call_codec, runtime.extensions)
    except DecodeError as error:
        raise InvalidTransaction(Invalid.Call) from error


def validate(runtime: BlockRuntime, data: bytes) -> Validity:
    """What is known of an extrinsic that may wait; raises `InvalidTransaction`. Writes nothing.

    Upstream: substrate/frame/executive/src/lib.rs `Executive::validate_transaction`
    """
    extrinsic = decode(runtime, data)
    info = runtime.dispatch_info(extrinsic.call).with_added(runtime.extensions_weight)
    signature = extrinsic.signature
    signer = runtime.executive.checks.signer(extrinsic, signature) if signature else None
    if info.dispatch_class is DispatchClass.Mandatory:
        raise InvalidTransaction(Invalid.MandatoryValidation)
    if signature is None or signer is None:
        raise InvalidTransaction(Unknown.NoUnsignedValidator)

    runtime.executive.checks.validate(signer, signature)
    with runtime.state.frame() as only_asked:
        only_asked.discard()
        runtime.system.note_extrinsic(data)
        runtime.executive.checks.fits(info)
    tip = Balance(signature.values["tip"])
    fee = Balance(runtime.outside.fee(len(data), info) + tip)
    if fee and not runtime.transaction_payment.can_withdraw_fee(signer, fee):
        raise InvalidTransaction(Invalid.Payment)
    era: Era = signature.values.get("era", IMMORTAL)
    return Validity(signer, signature.values["nonce"], tip, era.death(runtime.system.number.get()))


def tagged(runtime: BlockRuntime, valid: Validity) -> ValidTransaction:
    """What a pool is told: it comes after the one with the nonce before, if that is not in a block yet.

    Upstream: substrate/frame/system/src/extensions/check_nonce.rs `CheckNonce::validate`
    """
    waits = valid.nonce > runtime.system.account[valid.signer].nonce
    requires = (_TAG.encode((valid.signer, Nonce(valid.nonce - 1))),) if waits else ()
    provides = (_TAG.encode((valid.signer, Nonce(valid.nonce))),)
    longevity = min(valid.dies_at - runtime.system.number.get(), U64_MAX)
    return ValidTransaction(min(valid.tip, U64_MAX), requires, provides, longevity, propagate=True)


_TAG = codec(tuple[AccountId, Nonce])
