"""A year's settings changed by hand: started from a pattern, carried over from the year before, edited by section."""
