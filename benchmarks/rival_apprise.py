"""Apprise's own WhatsApp plugin sends as many messages as it is told, one after the other as it always does.

    python -m benchmarks.rival_apprise URL COUNT [SECONDS_BETWEEN]

Without the last word it keeps the pause between messages that it is shipped with.
"""

import logging
import sys

from apprise import Apprise, NotifyType
from apprise.plugins.whatsapp import NotifyWhatsApp

from benchmarks.contestant import Watch, tell
from benchmarks.rounds import Trouble

WARM = 2


class Redirected(NotifyWhatsApp):  # type: ignore[no-untyped-call]  # it ships few types
    """The address is an attribute of the class; nothing else is changed."""


def sender(url: str, between: float | None) -> Apprise:
    """One that sends to the stub, its template filled as ours is."""
    Redirected.notify_url = url + "/{fb_ver}/{phone_id}/messages"
    if between is not None:
        Redirected.request_rate_per_sec = between
    plugin = Redirected(  # type: ignore[no-untyped-call]
        token="benchmarktoken",
        template="ops_alert",
        language="en",
        from_phone_id="400000000000101",
        targets=["+447700000001"],
        template_mapping={"1": "critical", "body": "2", "3": "09:30 UTC"},
    )
    apprise = Apprise()
    apprise.add(plugin)
    return apprise


def send(apprise: Apprise, count: int) -> None:
    """Send so many."""
    for _ in range(count):
        if not apprise.notify(body="Disk almost full", notify_type=NotifyType.FAILURE):
            raise Trouble("Apprise's plugin could not send.")


def main(words: list[str]) -> None:
    logging.disable(logging.CRITICAL)
    url, count, *between = words
    apprise = sender(url, float(between[0]) if between else None)
    send(apprise, WARM)
    watch = Watch()
    send(apprise, int(count))
    tell(watch.round(int(count)))


if __name__ == "__main__":
    main(sys.argv[1:])
