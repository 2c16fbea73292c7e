"""Orders with exactly one outcome: written down before they are sent, looked up when their answer is missing."""
