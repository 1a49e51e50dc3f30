"""Linear and integer programmes: written as data, solved by a back end, checked."""
