from typing import Any, TypeAlias

tensor: TypeAlias = Any  # noqa: PYI042
constexpr: TypeAlias = Any  # noqa: PYI042

def __getattr__(name: str) -> Any: ...
