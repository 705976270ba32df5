"""A relay chain of our own for tests: keys that sign, a state to start from, an author of blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import pytest
import sr25519
from ecdsa import SECP256k1, SigningKey
from ecdsa.util import sigencode_string
from ed25519_zebra import ed_from_seed, ed_sign
from typing_extensions import override

from pallets.system_items import AccountData, AccountInfo, EventRecord
from primitives.address import Id, MultiAddress
from primitives.candidates import InherentData
from primitives.errors import DispatchResult, InvalidBlock, InvalidTransaction
from primitives.extrinsic import (
    Ecdsa,
    Ed25519,
    Signature,
    Sr25519,
    encode_extra,
    encode_extrinsic,
    signed_payload,
)
from primitives.hashing import blake2_256
from primitives.header import NO_HASH, Digest, DigestItem, Header
from primitives.host_configuration import HostConfiguration
from primitives.ids import AccountId, Balance, BlockNumber, Hash
from primitives.pallet import RuntimeCall
from primitives.record import Record, replace
from primitives.storage.state import State
from primitives.trie.layout import StateVersion
from primitives.trie.trie import ordered_root
from primitives.weights import DispatchInfo, Pays, PostDispatchInfo
from runtime import paseo
from runtime.executive import outcome_bytes
from runtime.outside import Alone, Outside
from runtime.relay import Relay

UNIT = Balance(paseo.UNITS)
PLENTY = Balance(1_000 * UNIT)

MultiSignature = Ed25519 | Sr25519 | Ecdsa


class Key(Record):
    """An account that can sign."""

    account: AccountId
    sign: Callable[[bytes], MultiSignature]


def sr25519_key(name: str) -> Key:
    pair = sr25519.pair_from_seed(_seed(name))
    return Key(AccountId(pair[0]), lambda message: Sr25519(sr25519.sign(pair, message)))


def ed25519_key(name: str) -> Key:
    secret, public = ed_from_seed(_seed(name))
    return Key(AccountId(public), lambda message: Ed25519(ed_sign(secret, message)))


def ecdsa_key(name: str) -> Key:
    secret = SigningKey.from_string(_seed(name), SECP256k1)
    public = secret.verifying_key.to_string("compressed")

    def sign(message: bytes) -> Ecdsa:
        digest = blake2_256(message)
        raw = secret.sign_digest_deterministic(digest, sha256, sigencode_string)
        keys = secret.verifying_key.from_public_key_recovery_with_digest(raw, digest, SECP256k1, sha256)
        return Ecdsa(raw + bytes((keys.index(secret.verifying_key),)))

    return Key(AccountId(blake2_256(public)), sign)


def _seed(name: str) -> bytes:
    return blake2_256(b"crosslane test key " + name.encode())


ALICE, BOB, NOBODY = sr25519_key("Alice"), sr25519_key("Bob"), sr25519_key("somebody without an account")
EDDIE, CAROL = ed25519_key("Eddie"), ecdsa_key("Carol")


class Priced(Alone):
    """An outside with fees: a tenth of a millionth of a token for each byte, half of it back afterwards."""

    FEE_OF_BYTE = 1_000

    @override
    def fee(self, length: int, info: DispatchInfo) -> Balance:
        """What to withdraw."""
        return Balance(0 if info.pays_fee is Pays.No else length * self.FEE_OF_BYTE)

    @override
    def actual_fee(self, length: int, info: DispatchInfo, post: PostDispatchInfo) -> Balance:
        """What is due in the end."""
        free = Pays.No in (info.pays_fee, post.pays_fee)
        return Balance(0 if free else length * self.FEE_OF_BYTE // 2)


def remark(data: bytes = b"hello") -> RuntimeCall:
    return RuntimeCall("System", "remark_with_event", (data,))


def transfer(to: Key, amount: int) -> RuntimeCall:
    dest: MultiAddress = Id(to.account)
    return RuntimeCall("Balances", "transfer_allow_death", (dest, amount))


def sudo(call: RuntimeCall) -> RuntimeCall:
    return RuntimeCall("Sudo", "sudo", (call,))


def time_inherent(moment: int) -> RuntimeCall:
    return RuntimeCall("Timestamp", "set", (moment,))


def paras_inherent(parent: Header) -> RuntimeCall:
    return RuntimeCall("ParaInherent", "enter", (InherentData((), (), (), parent),))


def bare(call: RuntimeCall) -> bytes:
    """An extrinsic that nobody signed."""
    return encode_extrinsic(Relay.wire().codec(RuntimeCall).encode(call), None, Relay.extensions)


class Chain:
    """A relay chain with Alice (who has the sudo key), Bob, Eddie and Carol, and the head of it."""

    def __init__(self, outside: Outside | None = None) -> None:
        self.state, self.outside = State({}, StateVersion.V1), outside or Alone()
        self.relay = Relay(self.state, self.outside)
        for key in (ALICE, BOB, EDDIE, CAROL):
            data = AccountData(free=PLENTY)
            self.relay.system.account[key.account] = AccountInfo(providers=1, data=data)
        self.relay.balances.total_issuance.put(Balance(4 * PLENTY))
        self.relay.sudo.key.put(ALICE.account)
        self.relay.configuration.active_config.put(HostConfiguration())
        self.parent = Header(NO_HASH, 0, Hash(self.state.root()), NO_HASH, Digest())
        self.genesis_hash = self.parent.hash()
        self.time = 1_000_000

    # Signing.

    def sign(
        self, call: RuntimeCall, key: Key = ALICE, implicit: Mapping[str, bytes] | None = None, **values: Any
    ) -> bytes:
        """A signed extrinsic; `values` are those of the extensions, `implicit` replaces what is signed along
        with them. Without a nonce, it is the account's next."""
        values.setdefault("nonce", self.relay.system.account[key.account].nonce)
        data = Relay.wire().codec(RuntimeCall).encode(call)
        extra = encode_extra(values, Relay.extensions)
        known = self.implicit() | dict(implicit or {})
        signature = key.sign(signed_payload(data, extra, Relay.extensions, known.__getitem__))
        return encode_extrinsic(data, Signature(Id(key.account), signature, values), Relay.extensions)

    def implicit(self) -> dict[str, bytes]:
        version = paseo.VERSION
        return {
            "spec_version": version.spec_version.to_bytes(4, "little"),
            "transaction_version": version.transaction_version.to_bytes(4, "little"),
            "genesis_hash": self.genesis_hash,
            "mortality_checkpoint": self.genesis_hash,
            "metadata_hash": b"\x00",
        }

    # Making blocks.

    def next_header(self, *logs: DigestItem) -> Header:
        """What is known of the next block before it is made."""
        return Header(self.parent.hash(), self.parent.number + 1, NO_HASH, NO_HASH, Digest(logs))

    def inherents(self) -> tuple[bytes, bytes]:
        """The two extrinsics that the next block begins with."""
        return bare(time_inherent(self.time + 6_000)), bare(paras_inherent(self.parent))

    def open(self, *logs: DigestItem) -> None:
        """Start a block and put its inherents in."""
        self.relay.executive.initialize_block(self.next_header(*logs))
        for each in self.inherents():
            self.apply(each)

    def apply(self, extrinsic: bytes) -> DispatchResult:
        return self.relay.executive.apply_extrinsic(extrinsic)

    def outcome(self, extrinsic: bytes) -> bytes:
        return outcome_bytes(self.apply(extrinsic))

    def close(self) -> Header:
        """End the block; the next one builds on it."""
        self.parent, self.time = self.relay.executive.finalize_block(), self.time + 6_000
        return self.parent

    def block(
        self, *extrinsics: bytes, logs: tuple[DigestItem, ...] = ()
    ) -> tuple[Header, tuple[bytes, ...]]:
        """Make the next block with these behind the inherents: its header and all its extrinsics."""
        body = (*self.inherents(), *extrinsics)
        self.open(*logs)
        for each in extrinsics:
            self.apply(each)
        return self.close(), body

    def run_to(self, number: int) -> None:
        while self.parent.number < number:
            self.block()

    def twin(self) -> Relay:
        """The same chain as it stands now, for somebody else to go on with."""
        return Relay(self.state.fork(), type(self.outside)())

    # Looking.

    def events(self) -> tuple[Any, ...]:
        records: tuple[EventRecord, ...] = self.relay.system.events_.get()
        return tuple(record.event.event for record in records)

    def nonce(self, key: Key) -> int:
        return int(self.relay.system.account[key.account].nonce)

    def free(self, key: Key) -> int:
        return int(self.relay.system.account[key.account].data.free)

    def hash_of(self, number: int) -> bytes:
        return bytes(self.relay.system.block_hash[BlockNumber(number)])


def refusal(chain: Chain, extrinsic: bytes) -> bytes:
    """The bytes with which a chain refuses an extrinsic; fails if it does not, or leaves a trace."""
    before, root = chain.state.entries(), chain.state.root()
    with pytest.raises(InvalidTransaction) as caught:
        chain.apply(extrinsic)
    assert (chain.state.entries(), chain.state.root()) == (before, root)
    return outcome_bytes(caught.value)


def invalid_block(relay: Relay, header: Header, extrinsics: tuple[bytes, ...]) -> InvalidBlock:
    """Why a block is refused; fails if it is not, or leaves a trace."""
    before, root = relay.state.entries(), relay.state.root()
    with pytest.raises(InvalidBlock) as caught:
        relay.executive.execute_block(header, extrinsics)
    assert (relay.state.entries(), relay.state.root()) == (before, root)
    return caught.value


def claiming(header: Header, extrinsics: tuple[bytes, ...]) -> Header:
    """The header as it would be with these extrinsics."""
    root = ordered_root(extrinsics, StateVersion.V0)
    return replace(header, extrinsics_root=Hash(root))
