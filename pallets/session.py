"""Who validates, and with which keys: what other pallets read of it.

Only the storage is here. The calls by which validators announce their keys, and the rotation of sessions,
are out of scope: what they write is given from outside.

Upstream: substrate/frame/session/src/lib.rs
"""

from __future__ import annotations

from typing import NewType

from primitives.ids import AccountId, SessionIndex, ValidatorId
from primitives.pallet import Pallet, item
from primitives.record import Record
from primitives.scale.codec import U32, Bytes4, Bytes32, fixed_bytes
from primitives.storage.views import DefaultMap, Map, OptionValue, Value
