"""The questions that a node may put to a runtime: by name, bytes in, bytes out.

| name | takes | gives |
|---|---|---|
| `Core_version` | nothing | the runtime's version |
| `Metadata_metadata` | nothing | metadata version 14, its length in front |
| `Metadata_metadata_at_version` | u32 | the same for a version, None if it is not known |
| `Metadata_metadata_versions` | nothing | the versions there are |
| `AccountNonceApi_account_nonce` | account | the nonce of its next extrinsic |
| `TransactionPaymentApi_query_info` | extrinsic, length | weight, class, fee |
| `TransactionPaymentApi_query_fee_details` | extrinsic, length | what the fee is made of |
| `TransactionPaymentApi_query_length_to_fee` | length | the fee of so many bytes |
| `TransactionPaymentCallApi_query_call_info` | call, length | as `query_info` |
| `TransactionPaymentCallApi_query_call_fee_details` | call, length | as `query_fee_details` |

A question never changes the state: whatever it writes is undone.

Upstream: substrate/primitives/api/src/lib.rs `Core`, `Metadata`,
substrate/frame/system/rpc/runtime-api/src/lib.rs `AccountNonceApi`,
substrate/frame/transaction-payment/rpc/runtime-api/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from pallets.system_items import RuntimeVersion
from primitives.ids import AccountId, Balance, Nonce
from primitives.pallet import RuntimeCall
from primitives.record import Record, replace
from primitives.scale.codec import U32
from primitives.scale.compact import decode_compact
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError
from primitives.weights import ZERO_WEIGHT, DispatchClass, DispatchInfo, Pays, Weight
from runtime.metadata import metadata
from runtime.relay import Relay
from runtime.validity import decode

METADATA_VERSIONS: Final = (14, 15)
"""The versions of metadata that this runtime describes itself in."""


class UnknownApi(LookupError):
    """The runtime answers no question of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Exported method {name} is not found")
        self.name = name


class BadArguments(ValueError):
    """The bytes given with a question are not its arguments."""


class RuntimeDispatchInfo(Record):
    """What a call needs and costs.

    Upstream: substrate/frame/transaction-payment/src/types.rs `RuntimeDispatchInfo`
    """

    weight: Weight
    dispatch_class: DispatchClass

    partial_fee: Balance
    """Planck, without the tip."""


class InclusionFee(Record):
    """What a fee is made of, in planck.

    Upstream: substrate/frame/transaction-payment/src/types.rs `InclusionFee`
    """

    base_fee: Balance
    len_fee: Balance
    adjusted_weight_fee: Balance


def call(relay: Relay, name: str, arguments: bytes) -> bytes:
    """Put a question; raises `UnknownApi`, `BadArguments`, `InvalidTransaction` for an extrinsic that is
    none.
    """
    answer = ANSWERS.get(name)
    if answer is None:
        raise UnknownApi(name)
    try:
        with relay.state.frame() as only_asked:
            only_asked.discard()
            return answer(relay, arguments)
    except DecodeError as error:
        raise BadArguments(f"{name}: {error}") from None


@cache
def metadata_bytes(version: int) -> bytes:
    """The relay chain's description of itself, beginning with the magic word."""
    return metadata(Relay, version)


def account_nonce(relay: Relay, who: AccountId) -> Nonce:
    """The nonce of an account's next extrinsic.

    Upstream: substrate/frame/system/src/lib.rs `Pallet::account_nonce`
    """
    return relay.system.account[who].nonce


def query_info(relay: Relay, extrinsic: bytes) -> RuntimeDispatchInfo:
    """What an extrinsic needs and costs, whether its signature is good or not; an unsigned one is free.

    Upstream: substrate/frame/transaction-payment/src/lib.rs `Pallet::query_info`
    """
    decoded = decode(relay, extrinsic)
    info = _call_info(relay, decoded.call, len(extrinsic))
    return info if decoded.signature else replace(info, partial_fee=Balance(0))


def query_fee_details(relay: Relay, extrinsic: bytes) -> InclusionFee | None:
    """What an extrinsic's fee is made of; None if it is free.

    Upstream: substrate/frame/transaction-payment/src/lib.rs `Pallet::query_fee_details`
    """
    decoded = decode(relay, extrinsic)
    return _details(relay, decoded.call, len(extrinsic)) if decoded.signature else None


def _call_info(relay: Relay, made: RuntimeCall, length: int) -> RuntimeDispatchInfo:
    info = relay.dispatch_info(made)
    return RuntimeDispatchInfo(info.weight, info.dispatch_class, relay.outside.fee(length, info))


