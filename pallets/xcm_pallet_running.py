"""Running and sending programs for calls, and telling what became of those that run.

Upstream: polkadot/xcm/pallet-xcm/src/lib.rs
"""

from __future__ import annotations

from typing import TypeVar

from pallets.xcm_pallet_events import Attempted, FeesPaid, ProcessXcmError, SendFailed, Sent
from pallets.xcm_pallet_items import Error
from pallets.xcm_pallet_storage import XcmPalletStorage, send_error
from primitives.errors import DispatchError
from primitives.record import tag_of
from primitives.weights import ZERO_WEIGHT, Weight
from xcm import errors
from xcm.asset import Assets
from xcm.errors import Complete, InstructionError, NotStarted, Outcome, SendError
from xcm.failures import NotSent, Unweighable, XcmFailure
from xcm.instructions import DescendOrigin
from xcm.junctions import V5, Junctions
from xcm.location import Location
from xcm.program import PROGRAM, Xcm
from xcm.reading import Unconvertible
from xcm.traits import FeeReason
from xcm.versions import Versioned
from xcm.weigher import MAX_WEIGHT

T = TypeVar("T")


class XcmRunning(XcmPalletStorage, prefix="XcmPallet"):
    """Programs on behalf of calls, and the executor's events.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet`
    """

    # ---------------------------------------------------------------------------------------- running

    def weigh(self, program: Xcm) -> Weight:
        """What a program weighs; fails with UnweighableMessage."""
        try:
            return self.executor.config.weigher.weight(program, MAX_WEIGHT)
        except Unweighable:
            raise DispatchError(Error.UnweighableMessage) from None

    def attempt(self, origin: Location, program: Xcm, message_id: bytes, weight: Weight) -> Outcome:
        """Run a program whose weight is paid for, and tell how it ended."""
        executed = self.executor.prepare_and_execute(origin, program, message_id, weight, weight)
        self.deposit_event(Attempted(executed.outcome))
        return executed.outcome

    # ---------------------------------------------------------------------------------------- sending

    def send_xcm(self, interior: Junctions, dest: Location, message: Xcm) -> bytes:
        """Send a message of something in this chain, which pays for it unless it need not; gives its id.
        Raises `NotSent`.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::send_xcm`
        """
        sender, chain = Location(0, interior), self.executor.config
        is_waived = chain.fees.is_waived(sender, FeeReason.ChargeFees)
        ticket, price = chain.sender.validate(
            dest, (DescendOrigin(interior), *message) if interior else message
        )
        if not is_waived:
            try:
                self.charge_fees(sender, price)
            except XcmFailure:
                raise NotSent(SendError.Fees) from None
        return chain.sender.deliver(ticket)

    def send_paid(self, origin: Location, dest: Location, message: Xcm) -> None:
        """Send what a transfer leaves to be sent; the chain itself pays nothing. Raises `DispatchError`."""
        router = self.executor.config.sender
        try:
            ticket, price = router.validate(dest, message)
            if not origin.is_here():
                self.charge_fees(origin, price)
            message_id = router.deliver(ticket)
        except NotSent as not_sent:
            raise send_error(not_sent) from None
        except XcmFailure:
            raise DispatchError(Error.FeesNotMet) from None
        self.deposit_event(Sent(origin, dest, message, message_id))

    def charge_fees(self, payer: Location, fees: Assets) -> None:
        """Take fees for sending; raises `XcmFailure`. The event comes even where nothing is due.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::charge_fees`
        """
        self.executor.charge_fees(payer, fees)
        self.deposit_event(FeesPaid(payer, fees))

    # --------------------------------------------------------------------------------- `EventEmitter`

    def emit_sent(self, origin: Location, destination: Location, message_id: bytes) -> None:
        """A program sent a message, which the event does not show.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `EventEmitter::emit_sent_event`
        """
        self.deposit_event(Sent(origin, destination, (), message_id))

    def emit_send_failure(
        self, origin: Location, destination: Location, error: SendError, message_id: bytes
    ) -> None:
        """A program's message was not delivered.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `EventEmitter::emit_send_failure_event`
        """
        self.deposit_event(SendFailed(origin, destination, error, message_id))

    def emit_process_failure(self, origin: Location, error: errors.Error, message_id: bytes) -> None:
        """An instruction failed.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `EventEmitter::emit_process_failure_event`
        """
        self.deposit_event(ProcessXcmError(origin, error, message_id))

    # ------------------------------------------------------------------------------------- recording

    def record(self, program: Xcm) -> None:
        """Keep a program that is about to run, if that was asked for.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `RecordXcm`
        """
        if self.should_record_xcm.get():
            self.recorded_xcm.put(program)

    def is_suspended(self) -> bool:
        """Whether messages have to wait.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `CheckSuspension`
        """
        return self.xcm_execution_suspended.get()


def plain(argument: Versioned[T]) -> T:
    """An argument in words of the newest version; fails with BadVersion."""
    try:
        return argument.newest()
    except Unconvertible:
        raise DispatchError(Error.BadVersion) from None


def encoded(program: Xcm) -> bytes:
    """A program without its version, as its id is the hash of."""
    data: bytes = V5.codec(PROGRAM).encode(program)
    return data


def used_weight(outcome: Outcome) -> Weight:
    """What running a program has cost."""
    return ZERO_WEIGHT if isinstance(outcome, NotStarted) else outcome.used


def ensure_complete(outcome: Outcome, actual_weight: Weight | None = None) -> None:
    """Go on if a program ran to its end, else fail with the instruction and the error behind the number.

    Upstream: polkadot/xcm/src/v5/traits.rs `Outcome::ensure_complete`, polkadot/xcm/pallet-xcm/src/errors.rs
    """
    if not isinstance(outcome, Complete):
        raise DispatchError(
            Error.LocalExecutionIncompleteWithError,
            detail=_detail(outcome.error),
            actual_weight=actual_weight,
        )


def _detail(failed: InstructionError) -> bytes:
    """Errors keep their places, but not what they hold."""
    return bytes((failed.index, tag_of(type(failed.error)) or 0))
