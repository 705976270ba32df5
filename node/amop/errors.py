"""How a conversation fails, by whose fault."""

from __future__ import annotations


class AmopError(Exception):
    """Base of the errors of this package's protocols."""


class PeerError(AmopError):
    """The other side broke the protocol; the connection is closed."""


class LocalError(AmopError):
    """Our side was asked for what the protocol cannot do."""
