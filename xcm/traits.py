"""What the executor asks of the chain it runs on: a small protocol for each concern.

A runtime (or a test) supplies one object for each; `xcm/executor_config.py` puts them together. How they
fail is in `xcm/failures.py`.

Upstream: polkadot/xcm/xcm-executor/src/traits
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from primitives.errors import DispatchErrorCase
from primitives.origin import Origin
from primitives.pallet import RuntimeCall
from primitives.record import Record
from primitives.scale.codec import Bytes32
from primitives.weights import Weight
from xcm import errors
from xcm.asset import Asset, Assets
from xcm.errors import SendError
from xcm.holding import Holding
from xcm.location import Location
from xcm.program import Instruction, Xcm
from xcm.responses import QueryId, Response
from xcm.terms import OriginKind

Contains = Callable[[Location], bool]
"""Whether a location belongs to some group."""

ContainsAsset = Callable[[Asset, Location], bool]
"""Whether a place is trusted with an asset."""


class XcmContext(Record):
    """What those who help with an instruction are told about the program.

    Upstream: polkadot/xcm/src/v5/traits.rs `XcmContext`
    """

    origin: Location | None
    message_id: Bytes32
    topic: Bytes32 | None

    def topic_or_message_id(self) -> bytes:
        """The topic if one is set, else the id that the message came with."""
        return self.message_id if self.topic is None else self.topic


class Properties:
    """What barriers know of a message besides the program, and may change.

    Upstream: polkadot/xcm/xcm-executor/src/traits/should_execute.rs `Properties`
    """

    def __init__(self, weight_credit: Weight) -> None:
        self.weight_credit = weight_credit
        """Weight that is paid for already."""
        self.message_id: bytes | None = None
        """Set by a barrier that finds the id in the program."""


class Barrier(Protocol):
    """Decides whether a program may run at all.

    Upstream: polkadot/xcm/xcm-executor/src/traits/should_execute.rs `ShouldExecute`
    """

    def should_execute(
        self, origin: Location, program: Xcm, max_weight: Weight, properties: Properties
    ) -> Xcm:
        """The program as it may run: what it is willing to buy may be changed. Raises `Refused`."""
        ...


class Weigher(Protocol):
    """Says before a program runs what it can cost.

    Upstream: polkadot/xcm/xcm-executor/src/traits/weight.rs `WeightBounds`
    """

    def weight(self, program: Xcm, limit: Weight) -> Weight:
        """The most that a program can cost; raises `Unweighable`, also where it is more than `limit`."""
        ...

    def instr_weight(self, instruction: Instruction) -> Weight:
        """The most that one instruction can cost; raises `XcmFailure`."""
        ...

    def barrier_check_weight(self) -> Weight | None:
        """What it costs to find out that a program is not let in; None charges the whole program's weight."""
        ...


class Dispatched(Record):
    """How a call went."""

    error: DispatchErrorCase | None = None
    actual_weight: Weight | None = None
    """None if it was what was said before."""


class Calls(Protocol):
    """The chain's own calls, for `Transact`.

    Upstream: polkadot/xcm/xcm-executor/src/traits/conversion.rs `CallDispatcher`
    """

    def decode(self, encoded: bytes) -> RuntimeCall:
        """The call, which must take all the bytes; raises `DecodeError`."""
        ...

    def weight(self, call: RuntimeCall) -> Weight:
        """What the call costs at most."""
        ...

    def dispatch(self, call: RuntimeCall, origin: Origin) -> Dispatched:
        """Make the call, undone by itself if it fails."""
        ...

    def encode_error(self, error: DispatchErrorCase) -> bytes:
        """The error in bytes, as reports carry it."""
        ...


class Transactional(Protocol):
    """Storage that can undo what was written since.

    Upstream: polkadot/xcm/xcm-executor/src/traits/process_transaction.rs `ProcessTransaction`
    """

    def layer(self) -> AbstractContextManager[Any]:
        """Keep what is written inside, or undo it if an exception leaves; raises `DispatchError` too deep."""
        ...


class AssetTransactor(Protocol):
    """Moves assets between accounts and holding; raises `XcmFailure`.

    `mint_asset` and `burn_asset` tell that what is in holding came from nowhere, or goes there.
    Upstream: polkadot/xcm/xcm-executor/src/traits/transact_asset.rs `TransactAsset`
    """

    def withdraw_asset(self, asset: Asset, who: Location, context: XcmContext | None) -> None:
        """Take an asset out of an account."""
        ...

    def deposit_asset(self, asset: Asset, who: Location, context: XcmContext | None) -> None:
        """Put an asset into an account; `BelowMinimum` where that would be dust."""
        ...

    def transfer_asset(self, asset: Asset, source: Location, dest: Location, context: XcmContext) -> None:
        """Move an asset from one account to another."""
        ...

    def mint_asset(self, asset: Asset, context: XcmContext) -> None:
        """Make an asset of which holding will have the only trace."""
        ...

    def burn_asset(self, asset: Asset) -> None:
        """Forget an asset that holding had."""
        ...

    def can_check_in(self, origin: Location, asset: Asset, context: XcmContext) -> None:
        """Go on if so much can have been teleported here."""
        ...

    def check_in(self, origin: Location, asset: Asset, context: XcmContext) -> None:
        """Note what was teleported here."""
        ...

    def can_check_out(self, dest: Location, asset: Asset, context: XcmContext) -> None:
        """Go on if so much can be teleported away."""
        ...

    def check_out(self, dest: Location, asset: Asset, context: XcmContext) -> None:
        """Note what is teleported away."""
        ...


