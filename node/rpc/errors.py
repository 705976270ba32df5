"""What clients are told when something is refused: the codes and words of a Substrate node.

| code | means |
|---|---|
| -32700, -32600 | no JSON, no request |
| -32601, -32602 | no such method, not its parameters |
| -32603 | our fault |
| 1010 to 1016 | the pool does not take an extrinsic |
| 4002, 4003 | the state cannot be read like that |
| -32006 to -32011 | too many subscriptions, too long an answer or a batch |

Upstream: substrate/client/rpc-api/src/author/error.rs, substrate/client/rpc-api/src/state/error.rs
"""

from __future__ import annotations

from typing import Any, Final

from node.chain import StateDiscarded, UnknownBlock
from node.pool import AlreadyImported, Refused, TooLowPriority
from primitives.errors import Invalid, InvalidTransaction
from runtime.apis import BadArguments, UnknownFunction


class RpcError(Exception):
    """A request that is answered by an error."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(code, message)
        self.code, self.message, self.data = code, message, data

    def json(self) -> dict[str, Any]:
        """The error object of the answer."""
        shown = {"code": self.code, "message": self.message}
        return shown if self.data is None else shown | {"data": self.data}


def parse_error(why: str) -> RpcError:
    """The message is no JSON."""
    return RpcError(-32700, "Parse error", why)


def invalid_request(why: str) -> RpcError:
    """The message is JSON, but no request."""
    return RpcError(-32600, "Invalid request", why)


def method_not_found() -> RpcError:
    """There is no such method; clients compare these words."""
    return RpcError(-32601, "Method not found")


def invalid_params(why: str) -> RpcError:
    """The parameters are not those of the method."""
    return RpcError(-32602, "Invalid params", why)


def internal_error(why: str) -> RpcError:
    """The fault is ours."""
    return RpcError(-32603, "Internal error", why)


def needs_websocket(name: str) -> RpcError:
    """A subscription over a connection that ends with the answer."""
    return RpcError(-32603, "Internal error", f"{name} needs a WebSocket: HTTP cannot carry what follows")


def too_many_subscriptions(most: int) -> RpcError:
    """One connection may only have so many."""
    return RpcError(-32006, "Too many subscriptions on the connection", f"Exceeded max limit of {most}")


def answer_too_long(most: int) -> RpcError:
    """More was asked for than one message carries."""
    return RpcError(-32008, "Response is too big", f"Exceeded max limit of {most}")


def batch_too_long(most: int) -> RpcError:
    """Too many requests in one message."""
    return RpcError(-32010, "The batch request was too large", f"Exceeded max limit of {most}")


def batch_answer_too_long(most: int) -> RpcError:
    """More was asked for in one batch than one message carries."""
    return RpcError(-32011, "The batch response was too large", f"Exceeded max limit of {most}")


def invalid_count(value: int, most: int) -> RpcError:
    """More was asked for at once than is given.

    Upstream: substrate/client/rpc-api/src/state/error.rs `Error::InvalidCount`
    """
    return RpcError(4002, f"count exceeds maximum value. value: {value}, max: {most}")


WORDS: Final = {
    Invalid.Call: "Transaction call is not expected",
    Invalid.Payment: "Inability to pay some fees (e.g. account balance too low)",
    Invalid.Future: "Transaction will be valid in the future",
    Invalid.Stale: "Transaction is outdated",
    Invalid.BadProof: "Transaction has a bad signature",
    Invalid.AncientBirthBlock: "Transaction has an ancient birth block",
    Invalid.ExhaustsResources: "Transaction would exhaust the block limits",
    Invalid.BadMandatory: "A call was labelled as mandatory, but resulted in an Error.",
    Invalid.MandatoryValidation: "Transaction dispatch is mandatory; transactions must not be validated.",
    Invalid.BadSigner: "Invalid signing address",
    Invalid.IndeterminateImplicit: "The implicit data was unable to be calculated",
    Invalid.UnknownOrigin: "The transaction extension did not authorize any origin",
}
"""Why an extrinsic is invalid, in the words that clients show.

Upstream: substrate/primitives/runtime/src/transaction_validity.rs `InvalidTransaction`
"""


def refused(error: InvalidTransaction | Refused) -> RpcError:
    """Why the pool does not take an extrinsic.

    Upstream: substrate/client/rpc-api/src/author/error.rs `Error`
    """
    match error:
        case InvalidTransaction():
            return _invalid(error)
        case AlreadyImported():
            return RpcError(1013, "Transaction Already Imported", f"[0x{error.extrinsic.hex()}]")
        case TooLowPriority():
            why = "The transaction has too low priority to replace another transaction already in the pool."
            return RpcError(1014, f"Priority is too low: ({error.old} vs {error.new})", why)
        case _:
            why = "The transaction couldn't enter the pool because of the limit"
            return RpcError(1016, "Immediately Dropped", why)


def _invalid(error: InvalidTransaction) -> RpcError:
    if not isinstance(error.reason, Invalid):
        return RpcError(1011, "Unknown Transaction Validity", error.reason.name)
    because = f": {error.__cause__}" if error.__cause__ else ""  # where the bytes stopped to make sense
    return RpcError(1010, "Invalid Transaction", WORDS[error.reason] + because)


def unreadable(error: UnknownBlock | UnknownFunction | BadArguments) -> RpcError:
    """Why a state cannot be read, or a question cannot be put to the runtime.

    Upstream: substrate/client/rpc-api/src/state/error.rs `Error::Client`
    """
    match error:
        case StateDiscarded():
            why = f"UnknownBlock: State already discarded for 0x{error.block.hex()}"
        case UnknownBlock():
            why = f"UnknownBlock: Header was not found in the database: 0x{error.block.hex()}"
        case UnknownFunction():
            why = f"Execution failed: Other: {error}"
        case _:
            why = f"Bad input data provided to {error}"
    return RpcError(4003, f"Client error: {why}")
