"""Locations: where something is, as seen from where one stands.

A **location** goes up `parents` times, then down along its junctions, as `../../a/b` does in a file system.
The same thing has another location from every place; **reanchoring** finds the one for another viewer.

Upstream: polkadot/xcm/src/v5/location.rs `Location`, polkadot/xcm/src/v5/junctions.rs `Junctions`
"""

from __future__ import annotations

from primitives.record import Record
from primitives.scale.codec import U8
from xcm.junctions import GlobalConsensus, Junction, Junctions, OnlyChild, Parachain
from xcm.reading import MAX_JUNCTIONS

MAX_PARENTS = 255


class LocationError(ValueError):
    """A location cannot be said: too long, too far up, or outside of the network it is asked about."""


class Location(Record):
    """A place, relative to who says it."""

    parents: U8
    """Steps outwards."""

    interior: Junctions = ()
    """Steps inwards after that."""

    def is_here(self) -> bool:
        """Whether this is where the speaker stands."""
        return self.parents == 0 and not self.interior

    def starts_with(self, prefix: Location) -> bool:
        """Whether this is inside of `prefix`, or is it.

        Upstream: polkadot/xcm/src/v5/location.rs `Location::starts_with`
        """
        return self.parents == prefix.parents and self.interior[: len(prefix.interior)] == prefix.interior

    def match_and_split(self, prefix: Location) -> Junction | None:
        """The last junction, if all before it is `prefix`; None otherwise.

        Upstream: polkadot/xcm/src/v5/location.rs `Location::match_and_split`
        """
        if not self.starts_with(prefix) or len(self.interior) != len(prefix.interior) + 1:
            return None
        return self.interior[-1]

    def pushed(self, junction: Junction) -> Location:
        """One step further in; raises `LocationError` behind the eighth.

        Upstream: polkadot/xcm/src/v5/location.rs `Location::pushed_with_interior`
        """
        return Location(self.parents, _checked((*self.interior, junction)))

    def prepended_with(self, prefix: Location) -> Location:
        """This location as seen by someone to whom our place is `prefix`.

        Steps out cancel steps in: `../b` behind `a/x` is `a/b`. Raises `LocationError` for more than eight
        junctions or 255 parents.
        Upstream: polkadot/xcm/src/v5/location.rs `Location::prepend_with`
        """
        cancelled = min(self.parents, len(prefix.interior))
        kept = prefix.interior[: len(prefix.interior) - cancelled]
        parents = prefix.parents + self.parents - cancelled
        if parents > MAX_PARENTS:
            raise LocationError(f"{parents} parents, of at most {MAX_PARENTS}")
        return Location(parents, _checked((*kept, *self.interior)))

    def appended_with(self, suffix: Location) -> Location:
        """What `suffix` means to this place; raises `LocationError` as `prepended_with` does.

        Upstream: polkadot/xcm/src/v5/location.rs `Location::append_with`
        """
        return suffix.prepended_with(self)

    def simplified(self, context: Junctions) -> Location:
        """Without going up and straight down again, for someone who is at `context`.

        Upstream: polkadot/xcm/src/v5/location.rs `Location::simplify`
        """
        parents, interior = self.parents, self.interior
        if len(context) < parents:
            return self
        while parents and interior and interior[0] == context[len(context) - parents]:
            parents, interior = parents - 1, interior[1:]
        return Location(parents, interior)

    def reanchored(self, target: Location, context: Junctions) -> Location:
        """The same place as seen from `target`; `context` is our universal location.

        Raises `LocationError` if that needs more than eight junctions or 255 parents.
        Upstream: polkadot/xcm/src/v5/location.rs `Location::reanchor`
        """
        return self.prepended_with(invert_target(context, target)).simplified(target.interior)

    def chain_location(self) -> Location:
        """The chain that this is on: up to the last parachain or network, or else the parents alone.

        Upstream: polkadot/xcm/src/v5/location.rs `Location::chain_location`
        """
        places = range(len(self.interior), 0, -1)
        chains = (at for at in places if isinstance(self.interior[at - 1], (Parachain, GlobalConsensus)))
        return Location(self.parents, self.interior[: next(chains, 0)])


HERE = Location(0)
PARENT = Location(1)


def invert_target(context: Junctions, target: Location) -> Location:
    """Our own place as seen from `target`.

    A `target` further up than our universal location reaches is filled up with `OnlyChild`. Raises
    `LocationError` if it is more than eight steps up.
    Upstream: polkadot/xcm/src/v5/junctions.rs `Junctions::invert_target`
    """
    known = context[max(len(context) - target.parents, 0) :]
    unknown = (OnlyChild(),) * min(target.parents - len(known), MAX_JUNCTIONS + 1)
    return Location(len(target.interior), _checked((*unknown, *known)))


def within_global(context: Junctions, relative: Location) -> Junctions:
    """The universal location of what we call `relative`.

    Raises `LocationError` if that leaves our network or has more than eight junctions.
    Upstream: polkadot/xcm/src/v5/junctions.rs `Junctions::within_global`
    """
    if len(context) <= relative.parents:
        raise LocationError(f"{relative.parents} steps up lead out of the network")
    return _checked((*context[: len(context) - relative.parents], *relative.interior))


def relative_to(universal: Junctions, viewer: Junctions) -> Location:
    """A universal location as someone at the universal location `viewer` would say it.

    Upstream: polkadot/xcm/src/v5/junctions.rs `Junctions::relative_to`
    """
    pairs = zip(universal, viewer, strict=False)
    shared = next((at for at, (one, other) in enumerate(pairs) if one != other), None)
    common = min(len(universal), len(viewer)) if shared is None else shared
    return Location(len(viewer) - common, universal[common:])


def _checked(interior: tuple[Junction, ...]) -> tuple[Junction, ...]:
    if len(interior) > MAX_JUNCTIONS:
        raise LocationError(f"more than {MAX_JUNCTIONS} junctions")
    return interior
