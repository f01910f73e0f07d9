"""A house in which everybody who can say anything says something hostile."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

import httpx

from tests.cli.desk import ALICE, wait_for
from tests.web.admin.conftest import Office
from tests.web.admin.hostile import HOSTILE
from wa_notify.clock import system_clock
from wa_notify.core.access import RIGHTS, Account, ApiKey, Role, Session
from wa_notify.core.consent import ConsentAct, ConsentRecord
from wa_notify.core.recipient import Alias, AliasKind, Recipient
from wa_notify.ports import Transaction
from wa_notify.web.access.proofs import digest_of

PRINTABLE = [text for text in HOSTILE if text.isprintable()]
MATCHED = [text for text in PRINTABLE if len(text) < 300]
COMMENTS = "".join(f"  # {text}\n" for text in PRINTABLE)
SECTIONS = f"""\
schedules:
  primary:
    rotations: [{{people: [alice, bob], every: 1w, starts: "2026-11-16 09:00"}}]
sources:
  uptime:
    labels: {{alertname: "{{{{ alert.name }}}}", foreign: "{{{{ alert.foreign }}}}"}}
    annotations: {{summary: "{{{{ alert.name }}}}"}}
rules:
{COMMENTS}"""
RULES = """\
  - name: hostile
    match: {alertname: "=~Hostile.*"}
    group_by: [number]
    receiver: oncall
    template: *alert
    free_form: "{{ title }} {{ labels.instance }}"
    details: "{{ annotations.description }}"
