"""The rules that nearly matched, and why they did not: what a 404 or 405 never says."""

from __future__ import annotations

import re
from typing import Any

from keepwsgi.layers.routing import Routes
from keepwsgi.xray.journey import N_, NearMiss

MOST = 8
_VARIABLE = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")


def near_misses(routes: Routes, path: str, method: str, matched: Any) -> list[NearMiss]:
    """Rules that `path` comes close to, the closest first, at most `MOST` of them."""
    found: list[tuple[int, NearMiss]] = []
    for rule in routes.map.iter_rules():
        if rule is matched or rule.build_only:
            continue
        close, why, part = compare(rule, path, method)
        if close > 0:
            methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            found.append((close, NearMiss(methods, rule.rule, rule.endpoint, why, part)))
    return [miss for _, miss in sorted(found, key=lambda each: -each[0])[:MOST]]


def compare(rule: Any, path: str, method: str) -> tuple[int, str, str]:
    """How close the rule comes, 0 for not at all; why it did not match, a msgid; and the part that is about."""
    wanted, given = rule.rule.split("/")[1:], path.split("/")[1:]
    refused = ""
    for number, (pattern, text) in enumerate(zip(wanted, given, strict=False)):
        if pattern == text:
            continue
        variable = _VARIABLE.search(pattern)
        if variable is None:
            return (
                number * 2,
                N_("another part here"),
                ", ".join(filter(None, (refused, f"{text!r} ≠ {pattern!r}"))),
            )
        converter = rule._converters[variable[2]]
        if not converter.part_isolating:
            return _complete(rule, method, refused, number)
        start, end = variable.span()
        regex = f"{re.escape(pattern[:start])}(?:{converter.regex}){re.escape(pattern[end:])}"
        if not re.fullmatch(regex, text) and not refused:
            refused = f"{variable[1] or 'default'}: {text!r}"
    if len(wanted) == len(given):
        return _complete(rule, method, refused, len(wanted))
    shared = min(len(wanted), len(given))
    if [*given, ""] == wanted or [*wanted, ""] == given:
        return 50, N_("only the last slash differs"), ""
    if shared < 1 or not given[0]:
        return 0, "", ""
    return shared * 2 - bool(refused), N_("more parts") if len(wanted) > len(given) else N_("fewer parts"), ""


def _complete(rule: Any, method: str, refused: str, parts: int) -> tuple[int, str, str]:
    """The verdict on a rule that is as long as the path."""
    if refused:
        return 20 + parts, N_("the converter refuses"), refused
    if rule.methods and method not in rule.methods:
        return 100, N_("the same path for another method"), method
    return 40, N_("an earlier rule took it"), ""
