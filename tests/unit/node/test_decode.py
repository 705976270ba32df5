"""Storage keys and values, by hand."""

from __future__ import annotations

import pytest

from node.cli import main
from node.decode import parse_hex, tree
from node.errors import UserError
from primitives.hashing import storage_prefix, twox_64_concat, twox_128
from primitives.mqc import EMPTY_HEAD as _UNUSED  # noqa: F401
from primitives.record import Record

Capture = pytest.CaptureFixture[str]
