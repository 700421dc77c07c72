"""The same work without a window. `main` runs one command; tests/cli/test_contract.py holds what others may rely on.

Records go to stdout, sentences to stderr. Never imports Qt.
"""

from app.cli.parser import parse
from app.cli.run import execute, main

__all__ = ["execute", "main", "parse"]
