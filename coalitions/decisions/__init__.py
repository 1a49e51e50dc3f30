"""One option before one body: votes, verdicts, and the coalitions that can act."""
