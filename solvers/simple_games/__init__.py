"""Properties of simple games, each with what shows it."""
