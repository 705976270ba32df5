"""Recordings of real chains, format 1: JSON in xz, as `fixtures/README.md` describes it.

Reading checks the shape of everything that a replay uses, so that a broken file is refused with its name,
the place and what is wrong there, before anything is executed.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from typing_extensions import override

from primitives.channels import OutboundHrmpMessage
from primitives.ids import ParaId
from primitives.record import Record

T = TypeVar("T")

FORMAT = 1

Change = tuple[bytes, bytes | None]
"""A key and what stands there now; None for absent."""


class BadRecording(Exception):
    """A file is no recording that can be replayed."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name, reason)
        self.name, self.reason = name, reason

    @override
    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


class Step(Record):
    """One call into the runtime, and what it did."""

    op: str
    kind: str | None
    call: str
    input: bytes
    output: bytes
    result: Any
    changes: tuple[Change, ...]
    """Every entry that differs after the step, `System.Events` left out."""

    events: tuple[bytes, ...]
    """`EventRecord`s that the step added."""


class Verdict(Record):
    """A question whether a candidate may put something out, and the runtime's answer."""

    at_block: int
    """The block on whose state it was asked."""

    para: int
    what: str
    encoded: bytes
    """`CandidateCommitments`."""

    accepted: bool


class Asked(Record):
    """A call that a parachain made by an upward message, and how that ended."""

    query: int
    """The number under which the parachain wanted to be told."""

    para: int
    name: str
    error: bytes | None
    """The `DispatchError`; empty if the call succeeded, None if nothing was ever answered."""

    answered_in: int | None
    """The block in which the answer was queued, where that is known."""


class Split(Record):
    """A way to hand downward messages to a block in part, and whether the runtime took it."""

    full: int
    """Messages that come whole, from the front; the others come as their hashes."""

    hashed: int
    accepted: bool


class Collation(Record):
    """What a parachain's block puts out."""

    upward_messages: tuple[bytes, ...]
    horizontal_messages: tuple[OutboundHrmpMessage, ...]
    new_validation_code: bytes | None
    processed_downward_messages: int
    hrmp_watermark: int


class Placed(Record):
    """A block of one of several chains, in the order in which all were made."""

    para: int | None
    """Whose block it is; None for the relay chain's."""

    number: int

    relay_parent: int
    """The relay chain block that a parachain's block was made upon; 0 for those of the relay chain."""

    collation: Collation | None
    """What a parachain's block put out."""


class Block(Record):
    """A block, or an attempt at one."""

    number: int
    state_root: bytes
    state_root_before: bytes
    extrinsics: tuple[bytes, ...]
    forced: tuple[Change, ...]
    """Raw writes made before the block; they stay even if the block is refused."""

    steps: tuple[Step, ...]
    header: bytes
    hash: bytes
    refused: str | None
    """Why the block was undone, or `accepted` if only on purpose; None for blocks that stand."""

    refused_step: Any
    outputs: Collation | None
    """What a parachain's block puts out, as its own validation says."""

    sealed_header: bytes
    """A parachain's header with its author's seal; empty for relay chains."""


class Chain(Record):
    """One chain's recording."""

    spec_name: str
    spec_version: int
    state_version: int
    genesis_hash: bytes
    before: dict[bytes, bytes]
    left_out: tuple[tuple[bytes, int, bytes], ...]
    """Entries known by their length and hash only: (key, length, blake2-256)."""

    blocks: tuple[Block, ...]
    verdicts: tuple[Verdict, ...] = ()
    asked: tuple[Asked, ...] = ()
    splits: tuple[Split, ...] = ()
    split_messages: tuple[bytes, ...] = ()
    """The messages that all splits are of."""


class Recording(Record):
    """A file."""

    name: str
    description: str
    path: str
    kind: str
    """`relay`, `para` or `world`."""

    relay: Chain | None
    paras: tuple[tuple[int, Chain], ...]
    order: tuple[Placed, ...]
    """How the blocks of several chains follow each other; empty for a single chain."""

    raw: Any
    """The JSON, for what only some kinds have."""


