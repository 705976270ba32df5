"""Where a parachain finds things in the relay chain's state."""

from __future__ import annotations

import pytest

from primitives import relay_keys
from primitives.channels import HrmpChannelId
from primitives.ids import ParaId

PARA = ParaId(2000)
HASHED = "63f5a4efb16ffa83d0070000"
"""The parachain's number behind its hash."""

HRMP = "6a0da05ca59913bc38a8630590f2627c"
PARAS = "cd710b30bd2eab0352ddcc26417aa194"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (relay_keys.CURRENT_SLOT, "1cb6f36e027abb2091cfb5110ab5087f06155b3cd9a8c9e5e9a23fd5dc13a5ed"),
        (relay_keys.ACTIVE_CONFIG, "06de3d8a54d27e44a9d5ce189618f22db4b49d95320d9021994c850f25b8e385"),
        (relay_keys.para_head(PARA), PARAS + "1b3c252fcb29d88eff4f3de5de4476c3" + HASHED),
        (relay_keys.upgrade_go_ahead_signal(PARA), PARAS + "9e94c040f5e73d9b7addd6cb603d15d3" + HASHED),
        (relay_keys.upgrade_restriction_signal(PARA), PARAS + "f27bbb460270642b5bcaf032ea04d56a" + HASHED),
        (
            relay_keys.dmq_mqc_head(PARA),
            "63f78c98723ddc9073523ef3beefda0c4d7fefc408aac59dbfe80a72ac8e3ce5" + HASHED,
        ),
        (relay_keys.hrmp_ingress_channel_index(PARA), HRMP + "1d3719f5b0b12c7105c073c507445948" + HASHED),
        (relay_keys.hrmp_egress_channel_index(PARA), HRMP + "f12b746dcf32e843354583c9702cc020" + HASHED),
        (
            relay_keys.hrmp_channels(HrmpChannelId(PARA, ParaId(2001))),
            HRMP + "b6604cff828a6e3f579ca6c59ace013d" + "a159e4ea9f4ac743" + "d0070000d1070000",
        ),
        (
            relay_keys.relay_dispatch_queue_size(PARA),
            "f5207f03cfdce586301014700e2c2593fad157e461d71fd4c1f936839a5f1f3e" + HASHED,
        ),
        (
            relay_keys.relay_dispatch_queue_remaining_capacity(PARA),
            b":relay_dispatch_queue_remaining_capacity".hex() + "d0070000",
        ),
    ],
)
def test_keys_are_as_they_always_were(key: bytes, expected: str) -> None:
    assert key.hex() == expected


def test_what_is_to_be_proved_follows_the_channels() -> None:
    keys = relay_keys.keys_to_prove(PARA, (ParaId(1),), (ParaId(2), ParaId(3)))

    assert len(keys) == len(set(keys)) == 10 + 3
    assert relay_keys.hrmp_channels(HrmpChannelId(ParaId(1), PARA)) in keys
    assert relay_keys.hrmp_channels(HrmpChannelId(PARA, ParaId(3))) in keys
