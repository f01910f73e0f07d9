"""The log: both formats, the vocabulary of events, and that nothing private gets through by any way."""

import ast
import json
import logging
import re
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.desk import ENVIRONMENT, ROOT, Desk, no_secret_in, wait_for
from tests.config.writing import WHATSAPP, refusal, written
from wa_notify.cli import logs
from wa_notify.cli.logs import DiscreetFormatter, JsonFormatter
from wa_notify.cli.problem import ExitCode, Problem
from wa_notify.config.log import LogFormat, LogLevel, LogSettings
from wa_notify.core.logged import FIXED, Logged

TOKEN, DIGITS = 'EAAG-canary/+"4711', "447700900123"
LIBRARY = ROOT / "wa_notify"
ELSEWHERE = (LIBRARY / "sandbox", LIBRARY / "apprise_plugin.py")  # these run in other programs
METHODS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
SOURCES = sorted(
    path for path in LIBRARY.rglob("*.py") if not any(path.is_relative_to(other) for other in ELSEWHERE)
)
BOTH = pytest.mark.parametrize("format_", [*LogFormat])


@pytest.fixture
def own_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a test sets up is gone after it."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    handlers, level = root.handlers[:], root.level
    monkeypatch.delenv(logs.VARIABLE, raising=False)
    yield
    logging.captureWarnings(capture=False)
    sys.excepthook, threading.excepthook = hooks
    root.handlers[:] = handlers
    root.setLevel(level)


def record(text: str, *args: object, level: int = logging.WARNING, **extra: Any) -> logging.LogRecord:
    made = logging.LogRecord("wa_notify.x", level, "x.py", 1, text, args, None)
    made.__dict__.update(extra)
    return made


def as_json(made: logging.LogRecord, *secrets: str) -> dict[str, Any]:
    line = JsonFormatter(secrets).format(made)
    assert line.splitlines() == [line]
    told: dict[str, Any] = json.loads(line)
    return told


# --- how a line looks ---------------------------------------------------------------------------------------


def test_a_line_of_json_has_time_level_event_message_and_fields() -> None:
    made = record("Ticket %d finds nobody", 7, **Logged.TICKET_NOBODY_ON_CALL.of(ticket=7, receiver="ops"))
    made.created = 1795352861.25
    assert as_json(made) == {
        "at": "2026-11-22T13:07:41.250+00:00",
        "level": "warning",
        "event": "ticket.nobody_on_call",
        "message": "Ticket 7 finds nobody",
        "ticket": 7,
        "receiver": "ops",
    }


def test_what_json_does_not_have_becomes_text() -> None:
    fields = {"path": Path("/x"), "none": None, "yes": True, "half": 0.5, "many": (1, 2)}
    told = as_json(record("m", **Logged.FILE_NOT_DELETED.of(**fields)))
    assert {name: told[name] for name in fields} == {
        "path": "/x",
        "none": None,
        "yes": True,
        "half": 0.5,
        "many": "(1, 2)",
    }


def test_a_library_is_told_apart_and_named() -> None:
    told = as_json(record("hello", event="theirs", fields={"a": 1}))
    assert (told["event"], told["logger"]) == ("library", "wa_notify.x")
    assert "a" not in told


@BOTH
def test_foreign_text_begins_no_line_of_its_own(format_: LogFormat) -> None:
    made = record("a%sb", "\n2026-11-22T13:07:41+0000 ERROR forged\x1b[31m\u2028\x85")
    line = formatter(format_).format(made)
    assert line.splitlines() == [line]
    assert "\x1b" not in line


def test_a_field_can_never_stand_for_what_every_line_has() -> None:
    told = as_json(record("m", **Logged.CHORE_FAILED.of(level="mine", at="never")))
    assert (told["level"], told["level_"], told["at_"]) == ("warning", "mine", "never")


# --- the canary ---------------------------------------------------------------------------------------------


def formatter(format_: LogFormat) -> logging.Formatter:
    return (JsonFormatter if format_ is LogFormat.JSON else DiscreetFormatter)([TOKEN])


def failing(text: str) -> None:
    try:
        int(text)
    except ValueError as cause:
        raise RuntimeError(f"because of {text}") from cause


