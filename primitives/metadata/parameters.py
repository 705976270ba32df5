"""The generic parameters of upstream's types, and what each of them is here.

Our types have no parameters: `AccountData` holds plain numbers. Upstream it is `AccountData<Balance>`, and
the registry says so, because clients look: polkadot.js takes the type of events from the first parameter of
`EventRecord`, and tells three `PerDispatchClass` apart by theirs.

A parameter stands for one of the types that a type is made of, so the table says where to find it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from primitives.metadata.describe import PRIMITIVES, Text
from primitives.metadata.names import upstream_type
from primitives.scale.derive import field_types

PARAMETERS: Mapping[str, str] = {
    "AccountData": "Balance=u128",
    "AccountInfo": "Nonce=u32 AccountData=data",
    "AllowedSchedulingParentsTracker": "Hash=buffer.*.scheduling_parent BlockNumber=u32",
    "AuthorizedCodeHashAndExpiry": "T=u32",
    "AuthorizedAliasesEntry": "Ticket=ticket MAX=bound",
    "BackedCandidate": "H=candidate.descriptor.relay_parent",
    "BalanceLock": "Balance=u128",
    "BookState": "MessageOrigin=ready_neighbours.*.prev",
    "CandidateCommitments": "N=u32",
    "CandidateDescriptorV2": "H=relay_parent",
    "CandidatePendingAvailability": "H=descriptor.relay_parent N=u32",
    "CandidateReceiptV2": "H=descriptor.relay_parent",
    "CommittedCandidateReceiptV2": "H=descriptor.relay_parent",
    "CoreDescriptor": "N=u32",
    "DoubleEncoded": "T",
    "EventRecord": "E=event T=topics.*",
    "FeeDetails": "Balance=u128",
    "GroupRotationInfo": "N=u32",
    "Header": "Number=u32 Hash",
    "HostConfiguration": "BlockNumber=u32",
    "IdAmount": "Id=id Balance=u128",
    "Imbalance": "B=u128 OnDrop OppositeOnDrop",
    "InboundDownwardMessage": "BlockNumber=u32",
    "InboundHrmpMessage": "BlockNumber=u32",
    "InclusionFee": "Balance=u128",
    "InherentData": "HDR=parent_header",
    "Instruction": "Call",
    "MultiAddress": "AccountId=Id.account AccountIndex=Index.index",
    "Neighbours": "MessageOrigin=prev",
    "NoDrop": "T=credit",
    "OutboundHrmpMessage": "Id=recipient",
    "Page": "Size=u32 HeapSize",
    "ParaPastCodeMeta": "N=u32",
    "PerDispatchClass": "T=normal",
    "PersistedValidationData": "H=relay_parent_storage_root N=u32",
    "PvfCheckActiveVoteState": "BlockNumber=u32",
    "PvfCheckCause": "BlockNumber=u32",
    "QueueDescriptor": "N=u32",
    "QueryStatus": "BlockNumber=u32",
    "RawOrigin": "AccountId=Signed.who",
    "RelayParentInfo": "Hash=state_root BlockNumber=u32",
    "RemoteLockedFungibleRecord": "ConsumerIdentifier=consumers.*.* MaxConsumers",
    "ReplacementTimes": "N=u32",
    "ReserveData": "ReserveIdentifier=id Balance=u128",
    "RuntimeDispatchInfo": "Balance=u128 Weight=weight",
    "Schedule": "N=u32",
    "SchedulerParams": "BlockNumber=u32",
    "SchedulingParentInfo": "Hash=scheduling_parent",
    "ScrapedOnChainVotes": "H=backing_validators_per_candidate.*.*.descriptor.relay_parent",
    "UncheckedSigned": "Payload=payload RealPayload=payload",
    "VersionedXcm": "RuntimeCall",
    "WorkState": "N=u32",
    "Xcm": "Call",
}
"""By upstream's name of a type, its parameters in order: a number's type by name, or the way to a part of the
type through fields, cases and elements (`*`), or nothing where upstream tells the name only."""


def parameters(tp: Any, name: str) -> Iterator[tuple[str, Any]]:
    """The parameters of an annotation of ours by name; of each the annotation it is, or None.

    `name` is the annotation's name here or upstream. A way that leads nowhere raises `KeyError`.
    """
    for row in PARAMETERS.get(upstream_type(name), "").split():
        parameter, _, way = row.partition("=")
        yield parameter, _found(tp, way) if way else None


def _found(tp: Any, way: str) -> Any:
    if way in PRIMITIVES:
        return Text(way)
    for step in way.split("."):
        tp = _part(tp, step)
    return tp


def _part(tp: Any, step: str) -> Any:
    """An element, a case, a field, or what a class names besides its fields."""
    if step == "*":
        return get_args(tp)[0]
    cases = {case.__name__: case for case in get_args(tp)}
    if cases:
        return cases[step]
    fields = field_types(tp)
    return fields[step] if step in fields else vars(tp)[step]
