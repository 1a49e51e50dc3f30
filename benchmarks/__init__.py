"""Benchmark suites and the harness behind ``coalitions bench``.

A suite is a module with a function ``cases(quick)``; :mod:`.registry` lists them. In a checkout
this package is ``benchmarks``, in a wheel ``coalitions.benchmarks``: imports inside are relative.
"""
