"""Storage items and errors are documented where they stand: the metadata takes its words from there.

The words are the string literal that follows the item or the enum member.
"""

from __future__ import annotations

import ast

from tests.meta.source_tree import classes, last_name, pallet_names, report, source_files, undocumented

NOT_STORAGE = ("ClassVar", "Final")


def storage_items(pallet: ast.ClassDef) -> set[str]:
    return {
        node.target.id
        for node in pallet.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        if not node.target.id.startswith("_") and last_name(node.annotation) not in NOT_STORAGE
    }


def test_every_storage_item_is_documented() -> None:
    pallets = pallet_names()
    offenders = [
        f"{name}:{line} {pallet.name}.{item}"
        for name in source_files("pallets")
        for pallet in classes(name)
        if pallet.name in pallets
        for item, line in undocumented(pallet.body)
        if item in storage_items(pallet)
    ]
    assert not offenders, report("storage items that no string literal follows:", offenders)


def test_every_error_is_documented() -> None:
    offenders = [
        f"{name}:{line} Error.{member}"
        for name in source_files("pallets")
        for error in classes(name)
        if error.name == "Error"
        for member, line in undocumented(error.body)
        if not member.startswith("_")
    ]
    assert not offenders, report("errors that no string literal follows:", offenders)
