"""What a signed extrinsic must fulfil to be in a block: signature, nonce, age, size.

The checks are those of the extensions that the relay chain's extrinsics carry, in their order. All are made
before anything is written; the first that fails names the reason.

Upstream: substrate/frame/system/src/extensions,
substrate/primitives/runtime/src/generic/unchecked_extrinsic.rs
"""

from __future__ import annotations

from collections.abc import Callable

from pallets.system import System
from pallets.system_items import AccountInfo, WeightsPerClass
from primitives.address import Id
from primitives.errors import Defect, Invalid, InvalidTransaction, Unknown
from primitives.extrinsic import IMMORTAL, Era, Extensions, Extrinsic, Signature, signed_payload, verify
from primitives.ids import AccountId, BlockNumber, Hash
from primitives.scale.codec import U32
from primitives.scale.derive import codec
from primitives.weights import DispatchClass, DispatchInfo

NO_METADATA_HASH = b"\x00"
"""`Option<[u8; 32]>`: the extrinsic was not checked against a metadata hash."""

NOBODY = AccountId(bytes(32))
"""The account of all zeros, which must not sign."""


class Checks:
    """The checks of one chain's extrinsics."""

    def __init__(self, system: System, extensions: Extensions, metadata_hash: Callable[[], bytes]) -> None:
        self.system, self.extensions, self.metadata_hash = system, extensions, metadata_hash

    def signer(self, extrinsic: Extrinsic, signature: Signature) -> AccountId:
        """The account that signed; CannotLookup, AncientBirthBlock or BadProof if it did not.

        Upstream: substrate/primitives/runtime/src/generic/unchecked_extrinsic.rs `Checkable::check`
        """
        if not isinstance(signature.address, Id):
            raise InvalidTransaction(Unknown.CannotLookup)
        who = signature.address.account
        payload = signed_payload(
            extrinsic.call_bytes,
            extrinsic.extra_bytes,
            self.extensions,
            lambda name: self.implicit(name, signature),
        )
        if not verify(signature.signature, payload, who):
            raise InvalidTransaction(Invalid.BadProof)
        return who

    def implicit(self, name: str, signature: Signature) -> bytes:
        """The bytes that both sides know without sending them."""
        version = self.system.constants.version
        match name:
            case "spec_version":
                return _U32.encode(version.spec_version)
            case "transaction_version":
                return _U32.encode(version.transaction_version)
            case "genesis_hash":
                return self.system.block_hash[BlockNumber(0)]
            case "mortality_checkpoint":
                return self._birth_block(signature.values.get("era", IMMORTAL))
            case "metadata_hash":
                if signature.values.get("metadata_mode"):
                    return b"\x01" + self.metadata_hash()
                return NO_METADATA_HASH
            case _:
                raise Defect(f"no extension knows {name}")

    def _birth_block(self, era: Era) -> Hash:
        """The hash of the block from which on an extrinsic is valid.

        Upstream: substrate/frame/system/src/extensions/check_mortality.rs `CheckMortality::implicit`
        """
        born = BlockNumber(era.birth(self.system.number.get()))
        if born not in self.system.block_hash:
            raise InvalidTransaction(Invalid.AncientBirthBlock)
        return self.system.block_hash[born]

    def validate(self, who: AccountId, signature: Signature) -> None:
        """BadSigner, Payment (there is no such account) or Stale: it may be in no block from here on.

        Upstream: substrate/frame/system/src/extensions/check_nonce.rs `CheckNonce::validate`
        """
        if who == NOBODY:
            raise InvalidTransaction(Invalid.BadSigner)
        account = self.system.account[who]
        if account.providers == 0 and account.sufficients == 0:
            raise InvalidTransaction(Invalid.Payment)
        if signature.values["nonce"] < account.nonce:
            raise InvalidTransaction(Invalid.Stale)

    def fits(self, info: DispatchInfo) -> None:
        """ExhaustsResources, if the block is too long with this extrinsic in it, if no block could be so
        heavy, or if this one would be.

        Upstream: substrate/frame/system/src/extensions/check_weight.rs `CheckWeight`
        """
        if (self.system.block_size.get() or 0) > self._max_length(info.dispatch_class):
            raise InvalidTransaction(Invalid.ExhaustsResources)
        limits = self.system.constants.block_weights.limits(info.dispatch_class)
        if limits.max_extrinsic is not None and info.weight.any_gt(limits.max_extrinsic):
            raise InvalidTransaction(Invalid.ExhaustsResources)
        if not self._block_has_room(info, limits):
            raise InvalidTransaction(Invalid.ExhaustsResources)

    def _block_has_room(self, info: DispatchInfo, limits: WeightsPerClass) -> bool:
        """Whether the class has room; and if the block as a whole is full, what is reserved for the class.

        Upstream: substrate/frame/system/src/extensions/check_weight.rs `calculate_consumed_weight`
        """
        added = info.weight.saturating_add(limits.base_extrinsic)
        block = self.system.block_weight.get().with_added(info.dispatch_class, added)
        consumed = block.of(info.dispatch_class)
        if limits.max_total is not None and consumed.any_gt(limits.max_total):
            return False
        is_full = block.total().any_gt(self.system.constants.block_weights.max_block)
        return not (is_full and limits.reserved is not None and consumed.any_gt(limits.reserved))

    def prepare(self, who: AccountId, signature: Signature) -> None:
        """Count the nonce up; Future, if it is not this account's next one.

        Upstream: substrate/frame/system/src/extensions/check_nonce.rs `CheckNonce::prepare`
        """
        account: AccountInfo = self.system.account[who]
        if signature.values["nonce"] != account.nonce:
            raise InvalidTransaction(Invalid.Future)
        self.system.inc_account_nonce(who)

    def _max_length(self, dispatch_class: DispatchClass) -> int:
        limits = self.system.constants.block_length.max
        match dispatch_class:
            case DispatchClass.Normal:
                return limits.normal
            case DispatchClass.Operational:
                return limits.operational
            case DispatchClass.Mandatory:
                return limits.mandatory


_U32 = codec(U32)
