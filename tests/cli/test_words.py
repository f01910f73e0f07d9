"""How things are said: durations, logs, texts from abroad."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from wa_notify.cli.logs import DiscreetFormatter
from wa_notify.cli.problem import ExitCode, problem_of
from wa_notify.cli.spoken import relative, span
from wa_notify.cli.terminal import in_one_line, visible
from wa_notify.core.bubble import bubble
from wa_notify.core.errors import PlatformUnreachable, StoreError
from wa_notify.core.message import ButtonKind, ButtonParameter, Parameter, TemplateMessage
from wa_notify.core.template import ButtonShape, TemplateShape

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (45, "45 s"),
        (720, "12 min"),
        (11_520, "3 h 12 min"),
        (7200, "2 h"),
        (86_400, "1 d"),
        (100_000, "1 d 3 h"),
    ],
)
def test_a_duration_has_at_most_two_units(seconds: int, said: str) -> None:
    assert span(timedelta(seconds=seconds)) == said


def test_times_are_seen_from_now() -> None:
    assert relative(NOON + timedelta(minutes=12), NOON) == "in 12 min"
    assert relative(NOON - timedelta(minutes=12), NOON) == "12 min ago"
    assert relative(NOON, NOON) == "just now"


def test_foreign_text_loses_what_a_terminal_would_obey() -> None:
    assert visible("a\x1b[31mb\u202ec\rd\ne👩\u200d🚒") == "a[31mbcd\ne👩\u200d🚒"
    assert in_one_line("a\n\tb\u200f  c") == "a b c"


def test_the_log_blanks_secrets_and_numbers_even_in_tracebacks() -> None:
    formatter = DiscreetFormatter(["token-1", ""])
    with pytest.raises(ValueError, match="token-1") as caught:
        int("token-1 sent to +447700900123 and 447700900456")
    record = logging.LogRecord(
        "x", logging.ERROR, "x.py", 1, "%s", ("token-1",), (caught.type, caught.value, caught.tb)
    )
    line = formatter.format(record)
    assert "token-1" not in line
    assert "7700900" not in line
    assert "+44 •••• 0123" in line
    assert "Traceback" in line


def test_the_log_leaves_other_numbers_alone() -> None:
    record = logging.LogRecord(
        "x", logging.INFO, "x.py", 1, "wa.yaml:12:3 item 1234 at 127.0.0.1:8711", None, None
    )
    assert formatted(record).endswith("INFO wa.yaml:12:3 item 1234 at 127.0.0.1:8711")


def formatted(record: logging.LogRecord) -> str:
    return DiscreetFormatter([]).format(record)


def test_any_error_of_ours_becomes_what_where_and_what_to_do() -> None:
    told = problem_of(StoreError("The disk is full: 0 bytes. Make room. Then start again."), "here")
    assert (told.what, told.where, told.fix) == (
        "The disk is full: 0 bytes.",
        "here",
        "Make room. Then start again.",
    )
    assert told.code is ExitCode.WRONG
    assert problem_of(PlatformUnreachable("No."), "there").code is ExitCode.UNREACHABLE


def test_a_bubble_fills_named_and_numbered_blanks() -> None:
    shape = TemplateShape(
        name="t",
        language="en",
        status="APPROVED",
        category="UTILITY",
        header="On {{1}}",
        header_format="TEXT",
        body="Dear {{who}}, {{what}} is over.",
        buttons=(ButtonShape(kind="URL", text="Open", target="https://ops.example.net/{{1}}"),),
    )
    message = TemplateMessage(
        name="t",
        language="en",
        header=Parameter(text="db-7"),
        body=(Parameter(name="what", text="it {{who}}"), Parameter(name="who", text="Alice")),
        buttons=(ButtonParameter(index=0, kind=ButtonKind.URL, text="alerts/1"),),
    )
    shown = bubble(message, [shape])
    assert shown
    assert shown.text == "On db-7\nDear Alice, it {{who}} is over.\n[Open → …alerts/1]"
    assert bubble(message, []) is None
