"""What goes wrong because of how a command was called, told in one line."""

from __future__ import annotations


class UserError(Exception):
    """Something that whoever started the command can put right. It is shown without a traceback, and the exit
    status is 2.
    """
