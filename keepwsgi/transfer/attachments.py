"""Which file of an archive a note means by an attachment's path. Takeout's paths are often not quite those.

A note says `x.jpeg` where the file is `x.jpg`; names differ in case and Unicode form; a zip has cut a long name.
"""

from __future__ import annotations

import bisect
import posixpath
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from keepwsgi.transfer.archive import Entry, clean

#: So much of a name must be there before another one that only begins alike is taken for it.
CUT_LEAST: Final = 16


class Attachments:
    """The files of an archive that notes may mean."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_key: defaultdict[str, list[Entry]] = defaultdict(list)
        self._by_stem: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            key = _key(entry.name)
            self._by_key[key].append(entry)
            self._by_stem[_stem(key)].append(entry)
        self._stems = sorted(self._by_stem)
        self._unused = {id(entry): entry for of_key in self._by_key.values() for entry in of_key}

    @property
    def unused(self) -> list[Entry]:
        """The files that no note has meant so far."""
        return list(self._unused.values())

    def find(self, folder: str, path: str) -> Entry | None:
        """The file that a note in `folder` means by `path`, or None.

        What is called so exactly goes before what is called so but for its extension, and that before what only
        begins so; in the note's own folder it goes before elsewhere. Of two as good as each other, in one folder,
        neither is taken for a name that was cut.
        """
        key = _key(clean(path).rpartition("/")[2])
        # As a path relative to the note's folder, else as a name.
        wanted = posixpath.normpath(posixpath.join(folder, clean(path)))
        found = self._find(key, wanted) if key else None
        if found is not None:
            self._unused.pop(id(found), None)
        return found

    def _find(self, key: str, wanted: str) -> Entry | None:
        stem = _stem(key)
        for found in (self._by_key.get(key), self._by_stem.get(stem)):
            if found:
                return _nearest(found, wanted)
        return self._cut(stem, wanted)

    def _cut(self, stem: str, wanted: str) -> Entry | None:
        if len(stem) < CUT_LEAST:
            return None
        # The file's name was cut: it is the longest beginning of the one that is asked for.
        for length in range(len(stem) - 1, CUT_LEAST - 1, -1):
            found = self._by_stem.get(stem[:length])
            if found:
                return _nearest(found, wanted) if len(found) == 1 else None
        # The note's was: exactly one file goes on from it.
        at = bisect.bisect_left(self._stems, stem)
        going_on = [each for each in self._stems[at : at + 2] if each.startswith(stem)]
        if len(going_on) == 1:
            return _nearest(self._by_stem[going_on[0]], wanted)
        return None


def _nearest(found: list[Entry], wanted: str) -> Entry:
    """Of files that are called alike the one at that very path, else one in that folder, else any."""
    folder = wanted.rpartition("/")[0]
    return min(found, key=lambda entry: (entry.path != wanted, entry.folder != folder))


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _stem(key: str) -> str:
    stem, dot, _ = key.rpartition(".")
    return stem if dot and stem else key
