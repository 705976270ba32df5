"""State transitions, one class a pallet, named and ordered as upstream's."""
