"""The bytes of the programs that the relay chain sends by itself."""

from __future__ import annotations

import pytest

from xcm.notifications import (
    HrmpChannelAccepted,
    HrmpChannelClosing,
    HrmpNewChannelOpenRequest,
    Notification,
    subscribe_version,
    versioned,
)

PROGRAMS: list[tuple[Notification, str]] = [
    (HrmpNewChannelOpenRequest(sender=2001, max_message_size=8, max_capacity=2), "04 07 451f 20 08"),
    (HrmpNewChannelOpenRequest(1000, 102_400, 1000), "04 07 a10f 02400600 a10f"),
    (HrmpChannelAccepted(recipient=2003), "04 08 4d1f"),
    (HrmpChannelClosing(initiator=2003, sender=2001, recipient=2003), "04 09 4d1f 451f 4d1f"),
]


@pytest.mark.parametrize("version", [3, 4, 5])
@pytest.mark.parametrize(("notification", "program"), PROGRAMS)
def test_a_notification_is_a_program_of_one_instruction(
    notification: Notification, program: str, version: int
) -> None:
    assert versioned(notification, version) == bytes((version,)) + bytes.fromhex(program)


@pytest.mark.parametrize("version", [0, 2, 6])
def test_other_versions_cannot_be_written(version: int) -> None:
    with pytest.raises(ValueError, match=f"not {version}"):
        versioned(HrmpChannelAccepted(1), version)


def test_asking_for_a_version_is_a_program_without_a_version_in_front() -> None:
    assert subscribe_version(64).hex(" ", 1) == "04 1a 01 01 00 00"
