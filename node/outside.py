"""The outside of a chain of our own: who makes blocks, when sessions begin, what is random, what things cost.

| asked | answered |
|---|---|
| author | the authorities take turns, by block number; none if there are none |
| session | one begins with every block whose number is a multiple of the session's length |
| validators | always the same |
| randomness | a hash of the parent's hash: anybody can know it, which is enough to try things out |
| fees | base fee and a fee for each byte, in the recorded relay chain's prices; weights count as zero |
"""

from __future__ import annotations

from typing import Final

from pallets.transaction_payment import FeeConstants, WeightToFeeModel
from primitives.arithmetic import U64_MAX
from primitives.errors import Defect
from primitives.hashing import blake2_256
from primitives.header import Digest, DigestItem
from primitives.ids import AccountId, Balance, SessionIndex, ValidatorId
from primitives.weights import DispatchInfo, PostDispatchInfo, Weight
from runtime.outside import NewSession
from runtime.paseo import UNITS
from runtime.relay import Relay

CENTS: Final = UNITS // 100

FEES: Final = FeeConstants(
    base_weight=Weight(126_045_000, 0),
    byte_fee=Balance(CENTS // 100),
    weight_fee=Balance(CENTS),
    weight_unit=10 * 126_045_000,
    max_weight=Weight(2_000_000_000_000, U64_MAX),
)
"""A tenth of a cent for any extrinsic, a hundredth of a cent for each of its bytes.

Upstream: paseo-network/runtimes relay/paseo/constants/src/lib.rs `WeightToFee`
"""


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
        self._fees: WeightToFeeModel | None = None

    def attach(self, relay: Relay) -> Relay:
        """Take the runtime that asks; number, parent and fee multiplier are read from its state."""
        self._relay = relay
        self._fees = WeightToFeeModel(relay.transaction_payment, FEES)
        return relay

    @property
    def relay(self) -> Relay:
        """The runtime that asks."""
        if self._relay is None:
            raise Defect("the outside was asked before it was attached to a runtime")
        return self._relay

    @property
    def fees(self) -> WeightToFeeModel:
        """What things cost."""
        if self._fees is None:
            raise Defect("the outside was asked before it was attached to a runtime")
        return self._fees

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
        """Base fee and a fee for each byte."""
        return self.fees.fee(length, info)

    def actual_fee(self, length: int, info: DispatchInfo, post: PostDispatchInfo) -> Balance:
        """The same, or nothing if the call turned out to be free."""
        return self.fees.actual_fee(length, info, post)

    def weight(self, info: DispatchInfo, post: PostDispatchInfo) -> Weight:
        """What is known of the call."""
        return post.actual_weight or info.weight
