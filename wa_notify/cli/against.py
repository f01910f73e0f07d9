"""Which templates `wa-notify check` holds the rules against: the declared ones, or those of the account."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from wa_notify.cli.problem import Problem, problem_of
from wa_notify.core.errors import PlatformUnreachable, StoreError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from wa_notify.config import Config
    from wa_notify.core.template import TemplateShape
    from wa_notify.ports import Transaction


class Against(StrEnum):
    """Whose word counts."""

    DECLARED = "declared"
    ACCOUNT = "account"
    SYNCED = "synced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """The templates of the account, and since when they are known; nothing when they were read just now."""

    against: Against
    shapes: "Sequence[TemplateShape]"
    read_at: "datetime | None" = None


def standard(config: "Config", path: "Path", against: Against) -> Standard:
    """The templates of the account.

    Raises `Problem` when they cannot be had.
    """
    return _synced(config, path) if against is Against.SYNCED else _online(config, path)


def _online(config: "Config", path: "Path") -> Standard:
    """Read them from the account now."""
    from wa_notify.service import account_of
    from wa_notify.whatsapp.client import CloudApi
    from wa_notify.whatsapp.transport import service_client

    async def read() -> "list[TemplateShape]":
        async with service_client() as http:
            return [shape async for shape in CloudApi(http=http, account=account_of(config)).templates()]

    try:
        return Standard(against=Against.ACCOUNT, shapes=asyncio.run(read()))
    except PlatformUnreachable as error:
        raise problem_of(error, f"`whatsapp` of {path}") from error


def _synced(config: "Config", path: "Path") -> Standard:
    """Look at what the service has read, without any network."""
    from wa_notify.store.opening import open_store

    def look(tx: "Transaction") -> "datetime | None":
        return tx.templates_synced_at()

    try:
        store = open_store(config.store, exclusive=False)
    except StoreError as error:
        raise problem_of(error, f"`store` of {path}") from error
    try:
        read_at = store.rehearse(look).result()
        shapes = store.read(lambda views: views.templates()).result()
    finally:
        store.close()
    if read_at is None:
        fix = "Start the service, which reads them, or check with --online."
        raise Problem("The account's templates were never read.", where=f"`store` of {path}", fix=fix)
    return Standard(against=Against.SYNCED, shapes=shapes, read_at=read_at)
