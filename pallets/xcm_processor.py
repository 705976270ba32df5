"""Messages of a queue as XCM programs, run as whoever sent them.

| a message | becomes |
|---|---|
| that is none | Corrupt |
| in words that the newest version does not have | Unsupported |
| that nobody can weigh | Unsupported |
| that weighs more than there is room for | Overweight, with its weight |
| whose program ran to its end | processed, well |
| whose program failed or was not let in | processed, not well |

Upstream: polkadot/xcm/xcm-builder/src/process_xcm_message.rs `ProcessXcmMessage`
"""

from __future__ import annotations

from collections.abc import Callable

from pallets.message_queue import Outcome
from pallets.message_queue_items import (
    Corrupt,
    Overweight,
    ProcessMessageError,
    StackLimitReached,
    Unsupported,
)
from primitives.ids import Hash
from primitives.record import Record
from primitives.scale.errors import DecodeError
from primitives.weights import ZERO_WEIGHT, Weight, WeightMeter
from xcm import errors
from xcm.errors import NotStarted
from xcm.executor import Executor, Prepared
from xcm.failures import Unweighable
from xcm.location import Location
from xcm.reading import Unconvertible
from xcm.versions import decode_versioned_xcm
from xcm.weigher import MAX_WEIGHT


class ProcessXcmMessage:
    """Runs messages through an executor; `location_of` says where a queue's messages come from.

    Upstream: polkadot/xcm/xcm-builder/src/process_xcm_message.rs `ProcessXcmMessage`
    """

    def __init__(self, executor: Executor, location_of: Callable[[Record], Location]) -> None:
        self.executor, self.location_of = executor, location_of

    def process_message(self, message: bytes, origin: Record, meter: WeightMeter, id: Hash) -> Outcome:
        """Run a message within the weight left in `meter`, from which what it used is taken.

        Upstream: polkadot/xcm/xcm-builder/src/process_xcm_message.rs `ProcessXcmMessage::process_message`
        """
        prepared = self._prepared(message)
        if not isinstance(prepared, Prepared):
            return Outcome(id, prepared)
        if not meter.can_consume(prepared.reserved):
            return Outcome(id, Overweight(prepared.reserved))

        done = self.executor.execute(self.location_of(origin), prepared, id, ZERO_WEIGHT)
        return Outcome(Hash(done.message_id), _result(done.outcome, prepared.reserved, meter))

    def _prepared(self, message: bytes) -> Prepared | ProcessMessageError:
        try:
            _, program = decode_versioned_xcm(message)
            return self.executor.prepare(program, MAX_WEIGHT)
        except DecodeError:
            return Corrupt()
        except (Unconvertible, Unweighable):
            return Unsupported()


def _result(outcome: errors.Outcome, required: Weight, meter: WeightMeter) -> bool | ProcessMessageError:
    """What is said of a program that was tried; one that did not start counts with all its weight."""
    if not isinstance(outcome, NotStarted):
        meter.try_consume(outcome.used)
        return isinstance(outcome, errors.Complete)
    meter.try_consume(required)
    too_deep = isinstance(outcome.error.error, errors.ExceedsStackLimit)
    return StackLimitReached() if too_deep else Unsupported()
