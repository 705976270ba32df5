"""The runtime's answers to clients: a function's name and its arguments in SCALE in, its result in SCALE out.

Answered are, of the functions that metadata tells of (`runtime.api_types`), those that somebody outside the
chain has a use for. A question never changes the state: whatever is written on the way is undone.

Upstream: substrate/primitives/api/src/lib.rs `decl_runtime_apis`
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from pallets.system_items import RuntimeVersion
from primitives.errors import InvalidTransaction
from primitives.ids import AccountId, Balance, Hash
from primitives.pallet import RuntimeCall
from primitives.record import replace
from primitives.scale.codec import U32
from primitives.scale.compact import decode_compact
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError
from primitives.weights import ZERO_WEIGHT, DispatchInfo, Pays, Weight
from runtime import para_apis, parachain_host, xcm_apis
from runtime.api_calls import in_bytes
from runtime.api_types import FeeDetails, InclusionFee, RuntimeDispatchInfo
from runtime.construct import Runtime
from runtime.executive import BlockRuntime
from runtime.metadata import metadata
from runtime.validity import ValidTransaction, begin_trial, decode, tagged, validate

METADATA_VERSIONS: Final = (14, 15)
"""The versions of metadata that there are."""


class UnknownFunction(LookupError):
    """The runtime has no function of this name, or none that is answered."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Exported method {name} is not found")
        self.name = name


class BadArguments(ValueError):
    """The bytes given to a function are not its arguments."""


def call(chain: BlockRuntime, name: str, arguments: bytes) -> bytes:
    """Ask a function; raises `UnknownFunction` or `BadArguments`."""
    answer = _answer(chain, name)
    try:
        with chain.state.frame() as only_asked:
            only_asked.discard()
            return answer(arguments)
    except DecodeError as error:
        raise BadArguments(f"{name}: {error}") from None
    except InvalidTransaction as error:
        raise BadArguments(f"{name}: {error.__cause__ or error.reason.name}") from None


def _answer(chain: BlockRuntime, name: str) -> Callable[[bytes], bytes]:
    """The function of this name, if the chain's metadata tells of one."""
    kind = _kind(chain)
    for api in kind.apis:
        for method in api.methods:
            if f"{api.name}_{method.name}" == name:
                in_values = FUNCTIONS.get(method.name)
                by_name = in_bytes(method, in_values, kind.wire().codec) if in_values else ANSWERS[name]
                return partial(by_name, chain)
    raise UnknownFunction(name)


def _kind(chain: BlockRuntime) -> type[Runtime]:
    assert isinstance(chain, Runtime)
    return type(chain)


def query_info(chain: BlockRuntime, extrinsic: bytes) -> RuntimeDispatchInfo:
    """What an extrinsic weighs and costs, whether its signature is good or not; an unsigned one is free.

    Upstream: substrate/frame/transaction-payment/src/lib.rs `Pallet::query_info`
    """
    decoded, length = decode(chain, extrinsic), len(extrinsic)
    if not decoded.signature:
        return replace(_call_info(chain, decoded.call, length), partial_fee=Balance(0))
    return _told(chain, _signed_info(chain, decoded.call), length)


def query_fee_details(chain: BlockRuntime, extrinsic: bytes) -> FeeDetails:
    """What an extrinsic's fee is made of.

    Upstream: substrate/frame/transaction-payment/src/lib.rs `Pallet::query_fee_details`
    """
    decoded = decode(chain, extrinsic)
    return (
        _fee_details(chain, _signed_info(chain, decoded.call), len(extrinsic)) if decoded.signature else FREE
    )


FREE: Final = FeeDetails(None, Balance(0))


def _signed_info(chain: BlockRuntime, made: RuntimeCall) -> DispatchInfo:
    """What is known of a call that comes with a signature to check."""
    return chain.dispatch_info(made).with_added(chain.extensions_weight)


def _call_info(chain: BlockRuntime, made: RuntimeCall, length: int) -> RuntimeDispatchInfo:
    return _told(chain, chain.dispatch_info(made), length)


def _told(chain: BlockRuntime, info: DispatchInfo, length: int) -> RuntimeDispatchInfo:
    return RuntimeDispatchInfo(info.weight, info.dispatch_class, chain.outside.fee(length, info))


def _fee_details(chain: BlockRuntime, info: DispatchInfo, length: int) -> FeeDetails:
    fee = chain.outside.fee
    if info.pays_fee is Pays.No:
        return FREE
    weightless = replace(info, weight=ZERO_WEIGHT)
    base, plain = fee(0, weightless), fee(length, weightless)
    parts = InclusionFee(base, Balance(plain - base), Balance(fee(length, info) - plain))
    return FeeDetails(parts, Balance(0))


# ------------------------------------------------------------------------------------ from and to bytes


def _nothing(arguments: bytes) -> None:
    if arguments:
        raise DecodeError("no arguments", f"{len(arguments)} bytes", 0)


def _version(chain: BlockRuntime, arguments: bytes) -> bytes:
    _nothing(arguments)
    return _VERSION.encode(chain.system.constants.version)


