"""Answers as pages and tables."""
