"""A tree from sorted entries, in one pass.

Two neighbours in a sorted list share more of their path with each other than with most others: the nibble at
which they **part** is where the branch right above the later of the two ends. So the pass keeps the branches
that may still get children, outermost first. For each further key it completes those that end behind the
parting, then opens one that ends there if none does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from primitives.trie.layout import Value
from primitives.trie.tree import Branch, Leaf, Tree


def grow(keys: Sequence[bytes], values: Sequence[Value], depth: int) -> Tree:
    """The tree of these entries, beginning at `depth`. Keys ascend, and share all nibbles before `depth`."""
    roof = Branch(keys[0], 0, -1, None, [None] * 16)  # above all others, so that one is always open
    opened, innermost = [roof], roof
    tree: Tree = Leaf(keys[0], depth, values[0])
    for key, value, parted in zip(keys[1:], values[1:], partings(keys), strict=True):
        while innermost.end > parted:
            tree = _hang(tree, opened.pop())
            innermost = opened[-1]
        if innermost.end < parted:
            innermost = Branch(tree.path, 0, parted, None, [None] * 16)
            opened.append(innermost)
        _hang(tree, innermost)
        tree = Leaf(key, depth, value)
    while opened[-1] is not roof:
        tree = _hang(tree, opened.pop())
    tree.depth = depth
    return tree


def partings(keys: Sequence[bytes]) -> Iterator[int]:
    """For each key but the first: the nibble at which it parts from the one before it, or that one ends.

    Keys are compared as whole numbers, which Python does faster than nibble by nibble: the highest bit in
    which two of them differ tells how much they share.
    """
    before, before_bits = int.from_bytes(keys[0], "big"), len(keys[0]) << 3
    for key in keys[1:]:
        number, bits = int.from_bytes(key, "big"), len(key) << 3
        if bits == before_bits:
            yield bits - (before ^ number).bit_length() >> 2
        else:
            shared = min(bits, before_bits)
            difference = before >> before_bits - shared ^ number >> bits - shared
            yield shared - difference.bit_length() >> 2
        before, before_bits = number, bits


def _hang(tree: Tree, branch: Branch) -> Branch:
    """Put the tree below the branch, which is returned; a leaf that ends with it becomes its own entry."""
    end, path = branch.end, tree.path
    if len(path) << 1 == end and isinstance(tree, Leaf):
        branch.value = tree.value
    else:
        tree.depth = end + 1
        branch.children[path[end >> 1] & 15 if end & 1 else path[end >> 1] >> 4] = tree
    return branch
