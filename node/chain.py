"""The blocks of our own chain, and what its state was after each of the latest ones.

There is one author and no fork, so that a block may be called final whenever that is convenient. The states
lie side by side as tries that share what did not change between them; those of old blocks are dropped, and
at last the blocks are too. Genesis stays: its hash is part of every signature.
"""

from __future__ import annotations

from primitives.errors import Defect, InvalidBlock
from primitives.header import NO_HASH, Digest, Header
from primitives.ids import Hash
from primitives.record import Record
from primitives.storage.state import State
from primitives.trie.layout import EMPTY_ROOT
from primitives.trie.trie import HashedValue, Trie

STATES_KEPT = 256
"""Latest blocks whose state can still be read; as many as a Substrate node keeps.

Upstream: substrate/client/db/src/lib.rs `DEFAULT_PRUNING`
"""

BLOCKS_KEPT = 16_384
"""Latest blocks that are kept at all: about a day at one in six seconds."""


class UnknownBlock(LookupError):
    """There is no block with this hash, or no longer."""

    def __init__(self, block: bytes) -> None:
        super().__init__(f"no block 0x{block.hex()}")
        self.block = block


class StateDiscarded(UnknownBlock):
    """The block is known, its state no longer."""


class Block(Record):
    """A block: its header, its extrinsics as they came, and the header's hash."""

    header: Header
    extrinsics: tuple[bytes, ...]
    hash: Hash

    @property
    def number(self) -> int:
        """Blocks since genesis."""
        return self.header.number


def genesis_block(state: State) -> Block:
    """Block 0 over a state: no parent, no extrinsics.

    Upstream: substrate/client/chain-spec/src/genesis_block.rs `construct_genesis_block`
    """
    header = Header(NO_HASH, 0, Hash(state.root()), Hash(EMPTY_ROOT), Digest())
    return Block(header, (), header.hash())


class Chain:
    """A chain without forks, in memory."""

    def __init__(self, genesis: State, *, states: int = STATES_KEPT, blocks: int = BLOCKS_KEPT) -> None:
        self._most_states, self._most_blocks = states, blocks
        self.genesis = self.best = self.finalized = genesis_block(genesis)
        self._best_state = genesis
        self._blocks = {self.genesis.hash: self.genesis}
        self._hashes = {0: self.genesis.hash}
        self._tries = {self.genesis.hash: genesis.trie}

    def append(self, block: Block, state: State) -> None:
        """Make a block the best one, `state` being what it left; raises `InvalidBlock`.

        The state is the chain's from here on.
        """
        if block.header.parent_hash != self.best.hash:
            raise InvalidBlock("parent", self.best.hash, block.header.parent_hash)
        if block.header.state_root != state.root():
            raise InvalidBlock("state root", state.root(), block.header.state_root)

        self.best, self._best_state = block, state
        self._blocks[block.hash], self._hashes[block.number] = block, block.hash
        self._tries[block.hash] = state.trie
        self._forget(block.number)

    def finalize(self) -> bool:
        """Call the best block final; whether it was not yet."""
        was, self.finalized = self.finalized, self.best
        return was is not self.best

    def _forget(self, number: int) -> None:
        pruned = self._hashes.get(number - self._most_states)
        if pruned is not None:
            self._tries.pop(pruned, None)
        old = number - self._most_blocks
        if old > 0:
            self._blocks.pop(self._hashes.pop(old))

    def block(self, block_hash: bytes) -> Block | None:
        """The block of a hash."""
        return self._blocks.get(Hash(block_hash))

    def hash_at(self, number: int) -> Hash | None:
        """The hash of the block with a number."""
        return self._hashes.get(number)

    def trie(self, block_hash: bytes) -> Trie:
        """The state after a block, to be read; raises `UnknownBlock` or `StateDiscarded`."""
        found = self._tries.get(Hash(block_hash))
        if found is None:
            known = Hash(block_hash) in self._blocks
            raise StateDiscarded(block_hash) if known else UnknownBlock(block_hash)
        return found

    def value(self, key: bytes, block_hash: bytes) -> bytes | None:
        """What a key held after a block; raises `UnknownBlock` or `StateDiscarded`."""
        found = self.trie(block_hash).get(key)
        if isinstance(found, HashedValue):
            raise Defect(f"our own chain knows the value of 0x{key.hex()} by its hash only")
        return found

    def state(self, block_hash: bytes) -> State:
        """The state after a block, as one that may be written to; raises as `trie`."""
        if block_hash == self.best.hash:
            return self._best_state.fork()
        trie = self.trie(block_hash)
        return State(dict(trie.items()), trie.version)
