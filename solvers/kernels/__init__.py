"""Compiled loops over plain arrays: no checks, no names, no files."""
