"""Keys with which programs use the API."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec

from wa_notify.core.access import ApiKey, Right, Via
from wa_notify.ports import Transaction
from wa_notify.web.access.proofs import digest_of, new_key
from wa_notify.web.operations.operation import Asked, Given, Nothing, Shape, operation
from wa_notify.web.refusals import NotThere

LONGEST_KEY = timedelta(days=3650)


class KeyShape(Shape, frozen=True, kw_only=True):
    """A key for a program, without what opens the door."""

    number: int
    name: str
    rights: list[Right]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None
    works: bool


class KeyList(Shape, frozen=True, kw_only=True):
    """All keys, the newest first."""

    items: list[KeyShape]


class NewKey(Given, frozen=True, kw_only=True):
    """What a program may do, and for how many days; without a number for ever."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    rights: Annotated[list[Right], msgspec.Meta(min_length=1, max_length=len(Right))]
    days: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_KEY.days)] | None = None


class KeyMade(Shape, frozen=True, kw_only=True):
    """A new key. ``key`` is shown here and never again."""

    number: int
    name: str
    key: str
    expires_at: datetime | None


@operation("GET", "/keys", right=Right.ACCESS)
async def list_keys(asked: Asked[Nothing, Nothing]) -> KeyList:
    """List the keys of programs, also those that work no more."""
    keys = await asked.look(lambda views: views.api_keys())
    return KeyList(items=[_key_shape(key, asked.now) for key in keys])


@operation("POST", "/keys", right=Right.ACCESS, status=201)
async def add_key(asked: Asked[NewKey, Nothing]) -> KeyMade:
    """Make a key for a program. The answer shows it once; only a digest is kept.

    A key that a program makes belongs to whoever made the program's own, and ends with it at the latest.
    """
    given, now = asked.body, asked.now
    for right in given.rights:
        asked.need(right)
    key, rights = new_key(), tuple(dict.fromkeys(given.rights))
    fresh = ApiKey(
        digest=digest_of(key),
        name=given.name,
        rights=rights,
        created_by=asked.caller.name,
        created_at=now,
        expires_at=now + timedelta(days=given.days) if given.days else None,
    )

    def work(tx: Transaction) -> ApiKey:
        maker = tx.api_key(asked.caller.proof) if asked.caller.via is Via.KEY else None
        return tx.add_api_key(_descended(fresh, maker) if maker else fresh)

    made = await asked.change(f"key {given.name}", work, lambda tx: _facts(tx.api_key(fresh.digest), now))
    return KeyMade(number=made.id, name=made.name, key=key, expires_at=made.expires_at)


@operation("POST", "/keys/{number:int}/revoke", right=Right.ACCESS)
async def revoke_key(asked: Asked[Nothing, Nothing]) -> KeyShape:
    """End a key. Doing it again changes nothing."""
    number = asked.path["number"]

    def work(tx: Transaction) -> KeyShape:
        key = tx.api_key_by_id(number)
        if key is None:
            raise NotThere(f"There is no key {number}.", where="number")
        ended = replace(key, revoked_at=key.revoked_at or asked.now)
        tx.save_api_key(ended)
        return _key_shape(ended, asked.now)

    return await asked.change(f"key {number}", work, lambda tx: _facts(tx.api_key_by_id(number), asked.now))


def _descended(key: ApiKey, maker: ApiKey) -> ApiKey:
    ends = [at for at in (key.expires_at, maker.expires_at) if at]
    return replace(key, created_by=maker.created_by, expires_at=min(ends, default=None))


def _facts(key: ApiKey | None, now: datetime) -> Mapping[str, Any]:
    """What the audit trail keeps of a key."""
    if key is None:
        return {}
    return {
        "number": key.id,
        "rights": sorted(right.value for right in key.rights),
        "expires_at": key.expires_at.isoformat() if key.expires_at else "never",
        "works": key.works(now),
    }


def _key_shape(key: ApiKey, now: datetime) -> KeyShape:
    return KeyShape(
        number=key.id,
        name=key.name,
        rights=list(key.rights),
        created_by=key.created_by,
        created_at=key.created_at,
        expires_at=key.expires_at,
        used_at=key.used_at,
        revoked_at=key.revoked_at,
        works=key.works(now),
    )


OPERATIONS = (list_keys, add_key, revoke_key)
