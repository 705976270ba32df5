"""The recorded steps in which a chain's XCM pallet did something, with what it had stored before.

Only the pallet's own entries are kept from step to step. Messages that leave, and programs that run, are not
ours to judge here: a router and an executor play back what the events of the step tell of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace as changed
from pathlib import Path
from typing import Any, get_args

from node.conform.recording import Block, Chain, Change, Step, read
from pallets.balances_items import RuntimeHoldReason
from pallets.system import System
from pallets.xcm_pallet import PolkadotXcm, XcmPallet
from pallets.xcm_pallet_aliases import HeldDeposit, linear_price
from pallets.xcm_pallet_events import (
    Attempted,
    Event,
    FeesPaid,
    Sent,
    VersionNotifyRequested,
    VersionNotifyStarted,
    VersionNotifyUnrequested,
)
from pallets.xcm_pallet_items import AUTHORIZE_ALIAS, Error
from primitives.hashing import twox_128
from primitives.ids import LOWEST_PUBLIC_ID, AccountId, BlockNumber
from primitives.pallet import RuntimeCall
from primitives.record import Record, tag_of
from primitives.scale.derive import PLAIN
from primitives.scale.errors import DecodeError
from primitives.storage.state import State
from primitives.weights import ZERO_WEIGHT, Weight
from tests.support.xcm_pallet_world import ParaChain, SmallChain, plain_config
from tests.support.xcm_world import World
from xcm import errors
from xcm.asset import Asset, Assets
from xcm.errors import Complete, InstructionError, NotStarted, Outcome, SendError
from xcm.executor import Executed
from xcm.failures import NotSent
from xcm.holding import Holding
from xcm.junctions import GlobalConsensus, Parachain, Polkadot
from xcm.location import HERE, PARENT, Location
from xcm.origins import ensure_xcm_origin, first_location, signed_to_account
from xcm.program import Xcm
from xcm.traits import FeeReason

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
FOLDERS = ("relay", "para", "random/relay", "random/para", "world", "random/world")
FILES = {path.name.partition(".")[0]: path for folder in FOLDERS for path in (FIXTURES / folder).glob("*.xz")}

SENDINGS = (Sent, VersionNotifyRequested, VersionNotifyStarted, VersionNotifyUnrequested)

TRUSTED_BY_RELAY = {(Parachain(id),) for id in (1000, 1001, 1002, 1004, 1005, 1111)}
"""Upstream: paseo-network/runtimes relay/paseo/src/xcm_config.rs `TrustedTeleporters`"""

PALLETS: Mapping[str, tuple[type[XcmPallet], int]] = {"relay": (XcmPallet, 99), "para": (PolkadotXcm, 31)}


def chains_of(name: str) -> list[tuple[str, Chain]]:
    """The chains of a recording, each with the side it is on."""
    recording = read(FILES[name])
    paras = [("para", chain) for _, chain in recording.paras]
    return paras if recording.relay is None else [("relay", recording.relay), *paras]


class Moment(Record):
    """One step: what the pallet had stored before, what it changed, and what it told."""

    side: str
    block: Block
    step: Step
    before: dict[bytes, bytes]
    changes: tuple[Change, ...]
    events: tuple[Record, ...]


def moments(name: str) -> Iterator[Moment]:
    """The steps of a recording in which the XCM pallet of a chain did something or was called."""
    for side, chain in chains_of(name):
        pallet = PALLETS[side][0]
        prefix = twox_128(pallet.prefix.encode())
        stored = {key: value for key, value in chain.before.items() if key.startswith(prefix)}
        for block in chain.blocks:
            _apply(stored, block.forced, prefix)
            before_block = dict(stored)
            for step in block.steps:
                mine = tuple(change for change in step.changes if change[0].startswith(prefix))
                events = tuple(events_of(side, step.events))
                if mine or events or pallet.prefix in step.call:
                    yield Moment(side, block, step, dict(stored), mine, events)
                _apply(stored, mine, prefix)
            if block.refused is not None:
                stored = before_block


def _apply(stored: dict[bytes, bytes], changes: tuple[Change, ...], prefix: bytes) -> None:
    for key, value in changes:
        if key.startswith(prefix):
            stored.pop(key, None)
            if value is not None:
                stored[key] = value


def events_of(side: str, records: tuple[bytes, ...]) -> Iterator[Record]:
    """The pallet's events among encoded `EventRecord`s."""
    for record in records:
        at = 5 if record[0] == 0 else 1
        if record[at] == PALLETS[side][1]:
            yield PLAIN.codec(Event).decode_at(record, at + 1)[0]


