"""`scripts/demo-ha`: a real Home Assistant with the integration, beside a WhatsApp that the sandbox plays.

Live, it stays up and narrates what happens; with `--once` it plays the story by itself, in real time, and
succeeds only if every step of it happened.
"""

import argparse
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from scripts.demo_ha_story import Broken, Story, Teller
from scripts.hass_home import ADA, BEN, Home
from scripts.hass_house import HOST, REPORTS, ROOT, House
from wa_notify.sandbox.testing import SandboxServer

EXAMPLES = ROOT / "examples/home-assistant"
DASHBOARD = "house-alerts"  # as configuration.yaml there calls it
LOG = REPORTS / "demo.log"
LOGIN = "demo"  # user and password: only programs of this machine reach it, and nothing is kept
PAUSE = 0.5  # seconds between two looks at what happened
TO_TRY = """
Put both side by side, and try this:

  1. In the house, turn on "Water under the washing machine": Ada's phone shows an alert.
  2. On her phone, tap Acknowledge. In the house the ticket is hers, and her 24-hour window is open:
     what the automation had to say besides follows in free words, and a light goes on.
  3. Turn it off again: she is told that it is over, and it costs no template.
  4. Turn on "NAS does not answer", and tap nothing: Ben is reminded after 5 minutes.
  5. Under Tools, Actions, ask wa_notify.explain what would become of an alert.

Rules and automations are those of examples/home-assistant. Stop with Ctrl-C. The story so far:
"""


def main() -> int:
    wanted = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    teller = Teller(Console(highlight=False))
    ports = {"--port": wanted.port, "--sandbox-port": wanted.sandbox_port}
    if wanted.once:
        ports = dict.fromkeys(ports, 0)
    for option, port in ports.items():
        if _is_taken(port):
            teller.problem(
                f"Home Assistant or the phones cannot be served: port {port} is taken.",
                f"Something else listens on {HOST}:{port}.",
                f"Stop it, or choose another port with {option}.",
            )
            return 1
    try:
        return _run(teller, once=wanted.once, port=ports["--port"], sandbox_port=ports["--sandbox-port"])
    except KeyboardInterrupt:
        teller.say("\nStopped. Nothing was kept, and nothing left this machine.")
        return 0 if not wanted.once else 130


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/demo-ha",
        description="A real Home Assistant with the integration, beside a simulated WhatsApp.",
    )
    parser.add_argument("--once", action="store_true", help="play the story by itself, and check each step")
    parser.add_argument("--port", type=int, default=8123, help="where Home Assistant listens (8123)")
    parser.add_argument("--sandbox-port", type=int, default=8712, help="where the phones are (8712)")
    return parser.parse_args()


def _run(teller: Teller, *, once: bool, port: int, sandbox_port: int) -> int:
    files = {path.name: path.read_text() for path in EXAMPLES.glob("*.yaml")}
    with (
        tempfile.TemporaryDirectory(prefix="wa-notify-demo-ha-") as folder,
        SandboxServer(port=sandbox_port) as platform,
        House(Path(folder) / "config", files=files, log_file=LOG, port=port) as house,
    ):
        story = Story(Home(house, platform), teller)
        teller.title("wa_notify in a real Home Assistant, and WhatsApp played by a sandbox")
        try:
            story.begin(LOGIN)
            if once:
                story.play()
        except Broken:
            teller.say(f"\nWhat Home Assistant wrote is in {LOG.relative_to(ROOT)}.")
            return 1
        if once:
            teller.say(f"\nAll {story.kept} steps were kept. Nothing left this machine.")
            return 0
        teller.say("")
        teller.link("House", f"{house.url}/{DASHBOARD}", f"log in as {LOGIN} with the password {LOGIN}")
        teller.link("Panel", f"{house.url}/wa-notify", "its tickets and people, live")
        teller.link("Phones", f"{platform.url}/", f"of {ADA.name} and {BEN.name}")
        teller.say(TO_TRY)
        while True:
            story.look_around()
            time.sleep(PAUSE)


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
