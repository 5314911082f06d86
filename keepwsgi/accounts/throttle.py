"""Failed sign-ins, limited for each name and each address, counted in the database for all processes."""

from __future__ import annotations

import ipaddress
import math
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, exists, insert, select
from sqlalchemy.orm import Session

from keepwsgi.accounts.models import SignInAddress, SignInFailure, UserRow
from keepwsgi.database import Database, Write

WINDOW: Final = timedelta(minutes=15)
PER_NAME: Final = 10
PER_ADDRESS: Final = 50
# How long an address from which a user has signed in is the user's own.
ADDRESS_KNOWN_FOR: Final = timedelta(days=30)


class TooManyAttempts(Exception):
    """No more attempts for this name or from this address for `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many failed sign-ins; try again in {retry_after} s")
        self.retry_after = retry_after


def count_attempt(database: Database, username_key: str, address: str) -> None:
    """Count an attempt as failed, before it is tried, in a transaction of its own; `forgive` takes it back.

    Counting first is what holds the limit when many try at once. An attempt that is refused is not counted:
    somebody who keeps trying does not keep the name locked. From an address where the name's user has signed
    in before, only the failures from that address count: strangers cannot lock the user out.
    Raises TooManyAttempts.
    """
    network = network_of(address)
    with database.writing(None) as write:
        write.lock(f"sign-in name {username_key}")
        write.lock(f"sign-in address {network}")
        write.session.execute(delete(SignInFailure).where(SignInFailure.attempted_at <= write.now - WINDOW))
        _limit(write.session, write.now, username_key, network)
        values = {"username_key": username_key, "address": network, "attempted_at": write.now}
        write.session.execute(insert(SignInFailure).values(values))


def refuse(database: Database, username_key: str, address: str) -> None:
    """Raise TooManyAttempts as `count_attempt` would, without a write: before one of the few places is taken."""
    network = network_of(address)
    with database.reading() as session:
        _limit(session, database.now(), username_key, network)


def _limit(session: Session, now: datetime, username_key: str, network: str) -> None:
    by_name = SignInFailure.username_key == username_key
    if _is_known(session, now, username_key, network):
        by_name &= SignInFailure.address == network
    _check(session, now, by_name, PER_NAME)
    _check(session, now, SignInFailure.address == network, PER_ADDRESS)


def forgive(write: Write, user_id: int, username_key: str, address: str) -> None:
    """After a successful sign-in: forget the name's failures and remember the address as the user's."""
    session, network = write.session, network_of(address)
    forget(write, username_key)
    session.execute(delete(SignInAddress).where(SignInAddress.signed_in_at <= write.now - ADDRESS_KNOWN_FOR))
    known = session.get(SignInAddress, (user_id, network))
    if known is None:
        session.add(SignInAddress(user_id=user_id, address=network, signed_in_at=write.now))
    else:
        known.signed_in_at = write.now


def forget(write: Write, username_key: str) -> None:
    """Forget the name's failures."""
    write.session.execute(delete(SignInFailure).where(SignInFailure.username_key == username_key))


def _check(session: Session, now: datetime, which: ColumnElement[bool], limit: int) -> None:
    """Raise TooManyAttempts if there are `limit` of these failures: until the earliest of them is forgotten."""
    statement = (
        select(SignInFailure.attempted_at)
        .where(which, SignInFailure.attempted_at > now - WINDOW)
        .order_by(SignInFailure.attempted_at.desc())
        .offset(limit - 1)
        .limit(1)
    )
    earliest: datetime | None = session.execute(statement).scalar_one_or_none()
    if earliest is not None:
        raise TooManyAttempts(max(1, math.ceil((earliest + WINDOW - now).total_seconds())))


def _is_known(session: Session, now: datetime, username_key: str, network: str) -> bool:
    statement = select(
        exists().where(
            SignInAddress.user_id == UserRow.id,
            UserRow.username_key == username_key,
            SignInAddress.address == network,
            SignInAddress.signed_in_at > now - ADDRESS_KNOWN_FOR,
        )
    )
    return bool(session.execute(statement).scalar_one())


def network_of(address: str) -> str:
    """Return what is counted as one address: an IPv6 customer has 2**64 of them."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:100]  # a socket's name, or nothing
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.IPv6Network((int(parsed), 64), strict=False))
    return str(parsed)
