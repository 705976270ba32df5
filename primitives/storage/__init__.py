"""The state of one chain, and the typed views that pallets read and write it through."""
