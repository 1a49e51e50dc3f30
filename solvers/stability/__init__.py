"""Stability: core, least core, nucleolus and their relatives, each answer with a proof."""
