"""Pallets wired into chains, and the executive that runs blocks through them."""
