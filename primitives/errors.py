"""How things fail, and who is to blame.

| raised | means | effect |
|---|---|---|
| `DispatchError` | a call said no | its storage layer is undone, the fee is kept |
| `InvalidTransaction` | an extrinsic may not be in a block | dropped; nothing is written |
| `InvalidBlock` | a block may not be in the chain | refused; the state stays as it was |
| `Defect` | our mistake, or state that upstream calls impossible | nobody catches it |

What the protocol records (`DispatchErrorCase` in events, outcomes of XCM programs) is a value, not an
exception.

Upstream: substrate/primitives/runtime/src/lib.rs `DispatchError`,
substrate/primitives/runtime/src/transaction_validity.rs `TransactionValidityError`
"""

from __future__ import annotations

import enum
from typing import Any, ClassVar

from typing_extensions import override

from primitives.record import Record
from primitives.scale.codec import U8, Bytes4
from primitives.weights import Weight


class ErrorCode(enum.Enum):
    """Base of every pallet's list of errors; the order of the members is the wire order."""

    @staticmethod
    @override
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[Any]) -> int:
        return count


class TokenError(enum.Enum):
    """Why an amount could not be moved."""

    FundsUnavailable = 0
    OnlyProvider = 1
    BelowMinimum = 2
    CannotCreate = 3
    UnknownAsset = 4
    Frozen = 5
    Unsupported = 6
    CannotCreateHold = 7
    NotExpendable = 8
    Blocked = 9


class ArithmeticError_(enum.Enum):  # noqa: N801 - the plain name is a builtin of Python
    """Why a sum could not be made."""

    Underflow = 0
    Overflow = 1
    DivisionByZero = 2


class TransactionalError(enum.Enum):
    """Why a storage layer could not be opened."""

    LimitReached = 0
    NoLayer = 1


class TrieError(enum.Enum):
    """Why a proof could not be read."""

    InvalidStateRoot = 0
    IncompleteDatabase = 1
    ValueAtIncompleteKey = 2
    DecoderError = 3
    InvalidHash = 4
    DuplicateKey = 5
    ExtraneousNode = 6
    ExtraneousValue = 7
    ExtraneousHashReference = 8
    InvalidChildReference = 9
    ValueMismatch = 10
    IncompleteProof = 11
    RootMismatch = 12
    DecodeError = 13


class Other(Record, tag=0):
    """An error without a code; its text stays off the wire, as upstream's does."""


class CannotLookup(Record, tag=1):
    """An address that names no account."""


class BadOrigin(Record, tag=2):
    """The caller is of a kind that may not make this call."""


class Module(Record, tag=3):
    """A pallet's own error: the pallet's index, and its error's place in its list, padded to four bytes."""

    UNNAMED: ClassVar[bool] = True

    index: U8
    error: Bytes4


class ConsumerRemaining(Record, tag=4):
    """An account that something still relies on cannot go."""


class NoProviders(Record, tag=5):
    """An account that nothing keeps alive cannot be relied on."""


class TooManyConsumers(Record, tag=6):
    """An account cannot be relied on any more often."""


class Token(Record, tag=7):
    """An amount could not be moved."""

    UNNAMED: ClassVar[bool] = True

    error: TokenError


class Arithmetic(Record, tag=8):
    """A sum could not be made."""

    UNNAMED: ClassVar[bool] = True

    error: ArithmeticError_


class Transactional(Record, tag=9):
    """A storage layer could not be opened."""

    UNNAMED: ClassVar[bool] = True

    error: TransactionalError


class Exhausted(Record, tag=10):
    """Resources are used up."""


class Corruption(Record, tag=11):
    """The state is broken."""


class Unavailable(Record, tag=12):
    """Something is not there now, and may be later."""


class RootNotAllowed(Record, tag=13):
    """Root may not make this call."""


class Trie(Record, tag=14):
    """A proof could not be read."""

    UNNAMED: ClassVar[bool] = True

    error: TrieError


DispatchErrorCase = (
    Other
    | CannotLookup
    | BadOrigin
    | Module
    | ConsumerRemaining
    | NoProviders
    | TooManyConsumers
    | Token
    | Arithmetic
    | Transactional
    | Exhausted
    | Corruption
    | Unavailable
    | RootNotAllowed
    | Trie
)
"""What a failed call leaves in an event."""


class Ok(Record, tag=0):
    """A call went well."""


class Err(Record, tag=1):
    """A call failed."""

    UNNAMED: ClassVar[bool] = True

    error: DispatchErrorCase


DispatchResult = Ok | Err
"""`Result<(), DispatchError>`"""


class DispatchError(Exception):
    """A call said no: a pallet's own error, or one of the general cases.

    `detail` is what an error of a pallet says besides its number, at most three bytes; `actual_weight` what
    the call has cost all the same, if that is not what was known before.
    """

    def __init__(
        self,
        error: ErrorCode | DispatchErrorCase,
        *,
        detail: bytes = b"",
        actual_weight: Weight | None = None,
    ) -> None:
        super().__init__(error)
        self.error, self.detail, self.actual_weight = error, detail, actual_weight


def ensure(condition: bool, error: ErrorCode | DispatchErrorCase) -> None:  # noqa: FBT001 - reads as a sentence
    """Go on if the condition holds, else end the call with this error."""
    if not condition:
        raise DispatchError(error)


class Invalid(enum.Enum):
    """Why an extrinsic may not be in a block. `Custom` carries a number of its own on the wire; we raise
    none."""

    Call = 0
    Payment = 1
    Future = 2
    Stale = 3
    BadProof = 4
    AncientBirthBlock = 5
    ExhaustsResources = 6
    BadMandatory = 8
    MandatoryValidation = 9
    BadSigner = 10
    IndeterminateImplicit = 11
    UnknownOrigin = 12


class Unknown(enum.Enum):
    """Why it cannot be said whether an extrinsic may be in a block."""

    CannotLookup = 0
    NoUnsignedValidator = 1


class InvalidTransaction(Exception):
    """An extrinsic may not be in a block; nothing was written."""

    def __init__(self, reason: Invalid | Unknown) -> None:
        super().__init__(reason)
        self.reason = reason

    def encode(self) -> bytes:
        """As `apply_extrinsic` reports it: `Err(TransactionValidityError)`."""
        kind = 0 if isinstance(self.reason, Invalid) else 1
        return bytes((1, kind, self.reason.value))


class InvalidBlock(Exception):
    """A block may not be in the chain: what was looked at, what was expected, what was found."""

    def __init__(self, what: str, expected: object, found: object) -> None:
        super().__init__(what, expected, found)
        self.what, self.expected, self.found = what, expected, found

    @override
    def __str__(self) -> str:
        return f"{self.what}: expected {_short(self.expected)}, found {_short(self.found)}"


class Defect(AssertionError):
    """State or a course of events that cannot be; a mistake of ours, or what upstream calls defensive."""


def _short(value: object) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)


class AcceptanceError(Exception):
    """What a parachain put out may not be accepted; `reason` is a record that holds the figures."""

    def __init__(self, reason: Record) -> None:
        super().__init__(reason)
        self.reason = reason
