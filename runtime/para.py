"""The recorded parachain: which pallets it has, under which indices.

It is Paseo's Bulletin chain. What is left out (the storing of data that the chain is there for, sessions, the
choice of authors) shows in what is asked of the `Outside`.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pallets.authorship import Authorship
from pallets.balances import Balances
from pallets.message_queue import MessageQueue
from pallets.para.aura import Aura
from pallets.para.aura_ext import AuraExt
from pallets.para.cumulus_xcm import CumulusXcm
from pallets.para.parachain_info import ParachainInfo
from pallets.para.parachain_system import ParachainSystem
from pallets.para.xcmp_queue import XcmpQueue
from pallets.sudo import Sudo
from pallets.system import System
from pallets.timestamp import Timestamp
from pallets.transaction_payment import TransactionPayment
from pallets.utility import Utility
from pallets.xcm_pallet import PolkadotXcm
from primitives.extrinsic import Extensions
from primitives.pallet import Pallet
from primitives.weights import Weight
from runtime import bulletin
from runtime.bulletin_call_weights import CALLS
from runtime.bulletin_pallets import PALLETS
from runtime.bulletin_weights import EXTENSIONS_WEIGHT
from runtime.call_weights import CallWeights
from runtime.parachain import ParachainRuntime
from xcm.responses import PalletInfo


class Para(ParachainRuntime):
    """The Bulletin chain over one state, which says which parachain it is."""

    indices: ClassVar[Mapping[type[Pallet], int]] = {
        System: 0,
        ParachainSystem: 1,
        Timestamp: 3,
        ParachainInfo: 4,
        Utility: 6,
        Balances: 10,
        TransactionPayment: 11,
        Authorship: 20,
        Aura: 23,
        AuraExt: 24,
        XcmpQueue: 30,
        PolkadotXcm: 31,
        CumulusXcm: 32,
        MessageQueue: 34,
        Sudo: 100,
    }
    extensions: ClassVar[Extensions] = bulletin.EXTENSIONS
    weights: ClassVar[CallWeights | None] = CALLS
    extensions_weight: ClassVar[Weight] = EXTENSIONS_WEIGHT
    known_pallets: ClassVar[tuple[PalletInfo, ...]] = PALLETS