class Player:
    """The pallet on what was stored before a step, with a way out and an executor that repeat the step."""

    def __init__(self, moment: Moment) -> None:
        self.moment, self.side = moment, moment.side
        self.chain = (ParaChain if self.side == "para" else SmallChain)(State(), _config(self.side))
        for key, value in moment.before.items():
            self.chain.state.set(key, value)
        self.pallet = self.chain.xcm
        self.chain.system.number.put(BlockNumber(moment.block.number))
        self.config = changed(
            World().executor.config, sender=self, fees=self, is_teleporter=self.is_teleporter
        )
        self.pallet.bind(self)
        self.telling: Any = None
        """The event that is to come next, where several could."""

    # What the step did.

    def changes(self) -> dict[bytes, bytes | None]:
        """The pallet's entries that differ now from before the step."""
        prefix = twox_128(self.pallet.prefix.encode())
        now = {key: self.chain.state.get(key) for key in self.chain.state.keys(prefix)}
        keys = now.keys() | self.moment.before.keys()
        return {key: now.get(key) for key in keys if now.get(key) != self.moment.before.get(key)}

    def events(self) -> tuple[Record, ...]:
        system: System = self.chain.system
        return tuple(each.event.event for each in system.events_.get() if each.event.pallet != "System")

    def call(self) -> tuple[AccountId, RuntimeCall]:
        """Who signed the extrinsic, and the call of the pallet in it, which is what it ends with."""
        encoded, index = self.moment.step.input, PALLETS[self.side][1]
        codec = self.chain.wire().codec(RuntimeCall)
        start = encoded.index(b"\x84\x00") + 2
        for at in range(start + 32, len(encoded)):
            if encoded[at] != index:
                continue
            try:
                return AccountId(encoded[start : start + 32]), codec.decode(encoded[at:])
            except DecodeError:
                continue
        raise AssertionError(f"no call of {self.pallet.prefix} in {encoded.hex()}")

    def _told(self, *kinds: type[Record]) -> list[Any]:
        return [event for event in self.moment.events if isinstance(event, kinds)]

    # The executor.

    def prepare_and_execute(
        self, origin: Location, program: Xcm, message_id: bytes, weight_limit: Weight, weight_credit: Weight
    ) -> Executed:
        attempted = self._told(Attempted)
        return Executed(attempted[0].outcome if attempted else self._failed(), message_id)

    def _failed(self) -> Outcome:
        """How a program ended whose event was undone with the call."""
        module = bytes.fromhex(self.moment.step.result["error"]["Module"]["error"][2:])
        if module[0] != Error.LocalExecutionIncompleteWithError.value:
            return Complete(ZERO_WEIGHT)
        kind = next(arm for arm in get_args(errors.Error) if tag_of(arm) == module[2])
        return NotStarted(InstructionError(module[1], kind(*(ZERO_WEIGHT for _ in kind.__struct_fields__))))

    def charge_fees(self, origin: Location, fees: Assets) -> None:
        assert self._told(FeesPaid)[0].paying == origin

    # The way out, and who pays.

    def validate(self, destination: Location, message: Xcm) -> tuple[Any, Assets]:
        """Goes out if the step tells of it, for the price and under the id that it tells."""
        told = [self.telling] if self.telling is not None else self._told(*SENDINGS)
        sent = next((event for event in told if event.destination == destination), None)
        if sent is None or self.pallet.wrap_version(destination, message) is None:
            raise NotSent(SendError.Transport)
        paid = self._told(FeesPaid)
        return sent.message_id, (paid[0].fees if paid else getattr(sent, "cost", ()))

    def deliver(self, ticket: Any) -> bytes:
        message_id: bytes = ticket
        return message_id

    def is_waived(self, origin: Location | None, reason: FeeReason) -> bool:
        return origin == HERE

    def handle_fee(self, fee: Holding, context: Any, reason: FeeReason) -> None:
        raise AssertionError("fees are taken by the executor that is played here")

    def is_teleporter(self, asset: Asset, place: Location) -> bool:
        """The chain's token, between the relay chain and system chains."""
        if self.side == "relay":
            return asset.id == HERE and place.interior in TRUSTED_BY_RELAY
        match place:
            case Location(1, (Parachain(id),)):
                return asset.id == PARENT and id < LOWEST_PUBLIC_ID
            case _:
                return asset.id == PARENT and place == PARENT


class NothingHeld:
    """Holds are the Balances pallet's matter."""

    def hold(self, reason: RuntimeHoldReason, who: AccountId, amount: int) -> None:
        assert reason == RuntimeHoldReason(PALLETS["para"][1], AUTHORIZE_ALIAS)


def _config(side: str) -> Any:
    universal = (GlobalConsensus(Polkadot()), *((Parachain(1010),) if side == "para" else ()))
    signed = ensure_xcm_origin(signed_to_account(Polkadot()))
    held: Any = NothingHeld()
    reason = RuntimeHoldReason(PALLETS["para"][1], AUTHORIZE_ALIAS)
    deposit: Any = HeldDeposit(held, reason, linear_price(2_000_000_000, 100_000))
    plain = plain_config()
    return changed(
        plain,
        constants=plain.constants.__class__(universal, 5, 8, 0),
        send_origin=ensure_xcm_origin(first_location()) if side == "para" else signed,
        execute_origin=signed,
        consideration=deposit if side == "para" else plain.consideration,
        migration_weight=ZERO_WEIGHT,
    )
