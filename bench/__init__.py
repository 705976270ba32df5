"""Measurements: `python -m bench` runs all, `python -m bench.codec` and so on one of them. See README.md."""
