"""The outside of a chain of our own: who makes blocks, when sessions begin, what is random, what things cost.

| asked | answered |
|---|---|
| author | the authorities take turns, by block number; none if there are none |
| session | one begins with every block whose number is a multiple of the session's length |
| validators | always the same |
| randomness | a hash of the parent's hash: anybody can know it, which is enough to try things out |
| fees | in the recorded relay chain's prices, after its weights |
"""

from __future__ import annotations

from pallets.transaction_payment import WeightToFeeModel
from primitives.errors import Defect
from primitives.hashing import blake2_256
from primitives.header import Digest, DigestItem
from primitives.ids import AccountId, Balance, SessionIndex, ValidatorId
from primitives.weights import DispatchInfo, PostDispatchInfo, Weight
from runtime.outside import NewSession
from runtime.parachain import ParachainRuntime
from runtime.relay import Relay


class DevOutside:
    """What surrounds one runtime of a chain of our own; `attach` it before the first block."""

    def __init__(
        self,
        authorities: tuple[AccountId, ...],
        validators: tuple[ValidatorId, ...],
        session_length: int,
    ) -> None:
        self.authorities, self.validators = authorities, validators
        self.session_length = session_length
        self._relay: Relay | None = None

    def attach(self, relay: Relay) -> Relay:
        """Take the runtime that asks; number, parent and fee multiplier are read from its state."""
        self._relay = relay
        return relay

    @property
    def relay(self) -> Relay:
        """The runtime that asks."""
        if self._relay is None:
            raise Defect("the outside was asked before it was attached to a runtime")
        return self._relay

    def find_author(self, digest: Digest) -> AccountId | None:
        """The authority whose turn it is; the digest does not tell."""
        turns = len(self.authorities)
        return self.authorities[self.relay.system.number.get() % turns] if turns else None

    def digest_items(self) -> tuple[DigestItem, ...]:
        """None."""
        return ()

    def new_session(self) -> NewSession | None:
        """The next session, at every multiple of its length."""
        if self.relay.system.number.get() % self.session_length:
            return None
        following = SessionIndex(self.relay.paras_shared.session_index() + 1)
        return NewSession(following, self.validators, self.validators)

    def randomness(self) -> bytes:
        """A hash of the parent's hash."""
        return blake2_256(b"crosslane" + self.relay.system.parent_hash.get())

    def fee(self, length: int, info: DispatchInfo) -> Balance:
        """After the recorded relay chain's prices."""
        return self.relay.fees.fee(length, info)

    def actual_fee(self, length: int, info: DispatchInfo, post: PostDispatchInfo) -> Balance:
        """The same, or nothing if the call turned out to be free."""
        return self.relay.fees.actual_fee(length, info, post)

    def weight(self, computed: Weight) -> Weight:
        """What we make of it."""
        return computed


class ParaOutside:
    """What surrounds one runtime of a parachain of our own: fees in the recorded parachain's prices, after
    its weights. `attach` it before the first block.
    """

    def __init__(self) -> None:
        self._fees: WeightToFeeModel | None = None

    def attach(self, para: ParachainRuntime) -> ParachainRuntime:
        """Take the runtime that asks; its fee multiplier is read from its state."""
        self._fees = para.fees
        return para

    @property
    def fees(self) -> WeightToFeeModel:
        """The prices, by the state of the runtime that asks."""
        if self._fees is None:
            raise Defect("the outside was asked before it was attached to a runtime")
        return self._fees

    def digest_items(self) -> tuple[DigestItem, ...]:
        """None."""
        return ()

    def fee(self, length: int, info: DispatchInfo) -> Balance:
        """After the recorded parachain's prices."""
        return self.fees.fee(length, info)

    def actual_fee(self, length: int, info: DispatchInfo, post: PostDispatchInfo) -> Balance:
        """The same, or nothing if the call turned out to be free."""
        return self.fees.actual_fee(length, info, post)

    def weight(self, computed: Weight) -> Weight:
        """What we make of it."""
        return computed
