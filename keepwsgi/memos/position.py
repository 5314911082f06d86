"""Sort keys with room between any two: a memo is moved by giving it a new one, and no other memo changes.

A key is a whole number and a fraction, written in base 62 so that comparing the bytes of two keys compares
their values. The number's first letter tells its length: `a0` is 0, `a1` is 1, `b00` is 62, `Zz` is -1. New
keys at either end count on (so a key stays short after a million memos); keys in between halve the gap.
The idea is David Greenspan's, https://observablehq.com/@dgreensp/implementing-fractional-indexing
"""

from __future__ import annotations

from typing import Final

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE: Final = len(_DIGITS)


def between(before: str | None, after: str | None) -> str:
    """Return a key that sorts after `before` and before `after`; None is an open end.

    Raises ValueError unless `before` sorts before `after`.
    """
    if before is not None and after is not None and before >= after:
        raise ValueError(f"nothing is between {before!r} and {after!r}")
    if before is None:
        if after is None:
            return _encode(0)
        number, fraction = _decode(after)
        return _encode(number if fraction else number - 1)
    number, fraction = _decode(before)
    if after is None:
        return _encode(number + 1)
    next_number, next_fraction = _decode(after)
    if number == next_number:
        return _encode(number) + _middle(fraction, next_fraction)
    if number + 1 < next_number or next_fraction:
        return _encode(number + 1)
    return _encode(number) + _middle(fraction, None)


def _middle(low: str, high: str | None) -> str:
    """Return a fraction between two, not ending in 0; `high` None is 1."""
    digits = ""
    place = 0
    while True:
        floor = _DIGITS.index(low[place]) if place < len(low) else 0
        ceiling = _BASE if high is None else _DIGITS.index(high[place])
        if ceiling - floor > 1:
            return digits + _DIGITS[(floor + ceiling) // 2]
        if ceiling > floor:
            if high is not None and place + 1 < len(high):
                return digits + _DIGITS[ceiling]
            high = None
        digits += _DIGITS[floor]
        place += 1


def _encode(number: int) -> str:
    length, rest = 1, number if number >= 0 else -1 - number
    while rest >= _BASE**length:
        rest -= _BASE**length
        length += 1
    if number < 0:
        rest = _BASE**length - 1 - rest
    digits = ""
    for _ in range(length):
        rest, digit = divmod(rest, _BASE)
        digits = _DIGITS[digit] + digits
    return (chr(ord("a") + length - 1) if number >= 0 else chr(ord("Z") - length + 1)) + digits


def _decode(key: str) -> tuple[int, str]:
    """Return the whole number of a key, and its fraction's digits."""
    head = key[0]
    length = ord(head) - ord("a") + 1 if head >= "a" else ord("Z") - ord(head) + 1
    rest = 0
    for digit in key[1 : 1 + length]:
        rest = rest * _BASE + _DIGITS.index(digit)
    shorter = sum(_BASE**size for size in range(1, length))
    number = shorter + rest if head >= "a" else -1 - shorter - (_BASE**length - 1 - rest)
    return number, key[1 + length :]
