"""What clients may ask before they send anything: what it will weigh, cost and do.

Nothing that is asked changes the state. A **dry run** makes a call or runs a program, tells what came of it
and what it would have sent, and undoes all of it.

Upstream: polkadot/xcm/pallet-xcm/src/lib.rs, polkadot/xcm/xcm-runtime-apis/src
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Protocol, TypeVar

from pallets.xcm_pallet import XcmPallet
from pallets.xcm_pallet_items import OriginAliaser
from primitives.dispatch import Dispatcher
from primitives.errors import DispatchError, DispatchErrorCase
from primitives.hashing import blake2_256
from primitives.origin import Origin
from primitives.pallet import RuntimeCall, RuntimeEvent
from primitives.record import Record, replace
from primitives.weights import ZERO_WEIGHT, PostDispatchInfo, Weight
from xcm.asset import Asset, AssetId, Fungible
from xcm.errors import Outcome
from xcm.failures import NotSent, Unweighable, XcmFailure
from xcm.holding import Holding
from xcm.junctions import V5
from xcm.program import PROGRAM
from xcm.reading import Unconvertible
from xcm.traits import XcmContext
from xcm.versions import (
    XCM_VERSION,
    Versioned,
    VersionedAsset,
    VersionedAssetId,
    VersionedAssets,
    VersionedLocation,
    VersionedXcm,
    into_version,
)
from xcm.weigher import MAX_WEIGHT

T = TypeVar("T")

MOST_TO_PAY = (1 << 127) - 1
"""What is offered for weight to see what is left of it."""


class PaymentApiError(enum.Enum):
    """Why there is no answer about fees.

    Upstream: polkadot/xcm/xcm-runtime-apis/src/fees.rs `Error`
    """

    Unimplemented = 0
    """Delivery is not priced in one asset."""
    VersionedConversionFailed = 1
    """A version has no words for what was asked, or for the answer."""
    WeightNotComputable = 2
    """What the program weighs cannot be told."""
    UnhandledXcmVersion = 3
    """The version is not spoken."""
    AssetNotFound = 4
    """Nothing is sold here for this asset."""
    Unroutable = 5
    """There is no way to the destination."""


class DryRunApiError(enum.Enum):
    """Why there is no dry run.

    Upstream: polkadot/xcm/xcm-runtime-apis/src/dry_run.rs `Error`
    """

    Unimplemented = 0
    """It is not supported."""
    VersionedConversionFailed = 1
    """A version has no words for what was asked, or for the answer."""


class NoAnswer(Exception):
    """A question has no answer; `reason` is what the client is told."""

    def __init__(self, reason: PaymentApiError | DryRunApiError) -> None:
        super().__init__(reason)
        self.reason = reason


# ------------------------------------------------------------------------------------------------- fees


def query_acceptable_payment_assets(
    version: int, acceptable: Iterable[AssetId]
) -> tuple[Versioned[AssetId], ...]:
    """The assets that weight may be paid in, as far as a version has words for them.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::query_acceptable_payment_assets`
    """
    found = []
    for asset in acceptable:
        try:
            found.append(into_version(Versioned(XCM_VERSION, asset), version, VersionedAssetId))
        except Unconvertible:
            continue
    return tuple(found)


def query_xcm_weight(pallet: XcmPallet, message: VersionedXcm) -> Weight:
    """What a program weighs here; raises `NoAnswer`.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::query_xcm_weight`
    """
    program = _newest(message)
    try:
        return pallet.executor.config.weigher.weight(program, MAX_WEIGHT)
    except Unweighable:
        raise NoAnswer(PaymentApiError.WeightNotComputable) from None


def query_weight_to_asset_fee(pallet: XcmPallet, weight: Weight, asset: VersionedAssetId) -> int:
    """What weight costs in an asset: what a trader takes of far too much; raises `NoAnswer`.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::query_weight_to_asset_fee`
    """
    id = _newest(asset)
    payment, context = Holding((Asset(id, Fungible(MOST_TO_PAY)),)), XcmContext(None, bytes(32), None)
    with pallet.state.frame() as only_asked:
        only_asked.discard()
        try:
            left = pallet.executor.config.new_trader().buy_weight(weight, payment, context)
        except XcmFailure:
            raise NoAnswer(PaymentApiError.AssetNotFound) from None
    if id not in left.fungible:
        raise NoAnswer(PaymentApiError.AssetNotFound)
    return MOST_TO_PAY - left.fungible[id]


def query_delivery_fees(
    pallet: XcmPallet, destination: VersionedLocation, message: VersionedXcm, asset: VersionedAssetId
) -> VersionedAssets:
    """What sending a program costs, in an asset of choice, in the newer of the versions of both arguments;
    raises `NoAnswer`.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::query_delivery_fees`
    """
    version = max(destination.version, message.version)
    target, program, chain = _newest(destination), _newest(message), pallet.executor.config
    try:
        with pallet.state.frame() as only_asked:
            only_asked.discard()
            price = chain.sender.validate(target, program)[1]
    except NotSent:
        raise NoAnswer(PaymentApiError.Unroutable) from None
    if len(price) != 1:
        raise NoAnswer(PaymentApiError.Unimplemented)
    id = _newest(asset)
    if price[0].id != id:
        wanted = (Asset(id, Fungible(1)),)
        quoted = chain.exchanger and chain.exchanger.quote_exchange_price(price, wanted, maximal=True)
        if not quoted:
            raise NoAnswer(PaymentApiError.AssetNotFound)
        price = quoted
    return _in_version(Versioned(XCM_VERSION, price), version, VersionedAssets)


# --------------------------------------------------------------------------------------------- dry runs


class MessageQueues(Protocol):
    """The ways out of a chain, as far as messages can be looked at before they leave.

    Upstream: polkadot/xcm/xcm-builder/src/routing.rs `InspectMessageQueues`
    """

    def clear_messages(self) -> None:
        """Forget all messages that wait to leave."""
        ...

    def get_messages(self) -> tuple[tuple[VersionedLocation, tuple[VersionedXcm, ...]], ...]:
        """The messages that wait to leave, by destination."""
        ...


Forwarded = tuple[tuple[VersionedLocation, tuple[VersionedXcm, ...]], ...]
"""Messages by destination."""


class DispatchErrorWithPostInfo(Record):
    """Why a call failed, and what it cost all the same."""

    post_info: PostDispatchInfo
    error: DispatchErrorCase


class CallOk(Record, tag=0):
    """The call went well."""

    UNNAMED: ClassVar[bool] = True

    post_info: PostDispatchInfo


class CallErr(Record, tag=1):
    """The call failed."""

    UNNAMED: ClassVar[bool] = True

    error: DispatchErrorWithPostInfo


DispatchResultWithPostInfo = CallOk | CallErr


class CallDryRunEffects(Record):
    """What making a call would do.

    Upstream: polkadot/xcm/xcm-runtime-apis/src/dry_run.rs `CallDryRunEffects`
    """

    execution_result: DispatchResultWithPostInfo
    emitted_events: tuple[RuntimeEvent, ...]
    local_xcm: VersionedXcm | None
    """The program that ran here last, if any did."""
    forwarded_xcms: Forwarded


class XcmDryRunEffects(Record):
    """What running a program would do.

    Upstream: polkadot/xcm/xcm-runtime-apis/src/dry_run.rs `XcmDryRunEffects`
    """

    execution_result: Outcome
    emitted_events: tuple[RuntimeEvent, ...]
    forwarded_xcms: Forwarded


def dry_run_call(
    pallet: XcmPallet,
    queues: MessageQueues,
    chain: Dispatcher,
    origin: Origin,
    call: RuntimeCall,
    result_xcms_version: int,
) -> CallDryRunEffects:
    """Make a call and undo it; programs come in the version asked for. Raises `NoAnswer`.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::dry_run_call`
    """
    with pallet.state.frame() as only_tried:
        only_tried.discard()
        pallet.should_record_xcm.put(True)
        _start(pallet, queues)
        result = _dispatched(chain, call, origin)
        recorded = pallet.recorded_xcm.get()
        local = None
        if recorded is not None:
            local = _converted(Versioned(XCM_VERSION, recorded), result_xcms_version, VersionedXcm)
        forwarded = _forwarded(queues, result_xcms_version)
        return CallDryRunEffects(result, _events(pallet), local, forwarded)


def dry_run_xcm(
    pallet: XcmPallet, queues: MessageQueues, origin_location: VersionedLocation, message: VersionedXcm
) -> XcmDryRunEffects:
    """Run a program as somewhere and undo it; what it sends comes in its version. Raises `NoAnswer`.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::dry_run_xcm`
    """
    origin, program = _known(origin_location), _known(message)
    message_id = blake2_256(V5.codec(PROGRAM).encode(program))
    with pallet.state.frame() as only_tried:
        only_tried.discard()
        _start(pallet, queues)
        executed = pallet.executor.prepare_and_execute(origin, program, message_id, MAX_WEIGHT, ZERO_WEIGHT)
        return XcmDryRunEffects(executed.outcome, _events(pallet), _forwarded(queues, message.version))


def _start(pallet: XcmPallet, queues: MessageQueues) -> None:
    """Forget what is there already, so that only what comes of the dry run is told."""
    queues.clear_messages()
    pallet.system.reset_events()


def _dispatched(chain: Dispatcher, call: RuntimeCall, origin: Origin) -> DispatchResultWithPostInfo:
    try:
        return CallOk(chain.dispatch(call, origin))
    except DispatchError as error:
        info = PostDispatchInfo(error.actual_weight)
        return CallErr(DispatchErrorWithPostInfo(info, chain.error_case(error)))


def _events(pallet: XcmPallet) -> tuple[RuntimeEvent, ...]:
    return tuple(record.event for record in pallet.system.events_.get())


def _forwarded(queues: MessageQueues, version: int) -> Forwarded:
    return tuple(
        (
            _converted(destination, version, VersionedLocation),
            tuple(_converted(message, version, VersionedXcm) for message in messages),
        )
        for destination, messages in queues.get_messages()
    )


# --------------------------------------------------------------------------------------- trust, aliases


def is_trusted_reserve(pallet: XcmPallet, asset: VersionedAsset, location: VersionedLocation) -> bool:
    """Whether a place keeps an asset for us; raises `Unconvertible`.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::is_trusted_reserve`
    """
    return pallet.executor.config.is_reserve(asset.newest(), location.newest())


def is_trusted_teleporter(pallet: XcmPallet, asset: VersionedAsset, location: VersionedLocation) -> bool:
    """Whether an asset can be teleported to and from a place; raises `Unconvertible`.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::is_trusted_teleporter`
    """
    return pallet.executor.config.is_teleporter(asset.newest(), location.newest())


def authorized_aliasers(pallet: XcmPallet, target: VersionedLocation) -> tuple[OriginAliaser, ...]:
    """Who may speak for a place, in the version of the question; those that it has no words for are left
    out. Raises `Unconvertible`.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::authorized_aliasers`
    """
    found = []
    for aliaser in pallet.authorized_aliasers(target.newest()):
        try:
            said = into_version(aliaser.location, target.version, VersionedLocation)
        except Unconvertible:
            continue
        found.append(replace(aliaser, location=said))
    return tuple(found)


# ---------------------------------------------------------------------------------------------- versions


def _newest(found: Versioned[T]) -> T:
    with _or(PaymentApiError.VersionedConversionFailed):
        return found.newest()


def _in_version(found: Versioned[T], version: int, tp: Any) -> Versioned[T]:
    with _or(PaymentApiError.VersionedConversionFailed):
        return into_version(found, version, tp)


def _known(found: Versioned[T]) -> T:
    with _or(DryRunApiError.VersionedConversionFailed):
        return found.newest()


def _converted(found: Versioned[T], version: int, tp: Any) -> Versioned[T]:
    with _or(DryRunApiError.VersionedConversionFailed):
        return into_version(found, version, tp)


@contextmanager
def _or(reason: PaymentApiError | DryRunApiError) -> Iterator[None]:
    """Give this reason where a version has no words."""
    try:
        yield
    except Unconvertible:
        raise NoAnswer(reason) from None
