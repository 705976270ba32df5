"""`crosslane genesis`: the state root and the hash with which a chain begins.

The file is a raw chain spec (JSON with every entry under `genesis.raw.top`) or a recording. Block 0 has
no extrinsics and an empty digest, so its hash follows from the state alone, once it is known which
**layout** the trie has: the runtime under `:code` says so. Where it cannot be read, both layouts are
shown.

A recording names the root of the state before its first block, and so checks our trie. Its genesis hash
follows too if nothing was changed between block 0 and the first recorded one.

Upstream: substrate/client/chain-spec/src/genesis_block.rs `construct_genesis_block`
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from node.conform.recording import BadRecording, Chain, read
from node.conform.selection import SUFFIX
from node.errors import UserError
from node.runtime_version import Unreadable, layout_of
from primitives.header import NO_HASH, Digest, Header
from primitives.ids import Hash
from primitives.trie.layout import EMPTY_ROOT, Value
from primitives.trie.trie import HashedValue, StateVersion, Trie

CODE: Final = b":code"
CHILD_TRIES: Final = b":child_storage:"


class BadChainSpec(UserError):
    """A file that is no raw chain spec."""


class HasChildTries(BadChainSpec):
    """A chain spec with entries outside the top trie, of which we have no notion."""


def genesis_hash(state_root: bytes) -> Hash:
    """The hash of block 0 over a state."""
    header = Header(NO_HASH, 0, Hash(state_root), Hash(EMPTY_ROOT), Digest())
    return header.hash()


# ---------------------------------------------------------------------------------------- chain specs


def read_chain_spec(path: Path) -> dict[bytes, bytes]:
    """The entries of a raw chain spec; raises `BadChainSpec`."""
    try:
        spec = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise BadChainSpec(f"{path} is no JSON: {error}") from None
    raw = _object(_object(spec, "genesis", path), "raw", path)
    if raw.get("childrenDefault"):
        raise HasChildTries(f"{path}: genesis.raw.childrenDefault holds child tries, which we do not model")
    top = _object(raw, "top", path)
    entries = {_bytes(key, path): _bytes(value, path) for key, value in top.items()}
    if len(entries) < len(top):
        raise BadChainSpec(f"{path}: genesis.raw.top holds a key twice")
    if any(key.startswith(CHILD_TRIES) for key in entries):
        raise HasChildTries(f"{path}: genesis.raw.top holds roots of child tries, which we do not model")
    return entries


def _object(data: Any, key: str, path: Path) -> dict[str, Any]:
    found = data.get(key) if isinstance(data, dict) else None
    if not isinstance(found, dict):
        raise BadChainSpec(f"{path} is no raw chain spec: there is no {key!r} on the way to genesis.raw.top")
    return found


def _bytes(text: Any, path: Path) -> bytes:
    try:
        if isinstance(text, str) and text.startswith("0x"):
            return bytes.fromhex(text[2:])
    except ValueError:
        pass
    raise BadChainSpec(f"{path}: genesis.raw.top: expected 0x hex, found {str(text)[:40]!r}")


def describe_chain_spec(entries: Mapping[bytes, bytes], asked: StateVersion | None) -> Iterator[str]:
    """Lines with the root and the hash, in the layout asked for or else the one that the runtime states."""
    yield f"entries       {len(entries)}"
    layouts = tuple(StateVersion)
    try:
        layout, source = (asked, "as asked") if asked is not None else layout_of(entries.get(CODE))
        layouts = (layout,)
        yield f"layout        {layout.name.lower()} ({source})"
    except Unreadable as error:
        yield f"layout        unknown: {error}; choose with --layout v0 or --layout v1"
    for each in layouts:
        label = f"{each.name.lower()} " if len(layouts) > 1 else ""
        root = Trie.build(entries, each).root
        yield f"{label}state root    0x{root.hex()}"
        yield f"{label}genesis hash  0x{genesis_hash(root).hex()}"


# ----------------------------------------------------------------------------------------- recordings


def roots(chain: Chain) -> tuple[bytes, bytes]:
    """The root of what a recording holds, and the root after what was written before its first block.

    Raises `UserError` for entries that the recorded layout has no place for.
    """
    entries: dict[bytes, Value] = dict(chain.before)
    forced = chain.blocks[0].forced if chain.blocks else ()
    try:
        entries |= {key: HashedValue(digest, length) for key, length, digest in chain.left_out}
        before = Trie.build(entries, StateVersion(chain.state_version))
    except ValueError as error:
        raise UserError(f"the recorded state makes no trie: {error}") from None
    return before.root, before.apply(dict(forced)).root


def describe_chain(chain: Chain) -> Iterator[str]:
    """Lines with the roots and the hash, and whether they are the recorded ones."""
    yield f"entries       {len(chain.before)}, and {len(chain.left_out)} by hash"
    root, loaded = roots(chain)
    yield f"state root    0x{root.hex()}"
    yield f"with forced   0x{loaded.hex()} {'as recorded' if is_as_recorded(chain) else 'NOT as recorded'}"
    yield f"genesis hash  0x{chain.genesis_hash.hex()} {_how_it_follows(chain.genesis_hash, root, loaded)}"


def is_as_recorded(chain: Chain) -> bool:
    """Whether the state before the first block has the recorded root; true if there is no block."""
    return not chain.blocks or roots(chain)[1] == chain.blocks[0].state_root_before


def _how_it_follows(recorded: bytes, root: bytes, loaded: bytes) -> str:
    if recorded == genesis_hash(root):
        return "as recorded: it is the hash of block 0 with that state root"
    if recorded == genesis_hash(loaded):
        return "as recorded: it is the hash of block 0 with the forced writes"
    return "as recorded; does not follow from this state, which was changed after block 0"


# --------------------------------------------------------------------------------------- command line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help=f"raw chain spec, or recording (*{SUFFIX})")
    layouts = [each.name.lower() for each in StateVersion]
    parser.add_argument("--layout", choices=layouts, help="the trie's layout (default: as `:code` states)")


def run(arguments: argparse.Namespace) -> int:
    """Print roots and hashes; 1 if a recording's root is not the recorded one."""
    path: Path = arguments.file
    if path.name.endswith(SUFFIX):
        return _run_recording(path)
    asked = StateVersion[arguments.layout.upper()] if arguments.layout else None
    _say(describe_chain_spec(read_chain_spec(path), asked))
    return 0


def _run_recording(path: Path) -> int:
    try:
        recording = read(path)
    except BadRecording as error:
        raise UserError(str(error)) from None
    chains = {"relay chain": recording.relay} if recording.relay else {}
    chains |= {f"parachain {para}" if para else "parachain": chain for para, chain in recording.paras}
    for name, chain in chains.items():
        sys.stdout.write(f"{name}\n")
        _say(describe_chain(chain))
    return 0 if all(map(is_as_recorded, chains.values())) else 1


def _say(lines: Iterator[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
