"""A city: its description (city.yaml), its areas and cells, and the prepared model."""
