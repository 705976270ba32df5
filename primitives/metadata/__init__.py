"""How our declarations read as a runtime's metadata, and where they differ from a recorded one."""
