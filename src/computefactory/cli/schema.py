"""``computefactory schema``: the JSON Schema of factory files."""

from __future__ import annotations

import json


def schema() -> None:
    """Print the JSON Schema of factory files, for editors and tools."""
    from computefactory import schema as files

    print(json.dumps(files.json_schema(), indent=2))
