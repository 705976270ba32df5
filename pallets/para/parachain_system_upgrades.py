"""New code for a parachain.

A parachain cannot change its code alone: the relay chain has to know it beforehand, as it is what it checks
the parachain's blocks with. So new code is **stored** first and announced with the block; the relay chain
looks at it for a while and gives its word, go ahead or abort, which a later block reads off the relay
parent. Only then is the code put in force, or dropped. A block whose parents are not included yet sees the
same word that a parent acted on, and leaves it at that.

Upstream: cumulus/pallets/parachain-system/src/lib.rs
"""

from __future__ import annotations

from pallets.para.parachain_system_items import (
    Error,
    ValidationFunctionApplied,
    ValidationFunctionDiscarded,
    ValidationFunctionStored,
)
from pallets.para.parachain_system_storage import ParachainSystemStorage
from pallets.para.relay_state import RelayChainStateProof
from pallets.system import System
from primitives.errors import DispatchError, InvalidBlock, ensure
from primitives.ids import BlockNumber
from primitives.validation import UpgradeGoAhead


def schedule_code_upgrade(storage: ParachainSystemStorage, code: bytes) -> None:
    """Store new code and announce it with this block.

    The block must have been shown the relay chain (ValidationDataNotAvailable), which must take new code now
    (ProhibitedByPolkadot); no other code may wait (OverlappingUpgrades), and this one may not be too long
    (HostConfigurationNotAvailable, TooBig).

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::schedule_code_upgrade`
    """
    ensure(storage.validation_data.exists(), Error.ValidationDataNotAvailable)
    ensure(storage.upgrade_restriction_signal.get() is None, Error.ProhibitedByPolkadot)
    ensure(not storage.pending_validation_code.exists(), Error.OverlappingUpgrades)
    config = storage.host_configuration.get()
    if config is None:
        raise DispatchError(Error.HostConfigurationNotAvailable)
    ensure(len(code) <= config.max_code_size, Error.TooBig)

    storage.new_validation_code.put(code)
    storage.did_set_validation_code.put(True)
    storage.pending_validation_code.put(code)
    storage.deposit_event(ValidationFunctionStored())


def take_signals(
    storage: ParachainSystemStorage,
    system: System,
    proof: RelayChainStateProof,
    relay_parent_number: BlockNumber,
) -> None:
    """Read the relay chain's word on new code, act on it unless a parent did, and keep it for this block.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::set_validation_data`
    """
    signal = proof.read_upgrade_go_ahead_signal()
    segment = storage.aggregated_unincluded_segment.get()
    acted_on = None if segment is None else segment.consumed_go_ahead_signal
    if acted_on is not None and signal is not acted_on:
        raise InvalidBlock("upgrade go-ahead signal", f"{acted_on}, as a parent saw it", signal)
    if acted_on is None and signal is not None:
        _act_on(storage, system, signal, relay_parent_number)
    storage.upgrade_restriction_signal.put(proof.read_upgrade_restriction_signal())
    storage.upgrade_go_ahead.put(signal)


def _act_on(
    storage: ParachainSystemStorage, system: System, signal: UpgradeGoAhead, number: BlockNumber
) -> None:
    if signal is UpgradeGoAhead.Abort:
        storage.pending_validation_code.kill()
        storage.deposit_event(ValidationFunctionDiscarded())
        return
    if not storage.pending_validation_code.exists():
        raise InvalidBlock("upgrade go-ahead signal", "none, as no new code waits", signal)
    system.update_code_in_storage(storage.pending_validation_code.take())
    storage.deposit_event(ValidationFunctionApplied(number))
