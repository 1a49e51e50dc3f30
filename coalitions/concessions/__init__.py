"""Packages of concessions by name: cheapest, k best, robust, fronts, and why there is none."""
