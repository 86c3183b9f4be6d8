"""Use cases: each function is one transaction with its transition, deadline, trail entry and signal."""
