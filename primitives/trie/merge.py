"""Many changes at once: from one tree to the next, sharing all that did not change.

The changes come sorted, so those that go below one node are one stretch of the list. Going down, each node in
their way is **opened**: a copy that can be written to takes its place, and each child of it gets the stretch
that belongs to it. Where nothing is in the way, a new tree grows in bulk. Coming back, each opened node is
**closed**: it vanishes if nothing is left in it, gives way to its only child if nothing else is left, and
otherwise stays (as the node it was, if no change made a difference).

Both ways are loops over lists, parents first on the way down, so that a deep trie cannot exhaust the call
stack.
"""

from __future__ import annotations

from collections.abc import Mapping

from primitives.trie.bulk import grow
from primitives.trie.layout import Value
from primitives.trie.nibbles import common_nibbles, nibble_at
from primitives.trie.tree import Branch, Leaf, Tree, end_of, moved


class Merge:
    """One run over changes, `None` standing for removal; `tree` is the outcome.

    `gained` is how many entries it has more than the tree before, negative for fewer.
    """

    def __init__(self, tree: Tree | None, changes: Mapping[bytes, Value | None]) -> None:
        self.gained = 0
        self._keys = sorted(changes)
        self._values = [changes[key] for key in self._keys]
        self._waiting: list[tuple[Branch, int, Tree, int, int]] = []
        above: list[Tree | None] = [tree, *[None] * 15]
        roof = Branch(b"", 0, -1, None, above)
        if self._keys:
            self._place(roof, 0, 0, len(self._keys))
        self._run()
        self.tree = roof.children[0]

    def _run(self) -> None:
        """Open what is waiting until nothing is, then close in reverse: children before their parents."""
        opened: list[tuple[Branch, int, Branch, Tree]] = []
        while self._waiting:
            parent, nibble, tree, first, last = self._waiting.pop()
            branch = self._open(tree, first, last)
            opened.append((parent, nibble, branch, tree))
            self._spread(branch, first, last)
        for parent, nibble, branch, tree in reversed(opened):
            parent.children[nibble] = _closed(branch, tree)

    def _place(self, parent: Branch, nibble: int, first: int, behind: int) -> None:
        """Put changes `first` up to `behind` below a child: at once if nothing else is there, else later."""
        child = parent.children[nibble]
        if child is None:
            parent.children[nibble] = self._grow(first, behind, parent.end + 1)
        elif behind - first == 1 and isinstance(child, Leaf) and child.path == self._keys[first]:
            parent.children[nibble] = self._replace(child, self._values[first])
        else:
            self._waiting.append((parent, nibble, child, first, behind - 1))

    def _grow(self, first: int, behind: int, depth: int) -> Tree | None:
        """A tree of what the changes put in; there is nothing to remove."""
        keys, values = self._keys[first:behind], self._values[first:behind]
        put = [value for value in values if value is not None]
        if len(put) < len(values):
            keys = [key for key, value in zip(keys, values, strict=True) if value is not None]
        self.gained += len(put)
        return grow(keys, put, depth) if put else None

    def _replace(self, leaf: Leaf, value: Value | None) -> Leaf | None:
        if value is None:
            self.gained -= 1
            return None
        return leaf if leaf.value == value else Leaf(leaf.path, leaf.depth, value)

    def _open(self, tree: Tree, first: int, last: int) -> Branch:
        """A branch that ends where these changes and the tree part, or where one of them ends."""
        path, end = tree.path, end_of(tree)
        for key in (self._keys[first], self._keys[last]):
            end = common_nibbles(path, key, tree.depth, min(end, 2 * len(key)))
        if end < end_of(tree):
            branch = Branch(path, tree.depth, end, None, [None] * 16)
            branch.children[nibble_at(path, end)] = moved(tree, end + 1)
            return branch
        children: list[Tree | None] = tree.children.copy() if isinstance(tree, Branch) else [None] * 16
        return Branch(path, tree.depth, end, tree.value, children)

    def _spread(self, branch: Branch, first: int, last: int) -> None:
        """Give the branch the change that ends with it, and each child the changes below it."""
        keys, at, end = self._keys, first, branch.end
        if 2 * len(keys[at]) == end:
            self.gained += (self._values[at] is not None) - (branch.value is not None)
            branch.value = self._values[at]
            at += 1
        byte, shift = end >> 1, 0 if end & 1 else 4
        while at <= last:
            nibble = keys[at][byte] >> shift & 15
            begin = at
            at += 1
            while at <= last and keys[at][byte] >> shift & 15 == nibble:
                at += 1
            self._place(branch, nibble, begin, at)


def _closed(branch: Branch, before: Tree) -> Tree | None:
    """What is left of a branch; the tree that was in its place, if that is the same."""
    if isinstance(before, Branch) and branch.children == before.children and branch.value == before.value:
        return before
    left = 16 - branch.children.count(None)
    alone: Tree
    if left == 0:
        if branch.value is None:
            return None
        alone = Leaf(branch.key, branch.depth, branch.value)
    elif left == 1 and branch.value is None:
        alone = next(child for child in branch.children if child is not None)
    else:
        return branch
    return before if _is_copy(alone, before) else moved(alone, branch.depth)


def _is_copy(tree: Tree, before: Tree) -> bool:
    """Whether one is the other, but for its depth."""
    if isinstance(tree, Branch):
        return isinstance(before, Branch) and tree.children is before.children
    return isinstance(before, Leaf) and tree.path == before.path and tree.value == before.value
