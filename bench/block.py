"""Relay chain blocks, state root included: `python -m bench.block`.

The blocks are those that were timed when the recordings were made: with the same calls, there run by the
Wasm of the real runtime under wasmtime-py, on another day and with other load. So the last column is an
indication and not a comparison of two sides in one process.

The chain starts from the state of a recording. It gets a sudo key of our own and a ring of parachains, each
of which can pay for its channels. Every turn runs on a fork of that state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from statistics import median

import sr25519

from bench.timing import Work, heading, medians, row, seconds, shown, times
from node.conform.recording import read
from node.conform.replay import replay
from node.conform.scope import Scope
from pallets.relay.paras_items import ParaGenesisArgs
from pallets.system_items import AccountData, AccountInfo
from primitives.address import Id
from primitives.candidates import HeadData, InherentData, ValidationCode
from primitives.crypto import verify_sr25519
from primitives.extrinsic import Signature, Sr25519, encode_extra, encode_extrinsic, signed_payload
from primitives.header import NO_HASH, Digest, Header
from primitives.ids import AccountId, Balance, ParaId, SessionIndex, sovereign_account
from primitives.pallet import RuntimeCall
from primitives.storage.state import Entry, State
from primitives.trie.layout import HashedValue, StateVersion
from runtime import paseo
from runtime.outside import Alone, NewSession
from runtime.relay import Relay

FIXTURES = Path(__file__).parent.parent / "fixtures" / "relay"
REPLAYED = ("relay_force.json.xz", "relay_config.json.xz")

TURNS = 15
CHANNELS = (1, 10, 50)
FIRST_PARA = 3000

SUDO = sr25519.pair_from_seed(b"a key that opens channels".ljust(32, b"."))

GOAL = "10"

Case = tuple[str, int, Callable[["Ring"], Work]]
"""A kind of block, the real runtime's milliseconds (medians of 7), and what makes one ready to be run."""


class Ring:
    """A chain with parachains that have no channels yet, at the end of its first block."""

    def __init__(self) -> None:
        recording = read(FIXTURES / "relay_force.json.xz").relay
        assert recording is not None
        entries: dict[bytes, Entry | None] = dict(recording.before)
        entries |= {key: HashedValue(hashed, length) for key, length, hashed in recording.left_out}
        entries |= dict(recording.blocks[0].forced)
        present = {key: value for key, value in entries.items() if value is not None}
        self.relay = Relay(State(present, StateVersion(recording.state_version)), Alone())
        self.endow(AccountId(SUDO[0]))
        self.relay.sudo.key.put(AccountId(SUDO[0]))
        genesis = ParaGenesisArgs(HeadData(b"head"), ValidationCode(b"code"), para_kind=True)
        for number in range(max(CHANNELS) + 1):
            self.endow(sovereign_account(ParaId(FIRST_PARA + number)))
            self.relay.paras.initialize_para_now(ParaId(FIRST_PARA + number), genesis)
        self.parent = Header(self.relay.system.parent_hash.get(), 0, NO_HASH, NO_HASH, Digest())
        self.parent = self.block(self.relay, ())

    def endow(self, who: AccountId) -> None:
        """Give an account a million tokens."""
        self.relay.system.account[who] = AccountInfo(
            providers=1, data=AccountData(free=Balance(10**6 * paseo.UNITS))
        )

    def fork(self) -> Relay:
        """The chain as it stands now, by itself."""
        return Relay(self.relay.state.fork(), Alone())

    def block(
        self, relay: Relay, extrinsics: Iterable[bytes], inherent: InherentData | None = None
    ) -> Header:
        """Make the next block, its two inherents in front. The one about parachains says what comes before
        the block; by itself it is empty, and the block follows the last one of the ring.
        """
        inherent = inherent or InherentData((), (), (), self.parent)
        parent = inherent.parent_header
        number = parent.number + 1
        header = Header(parent.hash(), number, NO_HASH, NO_HASH, Digest())
        relay.executive.initialize_block(header)
        relay.executive.apply_extrinsic(_bare(RuntimeCall("Timestamp", "set", (6_000 * number,))))
        relay.executive.apply_extrinsic(_bare(RuntimeCall("ParaInherent", "enter", (inherent,))))
        for each in extrinsics:
            relay.executive.apply_extrinsic(each)
        return relay.executive.finalize_block()

    def openings(self, count: int) -> list[bytes]:
        """Signed extrinsics, each of which opens a channel to the next parachain of the ring."""
        opened = []
        for nonce in range(count):
            sender, recipient = ParaId(FIRST_PARA + nonce), ParaId(FIRST_PARA + nonce + 1)
            forced = RuntimeCall("Hrmp", "force_open_hrmp_channel", (sender, recipient, 8, 1024))
            opened.append(self.signed(RuntimeCall("Sudo", "sudo", (forced,)), nonce))
        return opened

    def signed(self, call: RuntimeCall, nonce: int) -> bytes:
        """An extrinsic of the sudo key."""
        signature, call_bytes, values = self.sign(call, nonce)
        return encode_extrinsic(
            call_bytes, Signature(Id(AccountId(SUDO[0])), signature, values), Relay.extensions
        )

    def sign(self, call: RuntimeCall, nonce: int) -> tuple[Sr25519, bytes, dict[str, int]]:
        """Its signature, call and extensions."""
        call_bytes, values = Relay.wire().codec(RuntimeCall).encode(call), {"nonce": nonce}
        extra = encode_extra(values, Relay.extensions)
        payload = signed_payload(call_bytes, extra, Relay.extensions, self._implicit)
        return Sr25519(sr25519.sign(SUDO, payload)), call_bytes, values

    def _implicit(self, name: str) -> bytes:
        nobody = Signature(Id(AccountId(SUDO[0])), Sr25519(bytes(64)), {})  # only its era counts: immortal
        return self.relay.executive.checks.implicit(name, nobody)


