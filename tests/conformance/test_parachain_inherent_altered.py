"""Whatever is changed in what a recorded block was shown, the block is refused, and for the right reason.

Each inherent of some recordings is altered in every place: each node of the relay chain's proof, each
message down or across, whole or as a hash, is dropped, told twice, bent, moved in time, given another sender,
or changes places with its neighbour. What the inherent alone cannot judge is listed at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from pallets.para.inbound_messages import BasicParachainInherentData, HashedMessage, InboundMessagesData
from primitives.candidates import HeadData
from primitives.channels import InboundDownwardMessage, InboundHrmpMessage
from primitives.errors import InvalidBlock
from primitives.ids import BlockNumber, Hash, ParaId
from primitives.origin import NoOrigin
from primitives.record import replace
from tests.conformance.test_parachain_system_recorded import DIGEST, OURS, Moment, moments_of
from tests.support.altered import altered, bent, swapped
from tests.support.para_recordings import apply, inherent_arguments

RECORDINGS = ("para_abridged", "para_dmp", "para_hrmp", "para_unincluded", "para_stale")
PROOF = "relay chain state proof"
DOWN = "downward queue head after the messages given"
ACROSS = (
    "head of the channel from ",
    "horizontal message by arrival and sender",
    "sender of a horizontal message",
)


class Shown(NamedTuple):
    """What a block is shown: the two arguments of the inherent."""

    data: BasicParachainInherentData
    messages: InboundMessagesData

    def over(self, root: Hash) -> Shown:
        given = replace(self.data.validation_data, relay_parent_storage_root=root)
        return self._replace(data=replace(self.data, validation_data=given))

    def at(self, number: BlockNumber) -> Shown:
        given = replace(self.data.validation_data, relay_parent_number=number)
        return self._replace(data=replace(self.data, validation_data=given))

    def with_nodes(self, nodes: tuple[bytes, ...]) -> Shown:
        proof = replace(self.data.relay_chain_state, trie_nodes=nodes)
        return self._replace(data=replace(self.data, relay_chain_state=proof))


def inherents(name: str) -> Iterator[tuple[Moment, Shown]]:
    """Each accepted inherent of a recording, with the chain as it was before."""
    for moment in moments_of(name, "apply_extrinsic"):
        if moment.step.call == "ParachainSystem.set_validation_data":
            with moment.chain.state.frame() as given:
                changes = (each for each in moment.step.changes if not each[0].startswith((*OURS, DIGEST)))
                apply(moment.chain.state, changes)
                yield moment, Shown(*inherent_arguments(moment.step.input))
                given.discard()


def verdict(moment: Moment, shown: Shown) -> str:
    """Why the block is refused, or that it is not; the state is as before."""
    pallet, state = moment.chain.parachain_system, moment.chain.state
    try:
        with state.frame() as attempt:
            pallet.set_validation_data(NoOrigin(), *shown)
            attempt.discard()
    except InvalidBlock as refusal:
        return str(refusal)
    return "accepted"


def wrongly_judged(
    name: str, changes: Callable[[Shown], Iterator[Shown]], reasons: tuple[str, ...]
) -> list[str]:
    """The verdicts that are no refusal for one of these reasons; there must be some that are."""
    verdicts = [verdict(moment, copy) for moment, shown in inherents(name) for copy in changes(shown)]
    assert verdicts
    return [found for found in verdicts if not any(reason in found for reason in reasons)]


def with_other_nodes(shown: Shown) -> Iterator[Shown]:
    """Nodes are a set: told twice they are no others."""
    nodes = shown.data.relay_chain_state.trie_nodes
    for other in altered(nodes, bent):
        if set(other) != set(nodes):
            yield shown.with_nodes(other)


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_node_of_the_relay_chain_proof_is_needed_as_it_is(name: str) -> None:
    assert wrongly_judged(name, with_other_nodes, (PROOF,)) == []


def with_other_downward(shown: Shown) -> Iterator[Shown]:
    messages, down = shown.messages, shown.messages.downward_messages
    for full in (*altered(down.full_messages, other_downward), *swapped(down.full_messages)):
        yield shown._replace(messages=replace(messages, downward_messages=replace(down, full_messages=full)))
    for hashed in (*altered(down.hashed_messages, other_hash), *swapped(down.hashed_messages)):
        yield shown._replace(
            messages=replace(messages, downward_messages=replace(down, hashed_messages=hashed))
        )


def other_downward(message: InboundDownwardMessage) -> Iterator[InboundDownwardMessage]:
    yield from (replace(message, msg=other) for other in bent(message.msg))
    yield from (replace(message, sent_at=at) for at in (message.sent_at - 1, message.sent_at + 1))


def other_hash(message: HashedMessage) -> Iterator[HashedMessage]:
    yield replace(message, msg_hash=Hash(bytes(32)))
    yield from (replace(message, sent_at=at) for at in (message.sent_at - 1, message.sent_at + 1))


@pytest.mark.parametrize("name", ["para_abridged", "para_dmp"])
def test_every_message_down_is_needed_as_it_is(name: str) -> None:
    assert wrongly_judged(name, with_other_downward, (DOWN,)) == []


def with_other_horizontal(shown: Shown) -> Iterator[Shown]:
    messages, across = shown.messages, shown.messages.horizontal_messages
    for full in (*altered(across.full_messages, other_horizontal), *swapped(across.full_messages)):
        yield shown._replace(
            messages=replace(messages, horizontal_messages=replace(across, full_messages=full))
        )


def other_horizontal(sent: tuple[ParaId, InboundHrmpMessage]) -> Iterator[tuple[ParaId, InboundHrmpMessage]]:
    sender, message = sent
    yield from ((sender, replace(message, data=other)) for other in bent(message.data))
    yield from ((sender, replace(message, sent_at=at)) for at in (message.sent_at - 1, message.sent_at + 1))
    yield ParaId(sender + 1), message


@pytest.mark.parametrize("name", ["para_hrmp", "para_congestion", "random_para_3"])
def test_every_message_across_is_needed_as_it_is(name: str) -> None:
    assert wrongly_judged(name, with_other_horizontal, ACROSS) == []


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_relay_parent_with_another_root_is_refused(name: str) -> None:
    def changes(shown: Shown) -> Iterator[Shown]:
        root = shown.data.validation_data.relay_parent_storage_root
        yield from (shown.over(Hash(other)) for other in bent(root) if len(other) == len(root))

    assert wrongly_judged(name, changes, (PROOF,)) == []


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_relay_parent_before_the_last_one_is_refused(name: str) -> None:
    for moment, shown in inherents(name):
        last = moment.chain.parachain_system.last_relay_chain_block_number.get()
        said = verdict(moment, shown.at(BlockNumber(last - 1))) if last else "it is the first block"

        assert said.startswith("relay parent number: expected at least" if last else "it is the first block")


def unjudged(shown: Shown) -> Iterator[Shown]:
    data, given = shown.data, shown.data.validation_data
    nodes = data.relay_chain_state.trie_nodes
    yield shown.at(BlockNumber(given.relay_parent_number + 1))
    yield shown._replace(data=replace(data, validation_data=replace(given, parent_head=HeadData(b"other"))))
    yield shown._replace(data=replace(data, validation_data=replace(given, max_pov_size=1)))
    yield shown.with_nodes(tuple(reversed(nodes)))
    yield shown.with_nodes((*nodes, nodes[0]))


def test_what_the_inherent_does_not_judge() -> None:
    """Number and head the relay chain compares when it has the block checked; the size of a witness it
    measures itself. The nodes of a proof are a set.
    """
    verdicts = {
        verdict(moment, copy) for moment, shown in inherents("para_unincluded") for copy in unjudged(shown)
    }

    assert verdicts == {"accepted"}
