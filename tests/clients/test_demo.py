"""`crosslane demo` as a user sees it."""

from __future__ import annotations

import pytest

from node.cli import main


def test_the_demo_opens_a_channel_and_proves_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo"]) == 0

    told = capsys.readouterr().out
    assert "Hrmp.HrmpChannelForceOpened" in told
    assert "channel      2000 -> 2001" in told
    assert "state root vouches" in told
