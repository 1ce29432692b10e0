"""A mapping that nobody changes, and that can be pickled (`types.MappingProxyType` cannot)."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Frozen(dict[K, V]):
    """A dict that refuses to be changed; equal to a dict of the same items.

    >>> numbers = Frozen({"a": 1})
    >>> numbers["a"], numbers == {"a": 1}
    (1, True)
    >>> numbers["b"] = 2
    Traceback (most recent call last):
    TypeError: this mapping cannot be changed (make a dict of it first)
    """

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("this mapping cannot be changed (make a dict of it first)")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        """Return a hash, as of whatever cannot be changed."""
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by way of a plain dict."""
        return (type(self), (dict(self),))