def _details(relay: Relay, made: RuntimeCall, length: int) -> InclusionFee | None:
    info = relay.dispatch_info(made)
    if info.pays_fee is Pays.No:
        return None
    fee = relay.outside.fee
    base, plain = fee(0, _weightless(info)), fee(length, _weightless(info))
    return InclusionFee(base, Balance(plain - base), Balance(fee(length, info) - plain))


def _weightless(info: DispatchInfo) -> DispatchInfo:
    return replace(info, weight=ZERO_WEIGHT)


# ------------------------------------------------------------------------------------ from and to bytes


def _nothing(arguments: bytes) -> None:
    if arguments:
        raise DecodeError("no arguments", f"{len(arguments)} bytes", 0)


def _version(relay: Relay, arguments: bytes) -> bytes:
    _nothing(arguments)
    return _VERSION.encode(relay.system.constants.version)


def _metadata(relay: Relay, arguments: bytes) -> bytes:
    _nothing(arguments)
    return _BYTES.encode(metadata_bytes(METADATA_VERSIONS[0]))


def _metadata_at_version(relay: Relay, arguments: bytes) -> bytes:
    version = _U32.decode(arguments)
    return _OPTION.encode(metadata_bytes(version) if version in METADATA_VERSIONS else None)


def _metadata_versions(relay: Relay, arguments: bytes) -> bytes:
    _nothing(arguments)
    return _NUMBERS.encode(METADATA_VERSIONS)


def _account_nonce(relay: Relay, arguments: bytes) -> bytes:
    return _U32.encode(account_nonce(relay, _ACCOUNT.decode(arguments)))


def _query_info(relay: Relay, arguments: bytes) -> bytes:
    return _INFO.encode(query_info(relay, _extrinsic(arguments)))


def _query_fee_details(relay: Relay, arguments: bytes) -> bytes:
    return _fee_details(query_fee_details(relay, _extrinsic(arguments)))


def _query_length_to_fee(relay: Relay, arguments: bytes) -> bytes:
    info = DispatchInfo(ZERO_WEIGHT, DispatchClass.Normal, Pays.Yes)
    length, fee = _U32.decode(arguments), relay.outside.fee
    return _BALANCE.encode(Balance(fee(length, info) - fee(0, info)))


def _query_call_info(relay: Relay, arguments: bytes) -> bytes:
    return _INFO.encode(_call_info(relay, *_call_and_length(relay, arguments)))


def _query_call_fee_details(relay: Relay, arguments: bytes) -> bytes:
    return _fee_details(_details(relay, *_call_and_length(relay, arguments)))


def _extrinsic(arguments: bytes) -> bytes:
    """The extrinsic in front of its length as a u32, which says nothing that the bytes do not."""
    length, at = decode_compact(arguments, 0, 32)
    _U32.decode(arguments[at + length :])
    return arguments[: at + length]


def _call_and_length(relay: Relay, arguments: bytes) -> tuple[RuntimeCall, int]:
    made, at = relay.executive.call_codec.decode_at(arguments, 0)
    return made, _U32.decode(arguments[at:])


def _fee_details(details: InclusionFee | None) -> bytes:
    return bytes(_DETAILS.encode(details))


_VERSION = codec(RuntimeVersion)
_BYTES = codec(bytes)
_OPTION: Any = codec(bytes | None)
_U32 = codec(U32)
_NUMBERS = codec(tuple[U32, ...])
_ACCOUNT = codec(AccountId)
_BALANCE = codec(Balance)
_INFO = codec(RuntimeDispatchInfo)
_DETAILS: Any = codec(InclusionFee | None)

ANSWERS: Final[Mapping[str, Callable[[Relay, bytes], bytes]]] = {
    "Core_version": _version,
    "Metadata_metadata": _metadata,
    "Metadata_metadata_at_version": _metadata_at_version,
    "Metadata_metadata_versions": _metadata_versions,
    "AccountNonceApi_account_nonce": _account_nonce,
    "TransactionPaymentApi_query_info": _query_info,
    "TransactionPaymentApi_query_fee_details": _query_fee_details,
    "TransactionPaymentApi_query_length_to_fee": _query_length_to_fee,
    "TransactionPaymentCallApi_query_call_info": _query_call_info,
    "TransactionPaymentCallApi_query_call_fee_details": _query_call_fee_details,
}
"""Every question that is answered."""
