"""The part of a relay chain that parachain candidates go through, on one state: real pallets all of them,
without the blocks, accounts and fees around. And candidates for it, backed by validators whose keys we hold.
"""

from __future__ import annotations

import sr25519

from pallets.balances_items import Preservation
from pallets.message_queue import MessageQueue, Outcome
from pallets.message_queue_items import (
    MessageQueueConstants,
    MessageQueueWeights,
    Overweight,
)
from pallets.relay.configuration import Configuration
from pallets.relay.dmp import Dmp
from pallets.relay.hrmp import Hrmp
from pallets.relay.inclusion import ParaInclusion
from pallets.relay.inclusion_items import (
    CORE_INDEX_BITS,
    backing_payload,
    bitfield_payload,
)
from pallets.relay.initializer import Initializer
from pallets.relay.paras import Paras
from pallets.relay.paras_inherent import ParaInherent
from pallets.relay.paras_items import ParaGenesisArgs, ParasConstants
from pallets.relay.scheduler import (
    WHOLE_CORE,
    AssignmentState,
    CoreDescriptor,
    ParaScheduler,
    PartsOf57600,
    Task,
    WorkState,
)
from pallets.relay.shared import ParasShared
from pallets.relay.upward import RelayDispatchQueues, UpwardQueues
from pallets.relay.xcm_notices import ChannelNotices
from pallets.system import System
from primitives.arithmetic import U64_MAX
from primitives.candidates import (
    AvailabilityBitfield,
    BackedCandidate,
    CandidateCommitments,
    CandidateDescriptorV2,
    CandidateHash,
    CommittedCandidateReceiptV2,
    Explicit,
    HeadData,
    Implicit,
    InherentData,
    UncheckedSignedAvailabilityBitfield,
    ValidationCode,
    ValidationCodeHash,
    ValidatorSignature,
)
from primitives.channels import HrmpChannel, HrmpChannelId, OutboundHrmpMessage
from primitives.errors import Defect
from primitives.hashing import blake2_256
from primitives.header import NO_HASH, Digest, Header
from primitives.host_configuration import HostConfiguration, SchedulerParams
from primitives.ids import (
    AccountId,
    Balance,
    BlockNumber,
    CoreIndex,
    Hash,
    ParaId,
    SessionIndex,
    ValidatorId,
    ValidatorIndex,
)
from primitives.origin import NoOrigin, ensure_root
from primitives.pallet import Frame, Pallet
from primitives.record import Record, replace
from primitives.storage.state import State
from primitives.validation import PersistedValidationData
from primitives.weights import ZERO_WEIGHT, Weight, WeightMeter
from runtime import paseo
from runtime.relay import Relay
from xcm.location import Location
from xcm.program import Xcm

WIRE = Relay.wire()
FREE = MessageQueueWeights(*[ZERO_WEIGHT] * len(MessageQueueWeights.__struct_fields__))
QUEUE = MessageQueueConstants(65_536, 8, Weight(1_000, 1_000), None)
LIGHT, HEAVY = Weight(100, 100), Weight(2_000, 2_000)
"""What a message needs, and what one needs that starts with `heavy`."""


class Others:
    """Stands in for the balances and for what makes blocks."""

    def burn_from(self, who: AccountId, amount: Balance, preservation: Preservation) -> Balance:
        raise Defect("nobody pays for anything here")

    def reserve(self, who: AccountId, value: Balance) -> None:
        raise Defect("nobody pays for anything here")

    def unreserve(self, who: AccountId, value: Balance) -> Balance:
        raise Defect("nobody paid for anything here")

    def wrap_version(self, dest: Location, program: Xcm) -> bytes | None:
        return None

    def randomness(self) -> bytes:
        return bytes(32)


def weight_of(message: bytes) -> Weight:
    """What a message needs: so much if it starts with `weight=N `."""
    if message.startswith(b"weight="):
        amount = int(message[7:].split(b" ")[0])
        return Weight(amount, amount)
    return HEAVY if message.startswith(b"heavy") else LIGHT


