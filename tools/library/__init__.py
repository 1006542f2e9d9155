"""How collected facts become the library's tables; run by ``tools/build_library.py``."""
