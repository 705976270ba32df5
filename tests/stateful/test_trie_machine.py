"""Tries against dictionaries: many versions side by side, each of which stays what it was."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from primitives.trie.oracle import slow_root
from primitives.trie.proof import prove, read_proof
from primitives.trie.trie import StateVersion, Trie
from tests.support.trie_shapes import changes, keys, values, versions

World = dict[bytes, bytes]
Block = tuple[Trie, World]


class TrieMachine(RuleBasedStateMachine):
    """Blocks on forks: each is a trie with the dictionary it has to equal."""

    blocks = Bundle("blocks")

    def __init__(self) -> None:
        super().__init__()
        self.version = StateVersion.V0
        self.made: list[Block] = []

    def note(self, trie: Trie, world: World) -> Block:
        self.made.append((trie, world))
        return trie, world

    @initialize(target=blocks, version=versions)
    def genesis(self, version: StateVersion) -> Block:
        self.version = version
        return self.note(Trie.empty(version), {})

    @rule(target=blocks, parent=blocks, changes=changes)
    def child(self, parent: Block, changes: dict[bytes, bytes | None]) -> Block:
        trie, world = parent
        merged = world | changes
        return self.note(
            trie.apply(changes), {key: value for key, value in merged.items() if value is not None}
        )

    @rule(target=blocks, parent=blocks, value=values, share=st.integers(1, 3))
    def child_with_changed_values(self, parent: Block, value: bytes, share: int) -> Block:
        trie, world = parent
        changes = dict.fromkeys(list(world)[::share], value)
        return self.note(trie.apply(changes), world | changes)

    @rule(target=blocks, parent=blocks, prefix=keys)
    def child_without_a_prefix(self, parent: Block, prefix: bytes) -> Block:
        trie, world = parent
        left = {key: value for key, value in world.items() if not key.startswith(prefix)}
        return self.note(trie.apply(dict.fromkeys(trie.keys(prefix))), left)

    @rule(block=blocks)
    def root(self, block: Block) -> None:
        trie, world = block
        assert trie.root == slow_root(world, self.version)

    @rule(block=blocks, asked=st.sets(keys, min_size=1, max_size=3))
    def proof(self, block: Block, asked: set[bytes]) -> None:
        trie, world = block
        assert read_proof(trie.root, prove(trie, asked), asked) == {key: world.get(key) for key in asked}

    @rule(block=blocks, key=keys)
    def next_key(self, block: Block, key: bytes) -> None:
        trie, world = block
        assert trie.next_key(key) == min((found for found in world if found > key), default=None)

    @invariant()
    def every_block_is_what_it_was(self) -> None:
        assert [dict(trie.items()) for trie, _ in self.made] == [world for _, world in self.made]
        assert [len(trie) for trie, _ in self.made] == [len(world) for _, world in self.made]


TestTrieMachine = TrieMachine.TestCase
TestTrieMachine.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