def read(path: Path) -> Recording:
    """A recording from its file; raises `BadRecording`."""
    data = _load(path)
    reader = _Reader(path.name)
    if not isinstance(data, dict):
        raise BadRecording(path.name, f"expected a JSON object, found {type(data).__name__}")
    if data.get("format") != FORMAT:
        raise BadRecording(path.name, f"expected format {FORMAT}, found {data.get('format')!r}")
    name = reader.text(data, "name", "")
    description = reader.text(data, "description", "") if "description" in data else ""
    if "order" in data:
        paras = reader.mapping(data, "paras", "").items()
        chains = tuple((reader.para_id(para), reader.chain(chain, f"paras.{para}")) for para, chain in paras)
        relay = reader.chain(reader.mapping(data, "relay", ""), "relay")
        order = tuple(
            reader.placed(row, f"order[{at}]") for at, row in enumerate(reader.rows(data, "order", ""))
        )
        return Recording(name, description, str(path), "world", relay, chains, order, data)
    chain = reader.chain(data, "")
    is_relay = chain.spec_name in RELAY_CHAINS
    kind, relay_chain = ("relay", chain) if is_relay else ("para", None)
    paras_found = () if is_relay else ((0, chain),)
    return Recording(name, description, str(path), kind, relay_chain, paras_found, (), data)


RELAY_CHAINS = ("paseo", "polkadot", "kusama", "westend", "rococo")
"""Names of runtimes that are relay chains."""


def _load(path: Path) -> Any:
    try:
        with lzma.open(path) as file:
            return json.loads(file.read())
    except OSError as error:
        raise BadRecording(path.name, f"cannot be read: {error.strerror or error}") from None
    except (lzma.LZMAError, EOFError) as error:
        raise BadRecording(path.name, f"is truncated or no xz file: {error}") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadRecording(path.name, f"is no JSON: {error}") from None


