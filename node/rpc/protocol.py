"""JSON-RPC 2.0: a message in, answers out. No connection is known here.

A message is a request or a batch of them. Every request is answered, in a batch by a batch; one without `id`
is a notification and is not. Whatever a request is, it cannot harm the node: the worst outcome is an error in
the answer.
"""

from __future__ import annotations

import json
from typing import Any, Final

from node.chain import UnknownBlock
from node.rpc import author, chain, payment, state, subscriptions, system
from node.rpc.errors import (
    RpcError,
    answer_too_long,
    batch_answer_too_long,
    batch_too_long,
    internal_error,
    invalid_params,
    invalid_request,
    parse_error,
    unreadable,
)
from node.rpc.registry import invoke
from node.rpc.session import Message, Session
from node.service import ChainNode
from runtime.apis import BadArguments, UnknownFunction

MOST_IN_BATCH: Final = 1_000
"""Requests in one message."""

MAX_ANSWER: Final = 15 * 1024 * 1024
"""Letters of an answer.

Upstream: substrate/client/cli/src/params/rpc_params.rs `RPC_DEFAULT_MAX_RESPONSE_SIZE_MB`
"""

GROUPS: Final = (author, chain, payment, state, subscriptions, system)
"""The modules whose methods are served; they register themselves."""


def answer(node: ChainNode, session: Session | None, text: str | bytes) -> list[str]:
    """What to send for a message, in this order: the answer, then first notifications.

    `session` is that of a client that stays connected; None for one that does not.
    """
    try:
        reply = _reply(node, session, _parse(text))
    except RpcError as error:
        reply = encode(_failure(None, error))
    sent = [] if reply is None else [reply]
    if session is not None:
        sent += map(encode, session.pending)
        session.pending = []
    return sent


def encode(message: Any) -> str:
    """A message as it is sent."""
    return json.dumps(message, separators=(",", ":"))


def _parse(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise parse_error(str(error)) from None


def _reply(node: ChainNode, session: Session | None, message: Any) -> str | None:
    if not isinstance(message, list):
        return _one(node, session, message)
    if not message:
        raise invalid_request("an empty batch")
    if len(message) > MOST_IN_BATCH:
        raise batch_too_long(MOST_IN_BATCH)
    replies, length = [], 0
    for each in message:
        reply = _one(node, session, each)
        if reply is not None:
            replies.append(reply)
            length += len(reply)
        if length > MAX_ANSWER:
            raise batch_answer_too_long(MAX_ANSWER)
    return f"[{','.join(replies)}]" if replies else None


def _one(node: ChainNode, session: Session | None, request: Any) -> str | None:
    if not isinstance(request, dict):
        return encode(_failure(None, invalid_request("a request is an object")))
    given = request.get("id")
    if not isinstance(given, str | int | None) or isinstance(given, bool):
        return encode(_failure(None, invalid_request("an id is a string or a whole number")))
    try:
        result = _invoke(node, session, request)
    except RpcError as error:
        return encode(_failure(given, error))
    if "id" not in request:
        return None
    reply = encode({"jsonrpc": "2.0", "id": given, "result": result})
    return reply if len(reply) <= MAX_ANSWER else encode(_failure(given, answer_too_long(MAX_ANSWER)))


def _invoke(node: ChainNode, session: Session | None, request: Message) -> Any:
    name, params = request.get("method"), request.get("params")
    if not isinstance(name, str):
        raise invalid_request("there is no method")
    params = [] if params is None else params
    if not isinstance(params, list):
        raise invalid_params("parameters come as a list")
    try:
        return invoke(node, session, name, params)
    except (UnknownBlock, UnknownFunction, BadArguments) as error:
        raise unreadable(error) from error
    except RpcError:
        raise
    except Exception as error:
        # A mistake of ours must not take the other clients' node from them.
        node.complain(f"{name}: {type(error).__name__}: {error}")
        raise internal_error(f"{type(error).__name__}: {error}") from error


def _failure(given: Any, error: RpcError) -> Message:
    return {"jsonrpc": "2.0", "id": given, "error": error.json()}
