"""Dates in the reader's language and the server's time zone, as Jinja filters.

They are absolute: "two hours ago" would go on saying so on a page that a browser has kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from jinja2 import pass_context
from jinja2.runtime import Context

# Unicode patterns (UTS 35). CLDR's own Korean one says "PM 3:06", which nobody writes.
PATTERNS: Final = {"en": "MMM d, y, h:mm a", "ko": "y. M. d. aaaa h:mm"}


@pass_context
def format_datetime(context: Context, moment: datetime) -> str:
    """Date and time of day of `moment`, which is aware."""
    from babel import dates

    language = context["request"].locale
    return dates.format_datetime(moment, PATTERNS[language], tzinfo=dates.LOCALTZ, locale=language)


@pass_context
def format_date(context: Context, moment: datetime) -> str:
    """The day of `moment`, which is aware."""
    from babel import dates

    return dates.format_date(moment.astimezone(), "medium", locale=context["request"].locale)
