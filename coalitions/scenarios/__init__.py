"""Scenarios: what may stand in a file, and what it becomes in memory."""
