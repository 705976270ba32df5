"""Instructions that ask, tell and check: queries and answers, expectations, news of channels and versions.

A chain that is asked answers with a program of its own that holds a `QueryResponse`. An expectation fails the
program unless something is as its sender believed it to be.

Upstream: polkadot/xcm/src/v5/mod.rs `Instruction`
"""

from __future__ import annotations

from typing import ClassVar

from primitives.record import Record
from primitives.scale.codec import U32, Compact32
from primitives.weights import Weight
from xcm import errors
from xcm.asset import Assets
from xcm.filters import AssetFilter
from xcm.location import Location
from xcm.responses import MaybeErrorCode, QueryId, QueryResponseInfo, Response


class QueryResponse(Record, tag=3):
    """The answer to a query; `querier` is who asked, as seen from the receiver."""

    query_id: QueryId
    response: Response
    max_weight: Weight
    querier: Location | None


class HrmpNewChannelOpenRequest(Record, tag=7):
    """`sender` would like a channel to you: bytes a message, messages at once. From the relay chain."""

    sender: Compact32
    max_message_size: Compact32
    max_capacity: Compact32


class HrmpChannelAccepted(Record, tag=8):
    """`recipient` accepted the channel you asked for. From the relay chain."""

    recipient: Compact32


class HrmpChannelClosing(Record, tag=9):
    """`initiator` is closing the channel from `sender` to `recipient`. From the relay chain."""

    initiator: Compact32
    sender: Compact32
    recipient: Compact32


class ReportError(Record, tag=12):
    """Tell how the program went so far."""

    UNNAMED: ClassVar[bool] = True

    response_info: QueryResponseInfo


class ReportHolding(Record, tag=18):
    """Tell which of these assets are in holding."""

    response_info: QueryResponseInfo
    assets: AssetFilter


class SubscribeVersion(Record, tag=26):
    """Tell me when you come to speak another version: answer to this query, at this weight at most."""

    query_id: QueryId
    max_response_weight: Weight


class UnsubscribeVersion(Record, tag=27):
    """Tell me no more."""


class ExpectAsset(Record, tag=29):
    """Fail unless holding has these assets."""

    UNNAMED: ClassVar[bool] = True

    assets: Assets


class ExpectOrigin(Record, tag=30):
    """Fail unless this is the origin."""

    UNNAMED: ClassVar[bool] = True

    origin: Location | None


class ExpectError(Record, tag=31):
    """Fail unless this is the error and where it happened."""

    UNNAMED: ClassVar[bool] = True

    error: tuple[U32, errors.Error] | None


class ExpectTransactStatus(Record, tag=32):
    """Fail unless the last call went so."""

    UNNAMED: ClassVar[bool] = True

    status: MaybeErrorCode


class QueryPallet(Record, tag=33):
    """Tell of the pallets made from this crate."""

    module_name: bytes
    response_info: QueryResponseInfo


class ExpectPallet(Record, tag=34):
    """Fail unless this pallet is there, in a version that fits."""

    index: Compact32
    name: bytes
    module_name: bytes
    crate_major: Compact32
    min_crate_minor: Compact32


class ReportTransactStatus(Record, tag=35):
    """Tell how the last call went."""

    UNNAMED: ClassVar[bool] = True

    response_info: QueryResponseInfo


class ClearTransactStatus(Record, tag=36):
    """Forget how the last call went."""
