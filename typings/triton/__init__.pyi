# Triton states no types of its own, and is not installed everywhere: all of it is Any.
from typing import Any

from triton import language as language

def __getattr__(name: str) -> Any: ...
