"""Wire formats, hashing, the trie and storage: what every chain stands on. Knows no pallet."""
