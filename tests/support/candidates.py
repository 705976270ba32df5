"""The part of a relay chain that parachain candidates go through, on one state: real pallets all of them,
without the blocks, accounts and fees around.
"""

from __future__ import annotations

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
from pallets.relay.initializer import Initializer
from pallets.relay.paras import Paras
from pallets.relay.paras_inherent import ParaInherent
from pallets.relay.paras_items import ParaGenesisArgs, ParasConstants
from pallets.relay.scheduler import (
    ParaScheduler,
)
from pallets.relay.shared import ParasShared
from pallets.relay.upward import RelayDispatchQueues, UpwardQueues
from pallets.relay.xcm_notices import ChannelNotices
from pallets.system import System
from primitives.arithmetic import U64_MAX
from primitives.candidates import (
    BackedCandidate,
    HeadData,
    InherentData,
    UncheckedSignedAvailabilityBitfield,
    ValidationCode,
)
from primitives.channels import HrmpChannel, HrmpChannelId
from primitives.errors import Defect
from primitives.header import NO_HASH, Digest, Header
from primitives.host_configuration import HostConfiguration, SchedulerParams
from primitives.ids import (
    AccountId,
    Balance,
    BlockNumber,
    Hash,
    ParaId,
    SessionIndex,
    ValidatorIndex,
)
from primitives.origin import NoOrigin, ensure_root
from primitives.pallet import Frame, Pallet
from primitives.record import Record, replace
from primitives.storage.state import State
from primitives.weights import ZERO_WEIGHT, Weight, WeightMeter
from runtime import paseo
from runtime.relay import Relay
from tests.support.backing import KEYS, VALIDATORS, A, B, C, Candidates
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


SESSION = SessionIndex(3)
STATE_ROOT = Hash(b"\x07" * 32)
HEAD = HeadData(b"genesis head")
CODE = ValidationCode(b"validation code")
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


class CandidateWorld(InclusionChain, Candidates):
    """Three parachains on three cores, six validators in three groups, in the first block of a session."""

    def __init__(self, config: HostConfiguration = CONFIG) -> None:
        super().__init__(State())
        self.configuration.active_config.put(config)
        self.shared.current_session_index.put(SESSION)
        self.shared.active_validator_keys.put(VALIDATORS)
        self.scheduler.validator_groups.put(GROUPS)
        self.scheduler.session_start_block.put(BlockNumber(10))
        self.assign(A, B, C)
        for para in (A, B, C):
            self.paras.initialize_para_now(para, ParaGenesisArgs(HEAD, CODE, True))
        self.header = Header(NO_HASH, BlockNumber(9), STATE_ROOT, NO_HASH, Digest())
        self._begin(10)

    def _begin(self, number: int) -> None:
        self.system.number.put(BlockNumber(number))
        self.parent, self.parent_root = self.header.hash(), STATE_ROOT
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
        self.initializer.apply_new_session(index, VALIDATORS, VALIDATORS)
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

    def told(self, kind: type[Record]) -> list[Record]:
        """The events of a kind, in order."""
        return [event for _, event in self.events if type(event) is kind]
