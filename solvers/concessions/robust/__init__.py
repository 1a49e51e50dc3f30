"""Packages that stand falling votes, rivals and doubt; fronts of cost and what it buys."""
