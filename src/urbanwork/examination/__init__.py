"""One reproducible run of the catalogue over a city: measure, grade, find problems, explain."""
