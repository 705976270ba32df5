"""Pallets that only a parachain has."""
