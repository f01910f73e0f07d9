"""Reading the account's templates, with a progress bar, and keeping them beside a running service."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from wa_notify.cli.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    import httpx

    from wa_notify.core.template import TemplateShape
    from wa_notify.store.opening import AnyStore
    from wa_notify.whatsapp.management import Management


@asynccontextmanager
async def connected(here: Place) -> "AsyncIterator[tuple[httpx.AsyncClient, Management]]":
    """A client, and through it the account's templates."""
    from wa_notify.service import account_of
    from wa_notify.whatsapp.management import Management
    from wa_notify.whatsapp.transport import service_client

    async with service_client() as http:
        app_id = here.config.whatsapp.app_id
        yield http, Management(http=http, account=account_of(here.config), app_id=app_id)


async def read_account(here: Place, *, quiet: bool) -> "tuple[list[TemplateShape], datetime]":
    """All templates of the account, and when reading them began. Raises `Problem`."""
    from wa_notify.cli.problem import problem_of
    from wa_notify.clock import system_clock
    from wa_notify.core.errors import PlatformUnreachable
    from wa_notify.service import account_of
    from wa_notify.whatsapp.client import CloudApi

    begun, found = system_clock(), []
    try:
        async with connected(here) as (http, management):
            total = await management.how_many()
            with progress("Reading the account", total, quiet=quiet) as advance:
                async for shape in CloudApi(http=http, account=account_of(here.config)).templates():
                    found.append(shape)
                    advance()
    except PlatformUnreachable as error:
        raise problem_of(error, f"`whatsapp` of {here.path}") from error
    return found, begun


def keep(store: "AnyStore", shapes: "list[TemplateShape]", begun: "datetime") -> None:
    """Let the service know them. Raises `PlatformUnreachable` when there are suddenly none."""
    from wa_notify.pipeline.template_news import keep_templates

    store.transact(lambda tx: keep_templates(tx, shapes, begun)).result()


@contextmanager
def progress(title: str, total: int | None, *, quiet: bool) -> "Iterator[Callable[[], None]]":
    """A progress bar on a terminal, with counts; the answer is called for each thing that is done."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from wa_notify.cli.terminal import screen

    console = screen(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    off = quiet or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=off) as bar:
        task = bar.add_task(title, total=total)
        yield lambda: bar.advance(task)


def users(here: Place) -> "Mapping[str, tuple[str, ...]]":
    """Which rules, and what else, use which template."""
    from wa_notify.engine.approval import users_of

    return users_of(here.config.rulebook, here.config.defaults.invite)
