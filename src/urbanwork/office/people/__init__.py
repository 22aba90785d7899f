"""Bodies, posts and people: who may do what, for which body, where."""
