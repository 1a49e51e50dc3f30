"""One question asked of many scenarios, in chunks that survive an interruption."""
