"""The file: read, checked, and resolved with the library into the chapters' inputs."""

from __future__ import annotations

from computefactory.schema.document import Document, load, names
from computefactory.schema.factory import json_schema
from computefactory.schema.quantity import parse_quantity

__all__ = ["Document", "json_schema", "load", "names", "parse_quantity"]
