"""What a client may ask its node besides messaging, in JSON-RPC.

Genuine clients ask `getClientVersion` when they connect and compare parts of the answer. The other methods
are this node's own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from node.amop.channel import NODE_VERSION
from node.amop.hub import Hub
from node.amop.status import status
from node.version import version

CHAIN_ID: Final = "1"
"""That the reference programs expect."""

LONGEST_CUT: Final = 3_600.0
"""Seconds."""

LONGEST_REQUEST: Final = 1 << 16
"""Bytes; what may be asked is short."""

NO_METHOD: Final = -32601
BAD_REQUEST: Final = -32600
BAD_PARAMS: Final = -32602
NOT_ALLOWED: Final = -32001


class RpcError(Exception):
    """A question that gets no answer, by JSON-RPC's code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Rpc:
    """The methods of one node."""

    def __init__(self, hub: Hub, clock: Callable[[], float], *, may_cut: bool = False) -> None:
        """`may_cut` lets any client cut links for a while, to see what happens then."""
        self._hub, self._clock, self._may_cut = hub, clock, may_cut
        self._methods: Final[dict[str, Callable[[Any], Any]]] = {
            "getClientVersion": lambda _: client_version(),
            "amop_status": lambda _: status(hub, clock()),
            "amop_cut": self._cut,
            "amop_heal": self._heal,
        }

    def answer(self, text: bytes) -> bytes:
        """The answer to a request, whatever its bytes are."""
        asked: Any = None
        try:
            if len(text) > LONGEST_REQUEST:
                raise RpcError(
                    BAD_REQUEST, f"a request has at most {LONGEST_REQUEST} bytes, found {len(text)}"
                )
            asked = json.loads(text)
            told: dict[str, Any] = {"result": self._call(asked)}
        except (ValueError, RecursionError):
            told = _error(BAD_REQUEST, "no JSON")
        except RpcError as error:
            told = _error(error.code, str(error))
        number = asked.get("id") if isinstance(asked, dict) else None
        return json.dumps({"id": number, "jsonrpc": "2.0", **told}).encode()

    def _call(self, asked: Any) -> Any:
        if not isinstance(asked, dict) or not isinstance(asked.get("method"), str):
            raise RpcError(BAD_REQUEST, "no request with a method")
        act = self._methods.get(asked["method"])
        if act is None:
            raise RpcError(NO_METHOD, f"no method {asked['method'][:64]!r}")
        return act(asked.get("params"))

    def _cut(self, params: Any) -> bool:
        match params:
            case [str(node), float() | int() as seconds] if 0 <= seconds <= LONGEST_CUT:
                return self._hub.neighbours.cut(self._peer(node), self._clock() + seconds)
            case _:
                raise RpcError(BAD_PARAMS, f"expected a node in hex and at most {LONGEST_CUT:g} seconds")

    def _heal(self, params: Any) -> bool:
        match params:
            case [str(node)]:
                return self._hub.neighbours.heal(self._peer(node))
            case _:
                raise RpcError(BAD_PARAMS, "expected a node in hex")

    def _peer(self, node: str) -> bytes:
        """The node whose link a client wants to change, if it may."""
        if not self._may_cut:
            raise RpcError(NOT_ALLOWED, "this node does not let its clients cut links")
        try:
            return bytes.fromhex(node)
        except ValueError:
            raise RpcError(BAD_PARAMS, "expected a node in hex") from None


def _error(code: int, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


def client_version() -> dict[str, str]:
    """The members that genuine clients look for."""
    return {
        "Build Time": "",
        "Build Type": f"crosslane/{version()}",
        "Chain Id": CHAIN_ID,
        "FISCO-BCOS Version": NODE_VERSION,
        "Git Branch": "",
        "Git Commit Hash": "",
        "Supported Version": NODE_VERSION,
    }
