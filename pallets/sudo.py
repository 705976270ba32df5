"""One account that may do everything: for test chains and the first days of a chain.

The class and weight of a sudo call are those of the call inside it; whoever knows the weights of all calls
says so (`Dispatcher.dispatch_info`).

Upstream: substrate/frame/sudo/src/lib.rs
"""

from __future__ import annotations

import enum

from primitives.address import MultiAddress, lookup
from primitives.dispatch import Dispatcher
from primitives.errors import DispatchError, DispatchResult, Err, ErrorCode, Ok, ensure
from primitives.ids import AccountId
from primitives.origin import Origin, Root, Signed, ensure_signed
from primitives.pallet import Frame, Pallet, RuntimeCall, call
from primitives.record import Record
from primitives.storage.views import OptionValue
from primitives.weights import Pays, PostDispatchInfo, Weight


class Sudid(Record, tag=0):
    """A call was made as Root."""

    sudo_result: DispatchResult


class KeyChanged(Record, tag=1):
    """Another account may do everything now."""

    old: AccountId | None
    new: AccountId


class KeyRemoved(Record, tag=2):
    """No account may do everything any more."""


class SudoAsDone(Record, tag=3):
    """A call was made as some account."""

    sudo_result: DispatchResult


Event = Sudid | KeyChanged | KeyRemoved | SudoAsDone


class Error(ErrorCode):
    """Why a call of Sudo fails."""

    RequireSudo = enum.auto()
    """The caller is not the account that may do everything."""


FREE = PostDispatchInfo(pays_fee=Pays.No)
"""What each call of Sudo reports when it goes well: no fee is kept."""


class Sudo(Pallet, prefix="Sudo", events=Event, errors=Error):
    """Calls as Root, for the holder of a key.

    Upstream: substrate/frame/sudo/src/lib.rs `Pallet`
    """

    key: OptionValue[AccountId]
    """The account that may do everything."""

    def __init__(self, frame: Frame, dispatcher: Dispatcher) -> None:
        super().__init__(frame)
        self.dispatcher = dispatcher

    @call(0)
    def sudo(self, origin: Origin, call: RuntimeCall) -> PostDispatchInfo:
        """Make a call as Root; how it went is in the event.

        Upstream: substrate/frame/sudo/src/lib.rs `Pallet::sudo`
        """
        self._ensure_sudo(origin)

        self.deposit_event(Sudid(self._result(call, Root())))
        return FREE

    @call(1)
    def sudo_unchecked_weight(self, origin: Origin, call: RuntimeCall, weight: Weight) -> PostDispatchInfo:
        """Make a call as Root, with a weight of one's own choosing.

        Upstream: substrate/frame/sudo/src/lib.rs `Pallet::sudo_unchecked_weight`
        """
        self._ensure_sudo(origin)

        self.deposit_event(Sudid(self._result(call, Root())))
        return FREE

    @call(2)
    def set_key(self, origin: Origin, new: MultiAddress) -> PostDispatchInfo:
        """Let another account do everything.

        Upstream: substrate/frame/sudo/src/lib.rs `Pallet::set_key`
        """
        self._ensure_sudo(origin)
        account = lookup(new)

        self.deposit_event(KeyChanged(self.key.get(), account))
        self.key.put(account)
        return FREE

    @call(3)
    def sudo_as(self, origin: Origin, who: MultiAddress, call: RuntimeCall) -> PostDispatchInfo:
        """Make a call as some account; how it went is in the event.

        Upstream: substrate/frame/sudo/src/lib.rs `Pallet::sudo_as`
        """
        self._ensure_sudo(origin)
        account = lookup(who)

        self.deposit_event(SudoAsDone(self._result(call, Signed(account))))
        return FREE

    @call(4)
    def remove_key(self, origin: Origin) -> PostDispatchInfo:
        """Let no account do everything any more.

        Upstream: substrate/frame/sudo/src/lib.rs `Pallet::remove_key`
        """
        self._ensure_sudo(origin)

        self.deposit_event(KeyRemoved())
        self.key.kill()
        return FREE

    def _ensure_sudo(self, origin: Origin) -> None:
        if not isinstance(origin, Root):
            ensure(ensure_signed(origin) == self.key.get(), Error.RequireSudo)

    def _result(self, call: RuntimeCall, origin: Origin) -> DispatchResult:
        try:
            self.dispatcher.dispatch(call, origin)
        except DispatchError as error:
            return Err(self.dispatcher.error_case(error))
        return Ok()
