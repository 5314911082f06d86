"""What is thrown away of the instance by and by: by `keepwsgi purge`, and once a day by one serving process."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from keepwsgi.api import idempotency
from keepwsgi.database import Database
from keepwsgi.images.stores import Store
from keepwsgi.memos.purging import Purged
from keepwsgi.memos.purging import purge as purge_memos
from keepwsgi.transfer import uploads

#: The chore, and the lease by which one process does it.
NAME: Final = "purge"


def purge(database: Database, store: Store, *, trash_kept: timedelta) -> Purged:
    """Delete old trash, pictures of no memo, answers kept for a day, and archives that no import waits for.

    May run while the instance serves, and twice at once. Raises StoreUnavailable, DatabaseUnavailable.
    """
    done = purge_memos(database, store, trash_kept=trash_kept)
    idempotency.forget(database)
    uploads.sweep(database, store)
    return done
