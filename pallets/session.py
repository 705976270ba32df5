"""Who validates, and with which keys: what other pallets read of it.

Only the storage is here. The calls by which validators announce their keys, and the rotation of sessions,
are out of scope: what they write is given from outside.

Upstream: substrate/frame/session/src/lib.rs
"""

from __future__ import annotations

from typing import Annotated, NewType

from primitives.ids import AccountId, SessionIndex, ValidatorId
from primitives.pallet import Pallet, item
from primitives.record import Record
from primitives.scale.codec import U32, Bytes4, Bytes32, fixed_bytes
from primitives.storage.views import Map, Value

Bytes33 = Annotated[bytes, fixed_bytes(33)]

KeyTypeId = NewType("KeyTypeId", Bytes4)
"""What a key is used for, such as `para`."""

OffenceSeverity = NewType("OffenceSeverity", U32)
"""How bad an offence is, in billionths."""


class SessionKeys(Record):
    """The keys of a validator of the relay chain. Another chain's wire replaces this."""

    grandpa: Bytes32
    babe: Bytes32
    para_validator: ValidatorId
    para_assignment: Bytes32
    authority_discovery: Bytes32
    beefy: Bytes33


class Session(Pallet, prefix="Session"):
    """The validators of this session and of the next.

    Upstream: substrate/frame/session/src/lib.rs `Pallet`
    """

    validators: Value[tuple[AccountId, ...]] = item(default=())
    """Who validates in this session."""

    current_index: Value[SessionIndex] = item(default=SessionIndex(0))
    """This session."""

    queued_changed: Value[bool] = item(default=False)
    """Whether the next session has other validators or keys than this one."""

    queued_keys: Value[tuple[tuple[AccountId, SessionKeys], ...]] = item(default=())
    """Who validates in the next session, and with which keys."""

    disabled_validators: Value[tuple[tuple[U32, OffenceSeverity], ...]] = item(default=())
    """Validators that are switched off for the rest of this session, by place; ascending."""

    next_keys: Map[AccountId, SessionKeys]
    """The keys that each validator has announced."""

    key_owner: Map[tuple[KeyTypeId, bytes], AccountId]
    """Whose each announced key is."""

    externally_set_keys: Map[AccountId, tuple[()]]
    """Validators whose keys were announced on another chain."""

    def queued_para_validators(self) -> tuple[ValidatorId, ...]:
        """The parachain keys of the validators of the next session, in their order.

        Upstream: substrate/frame/session/src/lib.rs `Pallet::queued_keys`
        """
        return tuple(keys.para_validator for _, keys in self.queued_keys.get())
