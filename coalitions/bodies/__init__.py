"""Bodies: how they decide, who sits in them on a day, and how they voted."""
