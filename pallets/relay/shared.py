"""What all parachain pallets go by: the session, its validators, the blocks that candidates may build on.

A change of the parachains' world takes effect two sessions after it was asked for (`scheduled_session`), so
that every node sees it coming for one full session at least.

A candidate names two blocks of the relay chain. Its **relay parent** is the one in whose context it runs;
such parents are remembered by session, for as many sessions as the configuration says. Its **scheduling
parent** is the one that gave it a core; of these only the latest few of the current session count, each with
the **claim queue** as it stood: which parachain may use which core next, and which after that.

Upstream: polkadot/runtime/parachains/src/shared.rs, polkadot/runtime/parachains/src/initializer.rs
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from primitives.arithmetic import U32_MAX, saturating_add, saturating_sub
from primitives.chacha import shuffle
from primitives.host_configuration import HostConfiguration
from primitives.ids import BlockNumber, CoreIndex, Hash, ParaId, SessionIndex, ValidatorId, ValidatorIndex
from primitives.pallet import BLAKE2_128_CONCAT, TWOX_64_CONCAT, Pallet, item
from primitives.record import Record, replace
from primitives.scale.codec import U8
from primitives.storage.views import Map, Value

SESSION_DELAY = 2
"""Sessions between asking for a change and its taking effect.

Upstream: polkadot/runtime/parachains/src/shared.rs `SESSION_DELAY`
"""

ClaimQueue = Mapping[CoreIndex, Sequence[ParaId]]
"""For each core: the parachains that may use it, the next one first."""

TransposedClaimQueue = tuple[tuple[ParaId, tuple[tuple[U8, tuple[CoreIndex, ...]], ...]], ...]
"""For each parachain, for each place in the queues (0 is next): the cores. Everything ascending."""


class SessionChangeNotification(Record):
    """What a new session brings; every parachain pallet is told.

    Upstream: polkadot/runtime/parachains/src/initializer.rs `SessionChangeNotification`
    """

    validators: tuple[ValidatorId, ...]
    """The active ones, in the session's order."""

    queued: tuple[ValidatorId, ...]
    """Those of the session after, as far as known."""

    prev_config: HostConfiguration
    new_config: HostConfiguration
    """The same as the previous one where nothing changes."""

    random_seed: Hash
    session_index: SessionIndex


class SchedulingParentInfo(Record):
    """A block that may have given a candidate its core.

    Upstream: polkadot/runtime/parachains/src/shared.rs `SchedulingParentInfo`
    """

    scheduling_parent: Hash
    claim_queue: TransposedClaimQueue


class RelayParentInfo(Record):
    """A block in whose context a candidate may run.

    Upstream: polkadot/primitives/src/vstaging/mod.rs `RelayParentInfo`
    """

    number: BlockNumber
    state_root: Hash


class AllowedSchedulingParentsTracker(Record):
    """The scheduling parents that count, the oldest first.

    Upstream: polkadot/runtime/parachains/src/shared.rs `AllowedSchedulingParentsTracker`
    """

    buffer: tuple[SchedulingParentInfo, ...] = ()

    latest_number: BlockNumber = BlockNumber(0)
    """The number of the newest; says nothing while the buffer is empty."""

    def update(
        self, scheduling_parent: Hash, claim_queue: ClaimQueue, number: BlockNumber, max_ancestry_len: int
    ) -> AllowedSchedulingParentsTracker:
        """With one more parent, and without the oldest ones beyond `max_ancestry_len`; a known parent
        changes nothing.

        Upstream: polkadot/runtime/parachains/src/shared.rs `AllowedSchedulingParentsTracker::update`
        """
        if any(info.scheduling_parent == scheduling_parent for info in self.buffer):
            return self
        newest = SchedulingParentInfo(scheduling_parent, transpose_claim_queue(claim_queue))
        buffer = (*self.buffer, newest)
        return AllowedSchedulingParentsTracker(buffer[max(len(buffer) - max_ancestry_len, 0) :], number)

    def acquire_info(self, scheduling_parent: Hash) -> tuple[SchedulingParentInfo, BlockNumber] | None:
        """What is known of a scheduling parent, and its number; None if it does not count.

        Upstream: polkadot/runtime/parachains/src/shared.rs `AllowedSchedulingParentsTracker::acquire_info`
        """
        for age, info in enumerate(reversed(self.buffer)):
            if info.scheduling_parent == scheduling_parent:
                return info, BlockNumber(self.latest_number - age)
        return None


