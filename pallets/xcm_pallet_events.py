"""What the XCM pallet tells: of programs run and sent, answers, versions, traps and aliases.

Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Event`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from primitives.ids import Hash
from primitives.record import Record
from primitives.scale.codec import U8, U32, U64, Bytes32
from primitives.weights import Weight
from xcm import errors
from xcm.asset import Assets
from xcm.errors import Outcome, SendError
from xcm.location import Location
from xcm.program import PROGRAM, Xcm
from xcm.responses import Response
from xcm.versions import VersionedAssets, VersionedLocation

if TYPE_CHECKING:
    Program = Xcm
else:
    # A program's type names itself, which only its own module can resolve when annotations are read.
    Program = PROGRAM


class Attempted(Record, tag=0):
    """A call had a program run here; this is how it ended."""

    outcome: Outcome


class Sent(Record, tag=1):
    """A message was sent. Those that programs send are not shown: `message` is then empty."""

    origin: Location
    destination: Location
    message: Program
    message_id: Bytes32


class SendFailed(Record, tag=2):
    """A program's message was accepted for sending and then not delivered."""

    origin: Location
    destination: Location
    error: SendError
    message_id: Bytes32


class ProcessXcmError(Record, tag=3):
    """An instruction failed."""

    origin: Location
    error: errors.Error
    message_id: Bytes32


class UnexpectedResponse(Record, tag=4):
    """An answer came to a query that there is not, or not any more."""

    origin: Location
    query_id: U64


class ResponseReady(Record, tag=5):
    """An answer came, and is kept until somebody takes it."""

    query_id: U64
    response: Response


class Notified(Record, tag=6):
    """An answer came, and the call that waited for it was made."""

    query_id: U64
    pallet_index: U8
    call_index: U8


class NotifyOverweight(Record, tag=7):
    """An answer came, and the call that waited for it weighs more than the query allowed: it is not made."""

    query_id: U64
    pallet_index: U8
    call_index: U8
    actual_weight: Weight
    max_budgeted_weight: Weight


class NotifyDispatchError(Record, tag=8):
    """An answer came, and the call that waited for it failed."""

    query_id: U64
    pallet_index: U8
    call_index: U8


class NotifyDecodeFailed(Record, tag=9):
    """An answer came, and what waited for it is no call that takes an answer. The query stays."""

    query_id: U64
    pallet_index: U8
    call_index: U8


class InvalidResponder(Record, tag=10):
    """An answer came from somebody who was not asked. The query stays."""

    origin: Location
    query_id: U64
    expected_location: Location | None


class InvalidResponderVersion(Record, tag=11):
    """An answer came, and who was asked is stored in words that are not spoken any more. The query stays."""

    origin: Location
    query_id: U64


class ResponseTaken(Record, tag=12):
    """An answer was taken, and is gone."""

    query_id: U64


class AssetsTrapped(Record, tag=13):
    """Assets were left over by a program, and are kept for `origin` to claim."""

    hash: Hash
    origin: Location
    assets: VersionedAssets


class VersionChangeNotified(Record, tag=14):
    """A subscriber was told that we speak another version; the chain bore the cost."""

    destination: Location
    result: U32
    cost: Assets
    message_id: Bytes32


class SupportedVersionChanged(Record, tag=15):
    """A place speaks another version than was known, by its own word or by force."""

    location: Location
    version: U32


class NotifyTargetSendFail(Record, tag=16):
    """A subscriber could not be told of our version, and is none any more."""

    location: Location
    query_id: U64
    error: errors.Error


class NotifyTargetMigrationFail(Record, tag=17):
    """A subscriber is stored in words that are not spoken any more, and is none any more."""

    location: VersionedLocation
    query_id: U64


class InvalidQuerierVersion(Record, tag=18):
    """An answer came, and who asked is stored in words that are not spoken any more. The query stays."""

    origin: Location
    query_id: U64


class InvalidQuerier(Record, tag=19):
    """An answer came that is meant for somebody else than who asked. The query stays."""

    origin: Location
    query_id: U64
    expected_querier: Location
    maybe_actual_querier: Location | None


class VersionNotifyStarted(Record, tag=20):
    """Somebody subscribed to our version, and was told it; the chain bore the cost."""

    destination: Location
    cost: Assets
    message_id: Bytes32


class VersionNotifyRequested(Record, tag=21):
    """We asked a place to tell us its version; the chain bore the cost."""

    destination: Location
    cost: Assets
    message_id: Bytes32


class VersionNotifyUnrequested(Record, tag=22):
    """We asked a place to tell us its version no more; the chain bore the cost."""

    destination: Location
    cost: Assets
    message_id: Bytes32


class FeesPaid(Record, tag=23):
    """Somebody paid for sending."""

    paying: Location
    fees: Assets


class AssetsClaimed(Record, tag=24):
    """Assets that were left over came back to their owner."""

    hash: Hash
    origin: Location
    assets: VersionedAssets


class VersionMigrationFinished(Record, tag=25):
    """All that is stored under locations is stored in words of this version."""

    version: U32


class AliasAuthorized(Record, tag=26):
    """`aliaser` may speak for `target`, up to a block if one is given."""

    aliaser: Location
    target: Location
    expiry: U64 | None


class AliasAuthorizationRemoved(Record, tag=27):
    """`aliaser` may not speak for `target` any more."""

    aliaser: Location
    target: Location


class AliasesAuthorizationsRemoved(Record, tag=28):
    """Nobody may speak for `target` any more."""

    target: Location


Event = (
    Attempted
    | Sent
    | SendFailed
    | ProcessXcmError
    | UnexpectedResponse
    | ResponseReady
    | Notified
    | NotifyOverweight
    | NotifyDispatchError
    | NotifyDecodeFailed
    | InvalidResponder
    | InvalidResponderVersion
    | ResponseTaken
    | AssetsTrapped
    | VersionChangeNotified
    | SupportedVersionChanged
    | NotifyTargetSendFail
    | NotifyTargetMigrationFail
    | InvalidQuerierVersion
    | InvalidQuerier
    | VersionNotifyStarted
    | VersionNotifyRequested
    | VersionNotifyUnrequested
    | FeesPaid
    | AssetsClaimed
    | VersionMigrationFinished
    | AliasAuthorized
    | AliasAuthorizationRemoved
    | AliasesAuthorizationsRemoved
)
