"""Cheapest packages by one integer programme over everything, with exact amounts at the end."""
