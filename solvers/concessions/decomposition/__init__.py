"""Cheapest packages text by text: what it costs to win every state, then a choice of votes."""
