"""The identifiers and quantities of the chain, each a type of its own, so that no two can be mixed up
unseen."""

from __future__ import annotations

from typing import NewType

from primitives.scale.codec import U32, U64, U128, Bytes32

BlockNumber = NewType("BlockNumber", U32)
"""Blocks since genesis, which is block 0."""

SessionIndex = NewType("SessionIndex", U32)
"""Sessions since genesis, which opens session 0."""

ParaId = NewType("ParaId", U32)
"""A parachain, by the number under which the relay chain registered it."""

CoreIndex = NewType("CoreIndex", U32)
"""A slot of the relay chain's computing time, taken by one parachain at a time."""

ValidatorIndex = NewType("ValidatorIndex", U32)
"""A validator, by its place among the active ones of a session."""

Nonce = NewType("Nonce", U32)
"""Extrinsics that an account has signed so far."""

Moment = NewType("Moment", U64)
"""Milliseconds since 1970-01-01 00:00 UTC."""

Balance = NewType("Balance", U128)
"""An amount of the chain's own token, in its smallest unit (planck)."""

AccountId = NewType("AccountId", Bytes32)
"""An account: a public key, or 32 bytes derived from something that holds funds without a key."""

Hash = NewType("Hash", Bytes32)
"""A blake2-256 hash."""

ValidatorId = NewType("ValidatorId", Bytes32)
"""The sr25519 key with which a validator signs for parachains."""

LOWEST_PUBLIC_ID = ParaId(2000)
"""Ids below belong to system chains.

Upstream: polkadot/parachain/src/primitives.rs `LOWEST_PUBLIC_ID`
"""


def is_system(para: ParaId) -> bool:
    """Whether the chain is run by the relay chain's own governance: such chains pay no channel deposits.

    Upstream: polkadot/parachain/src/primitives.rs `IsSystem`
    """
    return para < LOWEST_PUBLIC_ID


def sovereign_account(para: ParaId) -> AccountId:
    """The account on the relay chain that only this parachain can spend from.

    Upstream: polkadot/parachain/src/primitives.rs `Id::into_account_truncating`
    """
    return AccountId(b"para" + para.to_bytes(4, "little") + bytes(24))


def pallet_account(pallet_id: bytes) -> AccountId:
    """The account that a pallet holds funds in; `pallet_id` is its name of eight bytes, such as `py/trsry`.

    Upstream: substrate/frame/support/src/lib.rs `PalletId`
    """
    return AccountId((b"modl" + pallet_id).ljust(32, b"\x00"))
