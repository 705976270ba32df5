"""How calls and signatures name accounts.

Upstream: substrate/primitives/runtime/src/multiaddress.rs `MultiAddress`
"""

from __future__ import annotations

from typing import ClassVar

from primitives.errors import CannotLookup, DispatchError
from primitives.ids import AccountId
from primitives.record import Record
from primitives.scale.codec import Bytes20, Bytes32


class Id(Record, tag=0):
    """An account by its id."""

    UNNAMED: ClassVar[bool] = True

    account: AccountId


class Index(Record, tag=1):
    """An account by a short number; the chains claimed here number no accounts, so nothing follows."""

    UNNAMED: ClassVar[bool] = True

    index: tuple[()] = ()


class Raw(Record, tag=2):
    """An account by some bytes."""

    UNNAMED: ClassVar[bool] = True

    data: bytes


class Address32(Record, tag=3):
    """An account by 32 bytes that are not its id."""

    UNNAMED: ClassVar[bool] = True

    data: Bytes32


class Address20(Record, tag=4):
    """An account by 20 bytes."""

    UNNAMED: ClassVar[bool] = True

    data: Bytes20


MultiAddress = Id | Index | Raw | Address32 | Address20
"""How calls name an account.

Upstream: substrate/primitives/runtime/src/multiaddress.rs `MultiAddress`
"""


def lookup(address: MultiAddress) -> AccountId:
    """The account that an address names; fails with CannotLookup for every form but its id.

    Upstream: substrate/primitives/runtime/src/traits/mod.rs `AccountIdLookup`
    """
    if not isinstance(address, Id):
        raise DispatchError(CannotLookup())
    return address.account
