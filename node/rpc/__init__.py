"""The JSON-RPC interface that wallets and tools speak."""