def by_argument(said: str) -> None:
    logging.getLogger("wa_notify.x").warning("%s", said, extra=Logged.CHORE_FAILED.of())


def by_message(said: str) -> None:
    logging.getLogger("wa_notify.x").warning(said)


def by_field(said: str) -> None:
    logging.getLogger("wa_notify.x").warning("m", extra=Logged.CHORE_FAILED.of(chore=said))


def by_a_field_of_many(said: str) -> None:
    logging.getLogger("wa_notify.x").warning("m", extra=Logged.CHORE_FAILED.of(chore={"deep": [said]}))


def by_traceback(said: str) -> None:
    try:
        failing(said)
    except RuntimeError:
        logging.getLogger("wa_notify.x").exception("m", extra=Logged.CHORE_FAILED.of())


def by_stack(said: str) -> None:
    made = record("m", stack_info=f"Stack:\n  {said}", level=logging.ERROR)
    logging.getLogger("wa_notify.x").handle(made)


def by_arguments_that_do_not_fit(said: str) -> None:
    logging.getLogger("wa_notify.x").warning("%d messages", said)


def by_a_library(said: str) -> None:
    logging.getLogger("aiohttp.client").error("GET /?access_token=%s", said)


def by_a_warning_of_python(said: str) -> None:
    warnings.warn(said, RuntimeWarning, stacklevel=1)


def by_a_crash(said: str) -> None:
    try:
        failing(said)
    except RuntimeError as error:
        sys.excepthook(RuntimeError, error, error.__traceback__)


def by_a_crash_of_a_thread(said: str) -> None:
    thread = threading.Thread(target=failing, args=(said,))
    thread.start()
    thread.join()


WAYS = [
    by_argument, by_message, by_field, by_a_field_of_many, by_traceback, by_stack,
    by_arguments_that_do_not_fit, by_a_library, by_a_warning_of_python, by_a_crash, by_a_crash_of_a_thread,
]  # fmt: skip


