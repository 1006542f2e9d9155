"""A company as blocks of capacity with a book, debt, leases and shares: its records, and the lines of its ledger."""

from __future__ import annotations
