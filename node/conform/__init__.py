"""Recorded chains replayed through our pallets, every difference named."""