@pytest.mark.usefixtures("own_logging")
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("way", WAYS)
@BOTH
def test_a_secret_and_a_number_get_through_by_no_way(
    format_: LogFormat, way: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    logs.set_up([TOKEN], LogSettings(format=format_))
    way(f"canary {TOKEN} went to +{DIGITS}, {DIGITS}: refused")
    out, err = capsys.readouterr()
    assert out == ""
    shown = unescaped(err) if format_ is LogFormat.JSON else err
    if not (format_ is LogFormat.HUMAN and way in (by_field, by_a_field_of_many)):  # plain lines have none
        assert "canary •••" in shown.replace("EAAG-", "")
    for private in (TOKEN, "EAAG", "4711", DIGITS, DIGITS[2:]):
        assert private not in shown, private


def unescaped(lines: str) -> str:
    """Everything that a program reads from the lines."""
    return "\n".join(str(value) for line in lines.splitlines() for value in json.loads(line).values())


@pytest.mark.parametrize(
    "said",
    [
        "+447700900123",
        "447700900123",
        "tel:+447700900123",
        "to:447700900123",
        "447700900123: refused",
        '{"to":447700900123}',
        "https://wa.me/447700900123?text=x",
        "447700900123@s.whatsapp.net",
        "+44 7700 900123",
        "+44 (0) 7700-900123",
        "+44\u00a07700\u00a0900123",
        "+1 (415) 555.0123",
        "x+447700900123",
    ],
)
@BOTH
def test_a_number_is_masked_however_it_is_written(format_: LogFormat, said: str) -> None:
    line = formatter(format_).format(record("%s", said))
    text = json.loads(line)["message"] if format_ is LogFormat.JSON else line
    assert "••••" in text
    assert not re.search(r"7700\W*900|555\W*0123", text)


def test_a_number_is_masked_where_it_stands_as_a_number() -> None:
    told = as_json(record("m", **Logged.CHORE_FAILED.of(to=447700900123, item=123456)))
    assert told["to"] == "447 •••• 0123"
    assert told["item"] == 123456


def test_the_id_of_a_message_hides_a_number_and_is_blanked() -> None:
    wamid = "wamid.HBgMNDQ3NzAwOTAwMTIzFQIAERgSM0Y3MEExQzJENEU1QjYwOTE4AA=="
    assert as_json(record(f"({wamid}) failed"))["message"] == "(wamid.•••) failed"


@pytest.mark.parametrize(
    "said", ["EAAG-canary%2F%2B%224711", "EAAG-canary/%2B%224711", 'EAAG-canary/+\\"4711']
)
def test_a_secret_is_blanked_however_it_is_quoted(said: str) -> None:
    assert as_json(record("at %s!", said), TOKEN)["message"] == "at •••!"


@pytest.mark.parametrize(
    "said",
    [
        "wa.yaml:12:3 item 1234 at 127.0.0.1:8711",
        "2026-11-22T13:07:41.123456+0000",
        "0f8fad5b-d9cb-469f-a165-123456789012",
        "0.123456789012",
        "v26.0, 80/s, 12345678 bytes",
    ],
)
def test_other_figures_stay(said: str) -> None:
    assert as_json(record(said))["message"] == said


# --- the vocabulary -----------------------------------------------------------------------------------------


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls() -> Iterator[tuple[str, ast.Call, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Everything that is logged, with its place and the function around it."""
    for path in SOURCES:
        for function in functions(path):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in {f"_LOGGER.{m}" for m in METHODS}:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node, function


def told_event(node: ast.AST | None) -> ast.Call | None:
    """``Logged.X.of(...)``, as such."""
    found = isinstance(node, ast.Call) and re.fullmatch(r"Logged\.(\w+)\.of", ast.unparse(node.func))
    return node if isinstance(node, ast.Call) and found else None


def event_of(call: ast.Call, function: ast.AST) -> ast.Call | None:
    """What a call gives as ``extra``, also when it has a name of its own first."""
    extra = next((one.value for one in call.keywords if one.arg == "extra"), None)
    if not isinstance(extra, ast.Name):
        return told_event(extra)
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            names = node.targets[0].elts if isinstance(node.targets[0], ast.Tuple) else node.targets
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            for name, value in zip(names, values, strict=False):
                if ast.unparse(name) == extra.id and (event := told_event(value)):
                    return event
    return None


def test_everything_that_is_logged_has_an_event_of_the_vocabulary() -> None:
    found = list(calls())
    assert len(found) > 40
    nameless = [place for place, call, function in found if event_of(call, function) is None]
    assert nameless == [], "Give these an event: extra=Logged.SOMETHING.of(...)"
    events = {
        ast.unparse(event.func).split(".")[1]
        for _, call, function in found
        if (event := event_of(call, function))
    }
    assert events <= set(Logged.__members__), "These are no words of wa_notify.core.logged"
    unused = set(Logged.__members__) - events - {Logged.LIBRARY.name}
    assert unused == set(), "Nothing says these any more"


def test_no_field_is_called_like_what_every_line_has() -> None:
    for place, call, function in calls():
        event = event_of(call, function)
        assert event is not None
        assert not {one.arg for one in event.keywords} & {*FIXED}, place


def test_nothing_is_logged_past_the_vocabulary() -> None:
    past = re.compile(
        r"\blogging\.(debug|info|warning|error|exception|critical|log)\(|getLogger\(__name__\)(?!\n)"
    )
    for path in SOURCES:
        assert not past.search(path.read_text(encoding="utf-8")), path


def test_names_of_events_are_for_programs() -> None:
    for event in Logged:
        assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", event), event


# --- how it is chosen ---------------------------------------------------------------------------------------


def test_the_configuration_chooses_format_and_level(tmp_path: Path) -> None:
    assert written(tmp_path, WHATSAPP).log == LogSettings()
    chosen = written(tmp_path, f"{WHATSAPP}\nlog: {{format: json, level: warning}}").log
    assert chosen == LogSettings(format=LogFormat.JSON, level=LogLevel.WARNING)


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("{format: jason}", "Did you mean `json`?"),
        ("{level: loud}", "'loud' is not possible here."),
        ("{lvl: info}", "Did you mean `level`?"),
        ("json", "The section `log` is a mapping"),
    ],
)
def test_what_the_section_cannot_say_is_told(tmp_path: Path, section: str, said: str) -> None:
    assert said in refusal(tmp_path, f"{WHATSAPP}\nlog: {section}")


@pytest.mark.usefixtures("own_logging")
def test_the_environment_comes_before_the_configuration(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(logs.VARIABLE, "json")
    logs.set_up([], LogSettings(format=LogFormat.HUMAN))
    by_message("one")
    monkeypatch.setenv(logs.VARIABLE, "human")
    logs.set_up([], LogSettings(format=LogFormat.JSON))
    by_message("two")
    one, two = capsys.readouterr().err.splitlines()
    assert json.loads(one)["message"] == "one"
    assert two.endswith("WARNING two")


@pytest.mark.usefixtures("own_logging")
def test_less_than_the_level_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up([], LogSettings(level=LogLevel.ERROR))
    by_message("hush")
    by_a_library("hello")
    assert capsys.readouterr().err.splitlines()[0].endswith("ERROR GET /?access_token=hello")
    logs.set_up([], LogSettings(level=LogLevel.DEBUG))
    logging.getLogger("wa_notify.x").debug("fine")
    logging.getLogger("httpx").info("GET /")
    assert capsys.readouterr().err.endswith("DEBUG fine\n")


@pytest.mark.usefixtures("own_logging")
def test_a_format_that_there_is_not_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(logs.VARIABLE, "xml")
    with pytest.raises(Problem) as raised:
        logs.set_up()
    assert raised.value.code is ExitCode.WRONG
    assert raised.value.where == "environment variable WA_NOTIFY_LOG"


@pytest.mark.usefixtures("own_logging")
def test_a_break_by_hand_is_no_crash(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    threading.excepthook(threading.ExceptHookArgs((SystemExit, None, None, None)))
    assert capsys.readouterr().err == ""


CRASHING = """
import wa_notify.service
from wa_notify.cli import main

async def serve(*_, **__):
    raise RuntimeError("sandbox-token of +447700900123")

wa_notify.service.serve = serve
main(["serve"])
"""


def test_a_service_that_crashes_says_so_in_a_line_of_its_own(desk: Desk) -> None:
    environment = {**ENVIRONMENT, logs.VARIABLE: "json"}
    done = subprocess.run(
        [sys.executable, "-c", CRASHING],
        cwd=desk.folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    told = json.loads(line)
    assert (told["event"], told["level"], told["kind"]) == ("service.crashed", "critical", "RuntimeError")
    assert "••• of +44 •••• 0123" in told["error"]
    no_secret_in([done.stdout, done.stderr, told["error"]])


def test_a_service_whose_environment_wants_another_format_does_not_start(desk: Desk) -> None:
    answer = desk.types("serve", environ={logs.VARIABLE: "xml"})
    assert answer.code == 2
    assert answer.err.splitlines() == [
        "✗ 'xml' is no format of a log.",
        "  Where: environment variable WA_NOTIFY_LOG",
        "  To do: Set it to human or json, or leave it out.",
    ]


def test_a_service_logs_objects_and_changes_its_mind_while_it_runs(desk: Desk) -> None:
    wrong = ("receiver: everybody", "receiver: evrybody")
    desk.write_config(("listen:", "log: {format: json}\nlisten:"), wrong)
    service = desk.starts_the_service()
    wait_for(lambda: "templates.not_read" in service.log.read_text())
    desk.write_config(("listen:", "log: {format: human}\nlisten:"))
    wait_for(lambda: "The configuration was read again" in service.log.read_text())
    assert service.stop() == 0
    lines = service.log.read_text().splitlines()
    told = {(one := json.loads(line))["event"]: one for line in lines if line.startswith("{")}
    assert told["rule.refused"]["where"].startswith("wa-notify.yaml:")
    assert told["templates.not_read"]["level"] == "warning"
    plain = [line for line in lines if not line.startswith("{")]
    assert re.fullmatch(r"\S+ INFO The configuration was read again: 4 rules", plain[0])
    assert plain[-1].endswith("INFO Stopped.")
    no_secret_in([service.everything])