class Trader(Protocol):
    """Sells weight to one program.

    Upstream: polkadot/xcm/xcm-executor/src/traits/weight.rs `WeightTrader`
    """

    def buy_weight(self, weight: Weight, payment: Holding, context: XcmContext) -> Holding:
        """What is left of the payment; raises `XcmFailure` with nothing paid."""
        ...

    def refund_weight(self, weight: Weight, context: XcmContext) -> Asset | None:
        """What is given back for weight that will not be used."""
        ...

    def finish(self) -> None:
        """Hand over what was earned: the program is at its end."""
        ...


class FeeReason(enum.Enum):
    """What a fee is for.

    Upstream: polkadot/xcm/xcm-executor/src/traits/fee_manager.rs `FeeReason`
    """

    Report = enum.auto()
    TransferReserveAsset = enum.auto()
    DepositReserveAsset = enum.auto()
    InitiateReserveWithdraw = enum.auto()
    InitiateTeleport = enum.auto()
    InitiateTransfer = enum.auto()
    QueryPallet = enum.auto()
    ChargeFees = enum.auto()


class FeeManager(Protocol):
    """Who pays for sending, and where the money goes.

    Upstream: polkadot/xcm/xcm-executor/src/traits/fee_manager.rs `FeeManager`
    """

    def is_waived(self, origin: Location | None, reason: FeeReason) -> bool:
        """Whether the origin sends for nothing."""
        ...

    def handle_fee(self, fee: Holding, context: XcmContext | None, reason: FeeReason) -> None:
        """Do something with a fee, which has left its payer."""
        ...


class XcmSender(Protocol):
    """The way out.

    Upstream: polkadot/xcm/src/v5/traits.rs `SendXcm`
    """

    def validate(self, destination: Location, message: Xcm) -> tuple[Any, Assets]:
        """A ticket for delivery and its price; raises `NotSent`."""
        ...

    def deliver(self, ticket: Any) -> bytes:
        """Send it off; gives the id of the message. Raises `NotSent`."""
        ...


class EventEmitter(Protocol):
    """Tells the outside what became of messages.

    Upstream: polkadot/xcm/xcm-executor/src/traits/event_emitter.rs `EventEmitter`
    """

    def emit_sent(self, origin: Location, destination: Location, message_id: bytes) -> None:
        """A program sent a message."""
        ...

    def emit_send_failure(
        self, origin: Location, destination: Location, error: SendError, message_id: bytes
    ) -> None:
        """A message that should have been delivered was not."""
        ...

    def emit_process_failure(self, origin: Location, error: errors.Error, message_id: bytes) -> None:
        """An instruction failed."""
        ...


class ResponseHandler(Protocol):
    """Takes the answers to questions asked earlier.

    Upstream: polkadot/xcm/xcm-executor/src/traits/on_response.rs `OnResponse`
    """

    def expecting_response(self, origin: Location, query_id: QueryId, querier: Location | None) -> bool:
        """Whether such an answer is waited for from there."""
        ...

    def on_response(
        self,
        origin: Location,
        query_id: QueryId,
        querier: Location | None,
        response: Response,
        max_weight: Weight,
        context: XcmContext,
    ) -> None:
        """Take an answer; one that nobody waits for is not an error of the program."""
        ...


class AssetTrap(Protocol):
    """Keeps what programs leave behind, and gives it back.

    Upstream: polkadot/xcm/xcm-executor/src/traits/drop_assets.rs `DropAssets`, `ClaimAssets`
    """

    def drop_assets(self, origin: Location, assets: Assets, context: XcmContext) -> Weight:
        """Keep assets for whom they belong to; gives what that cost. They stay part of the issuance."""
        ...

    def claim_assets(
        self, origin: Location, ticket: Location, assets: Assets, context: XcmContext
    ) -> Assets | None:
        """Give back what was kept; None if there is no such claim."""
        ...


class SubscriptionService(Protocol):
    """Tells other chains when this one comes to speak a newer version; raises `XcmFailure`.

    Upstream: polkadot/xcm/xcm-executor/src/traits/on_response.rs `VersionChangeNotifier`
    """

    def start(self, location: Location, query_id: QueryId, max_weight: Weight, context: XcmContext) -> None:
        """Begin, and tell at once."""
        ...

    def stop(self, location: Location, context: XcmContext) -> None:
        """End it."""
        ...


class HrmpNotifications(Protocol):
    """What a parachain does with news of channels from the relay chain; raises `XcmFailure`.

    Upstream: polkadot/xcm/xcm-executor/src/traits/hrmp.rs
    """

    def new_channel_open_request(self, sender: int, max_message_size: int, max_capacity: int) -> None:
        """Somebody would like a channel to us."""
        ...

    def channel_accepted(self, recipient: int) -> None:
        """Our channel was accepted."""
        ...

    def channel_closing(self, initiator: int, sender: int, recipient: int) -> None:
        """A channel of ours is being closed."""
        ...


ConvertOrigin = Callable[[Location, OriginKind], Origin | None]
"""As what a location dispatches calls; None if it may not, that way."""


class AssetExchanger(Protocol):
    """Makes deals.

    Upstream: polkadot/xcm/xcm-executor/src/traits/asset_exchange.rs `AssetExchange`
    """

    def exchange_asset(
        self, origin: Location | None, give: Holding, want: Assets, *, maximal: bool
    ) -> Holding | None:
        """What one gets for `give`; None if there is no deal, and nothing has changed."""
        ...

    def quote_exchange_price(self, give: Assets, want: Assets, *, maximal: bool) -> Assets | None:
        """What would have to be given."""
        ...
