"""Pallets that only a relay chain has."""
