"""One program on its way: its registers, and what several instructions do alike.

| register | holds |
|---|---|
| holding | assets in hand |
| fees | what `PayFees` set aside for fees to come |
| origin, topic | as whom the program acts, and what it is about |
| error | the last instruction that failed, and how |
| error handler, appendix | programs to run when this one fails, and when it is over |
| surplus, refunded | weight that was counted and not used, and how much of it was paid back |

A **surplus** arises where something was weighed at its most and turned out cheaper.

Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor`
"""

from __future__ import annotations

from types import TracebackType

from primitives.errors import DispatchError
from primitives.record import replace
from primitives.weights import ZERO_WEIGHT, Weight
from xcm import errors
from xcm.asset import Asset, AssetId, Assets, Fungible
from xcm.errors import SendError
from xcm.executor_config import ExecutorConfig
from xcm.failures import NotSent, XcmFailure
from xcm.filters import AssetFilter, Definite
from xcm.holding import EVERYTHING, Holding
from xcm.instructions import SetTopic
from xcm.location import Location, LocationError
from xcm.program import Xcm
from xcm.reports import QueryResponse
from xcm.responses import MaybeErrorCode, QueryResponseInfo, Response, Success
from xcm.traits import FeeReason, XcmContext


class Machine:
    """The registers of one program, and the chain it runs on."""

    def __init__(self, config: ExecutorConfig, origin: Location, message_id: bytes, weight: Weight) -> None:
        self.config = config
        self.context = XcmContext(origin, message_id, None)
        self.original_origin = origin
        self.message_weight = weight
        self.trader = config.new_trader()
        self.holding, self.fees = Holding(), Holding()
        self.error: tuple[int, errors.Error] | None = None
        self.total_surplus = self.total_refunded = ZERO_WEIGHT
        self.error_handler: Xcm = ()
        self.appendix: Xcm = ()
        self.error_handler_weight = self.appendix_weight = ZERO_WEIGHT
        self.transact_status: MaybeErrorCode = Success()
        self.jit_withdraw = False
        """Whether fees are taken from the origin's account when they are due."""
        self.asset_used_in_buy_execution: AssetId | None = None
        self.already_paid_fees = False
        self.asset_claimer: Location | None = None

    # ------------------------------------------------------------------------------------------ origin

    @property
    def origin(self) -> Location | None:
        """As whom the program acts."""
        return self.context.origin

    def ensure_origin(self) -> Location:
        """The origin; without one the instruction fails with BadOrigin."""
        if self.context.origin is None:
            raise XcmFailure(errors.BadOrigin())
        return self.context.origin

    def set_origin(self, origin: Location | None) -> None:
        """Go on as someone else, or as nobody."""
        self.context = replace(self.context, origin=origin)

    # ----------------------------------------------------------------------------------------- surplus

    def add_surplus(self, weight: Weight) -> None:
        """Weight that was counted turned out not to be needed."""
        self.total_surplus = self.total_surplus.saturating_add(weight)

    def take_error_handler(self) -> Xcm:
        """The error handler, to be run now."""
        taken, self.error_handler, self.error_handler_weight = self.error_handler, (), ZERO_WEIGHT
        return taken

    def drop_error_handler(self) -> None:
        """The error handler was not needed."""
        self.add_surplus(self.error_handler_weight)
        self.error_handler, self.error_handler_weight = (), ZERO_WEIGHT

    def take_appendix(self) -> Xcm:
        """The appendix, to be run now."""
        taken, self.appendix, self.appendix_weight = self.appendix, (), ZERO_WEIGHT
        return taken

    # ------------------------------------------------------------------------------------ all or nothing

    def transactional(self) -> _Attempt:
        """Keep what is done inside a `with` statement, or undo it if it fails: storage, holding and fees.

        What the trader noted for itself is not undone. Fails with ExceedsStackLimit where storage can be
        nested no deeper.
        Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::transactional_process`
        """
        return _Attempt(self)

    # ---------------------------------------------------------------------------------------- holding

    def ensure_can_subsume(self, count: int) -> None:
        """Go on if holding has room for so many more assets; none of them is taken for one it has already.

        Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::ensure_can_subsume_assets`
        """
        if len(self.holding) + count > 2 * self.config.max_assets_into_holding:
            raise XcmFailure(errors.HoldingWouldOverflow())

    def burn(self, assets: Holding) -> None:
        """Forget assets that holding had."""
        for asset in assets:
            self.config.transactor.burn_asset(asset)

    def refund_surplus(self) -> None:
        """Take back what was paid for weight that is not needed, and what was set aside for fees.

        Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::refund_surplus`
        """
        surplus = self.total_surplus.saturating_sub(self.total_refunded)
        refund = self.trader.refund_weight(surplus, self.context) if surplus.any_gt(ZERO_WEIGHT) else None
        if refund is not None:
            self._subsume_refund(refund, surplus)
        if len(self.fees):
            self.holding.subsume_assets(self.fees.saturating_take(EVERYTHING))

    def _subsume_refund(self, refund: Asset, surplus: Weight) -> None:
        if not self.holding.contains_asset(Asset(refund.id, Fungible(1))):
            try:
                self.ensure_can_subsume(1)
            except XcmFailure:
                self.trader.buy_weight(surplus, Holding((refund,)), self.context)
                raise
        self.total_refunded = self.total_refunded.saturating_add(surplus)
        self.holding.subsume(refund)

    # ----------------------------------------------------------------------------------------- places

    def reanchored(self, place: Location, target: Location) -> Location:
        """A place as `target` would say it; fails with ReanchorFailed."""
        try:
            return place.reanchored(target, self.config.universal_location)
        except LocationError:
            raise XcmFailure(errors.ReanchorFailed()) from None

    def reanchored_assets(self, assets: Holding, target: Location) -> Assets:
        """Assets as `target` would name them; those that it cannot name are left out."""
        return assets.reanchored(target, self.config.universal_location)[0]

    # ---------------------------------------------------------------------------------------- sending

    def validate_send(self, destination: Location, message: Xcm) -> tuple[object, Assets]:
        """A ticket and its price; fails with what the sender said.

        Upstream: polkadot/xcm/src/v5/traits.rs `validate_send`
        """
        try:
            return self.config.sender.validate(destination, message)
        except NotSent as not_sent:
            raise XcmFailure(send_failure(not_sent.reason)) from None

    def send(self, destination: Location, message: Xcm, reason: FeeReason) -> None:
        """Send a program and pay for it, under the topic or id of this program if it has no topic.

        Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::send`
        """
        if not message or not isinstance(message[-1], SetTopic):
            message = (*message, SetTopic(self.context.topic_or_message_id()))
        ticket, price = self.validate_send(destination, message)
        self.take_fee(price, reason)
        self._deliver(ticket, destination)

    def _deliver(self, ticket: object, destination: Location) -> None:
        events, origin = self.config.events, self.original_origin
        try:
            message_id = self.config.sender.deliver(ticket)
        except NotSent as not_sent:
            id = self.context.topic_or_message_id()
            events.emit_send_failure(origin, destination, not_sent.reason, id)
            raise XcmFailure(send_failure(not_sent.reason)) from None
        events.emit_sent(origin, destination, message_id)

    def respond(self, response: Response, info: QueryResponseInfo, reason: FeeReason) -> None:
        """Answer a query as the origin.

        Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::respond`
        """
        querier = None if self.origin is None else self.reanchored(self.origin, info.destination)
        answer = QueryResponse(info.query_id, response, info.max_weight, querier)
        self.send(info.destination, (answer,), reason)

    # ------------------------------------------------------------------------------------------- fees

    def take_fee(self, price: Assets, reason: FeeReason) -> None:
        """Pay for sending, unless the origin need not; only the first asset of a price counts.

        Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::take_fee`
        """
        if self.config.fees.is_waived(self.origin, reason) or not price:
            return
        needed = price[0]
        offered = self.asset_for_delivery_fees(needed)
        paid = self._withdrawn_fee(offered) if self.jit_withdraw else self._held_fee(offered)
        if offered.id != needed.id:
            paid = self._exchanged_fee(paid, needed)
        self.config.fees.handle_fee(paid, self.context, reason)

    def _withdrawn_fee(self, fee: Asset) -> Holding:
        self.config.transactor.withdraw_asset(fee, self.ensure_origin(), self.context)
        return Holding((fee,))

    def _held_fee(self, fee: Asset) -> Holding:
        source = self.fees if len(self.fees) else self.holding
        if not source.contains_asset(fee) or not isinstance(fee.fun, Fungible):
            raise XcmFailure(errors.NotHoldingFees())
        return source.try_take(definite(fee))

    def _exchanged_fee(self, paid: Holding, needed: Asset) -> Holding:
        deal = self.exchanged(paid, (needed,), maximal=False)
        if deal is None:
            raise XcmFailure(errors.FeesNotMet())
        return deal

    def exchanged(self, give: Holding, want: Assets, *, maximal: bool) -> Holding | None:
        """What the origin gets for `give`; None if nobody makes that deal."""
        exchanger = self.config.exchanger
        if exchanger is None:
            return None
        return exchanger.exchange_asset(self.origin, give, want, maximal=maximal)

    def asset_for_delivery_fees(self, needed: Asset) -> Asset:
        """What a fee is paid with: what execution was paid with, if that can be exchanged for the fee.

        Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::calculate_asset_for_delivery_fees`
        """
        in_fees = self.fees.first_fungible()
        wanted = self.asset_used_in_buy_execution if in_fees is None else in_fees.id
        if wanted is None or wanted == needed.id or self.config.exchanger is None:
            return needed
        give = (Asset(wanted, Fungible(0)),)
        quoted = self.config.exchanger.quote_exchange_price(give, (needed,), maximal=False)
        return quoted[0] if quoted else needed


