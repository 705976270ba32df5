"""The cross-consensus message language; pure, knows no pallet."""
