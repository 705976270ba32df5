"""chopsticks beside ours: the real runtime in a database of its own, asked for blocks over JSON-RPC.

It is run where `CROSSLANE_CHOPSTICKS` names a folder with it (`npm install @acala-network/chopsticks@1.5.1`)
and with the chain specification of the recorded parachain as `genesis.json`; the recording says where that is
published. Nothing of either is part of this project.

`dev_newBlock` with horizontal messages makes two blocks: one with the messages, and one behind it, in which
those are run that the first had no weight for. So ours makes two as well, and messages are counted in both.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from primitives.hashing import blake2_256
from primitives.ids import ParaId

VARIABLE = "CROSSLANE_CHOPSTICKS"
PORT = 9955
STARTS_WITHIN = 120
"""Seconds."""

Messages = Mapping[ParaId, tuple[bytes, ...]]
"""Pages by sender."""


class WrongGenesis(Exception):
    """The chain specification is that of another runtime than was recorded."""


def folder() -> Path | None:
    """Where chopsticks can be run, if anywhere."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


class Chopsticks:
    """A running chopsticks; ended at the end of a `with` statement."""

    def __init__(self, place: Path, code_hash: bytes) -> None:
        """Raises `WrongGenesis` unless the runtime's code has this blake2-256 hash."""
        genesis = place / "genesis.json"
        code = json.loads(genesis.read_text())["genesis"]["raw"]["top"]["0x" + b":code".hex()]
        found = blake2_256(bytes.fromhex(code[2:]))
        if found != code_hash:
            raise WrongGenesis(f"{genesis}: code 0x{code_hash.hex()} expected, 0x{found.hex()} found")
        program = place / "node_modules" / "@acala-network" / "chopsticks" / "chopsticks.cjs"
        options = ("--genesis", str(genesis), "--port", str(PORT), "--build-block-mode", "Manual")
        self._command = ("node", str(program), *options)

    def __enter__(self) -> Chopsticks:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                self.ask("system_chain")
                return self
            except urllib.error.URLError:
                time.sleep(0.5)
        self._process.kill()
        raise TimeoutError(f"chopsticks did not answer within {STARTS_WITHIN} s: {' '.join(self._command)}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(timeout=30)

    def ask(self, method: str, *params: Any) -> Any:
        """Its answer; raises `RuntimeError` where it says no."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{PORT}", body, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=300) as response:
            answer = json.load(response)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def write(self, entries: Mapping[bytes, bytes]) -> None:
        """Put entries into its state."""
        self.ask("dev_setStorage", [["0x" + key.hex(), "0x" + value.hex()] for key, value in entries.items()])

    def number(self) -> int:
        """The newest block's."""
        return int(self.ask("chain_getHeader")["number"], 16)

    def new_blocks(self, messages: Messages, sent_at: int) -> float:
        """Have it take in these messages; gives the seconds that took."""
        pages = {
            str(para): [{"sentAt": sent_at, "data": "0x" + page.hex()} for page in each]
            for para, each in messages.items()
        }
        start = time.perf_counter()
        self.ask("dev_newBlock", {"count": 1, "hrmp": pages})
        return time.perf_counter() - start

    def stored(self, key: bytes, number: int) -> bytes:
        """What stands under a key after a block."""
        found = self.ask("state_getStorage", "0x" + key.hex(), self.ask("chain_getBlockHash", number))
        return bytes.fromhex(found[2:]) if found else b""
