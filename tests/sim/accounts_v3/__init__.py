"""The accounts of the simulator spoken in V3."""
