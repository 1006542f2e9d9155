"""What ``tools/validate_pue.py`` compares, a subject a module."""
