from __future__ import annotations

from node.devnet import ACCOUNTS, CONFIGURATION, ENDOWMENT, Devnet
from node.runtime_version import layout_of
from pallets.system import CODE
from primitives.header import HEADER
from primitives.host_configuration import inconsistency
from primitives.ids import ParaId, SessionIndex
from primitives.trie.layout import StateVersion
from runtime.relay import Relay
from tests.support.signing import KEYS


def relay() -> Relay:
    devnet = Devnet()
    return devnet.runtime(devnet.genesis())


def test_the_accounts_are_those_of_the_development_phrase() -> None:
    assert {name: KEYS[name].public_key for name in ("Alice", "Bob", "Charlie", "Dave")} == {
        name: key for name, key in ACCOUNTS.items() if name not in {"Eve", "Ferdie"}
    }


def test_every_account_is_endowed_and_alice_may_do_everything() -> None:
    world = relay()

    assert {world.balances.free_balance(who) for who in ACCOUNTS.values()} == {ENDOWMENT}
    assert world.sudo.key.get() == ACCOUNTS["Alice"]


def test_what_was_issued_is_what_accounts_hold() -> None:
    world = relay()

    held = sum(account.data.free for _, account in world.system.account.items())
    assert world.balances.total_issuance.get() == held


def test_two_parachains_have_heads() -> None:
    world = relay()

    assert world.paras.parachains.get() == (2000, 2001)
    assert HEADER.decode(world.paras.heads.get(ParaId(2000)) or b"").number == 0


def test_the_configuration_keeps_its_rules_and_is_in_force() -> None:
    world = relay()

    assert inconsistency(CONFIGURATION) is None
    assert world.configuration.active_config.get() == CONFIGURATION
    assert world.paras_shared.session_index() == SessionIndex(0)
    assert len(world.paras_shared.active_validator_keys.get()) == 2


def test_the_code_tells_its_version() -> None:
    assert layout_of(relay().state.get(CODE)) == (StateVersion.V1, "as paseo 2003001 states")
