"""What our node takes for what a client waits for: `python -m bench.node`.

Times are medians over many turns. The empty block is also given as a ratio to 550 ms: what was recorded
elsewhere, on another machine, for a tool that runs the real runtime's Wasm under another interpreter.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from statistics import median

from node.rpc.protocol import answer
from node.service import Node
from primitives.ids import Moment

RECORDED_ELSEWHERE = 0.550
"""Seconds for an empty block."""

TURNS = 300
START = 1_700_000_000_000


def took(act: Callable[[], object]) -> float:
    """Seconds."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def empty_block(node: Node) -> float:
    """Seconds for a block of nothing but its inherents, state root and all."""
    return median(took(lambda: node.seal(Moment(START))) for _ in range(TURNS))


def request(node: Node, method: str, *params: object) -> float:
    """Seconds for an answer, without the socket."""
    text = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    return median(took(lambda: answer(node, None, text)) for _ in range(TURNS))


def first_answer() -> tuple[float, float]:
    """Seconds from the start of the process to the first answer over HTTP, and the process' MB then."""
    command = [sys.executable, "-m", "node.cli", "up", "--port", "0"]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        place = next(line for line in process.stdout if "http://" in line).rpartition("http://")[2].strip()
        urllib.request.urlopen(f"http://{place}", b'{"id":1,"method":"state_getMetadata"}').read()
        passed = time.perf_counter() - started
        memory = _resident(process.pid)
        process.terminate()
    return passed, memory


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    line = next(each for each in status.read_text().splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Measure and print."""
    passed, memory = first_answer()
    print(f"start to first answer, with metadata   {passed * 1000:8.0f} ms")
    print(f"memory then                            {memory:8.0f} MB")
    node = Node()
    block = empty_block(node)
    ratio = f"{RECORDED_ELSEWHERE / block:.0f} of the {RECORDED_ELSEWHERE * 1000:.0f} ms recorded elsewhere"
    print(f"empty block                            {block * 1000:8.2f} ms  1/{ratio}")
    print(f"memory after {node.chain.best.number} blocks                {_resident_here():8.0f} MB")
    for method, params in (("chain_getHead", ()), ("chain_getHeader", ()), ("state_getRuntimeVersion", ())):
        print(f"{method:<38} {request(node, method, *params) * 1e6:8.0f} us")
    nonce = request(node, "state_call", "AccountNonceApi_account_nonce", "00" * 32)
    print(f"{'state_call':<38} {nonce * 1e6:8.0f} us")


def _resident_here() -> float:
    return _resident(os.getpid())


if __name__ == "__main__":
    main()
