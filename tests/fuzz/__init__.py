"""Properties of what reads bytes from outside, for a coverage-guided fuzzer: `make fuzz`."""
