"""A chain that has nothing but accounts with assets, to run programs on.

Accounts are locations. One unit of any asset is too little to open an account with. Each instruction weighs
10 of both parts of weight, and weight costs one unit of the relay chain's asset a piece. What is sent, told
and kept is written down in lists. Calls are words:

| call | weighs | does |
|---|---|---|
| `cheap` | 50 | weighs 20 after all |
| `plain` | 50 | nothing |
| `fails` | 50 | fails, with an error of four bytes |
| `fails long` | 50 | fails, with one of 200 |
| `again` | 50 | runs the program in `world.again` |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from primitives.arithmetic import U64_MAX
from primitives.errors import DispatchErrorCase, Other
from primitives.origin import Origin, Root
from primitives.pallet import RuntimeCall
from primitives.scale.errors import DecodeError
from primitives.weights import ZERO_WEIGHT, Weight
from xcm import errors
from xcm.asset import Asset, Assets, Fungible, NonFungible
from xcm.errors import Outcome, SendError
from xcm.executor import Executed, Executor
from xcm.executor_config import ExecutorConfig
from xcm.failures import BelowMinimum, NotSent, XcmFailure
from xcm.filters import Definite
from xcm.holding import Holding, TakeError
from xcm.junctions import AccountId32, GlobalConsensus, Junction, Parachain, Polkadot
from xcm.location import HERE, PARENT, Location
from xcm.program import Instruction, Xcm
from xcm.responses import PalletInfo, QueryId, Response
from xcm.terms import OriginKind
from xcm.traits import Dispatched, FeeReason, Properties, XcmContext
from xcm.weigher import WeightBounds

UNIT = 10
"""Both parts of what an instruction weighs."""

MESSAGE_ID = bytes([7]) * 32
NO_LIMIT = Weight(U64_MAX, U64_MAX)
US = (GlobalConsensus(Polkadot()), Parachain(2000))


def account(number: int) -> Location:
    """An account of ours."""
    return Location(0, (AccountId32(None, bytes([number]) * 32),))


ALICE, BOB = account(1), account(2)
SIBLING = Location(1, (Parachain(1000),))
PALLETS = (
    PalletInfo(0, b"System", b"frame_system", 4, 2, 0),
    PalletInfo(5, b"Balances", b"pallet_balances", 3, 1, 0),
)


def units(count: int) -> Weight:
    """The weight of so many instructions."""
    return Weight(count * UNIT, count * UNIT)


def some(amount: int, id: Location = PARENT) -> Asset:
    """An amount of the relay chain's asset, or of another one."""
    return Asset(id, Fungible(amount))


class LetsEverythingIn:
    """A barrier that is none."""

    def should_execute(
        self, origin: Location, program: Xcm, max_weight: Weight, properties: Properties
    ) -> Xcm:
        return program


