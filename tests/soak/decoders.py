"""Every decoder on made-up input: it refuses with `DecodeError`, or gives what encodes to the same bytes.

A third of the inputs is noise, a third are values as they should be, a third are values with a byte
changed, cut off, put in or taken out.
"""

from __future__ import annotations

from random import Random
from typing import Any

from primitives.record import Record
from primitives.scale.codec import Codec
from primitives.scale.errors import DecodeError
from runtime.relay import Relay
from tests.soak.parts import Budget, Outcome, Show
from tests.support.strategies import drawn, mentions, registered

SLICE = 250
"""Inputs to a type before the next type has its turn, so that a run cut short has tried them all."""

EXAMPLES = 60
"""Values made up of each type; what is spoilt is one of them."""


class Type(Record):
    """A type with examples of its values, encoded."""

    name: str
    layout: Any
    examples: tuple[bytes, ...]

    has_bits: bool
    """The unused places of a bit sequence's last byte say nothing: the same value has several spellings."""


def all_types(generator: Random) -> tuple[Type, ...]:
    """Every type that a relay chain writes and of which values can be made up."""
    found = []
    for name, tp in registered(Relay).items():
        layout = Relay.wire().codec(tp)
        try:
            examples = tuple(layout.encode(drawn(tp, generator, Relay)) for _ in range(EXAMPLES))
        except KeyError:  # a layout for which there is no strategy: only what metadata itself is written in
            continue
        found.append(Type(name, layout, examples, mentions(tp, "BitVec", Relay)))
    return tuple(found)


def run(budget: Budget, show: Show, seed: int, inputs: int) -> Outcome:
    """Up to `inputs` for each type, as many as there is time for."""
    generator = Random(seed)
    types = all_types(generator)
    failures: list[str] = []
    tried = accepted = each = 0
    while each < inputs and budget.left and not failures:
        count = min(SLICE, inputs - each)
        for tp in types:
            for _ in range(count):
                raw = made_up(generator, tp)
                found = fault(tp, raw)
                accepted += found is None
                if found:
                    failures.append(f"{tp.name} of 0x{raw.hex()}: {found} (seed {seed})")
        tried, each = tried + count * len(types), each + count
        show(f"{tried:,} inputs")
    done = f"{tried:,} inputs, {each:,} to each of {len(types)} types, {accepted:,} accepted; seed {seed}"
    return Outcome("decoders", done, budget.used, tuple(failures[:10]))


def fault(tp: Type, raw: bytes) -> str | None:
    """What is wrong with how an input is taken: None if it decodes, empty if it is rightly refused."""
    layout: Codec[Any] = tp.layout
    try:
        value = layout.decode(raw)
    except DecodeError:
        return ""
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    again = layout.encode(value)
    same = again == raw or (tp.has_bits and len(again) == len(raw) and layout.decode(again) == value)
    return None if same else f"encodes to 0x{again.hex()}"


def made_up(generator: Random, tp: Type) -> bytes:
    """An input of one of the three kinds."""
    kind = generator.randrange(3)
    if kind == 0:
        return generator.randbytes(min(int(generator.expovariate(1 / 24)), 400))
    good = generator.choice(tp.examples)
    return good if kind == 1 else spoilt(generator, good)


def spoilt(generator: Random, raw: bytes) -> bytes:
    """With one byte changed, put in or taken out, or without its end."""
    at, byte = generator.randrange(len(raw) + 1), generator.randbytes(1)
    return generator.choice(
        (raw[:at] + byte + raw[at + 1 :], raw[:at] + byte + raw[at:], raw[:at] + raw[at + 1 :], raw[:at])
    )
