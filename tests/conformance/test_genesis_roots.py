"""States loaded from recordings and chain specs have the roots and hashes that real chains have.

The published chain specs are not part of this repository. Set CROSSLANE_SPECS to a folder that has some
of them, by their file names, to check them too.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from node.conform.recording import Chain, read
from node.genesis import genesis_hash, read_chain_spec, roots
from primitives.header import HEADER
from primitives.record import Record
from primitives.trie.layout import StateVersion
from primitives.trie.trie import Trie

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
FOLDERS = ("relay", "para", "world", "random")
RECORDINGS = sorted(path for folder in FOLDERS for path in (FIXTURES / folder).rglob("*.json.xz"))

every_recording = pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: str(path.name.split(".")[0]))


class Spec(Record):
    """A published raw chain spec, and what is known of its chain."""

    file: str
    layout: StateVersion
    state_root: str
    genesis_hash: str


V0, V1 = StateVersion

SPECS = (
    Spec(
        "kusama.json",
        V0,
        "b0006203c3a6e6bd2c6a17b1d4ae8ca49a31da0f4579da950b127774b44aef6b",
        "b0a8d493285c2df73290dfb7e61f870f17b41801197a149ca93654499ea3dafe",
    ),
    Spec(
        "paseo.raw.json",
        V0,
        "2b2a8395a8ec27c54d322d3a6602152da0e3bd0c8f4c01f17a572a44a8e36ab6",
        "77afd6190f1554ad45fd0d31aee62aacc33c6db0ea801129acb813f913e0764f",
    ),
    Spec(
        "rococo.json",
        V0,
        "8ad9dafeef04674f627ec2112f2206ed271b7270da5143fd11a943872c19f0da",
        "6408de7737c59c238890533af25896a2c20608d8b380bb01029acb392781063e",
    ),
    Spec(
        "westend.json",
        V0,
        "7e92439a94f79671f9cade9dff96a094519b9001a7432244d46ab644bb6f746f",
        "e143f23803ac50e8f6f8e62695d1ce9e4e1d68aa36c1cd2cfd15340213f3423e",
    ),
    Spec(
        "paseo-substitute.json",
        V1,
        "070b57c91484ab48bfa87a8af91ec6c20667aa4b0e7b34e3c0689dd00e7980ca",
        "374057be67b355151f271ff70c3db98308c62c8adc48dc6724b6a009a1a014fd",
    ),
    Spec(
        "bulletin-paseo-local.json",
        V1,
        "6f49fdf4a3c425d1ede4b4e2921c25b19e5f7e3ca12a9e9018f8f4bda0f3e82f",
        "ba8a882392d8f3717ef70918c0308f60b5b8ee421be54924c6a1fbdd882ce0d4",
    ),
    Spec(
        "ksmcc3_coretime.json",
        V1,
        "c41865a2a094ef4563f74d248996fe70ed60ec52f78b36e38f55108b7c96889c",
        "638cd2b9af4b3bb54b8c1f0d22711fc89924ca93300f0caf25a580432b29d050",
    ),
    Spec(
        "polkadot_coretime.json",
        V1,
        "6e2af5f681a0f432c7aaf564dbebe4ddade85822605d510ccb78f1d90710947a",
        "efb56e30d9b4a24099f88820987d0f45fb645992416535d87650d98e00f46fc4",
    ),
    Spec(
        "bridge-hub-kusama.json",
        V1,
        "583af14f9c4b1a687c219bfccc9c6b8e5a6dd24e50e742c2a733f110c5aad03d",
        "00dcb981df86429de8bbacf9803401f09485366c44efbf53af9ecfab03adc7e5",
    ),
    Spec(
        "paseo-people.raw.json",
        V1,
        "2f6b718c1d9f0a87856807ce2540d4b90e55c5465b55cfdcdf721918a80a5779",
        "e6c30d6e148f250b887105237bcaa5cb9f16dd203bf7b5b9d4f1da7387cb86ec",
    ),
    Spec(
        "paseo-coretime.raw.json",
        V1,
        "de1d5a6f99dc479feeed1ef47f3c8a326c5316fe2422771f58c41b219276e56a",
        "c806038cc1d06766f23074ade7c5511326be41646deabc259970ff280c82a464",
    ),
)

every_spec = pytest.mark.parametrize("spec", SPECS, ids=lambda spec: str(spec.file))


def chains(path: Path) -> list[Chain]:
    recording = read(path)
    return [*([recording.relay] if recording.relay else []), *(chain for _, chain in recording.paras)]


def find_spec(file: str) -> Path:
    """kusama.json comes with substrate-interface, the others have to be at hand."""
    if file == "kusama.json":
        client = pytest.importorskip("substrateinterface")
        return Path(client.__file__).parent / "data" / "chainspecs" / file
    folder = os.environ.get("CROSSLANE_SPECS")
    if folder is None:
        pytest.skip("CROSSLANE_SPECS names no folder of raw chain specs")
    path = Path(folder) / file
    if not path.is_file():
        pytest.skip(f"there is no {file} in CROSSLANE_SPECS")
    return path


def test_all_recordings_are_found() -> None:
    assert len(RECORDINGS) >= 55


@every_recording
def test_the_state_before_the_first_block_has_the_recorded_root(path: Path) -> None:
    expected = [chain.blocks[0].state_root_before for chain in chains(path)]

    assert [roots(chain)[1] for chain in chains(path)] == expected


@every_recording
def test_a_parachain_s_genesis_hash_is_that_of_its_state(path: Path) -> None:
    paras = [chain for _, chain in read(path).paras]

    expected = [chain.genesis_hash for chain in paras]

    assert [genesis_hash(roots(chain)[1]) for chain in paras] == expected


@every_recording
def test_the_first_block_stands_on_the_genesis_block(path: Path) -> None:
    headers = [(HEADER.decode(chain.blocks[0].header), chain.genesis_hash) for chain in chains(path)]

    assert [header.parent_hash for header, _ in headers] == [genesis for _, genesis in headers]


@every_recording
def test_the_relay_chain_is_the_published_one(path: Path) -> None:
    published = next(spec.genesis_hash for spec in SPECS if spec.file == "paseo-substitute.json")

    relay = read(path).relay

    assert relay is None or relay.genesis_hash.hex() == published


@every_spec
def test_the_genesis_hash_follows_from_the_state_root(spec: Spec) -> None:
    assert genesis_hash(bytes.fromhex(spec.state_root)).hex() == spec.genesis_hash


@every_spec
def test_a_chain_spec_has_the_state_root_of_its_chain(spec: Spec) -> None:
    entries = read_chain_spec(find_spec(spec.file))

    assert Trie.build(entries, spec.layout).root.hex() == spec.state_root