class InclusionChain:
    """The pallets, wired as on a relay chain; events and processed messages are kept in lists."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.frame = frame = Frame(state, WIRE)
        self.system = System(frame, paseo.SYSTEM)
        self.events: list[tuple[str, Record]] = []
        self.processed: list[tuple[bytes, Record]] = []
        frame.deposit = self._deposit
        self.shared = shared = ParasShared(frame)
        self.configuration = configuration = Configuration(frame, shared)
        changes, others = RelayDispatchQueues(frame, configuration), Others()
        self.message_queue = MessageQueue(frame, self, changes, QUEUE, FREE)
        self.queues = queues = UpwardQueues(self.message_queue)
        self.paras = paras = Paras(
            frame,
            self.system,
            configuration,
            shared,
            queues,
            others,
            ParasConstants(U64_MAX),
            cooldown_removal_multiplier=Balance(1),
        )
        self.dmp = dmp = Dmp(frame, self.system, configuration, paras)
        self.hrmp = hrmp = Hrmp(
            frame, self.system, configuration, paras, dmp, others, ChannelNotices(others), ensure_root
        )
        self.scheduler = scheduler = ParaScheduler(frame, configuration)
        self.inclusion = ParaInclusion(
            frame, self.system, configuration, shared, paras, dmp, hrmp, scheduler, queues
        )
        self.initializer = Initializer(
            frame, self.system, configuration, shared, paras, scheduler, self.inclusion, dmp, hrmp, others
        )
        self.inherent = ParaInherent(
            frame, self.system, configuration, shared, scheduler, self.inclusion, self.initializer
        )

    def _deposit(self, pallet: Pallet, event: Record, topics: tuple[bytes, ...]) -> None:
        assert topics == ()
        self.events.append((pallet.prefix, event))

    def process_message(self, message: bytes, origin: Record, meter: WeightMeter, id: Hash) -> Outcome:
        needed = weight_of(message)
        if not meter.try_consume(needed):
            return Outcome(id, Overweight(needed))
        self.processed.append((message, origin))
        return Outcome(id, True)


A, B, C = ParaId(2000), ParaId(2001), ParaId(2004)
"""Three parachains, on the cores 0, 1 and 2. In the order of their storage keys they come as B, A, C."""

SESSION = SessionIndex(3)
STATE_ROOT = Hash(b"\x07" * 32)
HEAD = HeadData(b"genesis head")
CODE = ValidationCode(b"validation code")
KEYS = [sr25519.pair_from_seed(bytes((number,)) * 32) for number in range(1, 7)]
GROUPS = tuple((ValidatorIndex(first), ValidatorIndex(first + 1)) for first in (0, 2, 4))

CONFIG = replace(
    HostConfiguration(),
    max_head_data_size=64,
    max_code_size=100,
    max_pov_size=1_000,
    max_downward_message_size=1_000,
    max_upward_queue_count=4,
    max_upward_queue_size=64,
    max_upward_message_size=16,
    max_upward_message_num_per_candidate=2,
    hrmp_max_message_num_per_candidate=2,
    minimum_backing_votes=2,
    max_relay_parent_session_age=0,
    validation_upgrade_cooldown=BlockNumber(5),
    validation_upgrade_delay=BlockNumber(4),
    scheduler_params=SchedulerParams(
        group_rotation_frequency=BlockNumber(10),
        paras_availability_period=BlockNumber(4),
        lookahead=2,
        num_cores=3,
    ),
)


class CandidateWorld(InclusionChain):
    """Three parachains on three cores, six validators in three groups, in the first block of a session."""

    def __init__(self, config: HostConfiguration = CONFIG) -> None:
        super().__init__(State())
        self.configuration.active_config.put(config)
        self.shared.current_session_index.put(SESSION)
        self.shared.active_validator_keys.put(tuple(ValidatorId(public) for public, _ in KEYS))
        self.scheduler.validator_groups.put(GROUPS)
        self.scheduler.session_start_block.put(BlockNumber(10))
        self.assign(A, B, C)
        for para in (A, B, C):
            self.paras.initialize_para_now(para, ParaGenesisArgs(HEAD, CODE, True))
        self.header = Header(NO_HASH, BlockNumber(9), STATE_ROOT, NO_HASH, Digest())
        self._begin(10)

    @property
    def now(self) -> BlockNumber:
        return self.system.number.get()

    def assign(self, *owners: ParaId) -> None:
        """Give the cores, from the first one on, to these parachains as a whole."""
        self.scheduler.core_descriptors.put(
            tuple((CoreIndex(core), whole_core(para)) for core, para in enumerate(owners))
        )

    def _begin(self, number: int) -> None:
        self.system.number.put(BlockNumber(number))
        self.parent = self.header.hash()
        self.system.parent_hash.put(self.parent)

    def next_block(self) -> None:
        """End this block, and begin the next one."""
        if self.inherent.included.exists():
            self.inherent.on_finalize(self.now)
        self.header = Header(self.parent, self.now, STATE_ROOT, NO_HASH, Digest())
        self._begin(self.now + 1)

    def open_channel(self, sender: ParaId, recipient: ParaId) -> None:
        """A channel for two messages of 8 bytes at most, free of charge."""
        channel = HrmpChannel(2, 16, 8, 0, 0, None, Balance(0), Balance(0))
        self.hrmp.hrmp_channels[HrmpChannelId(sender, recipient)] = channel
        for index, end, other in (
            (self.hrmp.hrmp_ingress_channels_index, recipient, sender),
            (self.hrmp.hrmp_egress_channels_index, sender, recipient),
        ):
            index[end] = tuple(sorted({*index[end], other}))

    def next_session(self) -> SessionIndex:
        """Go over to the next session, with the same validators; gives its index."""
        index = SessionIndex(self.shared.session_index() + 1)
        validators = tuple(ValidatorId(public) for public, _ in KEYS)
        self.initializer.apply_new_session(index, validators, validators)
        return index

    def data(
        self,
        *candidates: BackedCandidate,
        bitfields: tuple[UncheckedSignedAvailabilityBitfield, ...] = (),
    ) -> InherentData:
        """What the author of this block has to say."""
        return InherentData(bitfields, candidates, (), self.header)

    def enter(self, data: InherentData) -> None:
        """Run an inherent in a layer of its own, as a call is."""
        with self.state.layer():
            self.inherent.enter(NoOrigin(), data)

    def back(self, *candidates: BackedCandidate) -> None:
        """Back candidates in this block, and begin the next one."""
        self.enter(self.data(*candidates))
        self.next_block()

    def make_available(self, *cores: int, by: int = len(KEYS)) -> None:
        """The first validators say that they hold their pieces; then the next block begins."""
        self.enter(self.data(bitfields=self.bitfields(*cores, by=by)))
        self.next_block()

    def include(self, *candidates: BackedCandidate) -> None:
        """Back candidates and make them available: two blocks."""
        self.back(*candidates)
        self.make_available(*(each.candidate.descriptor.core_index for each in candidates))

    def bitfields(self, *cores: int, by: int = len(KEYS)) -> tuple[UncheckedSignedAvailabilityBitfield, ...]:
        """Bitfields of the first validators, for these cores."""
        bits = AvailabilityBitfield(tuple(core in cores for core in range(len(GROUPS))))
        return tuple(self.bitfield(validator, bits) for validator in range(by))

    def bitfield(
        self, validator: int, bits: AvailabilityBitfield, *, signed_by: int | None = None
    ) -> UncheckedSignedAvailabilityBitfield:
        """One validator's bitfield, perhaps signed by another."""
        payload = bitfield_payload(bits, self.shared.session_index(), self.parent)
        signature = sign(validator if signed_by is None else signed_by, payload)
        return UncheckedSignedAvailabilityBitfield(bits, ValidatorIndex(validator), signature)

    def descriptor(self, para: ParaId, commitments: CandidateCommitments) -> CandidateDescriptorV2:
        """Of a candidate on the block before, for the parachain's core."""
        head = self.inclusion.para_latest_head_data(para)
        assert head is not None
        max_pov_size = self.configuration.active_config.get().max_pov_size
        number = BlockNumber(self.now - 1)
        code_hash = self.paras.current_code_hash.get(para) or ValidationCodeHash(bytes(32))
        return CandidateDescriptorV2(
            para_id=para,
            relay_parent=self.parent,
            version=0,
            core_index=(A, B, C).index(para),
            session_index=SESSION,
            scheduling_session_offset=0,
            reserved1=bytes(24),
            persisted_validation_data_hash=PersistedValidationData(
                head, number, STATE_ROOT, max_pov_size
            ).hash(),
            pov_hash=NO_HASH,
            erasure_root=NO_HASH,
            scheduling_parent=NO_HASH,
            reserved2=bytes(32),
            para_head=Hash(blake2_256(commitments.head_data)),
            validation_code_hash=code_hash,
        )

    def candidate(self, para: ParaId, commitments: CandidateCommitments | None = None) -> BackedCandidate:
        """A candidate on the block before, backed by the whole group of its core."""
        out = commitments or self.outputs(para)
        return self.backed(CommittedCandidateReceiptV2(self.descriptor(para, out), out))

    def backed(self, candidate: CommittedCandidateReceiptV2) -> BackedCandidate:
        """A candidate with the votes of the whole group of its core; the first one proposed it."""
        core = CoreIndex(candidate.descriptor.core_index)
        group = self.scheduler.group_assigned_to_core(core, self.now) or 0
        proposer, other = GROUPS[group]
        votes = (
            Implicit(vote(proposer, candidate, Implicit)),
            Explicit(vote(other, candidate, Explicit)),
        )
        return BackedCandidate(candidate, votes, (True, True, *core_bits(core)))

    def outputs(
        self,
        para: ParaId,
        *,
        upward: tuple[bytes, ...] = (),
        across: tuple[tuple[ParaId, bytes], ...] = (),
        processed: int = 0,
        watermark: int | None = None,
        head: bytes | None = None,
        code: bytes | None = None,
    ) -> CandidateCommitments:
        """What a candidate on the block before puts out."""
        return CandidateCommitments(
            upward_messages=upward,
            horizontal_messages=tuple(OutboundHrmpMessage(to, data) for to, data in across),
            new_validation_code=None if code is None else ValidationCode(code),
            head_data=HeadData(b"head %d of %d" % (self.now, para) if head is None else head),
            processed_downward_messages=processed,
            hrmp_watermark=BlockNumber(self.now - 1 if watermark is None else watermark),
        )

    def told(self, kind: type[Record]) -> list[Record]:
        """The events of a kind, in order."""
        return [event for _, event in self.events if type(event) is kind]


def whole_core(para: ParaId) -> CoreDescriptor:
    """A core that belongs to one parachain alone."""
    state = AssignmentState(WHOLE_CORE, WHOLE_CORE)
    return CoreDescriptor(None, WorkState(((Task(para), state),), None, 0, PartsOf57600(57_600)))


def core_bits(core: int) -> tuple[bool, ...]:
    """The bits behind those of the voters."""
    return tuple(bool(core >> place & 1) for place in range(CORE_INDEX_BITS))


def sign(validator: int, payload: bytes) -> ValidatorSignature:
    return ValidatorSignature(sr25519.sign(KEYS[validator], payload))


def vote(
    validator: int, candidate: CommittedCandidateReceiptV2, kind: type[Implicit] | type[Explicit]
) -> ValidatorSignature:
    """A validator's signature for a candidate."""
    unsigned = kind(ValidatorSignature(bytes(64)))
    descriptor, name = candidate.descriptor, CandidateHash(candidate.hash())
    payload = backing_payload(unsigned, name, descriptor.session_index, descriptor.relay_parent)
    return sign(validator, payload)
