"""Papers of the office as DOCX, from templates that a city can change in Word."""
