"""The simulator's accounts."""
