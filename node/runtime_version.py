"""What a runtime says of itself without being run: the custom section `runtime_version` of its Wasm.

A Wasm module is a magic word and a version, then sections: a byte for the kind, the length in LEB128,
the content. A section of kind 0 is a **custom** one; its content starts with a name. The section
`runtime_version` holds the runtime's version in SCALE: two names, three numbers, the list of its
interfaces, then fields that were added over time, the transaction version and the state version. Where
the state version is missing it is 0.

Upstream: substrate/primitives/version/src/embed.rs `embed_runtime_version`,
substrate/primitives/version/src/lib.rs `RuntimeVersion`
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from primitives.record import Record
from primitives.scale.codec import U8, U32, Bytes8
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError
from primitives.trie.layout import StateVersion

WASM: Final = b"\x00asm\x01\x00\x00\x00"

COMPRESSED: Final = bytes.fromhex("52bc537646db8e05")
"""What a runtime compressed by zstd begins with.

Upstream: substrate/primitives/maybe-compressed-blob/src/lib.rs `ZSTD_PREFIX`
"""

SECTION: Final = b"runtime_version"


class Unreadable(Exception):
    """The runtime does not tell its layout, or not in a way that we can read."""


class Version(Record):
    """The part of a runtime's version that was there from the start."""

    spec_name: str
    impl_name: str
    authoring_version: U32
    spec_version: U32
    impl_version: U32
    apis: tuple[tuple[Bytes8, U32], ...]


VERSION = codec(Version)
NUMBER = codec(U32)
BYTE = codec(U8)


def layout_of(code: bytes | None) -> tuple[StateVersion, str]:
    """The layout that a runtime states, and its name and version; raises `Unreadable`."""
    if code is None:
        raise Unreadable("there is no entry `:code`")
    if code.startswith(COMPRESSED):
        raise Unreadable("`:code` is compressed")
    if not code.startswith(WASM):
        raise Unreadable("`:code` is no Wasm module")
    section = next((content for name, content in custom_sections(code) if name == SECTION), None)
    if section is None:
        raise Unreadable(f"`:code` has no section {SECTION.decode()}")
    try:
        version, layout = read_version(section)
    except DecodeError as error:
        raise Unreadable(f"the section {SECTION.decode()} of `:code` does not decode: {error}") from None
    return layout, f"as {version.spec_name} {version.spec_version} states"


def read_version(section: bytes) -> tuple[Version, StateVersion]:
    """The version in a section's content, and the layout it states; raises `DecodeError`."""
    version, at = VERSION.decode_at(section, 0)
    if at < len(section):
        _, at = NUMBER.decode_at(section, at)
    stated = BYTE.decode_at(section, at)[0] if at < len(section) else 0
    # versions above 1 speak of other things than the state's layout
    return version, StateVersion(min(stated, StateVersion.V1))


def custom_sections(module: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of every custom section; raises `Unreadable` where the module is cut short."""
    at = len(WASM)
    while at < len(module):
        kind = module[at]
        size, start = _leb128(module, at + 1)
        at = start + size
        if at > len(module):
            raise Unreadable("`:code` is cut short")
        if kind == 0:
            length, name_at = _leb128(module, start)
            yield module[name_at : name_at + length], module[name_at + length : at]


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(5):
        if at + place >= len(data):
            raise Unreadable("`:code` is cut short")
        byte = data[at + place]
        value |= (byte & 127) << (7 * place)
        if byte < 128:
            return value, at + place + 1
    raise Unreadable("`:code` has a length of more than 32 bits")
