"""All measurements, one after the other: `python -m bench`, or those named: `python -m bench codec trie`.

A goal that is missed is shown as such by its number; nothing fails.
"""

from __future__ import annotations

import platform
import sys

from bench import block, codec, metadata, para_blocks, records, relay_blocks, storage, trie

ALL = {
    "codec": codec,
    "metadata": metadata,
    "records": records,
    "storage": storage,
    "trie": trie,
    "block": block,
    "relay_blocks": relay_blocks,
    "para_blocks": para_blocks,
}


def main() -> None:
    """Print the tables of those named, or of all."""
    unknown = set(sys.argv[1:]) - set(ALL)
    if unknown:
        sys.exit(f"no measurement is called {', '.join(sorted(unknown))}; there are {', '.join(ALL)}")
    sys.stdout.write(f"CPython {platform.python_version()} on {platform.system()} {platform.machine()}\n")
    for name in sys.argv[1:] or ALL:
        ALL[name].main()


if __name__ == "__main__":
    main()
