"""Text is kept in one spelling, however many marks somebody puts on a letter."""

from __future__ import annotations

import random
import time
import unicodedata

import pytest

from keepwsgi.database.text import UnstorableText, normalized, storable
from keepwsgi.search.folding import fold

# Marks of several classes, letters that come apart into marks, kana marks of half width, Hangul, Thai.
ALPHABET = "a\u0301\u0327\u0345\u0344\u0f73\u0f81\uff9e\u3099ǭ각ᄀ\u1161\u11a8ก\u0e38\u0e48\u200d\u2126ﬁ \u20d0"


@pytest.mark.parametrize("form", ["NFC", "NFKC"])
@pytest.mark.parametrize("seed", range(20))
def test_marks_are_put_in_order_as_unicode_says(form, seed):
    chosen = random.Random(seed)
    letters = chosen.sample(ALPHABET, chosen.randint(2, len(ALPHABET)))
    text = "".join(chosen.choices(letters, k=chosen.randint(1, 3_000)))
    assert normalized(form, text) == unicodedata.normalize(form, text)


@pytest.mark.parametrize("marks", ["\u0301\u0327", "\u0f73", "\uff9e\u0301", "\u0344\u0323"])
def test_a_letter_with_very_many_marks_does_not_stop_the_server(marks):
    text = "a" + marks * (200_000 // len(marks))
    begin = time.process_time()
    stored = storable(text)
    fold(stored)
    # Exchanging neighbours takes half a minute for each of the two.
    assert time.process_time() - begin < 5
    assert storable(stored) == stored


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "가\udfff"])
def test_what_no_column_can_hold_is_refused(text):
    with pytest.raises(UnstorableText):
        storable(text)
