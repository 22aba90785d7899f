"""Arrays in, arrays out, compiled. Nothing here opens a file or knows what a school is."""
