"""Somebody at the desk: the API with a key, and the page with a session, in process and on the story's clock.

desk = await Desk.of(world, Role.OPERATOR)
answer = await desk.api("POST", "/tickets/1/acknowledge")
page = await desk.page("/tickets")
done = await desk.submit("acknowledge_ticket", number=1)
"""

from dataclasses import dataclass, replace
from typing import Any

import httpx

from tests.stories.world import World
from wa_notify.core.access import RIGHTS, Account, ApiKey, Role, Session
from wa_notify.ports import Transaction
from wa_notify.web.access.gate import COOKIE, FORM_HEADER
from wa_notify.web.access.proofs import digest_of, form_token

ORIGIN = "http://127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One account of this role, with a key and a browser."""

    world: World
    name: str
    key: str
    cookie: str

    @classmethod
    async def of(cls, world: World, role: Role = Role.ADMIN, name: str = "") -> "Desk":
        """An account that can do what its role may, without the trouble of logging in."""
        name = name or f"the-{role.value}"
        key, cookie, now = f"wan_{name}", f"cookie of {name}", world.clock()

        def work(tx: Transaction) -> None:
            account = Account(name=name, role=role, password="none", created_at=now, created_by="a test")
            tx.save_account(account)
            tx.save_session(Session(digest=digest_of(cookie), account=name, created_at=now, seen_at=now))
            made = ApiKey(digest=digest_of(key), name=name, rights=(), created_by=name, created_at=now)
            tx.add_api_key(replace(made, rights=tuple(RIGHTS[role])))

        await world.house.engine.desk.transact(work)
        return cls(world=world, name=name, key=key, cookie=cookie)

    async def api(self, verb: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Ask the API, as a program; ``if_match="..."`` and the like are headers."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.world.into_service.request(
            verb,
            f"/api/v1{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.key}", **given},
        )

    async def get(self, path: str) -> Any:
        """What the API answers to a question."""
        answer = await self.api("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def page(self, path: str, status: int = 200) -> str:
        """A page as the browser gets it."""
        answer = await self.world.into_service.get(f"/admin{path}", headers=self._headers())
        assert answer.status_code == status, answer.text
        return answer.text

    async def submit(
        self,
        operation: str,
        /,
        *,
        back: str = "/admin/",
        files: Any = None,
        script: bool = True,
        **fields: Any,
    ) -> httpx.Response:
        """Send a form, as the page's script does or as a browser without script."""
        headers = {**self._headers(), "Origin": ORIGIN, FORM_HEADER: form_token(self.cookie)}
        if script:
            headers["Accept"] = "application/json"
        return await self.world.into_service.post(
            f"/admin/do/{operation}", data={"back": back, **fields}, files=files, headers=headers
        )

    def _headers(self) -> dict[str, str]:
        return {"Host": "127.0.0.1", "Cookie": f"{COOKIE}={self.cookie}"}