class World:
    """The chain, all that it was asked to do, and what it trusts."""

    def __init__(self, **config: Any) -> None:
        self.accounts: dict[Location, Holding] = {}
        self.sent: list[tuple[Location, Xcm]] = []
        self.fees: list[tuple[Holding, FeeReason]] = []
        self.trapped: list[tuple[Location, Assets]] = []
        self.minted: list[Asset] = []
        self.burnt: list[Asset] = []
        self.earned = Holding()
        self.told: list[Any] = []
        self.dispatched: list[tuple[str, Origin]] = []
        self.answers: list[Response] = []
        self.subscribers: list[Location] = []
        self.news: list[tuple[int, ...]] = []
        self.recorded: list[Xcm] = []

        self.delivery_price: Assets = ()
        self.not_validated: SendError | None = None
        self.not_delivered: SendError | None = None
        self.waived: set[Location] = set()
        self.expected: set[tuple[Location, int]] = set()
        self.teleports_possible = True
        self.again: Callable[[], None] | None = None
        self.executor = Executor(self._config(config))

    def _config(self, changed: dict[str, Any]) -> ExecutorConfig:
        chosen: dict[str, Any] = {
            "universal_location": US,
            "barrier": LetsEverythingIn(),
            "weigher": WeightBounds(_unit_weight, self),
            "new_trader": lambda: OneForOne(self),
            "convert_origin": _convert_origin,
            "is_reserve": lambda asset, place: place == SIBLING,
            "is_teleporter": lambda asset, place: place == PARENT,
            "aliasers": lambda origin, target: target.starts_with(origin),
            "universal_aliases": _speaks_for,
            "safe_call_filter": lambda call: call.name != "unsafe",
            "hrmp": self,
            "pallets": PALLETS,
            "record": self.recorded.append,
        }
        ours = ("transactor", "transactional", "sender", "events", "fees", "calls", "responses", "trap")
        return ExecutorConfig(**(dict.fromkeys((*ours, "subscriptions"), self) | chosen | changed))

    # ------------------------------------------------------------------------------------------ stories

    def give(self, who: Location, *assets: Asset) -> None:
        """Put assets into an account, however few."""
        self.accounts.setdefault(who, Holding()).subsume_assets(assets)

    def has(self, who: Location) -> Assets:
        """What is in an account."""
        return self.accounts.get(who, Holding()).assets()

    def run(self, origin: Location, *program: Instruction, limit: Weight = NO_LIMIT) -> Outcome:
        """Run a program; gives how it ended."""
        return self.executed(origin, *program, limit=limit).outcome

    def executed(
        self, origin: Location, *program: Instruction, limit: Weight = NO_LIMIT, credit: Weight = ZERO_WEIGHT
    ) -> Executed:
        """Run a program; gives how it ended and the id."""
        return self.executor.prepare_and_execute(origin, program, MESSAGE_ID, limit, credit)

    # ---------------------------------------------------------------------------------- all or nothing

    @contextmanager
    def layer(self) -> Iterator[None]:
        before = {who: held.copy() for who, held in self.accounts.items()}
        sent, minted, burnt = list(self.sent), list(self.minted), list(self.burnt)
        try:
            yield
        except BaseException:
            self.accounts, self.sent, self.minted, self.burnt = before, sent, minted, burnt
            raise

    # ------------------------------------------------------------------------------------------- assets

    def withdraw_asset(self, asset: Asset, who: Location, context: XcmContext | None) -> None:
        try:
            self.accounts.setdefault(who, Holding()).try_take(Definite((asset,)))
        except TakeError:
            raise XcmFailure(errors.FailedToTransactAsset()) from None

    def deposit_asset(self, asset: Asset, who: Location, context: XcmContext | None) -> None:
        if isinstance(asset.fun, NonFungible) and who == BOB:
            raise XcmFailure(errors.LocationCannotHold())
        if not self.has(who) and asset.fun == Fungible(1):
            raise BelowMinimum
        self.give(who, asset)

    def transfer_asset(self, asset: Asset, source: Location, dest: Location, context: XcmContext) -> None:
        self.withdraw_asset(asset, source, context)
        self.give(dest, asset)

    def mint_asset(self, asset: Asset, context: XcmContext) -> None:
        self.minted.append(asset)

    def burn_asset(self, asset: Asset) -> None:
        self.burnt.append(asset)

    def can_check_in(self, origin: Location, asset: Asset, context: XcmContext) -> None:
        if not self.teleports_possible:
            raise XcmFailure(errors.NotWithdrawable())

    def check_in(self, origin: Location, asset: Asset, context: XcmContext) -> None:
        self.told.append(("in", origin, asset))

    def can_check_out(self, dest: Location, asset: Asset, context: XcmContext) -> None:
        if not self.teleports_possible:
            raise XcmFailure(errors.NotDepositable())

    def check_out(self, dest: Location, asset: Asset, context: XcmContext) -> None:
        self.told.append(("out", dest, asset))

    def drop_assets(self, origin: Location, assets: Assets, context: XcmContext) -> Weight:
        self.trapped.append((origin, assets))
        return Weight(3, 3)

    def claim_assets(
        self, origin: Location, ticket: Location, assets: Assets, context: XcmContext
    ) -> Assets | None:
        if ticket != HERE or (origin, assets) not in self.trapped:
            return None
        self.trapped.remove((origin, assets))
        return assets

    # ------------------------------------------------------------------------------------------ sending

    def validate(self, destination: Location, message: Xcm) -> tuple[Any, Assets]:
        if self.not_validated is not None:
            raise NotSent(self.not_validated)
        return (destination, message), self.delivery_price

    def deliver(self, ticket: Any) -> bytes:
        if self.not_delivered is not None:
            raise NotSent(self.not_delivered)
        self.sent.append(ticket)
        message_id: bytes = ticket[1][-1].topic
        return message_id

    def is_waived(self, origin: Location | None, reason: FeeReason) -> bool:
        return origin in self.waived

    def handle_fee(self, fee: Holding, context: XcmContext | None, reason: FeeReason) -> None:
        self.fees.append((fee, reason))

    def emit_sent(self, origin: Location, destination: Location, message_id: bytes) -> None:
        self.told.append(("sent", origin, destination, message_id))

    def emit_send_failure(
        self, origin: Location, destination: Location, error: SendError, message_id: bytes
    ) -> None:
        self.told.append(("not sent", origin, destination, error, message_id))

    def emit_process_failure(self, origin: Location, error: errors.Error, message_id: bytes) -> None:
        self.told.append(("failed", origin, error, message_id))

    # ------------------------------------------------------------------------------------ calls, answers

    def decode(self, encoded: bytes) -> RuntimeCall:
        if not encoded.isascii():
            raise DecodeError("a word", encoded.hex(), 0)
        return RuntimeCall("World", encoded.decode(), ())

    def weight(self, call: RuntimeCall) -> Weight:
        return Weight(50, 50)

    def dispatch(self, call: RuntimeCall, origin: Origin) -> Dispatched:
        self.dispatched.append((call.name, origin))
        if call.name == "again" and self.again is not None:
            self.again()
        failed = call.name.startswith("fails")
        long = call.name.endswith("long")
        self._error = bytes(200) if long else bytes(4)
        actual = Weight(20, 20) if call.name == "cheap" else None
        return Dispatched(Other() if failed else None, actual)

    def encode_error(self, error: DispatchErrorCase) -> bytes:
        return self._error

    def expecting_response(self, origin: Location, query_id: QueryId, querier: Location | None) -> bool:
        return (origin, query_id) in self.expected

    def on_response(
        self,
        origin: Location,
        query_id: QueryId,
        querier: Location | None,
        response: Response,
        max_weight: Weight,
        context: XcmContext,
    ) -> None:
        self.answers.append(response)

    def start(self, location: Location, query_id: QueryId, max_weight: Weight, context: XcmContext) -> None:
        self.subscribers.append(location)

    def stop(self, location: Location, context: XcmContext) -> None:
        self.subscribers.remove(location)

    def new_channel_open_request(self, sender: int, max_message_size: int, max_capacity: int) -> None:
        self.news.append((sender, max_message_size, max_capacity))

    def channel_accepted(self, recipient: int) -> None:
        self.news.append((recipient,))

    def channel_closing(self, initiator: int, sender: int, recipient: int) -> None:
        self.news.append((initiator, sender, recipient))


class OneForOne:
    """Sells weight at one unit of the relay chain's asset for one of computing time."""

    def __init__(self, world: World) -> None:
        self.world, self.paid = world, 0

    def buy_weight(self, weight: Weight, payment: Holding, context: XcmContext) -> Holding:
        left = payment.copy()
        try:
            left.try_take(Definite((some(weight.ref_time),)))
        except TakeError:
            raise XcmFailure(errors.TooExpensive()) from None
        self.paid += weight.ref_time
        return left

    def refund_weight(self, weight: Weight, context: XcmContext) -> Asset | None:
        refund = min(weight.ref_time, self.paid)
        self.paid -= refund
        return some(refund) if refund else None

    def finish(self) -> None:
        if self.paid:
            self.world.earned.subsume(some(self.paid))


def _unit_weight(instruction: Instruction) -> Weight:
    return Weight(UNIT, UNIT)


def _convert_origin(location: Location, kind: OriginKind) -> Origin | None:
    return Root() if kind is OriginKind.Superuser and location == PARENT else None


def _speaks_for(origin: Location, junction: Junction) -> bool:
    return origin == SIBLING
