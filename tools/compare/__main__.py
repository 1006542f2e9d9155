"""``python -m compare``: see ``compare.compare``."""

from __future__ import annotations

import sys

from compare.compare import main

if __name__ == "__main__":
    sys.exit(main())
