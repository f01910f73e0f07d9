"""The house sends as many messages as it is told, 32 at once: alerts come in, and every step is durable.

python -m benchmarks.rival_ours URL COUNT FOLDER
"""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.contestant import tell
from benchmarks.house import Shape, alerts, open_house
from benchmarks.sending import EACH, LOOPS, PEOPLE, Course, Stub, durable_round, run_on
from wa_notify.whatsapp.transport import service_client

AT_ONCE = 32


async def play(url: str, count: int, folder: Path) -> None:
    """Warm up, then the round."""
    shape = Shape(people=max(PEOPLE, count // EACH))
    async with (
        service_client() as http,
        open_house(folder, base_url=url, http=http, shape=shape, in_flight=AT_ONCE) as house,
    ):
        stub, coming = Stub(url, http), alerts(shape)
        course = Course(in_flight=AT_ONCE, latency=0, messages=count)
        await durable_round(house, coming, replace(course, messages=AT_ONCE), stub)
        tell(await durable_round(house, coming, course, stub))


def main(words: list[str]) -> None:
    url, count, where = words
    with tempfile.TemporaryDirectory(prefix="wa-notify-rivals-", dir=where) as folder:
        run_on(LOOPS[0], play(url, int(count), Path(folder)))


if __name__ == "__main__":
    main(sys.argv[1:])