def _bare(call: RuntimeCall) -> bytes:
    return encode_extrinsic(Relay.wire().codec(RuntimeCall).encode(call), None, Relay.extensions)


def with_openings(ring: Ring, count: int) -> Work:
    """A block in which so many channels are asked for and accepted."""
    relay, extrinsics = ring.fork(), ring.openings(count)

    def work() -> None:
        ring.block(relay, extrinsics)

    return work


def with_session(ring: Ring, count: int) -> Work:
    """A block with which a session ends, and so many channels open."""
    relay = ring.fork()
    for number in range(count):
        sender, recipient = ParaId(FIRST_PARA + number), ParaId(FIRST_PARA + number + 1)
        relay.hrmp.init_open_channel(sender, recipient, 8, 1024)
        relay.hrmp.accept_open_channel(recipient, sender)
    outside, index = relay.outside, relay.paras_shared.session_index()
    assert isinstance(outside, Alone)
    assert relay.state.root()
    outside.session = NewSession(SessionIndex(index + 1), (), ())

    def work() -> None:
        ring.block(relay, ())
        assert len(tuple(relay.hrmp.hrmp_channels.keys())) == count

    return work


def check(ring: Ring) -> None:
    """The measured blocks do what they say."""
    relay, count = ring.fork(), max(CHANNELS)
    ring.block(relay, ring.openings(count))
    requests = relay.hrmp.hrmp_open_channel_requests_list.get()
    assert len(requests) == count
    assert all(relay.hrmp.hrmp_open_channel_requests.get(each) for each in requests)


CASES: tuple[Case, ...] = (
    ("empty block (two inherents)", 24, partial(with_openings, count=0)),
    ("1 signed sudo force_open_hrmp_channel", 36, partial(with_openings, count=1)),
    ("10 signed sudo force_open_hrmp_channel", 154, partial(with_openings, count=10)),
    ("50 signed sudo force_open_hrmp_channel", 878, partial(with_openings, count=50)),
    ("session change opening 0 channels", 33, partial(with_session, count=0)),
    ("session change opening 10 channels", 51, partial(with_session, count=10)),
    ("session change opening 50 channels", 96, partial(with_session, count=50)),
)


def bench_blocks(ring: Ring, cases: tuple[Case, ...] = CASES, goal: str = GOAL) -> None:
    """One row for each kind of block."""
    taken = [[seconds(prepare(ring)) for _, _, prepare in cases] for _ in range(TURNS)]
    for (label, recorded, _), side in zip(cases, zip(*taken, strict=True), strict=True):
        ours = median(side)
        row(label, shown(ours), f"{recorded} ms", times(recorded / 1000 / ours), goal)


def bench_signatures() -> None:
    """What the signatures of the largest block cost; it is part of the block's time."""
    message = b"a message as long as what such an extrinsic has signed: some more than a hundred bytes" * 2
    signature, count = sr25519.sign(SUDO, message), max(CHANNELS)

    def work() -> None:
        for _ in range(count):
            assert verify_sr25519(signature, message, SUDO[0])

    row(f"{count} sr25519 signatures alone", shown(medians(work)[0]))


def bench_replay() -> None:
    """Recordings, as `crosslane conform` replays them: every step compared, every root checked."""
    scope = Scope.load()
    heading("Replay of recordings, with all comparisons", "blocks", "time", "blocks/s")
    for name in REPLAYED:
        recording = read(FIXTURES / name)
        assert recording.relay is not None
        assert replay(recording, scope).passed
        blocks = len(recording.relay.blocks)
        taken = medians(partial(replay, recording, scope))[0]
        row(name, str(blocks), shown(taken), f"{blocks / taken:.0f}")


def main() -> None:
    """Print the tables."""
    ring = Ring()
    check(ring)
    heading(
        "Relay chain blocks, with the state root; the real runtime was recorded elsewhere",
        "ours",
        "real",
        "faster",
        "goal",
    )
    bench_blocks(ring)
    bench_signatures()
    bench_replay()


if __name__ == "__main__":
    main()
