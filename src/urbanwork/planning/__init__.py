"""Plans: changes to a city, what they do to people, and whether they break a bottom line."""
