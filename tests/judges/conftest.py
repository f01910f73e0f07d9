"""What the tests of a client share: its program runs once, and each test judges a part of what came of it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from wa_notify.sandbox import ShownMessage

from .stage import Report, Stage, play, require_environment, served

REPORT_TEMPLATE = {
    "name": "judge_report",
    "language": "en",
    "components": [
        {"type": "HEADER", "format": "DOCUMENT", "example": {"header_handle": ["4::report"]}},
        {"type": "BODY", "text": "The report about {{1}} is ready.", "example": {"body_text": [["db-7"]]}},
    ],
}
COPY_CODE_URL = "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}"
CODE_TEMPLATE = {
    "name": "judge_code",
    "language": "en",
    "category": "AUTHENTICATION",
    "components": [
        {"type": "BODY", "text": "*{{1}}* is your verification code.", "example": {"body_text": [["1234"]]}},
        {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Copy code", "url": COPY_CODE_URL}]},
    ],
}


@dataclass(frozen=True)
class Played:
    """A program has done its deeds: the sandbox afterwards, and what the client told of each deed.

    heard: a message of Anna, from before.
    """

    stage: Stage
    report: Report
    heard: str

    def answer(self, deed: str) -> Any:
        assert "error" not in self.report[deed], self.report[deed]["text"]
        return self.report[deed]["answer"]

    def error(self, deed: str) -> tuple[str, int, int | None]:
        """What the client raised: the name of the class, code, subcode."""
        told = self.report[deed]
        assert "answer" not in told, f"{deed} was answered with {told['answer']}"
        return told["error"], told["code"], told["subcode"]

    def message(self, deed: str) -> ShownMessage:
        """The message that the deed sent, as it is on the phone."""
        return self.stage.shown(self.answer(deed))


async def _played(program: str) -> Played:
    async with served() as stage:
        stage.sandbox.account.add_template(REPORT_TEMPLATE)
        stage.sandbox.account.add_template(CODE_TEMPLATE)
        heard = stage.anna.reply("what is db-7 doing")
        stage.bob.reply("hello")
        report = await play(stage, program, heard=heard, user_id=stage.bob.user_id)
        for seconds in (5, 60):
            await stage.pass_time(seconds=seconds)
        return Played(stage, report, heard)


@pytest.fixture(scope="module")
def played() -> Callable[[str], Played]:
    """Runs a program to its end, each once."""
    require_environment()
    done: dict[str, Played] = {}

    def play_once(program: str) -> Played:
        if program not in done:
            done[program] = asyncio.run(_played(program))
        return done[program]

    return play_once