class ParasShared(Pallet, prefix="ParasShared"):
    """The session and what it allows.

    Upstream: polkadot/runtime/parachains/src/shared.rs `Pallet`
    """

    current_session_index: Value[SessionIndex] = item(default=0)
    """The session that this block belongs to."""

    active_validator_indices: Value[tuple[ValidatorIndex, ...]] = item(default=())
    """The validators that take part in parachain consensus, by their place among all validators."""

    active_validator_keys: Value[tuple[ValidatorId, ...]] = item(default=())
    """Their keys, in the same order."""

    allowed_scheduling_parents: Value[AllowedSchedulingParentsTracker] = item(
        default=AllowedSchedulingParentsTracker()
    )
    """The blocks that may have given a candidate its core."""

    allowed_relay_parents: Map[tuple[SessionIndex, Hash], RelayParentInfo] = item(
        hashers=(TWOX_64_CONCAT, BLAKE2_128_CONCAT)
    )
    """The blocks in whose context a candidate may run, by session and hash."""

    oldest_relay_parent_session: Value[SessionIndex] = item(default=0)
    """The oldest session of which relay parents are still remembered."""

    minimum_relay_parent_number: Map[SessionIndex, BlockNumber]
    """The number of a session's first relay parent."""

    def session_index(self) -> SessionIndex:
        """The current session.

        Upstream: polkadot/runtime/parachains/src/shared.rs `CurrentSessionIndex`
        """
        return self.current_session_index.get()

    def scheduled_session(self) -> SessionIndex:
        """The session in which a change asked for now takes effect.

        Upstream: polkadot/runtime/parachains/src/shared.rs `Pallet::scheduled_session`
        """
        return SessionIndex(saturating_add(self.session_index(), SESSION_DELAY, U32_MAX))

    def initializer_on_new_session(
        self,
        session_index: SessionIndex,
        random_seed: Hash,
        new_config: HostConfiguration,
        all_validators: tuple[ValidatorId, ...],
    ) -> tuple[ValidatorId, ...]:
        """Begin a session: forget the scheduling parents, choose and shuffle the active validators. Gives
        their keys.

        The number of the latest scheduling parent stays; the next block overwrites it.

        Upstream: polkadot/runtime/parachains/src/shared.rs `Pallet::initializer_on_new_session`
        """
        order = shuffle([ValidatorIndex(place) for place in range(len(all_validators))], random_seed)
        active = order if new_config.max_validators is None else order[: new_config.max_validators]
        keys = tuple(all_validators[index] for index in active)

        tracker = self.allowed_scheduling_parents.get()
        self.allowed_scheduling_parents.put(replace(tracker, buffer=()))
        self.current_session_index.put(session_index)
        self.active_validator_indices.put(active)
        self.active_validator_keys.put(keys)
        return keys

    def new_block(
        self,
        parent: Hash,
        claim_queue: ClaimQueue,
        number: BlockNumber,
        *,
        max_ancestry_len: int,
        storage_root: Hash,
        session: SessionIndex,
        max_relay_parent_session_age: int,
    ) -> None:
        """Allow the parent of this block, of the given number, as scheduling parent and relay parent; forget
        the relay parents of sessions older than `max_relay_parent_session_age`.

        Upstream: polkadot/runtime/parachains/src/shared.rs `Pallet::new_block`
        """
        tracker = self.allowed_scheduling_parents.get()
        updated = tracker.update(parent, claim_queue, number, max_ancestry_len)
        self.allowed_scheduling_parents.put(updated)
        self.allowed_relay_parents[session, parent] = RelayParentInfo(number, storage_root)
        if session not in self.minimum_relay_parent_number:
            self.minimum_relay_parent_number[session] = number
        self._forget_before(SessionIndex(saturating_sub(session, max_relay_parent_session_age)))

    def _forget_before(self, oldest_allowed: SessionIndex) -> None:
        """Never moves back: when the allowed age grows, what is gone stays gone."""
        oldest_stored = self.oldest_relay_parent_session.get()
        if oldest_allowed <= oldest_stored:
            return
        for expired in map(SessionIndex, range(oldest_stored, oldest_allowed)):
            self.allowed_relay_parents.clear_beginning(expired)
            self.minimum_relay_parent_number.remove(expired)
        self.oldest_relay_parent_session.put(oldest_allowed)

    def get_relay_parent_info(self, session: SessionIndex, relay_parent: Hash) -> RelayParentInfo | None:
        """What is known of a relay parent of that session; None if it is not allowed.

        Upstream: polkadot/runtime/parachains/src/shared.rs `Pallet::get_relay_parent_info`
        """
        return self.allowed_relay_parents.get((session, relay_parent))

    def get_minimum_relay_parent_number(self) -> BlockNumber | None:
        """The number of the oldest relay parent allowed; None before the first block of a session.

        Upstream: polkadot/runtime/parachains/src/shared.rs `Pallet::get_minimum_relay_parent_number`
        """
        return self.minimum_relay_parent_number.get(self.oldest_relay_parent_session.get())


def transpose_claim_queue(claim_queue: ClaimQueue) -> TransposedClaimQueue:
    """The claim queue seen from the parachains.

    Upstream: polkadot/primitives/src/v9/mod.rs `transpose_claim_queue`
    """
    cores: dict[ParaId, dict[int, list[CoreIndex]]] = {}
    for core in sorted(claim_queue):
        for depth, para in enumerate(claim_queue[core]):
            cores.setdefault(para, {}).setdefault(depth, []).append(core)
    return tuple(
        (para, tuple((depth, tuple(found)) for depth, found in sorted(by_depth.items())))
        for para, by_depth in sorted(cores.items())
    )