def _metadata(chain: BlockRuntime, arguments: bytes) -> bytes:
    _nothing(arguments)
    return _BYTES.encode(metadata(_kind(chain), 14))


def _metadata_at_version(chain: BlockRuntime, arguments: bytes) -> bytes:
    asked = _U32.decode(arguments)
    known = metadata(_kind(chain), asked) if asked in METADATA_VERSIONS else None
    return bytes(_MAYBE_BYTES.encode(known))


def _metadata_versions(chain: BlockRuntime, arguments: bytes) -> bytes:
    _nothing(arguments)
    return _NUMBERS.encode(METADATA_VERSIONS)


def _account_nonce(chain: BlockRuntime, arguments: bytes) -> bytes:
    return _U32.encode(chain.system.account[_ACCOUNT.decode(arguments)].nonce)


def _query_info(chain: BlockRuntime, arguments: bytes) -> bytes:
    return _INFO.encode(query_info(chain, _extrinsic(arguments)))


def _query_fee_details(chain: BlockRuntime, arguments: bytes) -> bytes:
    return _DETAILS.encode(query_fee_details(chain, _extrinsic(arguments)))


def _query_length_to_fee(chain: BlockRuntime, arguments: bytes) -> bytes:
    return _BALANCE.encode(Balance(chain.fees.length_to_fee(_U32.decode(arguments))))


def _query_weight_to_fee(chain: BlockRuntime, arguments: bytes) -> bytes:
    return _BALANCE.encode(Balance(chain.fees.weight_to_fee(_WEIGHT.decode(arguments))))


def _query_call_info(chain: BlockRuntime, arguments: bytes) -> bytes:
    return _INFO.encode(_call_info(chain, *_call_and_length(chain, arguments)))


def _query_call_fee_details(chain: BlockRuntime, arguments: bytes) -> bytes:
    made, length = _call_and_length(chain, arguments)
    return _DETAILS.encode(_fee_details(chain, chain.dispatch_info(made), length))


def _validate_transaction(chain: BlockRuntime, arguments: bytes) -> bytes:
    """Of a source (one byte, of no concern), an extrinsic and the hash of the block it would come after."""
    length, at = decode_compact(arguments, 1, 32)
    extrinsic, best = arguments[1 : at + length], _HASH.decode(arguments[at + length :])
    begin_trial(chain, best)
    try:
        return b"\x00" + _VALID.encode(tagged(chain, validate(chain, extrinsic)))
    except InvalidTransaction as error:
        return error.encode()


def _extrinsic(arguments: bytes) -> bytes:
    """The extrinsic in front of its length as a u32, which says nothing that the bytes do not."""
    length, at = decode_compact(arguments, 0, 32)
    _U32.decode(arguments[at + length :])
    return arguments[: at + length]


def _call_and_length(chain: BlockRuntime, arguments: bytes) -> tuple[RuntimeCall, int]:
    made, at = chain.executive.call_codec.decode_at(arguments, 0)
    return made, _U32.decode(arguments[at:])


_VERSION = codec(RuntimeVersion)
_BYTES = codec(bytes)
_MAYBE_BYTES: Any = codec(bytes | None)
_U32 = codec(U32)
_NUMBERS = codec(tuple[U32, ...])
_ACCOUNT = codec(AccountId)
_BALANCE = codec(Balance)
_WEIGHT = codec(Weight)
_INFO = codec(RuntimeDispatchInfo)
_DETAILS = codec(FeeDetails)
_HASH = codec(Hash)
_VALID = codec(ValidTransaction)

ANSWERS: Final[Mapping[str, Callable[[BlockRuntime, bytes], bytes]]] = {
    "Core_version": _version,
    "Metadata_metadata": _metadata,
    "Metadata_metadata_at_version": _metadata_at_version,
    "Metadata_metadata_versions": _metadata_versions,
    "TaggedTransactionQueue_validate_transaction": _validate_transaction,
    "AccountNonceApi_account_nonce": _account_nonce,
    "TransactionPaymentApi_query_info": _query_info,
    "TransactionPaymentApi_query_fee_details": _query_fee_details,
    "TransactionPaymentApi_query_weight_to_fee": _query_weight_to_fee,
    "TransactionPaymentApi_query_length_to_fee": _query_length_to_fee,
    "TransactionPaymentCallApi_query_call_info": _query_call_info,
    "TransactionPaymentCallApi_query_call_fee_details": _query_call_fee_details,
    "TransactionPaymentCallApi_query_weight_to_fee": _query_weight_to_fee,
    "TransactionPaymentCallApi_query_length_to_fee": _query_length_to_fee,
}
"""The functions that are written in terms of bytes; each chain has them."""

FUNCTIONS: Final[Mapping[str, Callable[..., object]]] = {
    **parachain_host.FUNCTIONS,
    **para_apis.FUNCTIONS,
    **xcm_apis.FUNCTIONS,
}
"""Those that are written in terms of values, by their names without that of the API."""
