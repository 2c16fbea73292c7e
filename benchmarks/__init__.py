"""What a message costs. Each module asks one question; ``python -m benchmarks`` asks them all."""
