"""The section ``media``: files that go out with messages, and files that people send."""

import ipaddress
import re
from pathlib import Path
from typing import Any

import voluptuous as vol

from wa_notify.config.faults import shown
from wa_notify.config.settings import IpNetwork, MediaSettings
from wa_notify.config.shape import Check, Flaw, listing, section
from wa_notify.config.words import duration, one_of, text, whole
from wa_notify.core.media import KB, LARGEST, MB, Upload
from wa_notify.core.received import KeepFiles

MEDIA = "media"
SIZE = re.compile(r"(\d{1,6})\s*(kB|KB|MB)")
MOST_BYTES = max(LARGEST.values())
STORED, OFF = "store", "off"


def size(value: Any) -> int:
    """A number of bytes with its unit."""
    word = text(value)
    found = SIZE.fullmatch(word.strip())
    if not found:
        raise Flaw(f"{shown(word)} is no size.", "Write a number with a unit, such as 500kB or 16MB.")
    count = int(found[1]) * (MB if found[2] == "MB" else KB)
    if not 0 < count <= MOST_BYTES:
        raise Flaw(f"{shown(word)} is out of range.", f"WhatsApp takes at most {MOST_BYTES // MB}MB.")
    return count


def network(value: Any) -> IpNetwork:
    """Addresses of a private network from which files may be fetched."""
    word = text(value)
    try:
        return ipaddress.ip_network(word.strip())
    except ValueError:
        fix = "Write it as 192.168.0.0/16, or a single address."
        raise Flaw(f"{shown(word)} is no network.", fix) from None


_SECTION = section(
    "The section `media`",
    {
        vol.Optional("upload"): one_of(*(word.value for word in Upload)),
        vol.Optional("allow"): listing("`allow`", network, most=100),
        vol.Optional("largest"): size,
        # YAML 1.1 reads a bare off as false
        vol.Optional("inbound"): lambda value: OFF if value is False else one_of(OFF, STORED)(value),
        vol.Optional("folder"): text,
        vol.Optional("keep"): duration(),
        vol.Optional("per_day"): whole(1, 10_000),
    },
)


def _settings(fit: dict[str, Any]) -> MediaSettings:
    plain = KeepFiles()
    kept = KeepFiles(
        largest=fit.get("largest", plain.largest),
        most_a_day=fit.get("per_day", plain.most_a_day),
        keep=fit.get("keep", plain.keep),
    )
    return MediaSettings(
        upload=Upload(fit.get("upload", Upload.NEEDED)),
        allow=tuple(fit.get("allow", ())),
        largest=fit.get("largest", MOST_BYTES),
        folder=Path(fit.get("folder", "received")),
        received=kept if fit.get("inbound", OFF) == STORED else None,
        kept=kept,
    )


SETTINGS: Check = vol.All(_SECTION, _settings)
