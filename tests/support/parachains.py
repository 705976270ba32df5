"""A whole relay chain with parachains that have cores, and validators who vote for them.

What a parachain puts out goes the whole way: into a candidate, which is backed in one block and included in
the next.
"""

from __future__ import annotations

from typing import Any

from typing_extensions import override

from primitives.candidates import InherentData
from primitives.errors import AcceptanceError
from primitives.header import Header
from primitives.host_configuration import HostConfiguration, SchedulerParams
from primitives.ids import Balance, BlockNumber, Hash, ParaId, SessionIndex, sovereign_account
from primitives.record import Record, replace
from runtime.paseo import UNITS
from tests.support.backing import VALIDATORS, A, B, C, Candidates
from tests.support.worlds import HRMP, World

PARACHAINS = replace(
    HRMP,
    max_head_data_size=64,
    max_code_size=100,
    max_pov_size=1_000,
    max_upward_queue_count=200,
    max_upward_queue_size=20_000,
    max_upward_message_size=1_000,
    max_upward_message_num_per_candidate=100,
    minimum_backing_votes=2,
    minimum_validation_upgrade_delay=BlockNumber(5),
    hrmp_sender_deposit=Balance(10 * UNITS),
    hrmp_recipient_deposit=Balance(10 * UNITS),
    scheduler_params=SchedulerParams(
        group_rotation_frequency=BlockNumber(10),
        paras_availability_period=BlockNumber(4),
        lookahead=3,
        num_cores=3,
    ),
)
"""Small channels, as upstream tests them with, and room for a hundred upward messages."""

ENDOWMENT = 1_000 * UNITS


class ParachainWorld(World, Candidates):
    """Three parachains with money and a core each, in the middle of the first block."""

    def __init__(self, config: HostConfiguration = PARACHAINS) -> None:
        World.__init__(self, config)
        relay = self.relay
        self.shared, self.scheduler = relay.paras_shared, relay.para_scheduler
        self.inclusion, self.message_queue = relay.para_inclusion, relay.message_queue
        self.validators = VALIDATORS
        self._putting_out: dict[ParaId, dict[str, Any]] = {}
        self._available: tuple[int, ...] = ()
        for para in (A, B, C):
            self.add_para(para)
            self.endow(sovereign_account(para), ENDOWMENT)
        self.initializer.on_new_session(SessionIndex(0), VALIDATORS, VALIDATORS)
        self.assign(A, B, C)
        self.open_first_block()
        self.events()

    @override
    def inherent_data(self, parent: Header) -> InherentData:
        """Candidates of the parachains that have something to put out, and who holds which pieces."""
        self.parent, self.parent_root = parent.hash(), Hash(parent.state_root)
        wanted, self._putting_out = self._putting_out, {}
        available, self._available = self._available, ()
        candidates = (self.candidate(para, self.outputs(para, **wanted[para])) for para in sorted(wanted))
        bitfields = self.bitfields(*available) if available else ()
        return InherentData(bitfields, tuple(candidates), (), parent)

    def include(self, para: ParaId, **outputs: Any) -> None:
        """Have a candidate that puts this out backed in the next block, and go on to the middle of the one
        that includes it.
        """
        self._putting_out = {para: outputs}
        self.next_block()
        self._available = ((A, B, C).index(para),)
        self.next_block()

    def fault(self, para: ParaId, **outputs: Any) -> Record | None:
        """Why a candidate on this block could not put this out; None if it could."""
        out = self.outputs(para, **{"watermark": self.now, **outputs})
        try:
            self.inclusion.check_validation_outputs(para, self.now, out)
        except AcceptanceError as error:
            return error.reason
        return None
