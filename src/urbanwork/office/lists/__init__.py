"""Every list of the office as a file: CSV, XLSX, GeoJSON, of what the post may see."""