class _Reader:
    """Takes JSON apart; every method names the place it looked at when something is wrong there."""

    def __init__(self, name: str) -> None:
        self.name = name

    def wrong(self, where: str, expected: str, found: object) -> BadRecording:
        shown = repr(found)
        return BadRecording(self.name, f"{where}: expected {expected}, found {shown[:60]}")

    def field(self, data: Any, key: str, where: str) -> Any:
        if not isinstance(data, dict) or key not in data:
            raise BadRecording(self.name, f"{where or 'file'}: {key!r} is missing")
        return data[key]

    def text(self, data: Any, key: str, where: str) -> str:
        found = self.field(data, key, where)
        if not isinstance(found, str):
            raise self.wrong(f"{where}.{key}", "text", found)
        return found

    def optional_text(self, data: Any, key: str, where: str) -> str | None:
        return None if data.get(key) is None else self.text(data, key, where)

    def para_id(self, found: str) -> int:
        if not (found.isascii() and found.isdigit()):
            raise self.wrong(".paras", "a para id", found)
        return int(found)

    def number(self, data: Any, key: str, where: str) -> int:
        found = self.field(data, key, where)
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            raise self.wrong(f"{where}.{key}", "a number", found)
        return found

    def mapping(self, data: Any, key: str, where: str) -> dict[str, Any]:
        found = self.field(data, key, where)
        if not isinstance(found, dict):
            raise self.wrong(f"{where}.{key}", "an object", found)
        return found

    def rows(self, data: Any, key: str, where: str) -> list[Any]:
        found = self.field(data, key, where)
        if not isinstance(found, list):
            raise self.wrong(f"{where}.{key}", "a list", found)
        return found

    def raw(self, found: Any, where: str) -> bytes:
        if not isinstance(found, str) or not found.startswith("0x"):
            raise self.wrong(where, "0x hex", found)
        try:
            return bytes.fromhex(found[2:])
        except ValueError:
            raise self.wrong(where, "0x hex", found) from None

    def hex(self, data: Any, key: str, where: str, length: int | None = None) -> bytes:
        found = self.raw(self.field(data, key, where), f"{where}.{key}")
        if length is not None and len(found) != length:
            raise self.wrong(f"{where}.{key}", f"{length} bytes", found.hex())
        return found

    def changes(self, rows: list[Any], where: str) -> tuple[Change, ...]:
        found: list[Change] = []
        for row in rows:
            if not isinstance(row, list) or len(row) != 2:
                raise self.wrong(where, "[key, value]", row)
            value = None if row[1] is None else self.raw(row[1], where)
            found.append((self.raw(row[0], where), value))
        return tuple(found)

    def chain(self, data: Any, where: str) -> Chain:
        runtime = self.mapping(data, "runtime", where)
        before = self.changes(self.rows(data, "before", where), f"{where}.before")
        rows = self.rows(data, "blocks", where)
        return Chain(
            spec_name=self.text(runtime, "spec_name", f"{where}.runtime"),
            spec_version=self.number(runtime, "spec_version", f"{where}.runtime"),
            state_version=self.number(runtime, "state_version", f"{where}.runtime"),
            genesis_hash=self.hex(data, "genesis_hash", where, 32),
            before={key: value for key, value in before if value is not None},
            left_out=self.left_out(data, where),
            blocks=tuple(self.block(row, f"{where}.blocks[{at}]") for at, row in enumerate(rows)),
            verdicts=tuple(self._optional(data, "verdicts", where, self.verdict)),
            asked=tuple(self._optional(data, "asked", where, self.asked)),
            splits=tuple(self._optional(data, "splits", where, self.split)),
            split_messages=self.split_messages(data, where) if "splits" in data else (),
        )

    def _optional(self, data: Any, key: str, where: str, read_row: Callable[[Any, str], T]) -> Iterator[T]:
        rows = self.rows(data, key, where) if key in data else []
        return (read_row(row, f"{where}.{key}[{at}]") for at, row in enumerate(rows))

    def verdict(self, data: Any, where: str) -> Verdict:
        accepted = self.field(data, "accepted", where)
        if not isinstance(accepted, bool):
            raise self.wrong(f"{where}.accepted", "true or false", accepted)
        return Verdict(
            at_block=self.number(data, "at_block", where),
            para=self.number(data, "para", where),
            what=self.text(data, "what", where),
            encoded=self.hex(data, "encoded", where),
            accepted=accepted,
        )

    def split(self, data: Any, where: str) -> Split:
        verdict = self.text(data, "verdict", where)
        if verdict not in SPLIT_VERDICTS:
            raise self.wrong(f"{where}.verdict", " or ".join(SPLIT_VERDICTS), verdict)
        full, hashed = self.number(data, "full", where), self.number(data, "hashed", where)
        return Split(full, hashed, SPLIT_VERDICTS[verdict])

    def split_messages(self, data: Any, where: str) -> tuple[bytes, ...]:
        """The messages from their description."""
        found, place = self.mapping(data, "messages", where), f"{where}.messages"
        content = self.text(found, "content", place)
        if content != NUMBERED:
            raise self.wrong(f"{place}.content", repr(NUMBERED), content)
        count, size = self.number(found, "count", place), self.number(found, "size", place)
        if count > 256 or size % 2:
            raise self.wrong(place, "at most 256 messages of an even size", found)
        return tuple(bytes((255, number)) * (size // 2) for number in range(count))

    def asked(self, data: Any, where: str) -> Asked:
        return Asked(
            query=self.number(data, "query", where),
            para=self.number(data, "para", where),
            name=self.text(data, "name", where),
            error=None if data.get("result") is None else self.dispatch_error(data["result"], where),
            answered_in=None if data.get("answered_in") is None else self.number(data, "answered_in", where),
        )

    def dispatch_error(self, result: Any, where: str) -> bytes:
        """How a call ended: `"Success"`, or an error that is a pallet's own, or one of the general ones."""
        if result == "Success":
            return b""
        error = self.field(result, "error", f"{where}.result")
        if isinstance(error, str) and error in PLAIN_ERRORS:
            return bytes((PLAIN_ERRORS[error],))
        module = self.mapping(error, "Module", f"{where}.result.error")
        index = self.number(module, "index", f"{where}.result.error.Module")
        return bytes((3, index)) + self.hex(module, "error", f"{where}.result.error.Module", 4)

    def left_out(self, data: Any, where: str) -> tuple[tuple[bytes, int, bytes], ...]:
        place, found = f"{where}.before_left_out", []
        for row in self.rows(data, "before_left_out", where):
            if not isinstance(row, list) or len(row) != 3 or not isinstance(row[1], int):
                raise self.wrong(place, "[key, length, hash]", row)
            found.append((self.raw(row[0], place), row[1], self.raw(row[2], place)))
        return tuple(found)

    def block(self, data: Any, where: str) -> Block:
        rows = self.rows(data, "steps", where)
        extrinsics = self.rows(data, "extrinsics", where) if "extrinsics" in data else []
        forced = self.rows(data, "forced", where) if data.get("forced") is not None else []
        return Block(
            number=self.number(data, "number", where),
            state_root=self.hex(data, "state_root", where, 32) if "state_root" in data else b"",
            state_root_before=self.hex(data, "state_root_before", where, 32),
            extrinsics=tuple(self.raw(each, f"{where}.extrinsics") for each in extrinsics),
            forced=self.changes(forced, f"{where}.forced"),
            steps=tuple(self.step(row, f"{where}.steps[{at}]") for at, row in enumerate(rows)),
            header=self.hex(data, "header", where) if "header" in data else b"",
            hash=self.hex(data, "hash", where) if "hash" in data else b"",
            refused=self.optional_text(data, "refused", where),
            refused_step=data.get("refused_step"),
            outputs=self.outputs(data, where),
            sealed_header=self.hex(data, "sealed_header", where) if "sealed_header" in data else b"",
        )

    def outputs(self, data: Any, where: str) -> Collation | None:
        """None also for a block of which validation said no more than that it failed."""
        found = data.get("outputs")
        if found is None or (isinstance(found, dict) and "failed" in found):
            return None
        return self.collation(found, f"{where}.outputs")

    def collation(self, data: Any, where: str) -> Collation:
        code = self.field(data, "new_validation_code", where)
        across = self.rows(data, "horizontal_messages", where)
        return Collation(
            upward_messages=tuple(self.raw(row, where) for row in self.rows(data, "upward_messages", where)),
            horizontal_messages=tuple(self.outbound(row, where) for row in across),
            new_validation_code=None if code is None else self.raw(code, where),
            processed_downward_messages=self.number(data, "processed_downward_messages", where),
            hrmp_watermark=self.number(data, "hrmp_watermark", where),
        )

    def outbound(self, data: Any, where: str) -> OutboundHrmpMessage:
        recipient = ParaId(self.number(data, "recipient", where))
        return OutboundHrmpMessage(recipient, self.hex(data, "data", where))

    def placed(self, data: Any, where: str) -> Placed:
        chain, number = self.field(data, "chain", where), self.number(data, "block", where)
        if chain == "relay":
            return Placed(None, number, 0, None)
        collation = self.collation(self.mapping(data, "collation", where), f"{where}.collation")
        para, parent = self.number(data, "chain", where), self.number(data, "relay_parent", where)
        return Placed(para, number, parent, collation)

    def step(self, data: Any, where: str) -> Step:
        op = self.text(data, "op", where)
        if op not in OPS:
            raise self.wrong(f"{where}.op", " or ".join(OPS), op)
        return Step(
            op=op,
            kind=self.optional_text(data, "kind", where),
            call=self.optional_text(data, "call", where) or "",
            input=self.raw(data.get("input") or "0x", f"{where}.input"),
            output=self.hex(data, "output", where),
            result=data.get("result"),
            changes=self.changes(self.rows(data, "changes", where), f"{where}.changes"),
            events=tuple(self.raw(each, f"{where}.events") for each in self.rows(data, "events", where)),
        )


PLAIN_ERRORS = {"Other": 0, "CannotLookup": 1, "BadOrigin": 2, "ConsumerRemaining": 4, "NoProviders": 5}
"""Errors of calls that say no more than their name, by their place on the wire."""

SPLIT_VERDICTS = {"accepted": True, "panic": False}

NUMBERED = "byte 255 and the message's number, repeated"
"""What is said of messages that can be made from their number."""

OPS = ("initialize_block", "apply_extrinsic", "finalize_block")
"""The calls into a runtime that make a block."""
