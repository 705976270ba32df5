"""Everything with a clock, a socket or a disk: the command line, replays, servers."""
