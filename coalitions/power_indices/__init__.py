"""Who has power in a body, how probable passage is, and what kind of game its rule makes."""
