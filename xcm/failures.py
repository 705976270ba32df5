"""How running a program fails, before it is done.

| raised | by | and then |
|---|---|---|
| `Unweighable` | the weigher | the program does not begin |
| `Refused` | the barrier | the program does not begin |
| `XcmFailure` | an instruction, or who helps with it | the error handler runs, if there is one |
| `NotSent` | the sender | the instruction that wanted to send fails |

How a program ended is a value: `Outcome` in `xcm/errors.py`.
"""

from __future__ import annotations

import enum

from xcm import errors
from xcm.errors import SendError


class XcmFailure(Exception):
    """An instruction failed; the program goes on with its error handler, if it has one."""

    def __init__(self, error: errors.Error) -> None:
        super().__init__(error)
        self.error = error


class BelowMinimum(XcmFailure):
    """An amount is too small to be put into an account that is not there yet.

    It is told apart because deposits that come to this are given up as dust. Upstream tells by the text.
    """

    def __init__(self) -> None:
        super().__init__(errors.FailedToTransactAsset())


class NotSent(Exception):
    """A message was not sent."""

    def __init__(self, reason: SendError) -> None:
        super().__init__(reason)
        self.reason = reason


class Refusal(enum.Enum):
    """Why a barrier does not let a program in; the weight of `Overweight` is that of the program.

    Upstream: substrate/frame/support/src/traits/messages.rs `ProcessMessageError`
    """

    BadFormat = enum.auto()
    Unsupported = enum.auto()
    Overweight = enum.auto()
    Yield = enum.auto()
    StackLimitReached = enum.auto()


class Refused(Exception):
    """A barrier does not let a program in. Of several barriers all but one say so, which has to be cheap."""

    def __init__(self, why: Refusal) -> None:
        self.why = why


class Unweighable(Exception):
    """Nobody can say what a program costs, or it is too much; names the instruction."""

    def __init__(self, error: errors.InstructionError) -> None:
        super().__init__(error)
        self.error = error
