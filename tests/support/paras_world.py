"""Paras with its neighbours, block by block and session by session, for tests."""

from __future__ import annotations

import sr25519

from pallets.balances_items import Preservation
from pallets.relay.configuration import Configuration
from pallets.relay.paras import Paras
from pallets.relay.paras_items import (
    CONSENSUS_LOG,
    POLKADOT_ENGINE_ID,
    ConsensusLog,
    ParaGenesisArgs,
    ParasConstants,
)
from pallets.relay.paras_votes import (
    PvfCheckStatement,
    UpgradeStrategy,
)
from pallets.relay.shared import ParasShared, SessionChangeNotification
from primitives.arithmetic import U64_MAX
from primitives.candidates import (
    HeadData,
    ValidationCode,
    ValidationCodeHash,
    ValidatorSignature,
    code_hash_of,
)
from primitives.errors import DispatchError, Token, TokenError
from primitives.hashing import twox_128
from primitives.header import Consensus, DigestItem
from primitives.host_configuration import HostConfiguration
from primitives.ids import (
    AccountId,
    Balance,
    BlockNumber,
    Hash,
    ParaId,
    SessionIndex,
    ValidatorId,
    ValidatorIndex,
)
from primitives.origin import NoOrigin
from primitives.pallet import Frame, Pallet, item
from primitives.record import Record, replace
from primitives.storage.state import State
from primitives.storage.views import Value

A, B, C = ParaId(2000), ParaId(2001), ParaId(2002)
ALICE = AccountId(b"\x01" * 32)
HEAD = HeadData(b"head")
OLD, NEW, OTHER = (ValidationCode(b"validation code " + name) for name in (b"old", b"new", b"other"))
NEW_HASH = code_hash_of(NEW)

KEYS = [sr25519.pair_from_seed(bytes((number,)) * 32) for number in range(4)]
VALIDATORS = tuple(ValidatorId(public) for public, _ in KEYS)

CONFIG = replace(
    HostConfiguration(),
    max_code_size=100,
    code_retention_period=BlockNumber(10),
    pvf_voting_ttl=SessionIndex(3),
    validation_upgrade_cooldown=BlockNumber(20),
    validation_upgrade_delay=BlockNumber(7),
    minimum_validation_upgrade_delay=BlockNumber(3),
)


class Block(Pallet, prefix="System"):
    """The block being made, and what was put in its digest."""

    number: Value[BlockNumber] = item(default=0)

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.logs: list[DigestItem] = []

    def deposit_log(self, entry: DigestItem) -> None:
        self.logs.append(entry)


class Queues:
    """How many upward messages wait, by para."""

    def __init__(self) -> None:
        self.waiting: dict[ParaId, int] = {}

    def message_count(self, para: ParaId) -> int:
        return self.waiting.get(para, 0)


class Purse:
    """One account's money, and what was burnt of it."""

    def __init__(self) -> None:
        self.left = 100

    def burn_from(self, who: AccountId, amount: Balance, preservation: Preservation) -> Balance:
        if who != ALICE or amount > self.left:
            raise DispatchError(Token(TokenError.FundsUnavailable))
        self.left -= amount
        return amount


class World:
    """Paras with its neighbours: four validators, blocks and sessions one at a time."""

    def __init__(self) -> None:
        self.state = State()
        frame = Frame(self.state)
        self.events: list[Record] = []
        frame.deposit = lambda pallet, event, topics: self.events.append(event)
        self.block, self.queues, self.purse = Block(frame), Queues(), Purse()
        self.logs = self.block.logs
        self.shared = ParasShared(frame)
        self.configuration = Configuration(frame, self.shared)
        self.configuration.active_config.put(CONFIG)
        self.shared.active_validator_keys.put(VALIDATORS)
        self.paras = Paras(
            frame,
            self.block,
            self.configuration,
            self.shared,
            self.queues,
            self.purse,
            ParasConstants(U64_MAX),
            cooldown_removal_multiplier=Balance(3),
        )

    def run_to(self, number: int) -> None:
        while self.block.number.get() < number:
            now = BlockNumber(self.block.number.get() + 1)
            self.block.number.put(now)
            self.paras.initializer_initialize(now)
            self.paras.initializer_finalize(now)

    def begin_session(self) -> tuple[ParaId, ...]:
        index = SessionIndex(self.shared.session_index() + 1)
        self.shared.current_session_index.put(index)
        seed = Hash(bytes(32))
        return self.paras.initializer_on_new_session(
            SessionChangeNotification(VALIDATORS, VALIDATORS, CONFIG, CONFIG, seed, index)
        )

    def add(self, para: ParaId, *, code: ValidationCode = OLD, parachain: bool = True) -> None:
        self.paras.initialize_para_now(para, ParaGenesisArgs(HEAD, code, parachain))

    def vote(self, voter: int, *, accept: bool = True, subject: ValidationCodeHash = NEW_HASH) -> None:
        index = self.shared.session_index()
        statement = PvfCheckStatement(accept, subject, index, ValidatorIndex(voter))
        self.paras.include_pvf_check_statement(NoOrigin(), statement, signed(statement, voter))

    def ask_for_new_code(self, para: ParaId) -> None:
        self.paras.schedule_code_upgrade_external(para, NEW, UpgradeStrategy.SetGoAheadSignal)

    def entries(self, pallet: str) -> dict[bytes, object]:
        prefix = twox_128(pallet.encode())
        return {key: value for key, value in self.state.entries().items() if key.startswith(prefix)}


def signed(statement: PvfCheckStatement, voter: int) -> ValidatorSignature:
    return ValidatorSignature(sr25519.sign(KEYS[voter], statement.signing_payload()))


def digest(log: ConsensusLog) -> DigestItem:
    return Consensus(POLKADOT_ENGINE_ID, CONSENSUS_LOG.encode(log))


def genesis(code: ValidationCode = NEW, *, parachain: bool = True) -> ParaGenesisArgs:
    return ParaGenesisArgs(HEAD, code, parachain)
