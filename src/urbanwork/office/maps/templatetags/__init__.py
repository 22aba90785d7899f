"""Tags and filters of the map."""
