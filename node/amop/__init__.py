"""A messenger with topics beside the chain, on the wire of FISCO BCOS' AMOP."""
