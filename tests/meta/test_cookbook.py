"""The cookbook's pages say what its tests do, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.meta import cookbook
from tests.meta.source_tree import report

every_recipe = pytest.mark.parametrize("recipe", cookbook.recipes(), ids=lambda recipe: recipe.stem)


def test_every_page_is_made_from_its_test() -> None:
    offenders = list(cookbook.stale())
    assert cookbook.recipes()
    assert not offenders, report("pages of docs/cookbook/ that `make docs` would write otherwise:", offenders)


@every_recipe
def test_a_recipe_has_a_title_an_introduction_and_steps(recipe: Path) -> None:
    page = cookbook.page(recipe)
    steps = page.split("\n## ")[1:]
    offenders = [step.partition("\n")[0] for step in steps if step.split("\n\n")[1].startswith("```")]

    assert cookbook.title(page)
    assert len(cookbook.introduction(page)) > 1
    assert len(steps) > 1
    assert not offenders, report(f"steps of {recipe.name} without words:", offenders)


RECIPE = '''"""How nothing is done.

Nothing is done. It stays so.
"""

# region: Begin
# With some words.
#
# And more.
value = 1
# endregion


def test_nothing() -> None:
    # region: End
    # With code.
    assert value

    # A comment of the code's own.
    assert value == 1
    # endregion
'''

PAGE = """# How nothing is done

Nothing is done. It stays so.

## Begin

With some words.

And more.

```python
value = 1
```

## End

With code.

```python
assert value

# A comment of the code's own.
assert value == 1
```

The whole of it is a test: [test_nothing.py](../../test_nothing.py).
"""


def written(folder: Path, text: str) -> Path:
    found = folder / "test_nothing.py"
    found.write_text(text, encoding="utf-8")
    return found


def test_what_is_between_markers_becomes_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cookbook, "ROOT", tmp_path)

    page = cookbook.page(written(tmp_path, RECIPE))

    assert page == PAGE
    assert cookbook.introduction(page) == "Nothing is done."


@pytest.mark.parametrize("marker", ["# region: Begin\n", "# endregion\n"])
def test_a_region_without_an_end_or_a_beginning_is_no_region(tmp_path: Path, marker: str) -> None:
    with pytest.raises(cookbook.Unpaired, match=r"test_nothing\.py"):
        cookbook.page(written(tmp_path, RECIPE.replace(marker, "", 1)))


def test_pages_are_written_and_old_ones_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cookbook, "PAGES", tmp_path / "pages")
    cookbook.write()
    assert list(cookbook.stale()) == []

    (tmp_path / "pages" / "old.md").write_text("# Old\n", encoding="utf-8")
    assert list(cookbook.stale()) == ["old.md"]
    cookbook.write()
    assert list(cookbook.stale()) == []
