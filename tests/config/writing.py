"""Configurations as tests write them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from wa_notify.config import Config, load
from wa_notify.core.alert import Alert, AlertStatus
from wa_notify.core.errors import ConfigError
from wa_notify.core.ticket import Ticket, facts

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WHATSAPP = """
whatsapp:
  phone_number_id: "400000000000101"
  waba_id: "300000000000202"
  access_token: token
  app_secret: secret
  verify_token: verify
"""
PEOPLE = """
recipients:
  alice: {phone: "+447700900123"}
receivers:
  oncall: {to: [alice]}
"""


def written(folder: Path, text: str, *, environ: dict[str, str] | None = None, **files: str) -> Config:
    """Write the file and the others beside it (``secrets`` becomes secrets.yaml), and load it."""
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    path = folder / "wa-notify.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, environ=environ or {})


def refusal(folder: Path, text: str, *, environ: dict[str, str] | None = None, **files: str) -> str:
    """What is said when the file is refused."""
    try:
        written(folder, text, environ=environ, **files)
    except ConfigError as error:
        return str(error)
    raise AssertionError("The configuration was taken.")


def alert(**labels: str) -> Alert:
    """A firing alert with these labels."""
    return Alert(
        source="alertmanager",
        status=AlertStatus.FIRING,
        labels={"alertname": "DiskFull", "severity": "critical", "instance": "db-7", **labels},
        annotations={"summary": "Disk usage 96% on db-7"},
        starts_at=NOON - timedelta(minutes=150),
        fingerprint="7f1c",
        url="https://prometheus.example.net/graph",
    )


def some_facts(*alerts: Alert, reminder: int = 0) -> dict[str, Any]:
    """The facts of a ticket that has been open for an hour and five minutes."""
    ticket = Ticket(
        id=12,
        rule="disk",
        group="alertmanager/instance=db-7",
        title="Disk usage 96% on db-7",
        opened_at=NOON - timedelta(minutes=65),
    )
    return facts(ticket, alerts or (alert(),), NOON, reminder=reminder)
