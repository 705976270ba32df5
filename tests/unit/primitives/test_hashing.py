"""The hash functions against published digests, and storage prefixes against those of real chains."""

from __future__ import annotations

import pytest

from primitives.hashing import (
    HASHERS,
    blake2_128,
    blake2_128_concat,
    blake2_256,
    identity,
    storage_prefix,
    twox_64,
    twox_64_concat,
    twox_128,
    twox_256,
)


@pytest.mark.parametrize(
    ("data", "digest"),
    [
        (b"", "99e9d85137db46ef4bbea33613baafd56f963c64b1f3685a4eb4abd67ff6203a"),
        (b"Hello world!", "b27dfd7f223f177f2a13647b533599af0c07f68bda23d96d059da2b451a35a74"),
    ],
)
def test_twox(data: bytes, digest: str) -> None:
    assert twox_64(data).hex() == digest[:16]
    assert twox_128(data).hex() == digest[:32]
    assert twox_256(data).hex() == digest


def test_blake2() -> None:
    assert blake2_256(b"").hex() == "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"
    assert blake2_256(b"abc").hex() == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"
    assert blake2_128(b"").hex() == "cae66941d9efbd404e4d88758ea67670"


def test_a_shorter_digest_is_no_prefix_of_the_longer() -> None:
    assert not blake2_256(b"abc").startswith(blake2_128(b"abc"))


def test_concat_hashers_end_with_the_key() -> None:
    para = (2000).to_bytes(4, "little")
    assert twox_64_concat(para) == twox_64(para) + para
    assert blake2_128_concat(para) == blake2_128(para) + para
    assert identity(para) == para


def test_the_key_of_a_para_as_relay_chains_have_it() -> None:
    assert twox_64_concat((1000).to_bytes(4, "little")).hex() == "b6ff6f7d467b87a9e8030000"


def test_hashers_are_found_by_upstreams_name() -> None:
    assert sorted(HASHERS) == [
        "Blake2_128",
        "Blake2_128Concat",
        "Blake2_256",
        "Identity",
        "Twox128",
        "Twox256",
        "Twox64Concat",
    ]
    assert HASHERS["Blake2_128Concat"] == (blake2_128_concat, 16)
    assert HASHERS["Twox64Concat"] == (twox_64_concat, 8)
    assert HASHERS["Twox256"] == (twox_256, None)


def test_the_prefix_of_a_pallet() -> None:
    assert twox_128(b"System").hex() == "26aa394eea5630e07c48ae0c9558cef7"


@pytest.mark.parametrize(
    ("pallet", "item", "prefix"),
    [
        ("System", "Account", "26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9"),
        ("Configuration", "ActiveConfig", "06de3d8a54d27e44a9d5ce189618f22db4b49d95320d9021994c850f25b8e385"),
        (
            "ParasShared",
            "CurrentSessionIndex",
            "b341e3a63e58a188839b242d17f8c9f8b5cab3380174032968897a4c3ce57c0a",
        ),
        (
            "ParasShared",
            "ActiveValidatorIndices",
            "b341e3a63e58a188839b242d17f8c9f82586833f834350b4d435d5fd269ecc8b",
        ),
        ("ParaInclusion", "V1", "196e027349017067f9eb56e2c4d9ded594d373b60dded722a8c2fa795bda8971"),
        ("ParaInherent", "Included", "42b50b77ef717947e7043bb52127d665e2b2d1966457295060d0b3c7e44dca63"),
        ("Paras", "Heads", "cd710b30bd2eab0352ddcc26417aa1941b3c252fcb29d88eff4f3de5de4476c3"),
        ("Dmp", "DownwardMessageQueues", "63f78c98723ddc9073523ef3beefda0ca95dac46c07a40d91506e7637ec4ba57"),
        ("Dmp", "DeliveryFeeFactor", "63f78c98723ddc9073523ef3beefda0ce01f8c2b84fb2d18d7fc8f8b89fa3899"),
        ("Hrmp", "HrmpChannels", "6a0da05ca59913bc38a8630590f2627cb6604cff828a6e3f579ca6c59ace013d"),
        ("Hrmp", "HrmpWatermarks", "6a0da05ca59913bc38a8630590f2627c09d487abe9aa06b94c8e59c187429a80"),
        ("MessageQueue", "Pages", "b8753e9383841da95f7b8871e5de3269d95d3e948effbeccff2de2c182672836"),
        ("Ump", "RelayDispatchQueueSize", "f5207f03cfdce586301014700e2c2593fad157e461d71fd4c1f936839a5f1f3e"),
        ("Hrmp", ":__STORAGE_VERSION__:", "6a0da05ca59913bc38a8630590f2627c4e7b9012096b41c4eb3aaf947f6ea429"),
    ],
)
def test_storage_prefixes_of_real_chains(pallet: str, item: str, prefix: str) -> None:
    assert storage_prefix(pallet, item).hex() == prefix
