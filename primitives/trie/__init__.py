"""The base-16 Merkle trie that turns a chain's state into one 32-byte root."""
