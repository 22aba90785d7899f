"""Operation: serving, backups, health, what an office needs to run."""
