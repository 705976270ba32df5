"""Drives the genuine Python SDK's channel at two of our nodes; run by an interpreter that has its packages.

    python amop_python_sdk.py SDK_FOLDER CERTS PUBLISHER_PORT SUBSCRIBER_PORT

Subscribes to a topic, sends five unicasts, one to a topic that nobody has, and a multicast; prints as JSON
what came. The SDK's own code does all the talking.
"""

from __future__ import annotations

import collections
import collections.abc
import inspect
import json
import logging
import os
import sys
import time
from typing import Any

# The SDK bundles libraries from before Python 3.10, which look for these names where they no longer are.
inspect.getargspec = inspect.getfullargspec  # type: ignore[attr-defined]
for name in ("Callable", "Iterable", "Mapping", "MutableMapping", "Sequence"):
    setattr(collections, name, getattr(collections.abc, name))

RPC, UNICAST, ANSWER, TOPICS, MULTICAST = 0x12, 0x30, 0x31, 0x32, 0x35
SECONDS = 20.0


def main(sdk: str, certs: str, publisher_port: str, subscriber_port: str) -> None:
    sys.path.insert(0, sdk)
    os.chdir(sdk)
    from client.channel_push_dispatcher import ChannelPushHandler  # type: ignore[import-not-found]  # noqa: PLC0415
    from client.channelhandler import ChannelHandler  # type: ignore[import-not-found]  # noqa: PLC0415
    from client.channelpack import ChannelPack  # type: ignore[import-not-found]  # noqa: PLC0415

    def connect(port: str) -> Any:
        handler = ChannelHandler(name=port)
        handler.logger = logging.getLogger("sdk")
        handler.initTLSContext("ECDSA", f"{certs}/ca.crt", f"{certs}/sdk.crt", f"{certs}/sdk.key")
        handler.start_channel("127.0.0.1", int(port))
        return handler

    def send(handler: Any, kind: int, data: bytes, seq: bytes | None = None) -> None:
        handler.send_pack(ChannelPack(kind, seq or ChannelPack.make_seq32(), 0, data))

    class Pushed(ChannelPushHandler):  # type: ignore[misc]
        """What comes without having been waited for."""

        def on_push(self, pack: Any) -> None:
            topic, content = ChannelPack.unpack_amop_topic_message(pack.data) if pack.data else (b"", b"")
            found.append((pack.type, pack.result, topic.decode(), content.decode()))
            if pack.type == UNICAST:
                answer = ChannelPack.pack_amop_topic_message(topic, b"re " + content)
                send(subscriber, ANSWER, answer, pack.seq)

    found: list[tuple[int, int, str, str]] = []
    subscriber, publisher = connect(subscriber_port), connect(publisher_port)
    pushed = Pushed()
    for kind in (UNICAST, ANSWER, MULTICAST):
        subscriber.pushDispacher.add_handler(kind, pushed)  # all connections share one table of handlers
    version = subscriber.make_channel_rpc_request("getClientVersion", [], RPC, RPC)
    send(subscriber, TOPICS, b'["hello"]')
    time.sleep(1)
    for number in range(5):
        send(publisher, UNICAST, ChannelPack.pack_amop_topic_message("hello", b"%d" % number))
    send(publisher, UNICAST, ChannelPack.pack_amop_topic_message("nobody", b"x"))
    send(publisher, MULTICAST, ChannelPack.pack_amop_topic_message("hello", b"all"))
    end = time.monotonic() + SECONDS
    while len(set(found)) < 13 and time.monotonic() < end:
        time.sleep(0.1)
    sys.stdout.write(json.dumps({"version": version["result"], "found": sorted(set(found))}) + "\n")
    sys.stdout.flush()
    os._exit(0)  # its threads do not end by themselves


if __name__ == "__main__":
    main(*sys.argv[1:])
