"""Decision rules over vote levels: written, bound, evaluated, explained, in exact integers."""