class _Attempt:
    """Something that a program does as a whole or not at all."""

    __slots__ = ("_before", "_layer", "_vm")

    def __init__(self, vm: Machine) -> None:
        self._vm, self._before = vm, (vm.holding.copy(), vm.fees.copy())
        try:
            self._layer = vm.config.transactional.layer()
        except DispatchError:
            raise XcmFailure(errors.ExceedsStackLimit()) from None

    def __enter__(self) -> None:
        self._layer.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._layer.__exit__(kind, error, trace)
        if isinstance(error, XcmFailure):
            self._vm.holding, self._vm.fees = self._before


def definite(asset: Asset) -> AssetFilter:
    """The filter that picks this asset alone."""
    return Definite((asset,))


def send_failure(reason: SendError) -> errors.Error:
    """The error of an instruction whose message was not sent.

    Upstream: polkadot/xcm/src/v5/traits.rs `Error` (`From<SendError>`)
    """
    match reason:
        case SendError.NotApplicable | SendError.Unroutable | SendError.MissingArgument:
            return errors.Unroutable()
        case SendError.Transport:
            return errors.Transport()
        case SendError.DestinationUnsupported:
            return errors.DestinationUnsupported()
        case SendError.ExceedsMaxMessageSize:
            return errors.ExceedsMaxMessageSize()
        case SendError.Fees:
            return errors.FeesNotMet()
