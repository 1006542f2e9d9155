"""Parts of ``docs/validation/output.md``."""