""" + "".join(
    f"  - name: matching-{n}\n    match: {{alertname: {json.dumps(text)}}}\n    receiver: oncall\n"
    "    template: *alert\n"
    for n, text in enumerate(MATCHED)
)
DAILY = "  - name: daily\n"
CHANGES = (("rules:\n", SECTIONS), (DAILY, RULES + DAILY))


class House:
    """Fills a service with hostile words, as its people, its sources and its platform would."""

    def __init__(self, office: Office) -> None:
        self.office, self.now = office, system_clock()
        self.taken = Counter[str]()  # how often each door took what it was given
        key = ApiKey(
            digest=digest_of("wan_test"),
            name="test",
            rights=tuple(RIGHTS[Role.ADMIN]),
            created_by="maria",
            created_at=self.now,
        )
        office.desk.in_the_store(lambda tx: tx.add_api_key(key))
        self.api = httpx.Client(
            base_url=f"{office.base}/api/v1", headers={"Authorization": "Bearer wan_test"}, timeout=30
        )

    def fills(self) -> None:
        """Everything."""
        self.office.desk.phone(ALICE, text="hello")
        for n, text in enumerate(HOSTILE):
            self._alert(n, text)
            self._phone(n, text)
            self._person(n, text)
            self._desk(n, text)
            self._template(n, text)
        self._imports()
        self.office.desk.in_the_store(self._stores)
        self._asks("POST", "/templates/sync")
        wait_for(lambda: len(self.office.phone_shows(ALICE)) > len(HOSTILE))

    def _asks(self, verb: str, path: str, body: Any = None, *, may_refuse: bool = False) -> Any:
        answer = self.api.request(verb, path, json=body)
        assert answer.status_code < (500 if may_refuse else 300), answer.text
        self.taken[path] += answer.status_code < 300
        return answer.json()

    def _alert(self, n: int, text: str) -> None:
        link = f"https://a.example/{n}?{text}"
        files = [{"link": link, "filename": text[:200]}] if link.isprintable() and " " not in link else []
        self.office.desk.tells_the_service(
            source=text[:100],
            labels={"alertname": f"Hostile {text}", "number": str(n), "instance": text, text[:900]: text},
            annotations={"summary": f"{text} {n}", "description": text, text[:1000]: text},
            url=text if n % 2 else link,
            attachments=files if len(link) < 1000 else [],
        )

    def _phone(self, n: int, text: str) -> None:
        number = f"+44770091{n:04}"
        for doing in (
            (f"/phones/{number}", {"name": text, "username": f"user{n}"}),
            (f"/phones/{number}/reply", {"text": text}),
            (f"/phones/{ALICE}", {"name": text}),
            (f"/phones/{ALICE}/reply", {"text": text}),
            (
                f"/phones/{ALICE}/reply",
                {"message": {"type": "button", "button": {"text": text, "payload": text}}},
            ),
            (
                f"/phones/{ALICE}/reply",
                {
                    "message": {
                        "type": "location",
                        "location": {"latitude": 1.0, "longitude": 2.0, "name": text, "address": text},
                    }
                },
            ),
        ):
            answer = self.office.into_sandbox.post(doing[0], json=doing[1])
            assert answer.status_code == 200, answer.text

    def _person(self, n: int, text: str) -> None:
        for field in ("id", "language", "number"):
            self._asks("POST", "/recipients", {"id": f"x{n}", field: text[:32]}, may_refuse=True)
        self._asks("POST", "/recipients", {"id": f"r{n}", "name": text[:200], "number": f"+44770092{n:04}"})
        proof = {"evidence": text[:1000], "source": "paper", "wording": text[:100]}
        self._asks("POST", f"/recipients/r{n}/consent/grant", proof)
        if n % 2:
            self._asks(
                "POST", f"/recipients/r{n}/consent/revoke", {"evidence": text[:1000], "source": "phone"}
            )

    def _desk(self, n: int, text: str) -> None:
        ends = (self.now + timedelta(hours=2)).isoformat()
        for path, body in (
            ("/silences", {"conditions": [f"foreign={text[:400]}"], "span": "1h", "comment": text[:500]}),
            ("/schedules/primary/overrides", {"person": "bob", "ends": ends, "reason": text[:500]}),
            ("/keys", {"name": text[:60], "rights": ["see"]}),
            ("/accounts", {"name": text[:40], "role": "viewer"}),
            ("/tickets/1/comment", {"text": text[:1000]}),
            ("/tickets/1/assign", {"to": text[:200]}),
            ("/messages", {"to": "alice", "text": text, "ticket": 1}),
            (
                "/messages",
                {"to": f"r{n}", "template": {"name": "ops_notice", "parameters": {"1": text[:900]}}},
            ),
            (
                "/messages",
                {
                    "to": "alice",
                    "text": text,
                    "link_button": {"title": text[:20], "url": "https://a.example"},
                },
            ),
            ("/messages", {"to": "alice", "place": {"latitude": 1, "longitude": 2, "name": text[:200]}}),
            ("/messages", {"to": text[:200], "text": text}),
        ):
            self._asks("POST", path, body, may_refuse=True)

    def _template(self, n: int, text: str) -> None:
        parts = [
            {"type": "HEADER", "format": "TEXT", "text": text},
            {"type": "BODY", "text": text},
            {"type": "FOOTER", "text": text},
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "QUICK_REPLY", "text": text},
                    {"type": "URL", "text": text, "url": f"javascript:{n}"},
                ],
            },
        ]
        given = {
            "name": f"foreign_{n}",
            "language": "en",
            "category": "UTILITY",
            "status": "APPROVED",
            "components": parts,
        }
        for changed in (
            given,
            given | {"name": f"odd{n} {text[:200]}", "language": text[:60], "rejected_reason": text},
        ):
            answer = self.office.into_sandbox.post("/templates", json=changed)
            assert answer.status_code == 200 or b"fit" in answer.content, answer.text
        self.office.into_sandbox.post(
            f"/templates/foreign_{n}/en", json={"status": "REJECTED", "reason": text}
        )

    def _imports(self) -> None:
        """Lines that are good, and lines in which each field is wrong."""
        written = io.StringIO()
        lines = csv.writer(written)
        lines.writerow(
            ["name", "phone", "display_name", "language", "source", "wording", "evidence", "granted_at"]
        )
        for n, text in enumerate(HOSTILE):
            good = [f"i{n}", f"+44770093{n:04}", text[:100], "en", "paper", "v2", text[:900], "2026-03-01"]
            lines.writerow(good)
            for column in range(8):
                lines.writerow([text[:500] if place == column else one for place, one in enumerate(good)])
        for n, text in enumerate((HOSTILE[0], HOSTILE[9]), start=1):
            self._asks(
                "POST",
                "/recipients/import",
                {"text": written.getvalue(), "file": text[:200], "dry_run": n == 1},
            )
            wait_for(partial(self._is_imported, n))
        self._asks("POST", "/recipients/import", {"text": HOSTILE[0], "file": HOSTILE[1]}, may_refuse=True)

    def _is_imported(self, number: int) -> bool:
        return bool(self._asks("GET", f"/imports/{number}")["state"] == "done")

    def _stores(self, tx: Transaction) -> None:
        """What no door lets in, and a database may hold all the same."""
        for n, text in enumerate(one.replace("\0", "") for one in HOSTILE):
            tx.save_recipient(
                Recipient(id=f"s{n}", name=text, phone=f"+44770094{n:04}", language=text, former=(text,))
            )
            tx.learn_alias(f"s{n}", Alias(kind=AliasKind.BSUID, value=f"{n}{text}"))
            tx.record_consent(
                ConsentRecord(
                    recipient_id=f"s{n}",
                    act=ConsentAct.GRANTED,
                    source=text,
                    wording=text,
                    language=text,
                    evidence=text,
                    actor=text,
                    at=self.now,
                )
            )
            tx.save_account(
                Account(name=text, role=Role.VIEWER, password="x", created_at=self.now, created_by=text)
            )
            tx.save_session(
                Session(
                    digest=digest_of(text), account=text, created_at=self.now, seen_at=self.now, agent=text
                )
            )

    # what is there to be looked at

    def examples(self) -> dict[str, list[str]]:
        """For every page with parameters the paths that are to be opened."""
        tickets = self._all("/tickets")
        templates = [one["name"] for one in self._all("/templates")]
        items = [one["message"]["number"] for one in self._all("/outbox")]
        people = [f"s{n}" for n in range(len(HOSTILE))]
        odd = [one for one in templates if one.startswith(("foreign", "odd")) and "/" not in one]
        return {
            "/tickets/{number:int}": [
                *(f"/tickets/{one['number']}" for one in tickets),
                "/tickets/1?to=alice",
            ],
            "/outbox/{number:int}": [f"/outbox/{one}" for one in items[:40]],
            "/recipients/{id}": [f"/recipients/{one}" for one in (*people, "alice", "r1")],
            "/recipients/{id}/invite": [f"/recipients/{one}/invite" for one in people[::5]],
            "/imports/{number:int}": ["/imports/1", "/imports/2"],
            "/rules/{name}": [f"/rules/matching-{n}" for n in range(0, len(MATCHED), 4)],
            "/templates/{name}": [f"/templates/{quote(one, safe='')}" for one in odd],
        }

    def said(self) -> dict[str, list[str]]:
        """What has to stand on which page, as the API tells it."""
        found: dict[str, list[str]] = {
            "/silences": [
                text for one in self._all("/silences") for text in (*one["conditions"], one["comment"])
            ],
            "/accounts": [one["name"] for path in ("/accounts", "/keys") for one in self._all(path)],
            "/schedules": [one["reason"] for one in self._asks("GET", "/overrides")["items"]],
        }
        for one in self._all("/tickets"):
            alerts = self._asks("GET", f"/tickets/{one['number']}/alerts")["items"]
            words = (
                text
                for it in alerts
                for texts in (it["labels"], it["annotations"])
                for text in (*texts, *texts.values())
            )
            found[f"/tickets/{one['number']}"] = [one["title"], *words]
        for n, text in enumerate(HOSTILE):
            found[f"/recipients/s{n}"] = [text.replace("\0", "")]
        return found

    def forms(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Forms whose answer is a page, with hostile words in them."""
        for n, text in enumerate(HOSTILE):
            yield (
                "explain_alert",
                {"text": json.dumps({"name": text, "foreign": text}), "format": "custom", "source": "uptime"},
            )
            own = {
                "labels": {"alertname": f"Hostile {text}", text[:90]: text},
                "annotations": {"summary": text},
            }
            yield "explain_alert", {"text": json.dumps(own)}
            yield (
                "check_rules",
                {"text": f"rules:\n  - name: {json.dumps(text)}\n    receiver: {json.dumps(text)}\n"},
            )
            if n % 6:
                continue
            yield "explain_alert", {"text": text}
            yield "check_rules", {"text": text}
            yield "add_key", {"name": text[:60], "rights[]": "see"}
            yield "add_recipient", {"id": f"f{n}", "name": text[:200]}
            yield "reveal_recipient", {"id": f"s{n}", "back": text}
            yield "invite_recipient", {"id": f"s{n}"}
            yield "new_second_factor", {"present": text[:200]}
            yield "renew_account_link", {"name": text}
            yield "add_account", {"name": text[:40], "role": "viewer"}
            yield "apply_templates", {"prune[]": text[:200], "deletions": "true"}
            yield "add_recipient", {"id": f"g{n}", "name": f"Gone {n}"}
            yield "erase_recipient", {"id": f"g{n}", "name": f"g{n}", "back": text}
            yield "comment_ticket", {"number": "2", "text": text[:1000], "back": text}
            yield text[:80], {"back": text}

    def _all(self, path: str) -> list[Any]:
        answer = self._asks(
            "GET", f"{path}{'?' if '?' not in path else '&'}limit=200" if path in PAGED else path
        )
        found: list[Any] = answer["items"]
        return found


PAGED = ("/tickets", "/templates", "/outbox")
