"""What takes the answers of one file further: companies as a whole, and files side by side."""

from __future__ import annotations
