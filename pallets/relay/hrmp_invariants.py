"""What must hold between the storage items of Hrmp, whatever happened.

Upstream's own exhaustive check, item by item; a replay and the tests run it after every step.

Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::assert_storage_consistency_exhaustive`
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pallets.relay.hrmp import Hrmp
from primitives.channels import HrmpChannelId


def violations(hrmp: Hrmp, *, nobody_cleaned_up: bool = True) -> Iterator[str]:
    """Each invariant that does not hold, as a sentence; none if all do.

    `nobody_cleaned_up` is for chains on which no parachain's channels were ever cleaned up, by force or
    because it left. That leaves the counts of requests wrong for good, and the watermark of a parachain
    that is gone; upstream too.
    """
    yield from _requests(hrmp)
    yield from _closings(hrmp)
    yield from _ends(hrmp)
    yield from _contents(hrmp)
    yield from _indices(hrmp)
    yield from _digests(hrmp)
    if nobody_cleaned_up:
        yield from _counts(hrmp)
        yield from _watermarks(hrmp)


def _requests(hrmp: Hrmp) -> Iterator[str]:
    listed = hrmp.hrmp_open_channel_requests_list.get()
    if Counter(listed) != Counter(hrmp.hrmp_open_channel_requests.keys()):
        yield "the open requests are not those of their list"


def _counts(hrmp: Hrmp) -> Iterator[str]:
    stored = dict(hrmp.hrmp_open_channel_requests.items())
    asked = Counter(channel_id.sender for channel_id in stored)
    if dict(asked) != dict(hrmp.hrmp_open_channel_request_count.items()):
        yield "the counts of open requests are not those of the requests"
    accepted = Counter(channel_id.recipient for channel_id, each in stored.items() if each.confirmed)
    if dict(accepted) != dict(hrmp.hrmp_accepted_channel_request_count.items()):
        yield "the counts of accepted requests are not those of the requests"


def _closings(hrmp: Hrmp) -> Iterator[str]:
    listed = hrmp.hrmp_close_channel_requests_list.get()
    if Counter(listed) != Counter(hrmp.hrmp_close_channel_requests.keys()):
        yield "the close requests are not those of their list"


def _ends(hrmp: Hrmp) -> Iterator[str]:
    channels = tuple(hrmp.hrmp_channels.keys())
    # A para that is leaving keeps its channels until it is gone.
    for para in sorted({each.sender for each in channels} | {each.recipient for each in channels}):
        if hrmp.paras.lifecycle(para) is None:
            yield f"para {para} has a channel, but is no para"


def _watermarks(hrmp: Hrmp) -> Iterator[str]:
    known = tuple(hrmp.hrmp_watermarks.keys())
    for para in known:
        if hrmp.paras.lifecycle(para) is None:
            yield f"para {para} has a watermark, but is no para"


def _contents(hrmp: Hrmp) -> Iterator[str]:
    for channel_id, messages in hrmp.hrmp_channel_contents.items():
        channel = hrmp.hrmp_channels.get(channel_id)
        if channel is None or not messages:
            yield f"there are contents, or an empty list of them, without a channel {_shown(channel_id)}"
        elif len(messages) != channel.msg_count or sum(len(m.data) for m in messages) != channel.total_size:
            yield f"the counts of channel {_shown(channel_id)} are not those of its messages"


def _indices(hrmp: Hrmp) -> Iterator[str]:
    channels = set(hrmp.hrmp_channels.keys())
    inbound: set[HrmpChannelId] = set()
    outbound: set[HrmpChannelId] = set()
    for recipient, senders in hrmp.hrmp_ingress_channels_index.items():
        inbound.update(HrmpChannelId(sender, recipient) for sender in senders)
        if list(senders) != sorted(set(senders)):
            yield f"the senders to para {recipient} are not ascending"
    for sender, recipients in hrmp.hrmp_egress_channels_index.items():
        outbound.update(HrmpChannelId(sender, recipient) for recipient in recipients)
        if list(recipients) != sorted(set(recipients)):
            yield f"the recipients of para {sender} are not ascending"
    if not inbound == outbound == channels:
        yield "the indices and the channels do not name the same channels"


def _digests(hrmp: Hrmp) -> Iterator[str]:
    for recipient, digest in hrmp.hrmp_channel_digests.items():
        blocks = [block for block, _ in digest]
        if blocks != sorted(set(blocks)):
            yield f"the digest of para {recipient} is not ascending"
        if any(not senders or len(set(senders)) != len(senders) for _, senders in digest):
            yield f"a digest entry of para {recipient} is empty or names a sender twice"


def _shown(channel_id: HrmpChannelId) -> str:
    return f"{channel_id.sender} -> {channel_id.recipient}"
