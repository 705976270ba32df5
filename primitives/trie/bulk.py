"""A tree from sorted entries, in one pass.

Two neighbours in a sorted list share more of their path with each other than with most others: the nibble at which they
**part** is where the branch right above the later of the two ends. So the pass keeps the branches that may still get
children, outermost first. For each further key it completes those that end behind the parting, then opens one that ends
there if none does.
"""

from __future__ import annotations

from collections.abc import Sequence

from primitives.trie.layout import Value
from primitives.trie.tree import Branch, Leaf, Tree


def grow(keys: Sequence[bytes], values: Sequence[Value], depth: int) -> Tree:
    """The tree of these entries, beginning at `depth`. Keys ascend, and share all nibbles before `depth`."""
    opened: list[Branch] = []
    innermost = -1
    tree: Tree = Leaf(keys[0], depth, values[0])
    before, before_bits = int.from_bytes(keys[0], "big"), len(keys[0]) << 3
    for key, value in zip(keys[1:], values[1:], strict=True):
        number, bits = int.from_bytes(key, "big"), len(key) << 3
        parted = _parting(before, before_bits, number, bits)
        while innermost > parted:
            tree = _hang(tree, opened.pop())
            innermost = opened[-1].end if opened else -1
        if innermost == parted:
            _hang(tree, opened[-1])
        else:
            opened.append(_opened(tree, parted))
            innermost = parted
        tree = Leaf(key, depth, value)
        before, before_bits = number, bits
    while opened:
        tree = _hang(tree, opened.pop())
    tree.depth = depth
    return tree


def _parting(left: int, left_bits: int, right: int, right_bits: int) -> int:
    """The nibble at which two keys part, or the shorter one ends; keys as big-endian numbers."""
    if left_bits > right_bits:
        left >>= left_bits - right_bits
        left_bits = right_bits
    elif left_bits < right_bits:
        right >>= right_bits - left_bits
    return left_bits - (left ^ right).bit_length() >> 2


def _hang(tree: Tree, branch: Branch) -> Branch:
    """Make the tree a child of the branch, which is returned."""
    end, path = branch.end, tree.path
    tree.depth = end + 1
    branch.children[path[end >> 1] & 15 if end & 1 else path[end >> 1] >> 4] = tree
    return branch


def _opened(tree: Tree, end: int) -> Branch:
    """A branch that holds what was alone so far; a leaf that ends with it becomes its own entry."""
    branch = Branch(tree.path, 0, end, None, [None] * 16)
    if isinstance(tree, Leaf) and len(tree.path) << 1 == end:
        branch.value = tree.value
        return branch
    return _hang(tree, branch)
