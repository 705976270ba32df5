"""SCALE: the byte layout of everything that Polkadot stores, signs and sends."""
