"""A heap of low messages that wait, in a house whose rules stand in a file as people write them."""

from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import yaml

from benchmarks.copies import multiply
from benchmarks.house import APP_SECRET, Shape, account, alerts, furnished, person, phone
from benchmarks.rounds import Trouble
from wa_notify.config import compile_mapping
from wa_notify.core.alert import Alert, fingerprint_of
from wa_notify.core.limits import Limits
from wa_notify.core.rule import Rulebook

SHAPE = Shape(people=501, per_alert=50)  # ten teams, and one person for what is critical
CRITICAL = person(SHAPE.people - 1)
CRITICAL_NUMBER = phone(SHAPE.people - 1).removeprefix("+")
REALLY = 2000  # messages that alerts really brought; the others are copies of them
TEMPLATE = {
    "name": "ops_alert",
    "header": "{{ labels.instance }}",
    "parameters": ["{{ labels.severity }}", "{{ title }}", "{{ starts_at | clock }}"],
    "url": "alerts/{{ ticket.number }}",
}


def rules() -> dict[str, Any]:
    """Receivers and rules, as a mapping of the configuration."""
    teams = range(SHAPE.teams)
    low = [
        {
            "name": f"team-{team}",
            "match": {"team": f"t{team}"},
            "group_by": ["instance"],
            "receiver": f"team-{team}",
            "priority": "low",
            "ttl": "1d",
            "template": TEMPLATE,
        }
        for team in teams
    ]
    critical = {
        **low[0],
        "name": "critical",
        "match": {"team": "critical"},
        "receiver": "critical",
        "priority": "critical",
    }
    receivers = {f"team-{team}": {"to": list(SHAPE.members(team))} for team in teams}
    return {"receivers": {**receivers, "critical": {"to": [CRITICAL]}}, "rules": [critical, *low]}


def rulebook(per_second: int) -> Rulebook:
    """The rules, at a pace of the platform. A storm would gather what is to lie in a heap here."""
    book = compile_mapping(rules()).rulebook
    return replace(book, storm=None, limits=Limits(per_second=per_second))


def written(folder: Path, base_url: str, port: int) -> Path:
    """The same as a file for `wa-notify serve`."""
    ours = account(base_url)
    whole = {
        "whatsapp": {
            "base_url": base_url,
            "phone_number_id": ours.number_id,
            "waba_id": ours.waba_id,
            "access_token": ours.access_token.reveal(),
            "app_secret": APP_SECRET,
            "verify_token": ours.verify_token.reveal(),
        },
        "store": "sqlite:///wa-notify.db",
        "listen": f"127.0.0.1:{port}",
        "recipients": {
            person(number): {"phone": phone(number), "opt_in": "Agreed"} for number in range(SHAPE.people)
        },
        **rules(),
    }
    path = folder / "wa-notify.yaml"
    path.write_text(yaml.safe_dump(whole, sort_keys=False))
    return path


async def heap_up(folder: Path, base_url: str, http: httpx.AsyncClient, messages: int) -> Path:
    """A database in which so many low messages wait; nobody is at work."""
    folder.mkdir(exist_ok=True)
    with furnished(folder, base_url=base_url, http=http, shape=SHAPE, book=rulebook(80)) as house:
        await house.engine.sync_templates()
        coming = islice(alerts(SHAPE), min(REALLY, messages) // SHAPE.per_alert)
        await house.engine.ingest(list(coming))
    waiting = multiply(house.database, messages)
    if waiting < messages:
        raise Trouble(f"{messages} messages were to wait, {waiting} do.")
    return house.database


def critical_alert(number: int) -> Alert:
    """One that only one person hears of, and at once."""
    (pattern,) = islice(alerts(SHAPE), 1)
    labels = {**pattern.labels, "team": "critical", "instance": f"core-{number}:9100"}
    return replace(pattern, labels=labels, fingerprint=fingerprint_of(labels))
