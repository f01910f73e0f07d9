"""Starting: quick, helpful, and clear when something is missing."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.desk import ENVIRONMENT, ROOT, Desk
from wa_notify import __version__
from wa_notify.cli import main
from wa_notify.cli.app import TOLD, Told, load

HEAVY = ("sqlalchemy", "httpx", "uvicorn", "alembic", "voluptuous", "jinja2", "starlette", "rich.markdown")
GROUPS = ("optin", "outbox", "schedule", "silence", "templates", "tickets", "troubles")
COMMANDS = (
    "demo",
    "check",
    "cost",
    "explain",
    "limits",
    "serve",
    "sandbox",
    "send",
    "migrate",
    *GROUPS,
)


def python(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )


def imported_by_help(cwd: Path) -> set[str]:
    script = (
        "import sys; from wa_notify.cli import main; code = main(['--help']);"
        "print('IMPORTED', *sorted(sys.modules), file=sys.stderr); sys.exit(code)"
    )
    done = python("-c", script, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.partition("IMPORTED")[2].split())


def test_help_imports_nothing_that_only_a_command_needs(tmp_path: Path) -> None:
    imported = imported_by_help(tmp_path)
    assert "typer" in imported
    assert not imported.intersection(HEAVY)


def test_help_loads_no_command(tmp_path: Path) -> None:
    imported = imported_by_help(tmp_path)
    assert "wa_notify.cli.app" in imported
    assert not imported.intersection(f"wa_notify.cli.{told.name}" for told in TOLD)


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told.name)
def test_help_tells_of_a_command_what_the_command_says_of_itself(told: Told) -> None:
    assert load(told).get_short_help_str(100) == told.says


def test_a_mistyped_command_is_named_with_those_that_are_like_it(desk: Desk) -> None:
    shown = desk.types("ticket")
    assert shown.code == 2
    assert "Did you mean 'tickets'" in shown.err


def test_help_names_every_command_in_plain_lines(desk: Desk) -> None:
    shown = desk.types("--help")
    assert shown.code == 0
    for command in COMMANDS:
        assert f"\n  {command} " in shown.out
    assert "│" not in shown.out


@pytest.mark.parametrize("group", [(), *((name,) for name in GROUPS)], ids=" ".join)
def test_what_a_command_does_is_said_in_one_whole_line(desk: Desk, group: tuple[str, ...]) -> None:
    commands = desk.types(*group, "--help").out.partition("Commands:\n")[2].splitlines()
    assert commands
    assert [line for line in commands if not line.endswith((".", "?"))] == []
    assert [line for line in commands if line.endswith("...")] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(desk: Desk, command: str) -> None:
    shown = desk.types(command, "--help")
    assert shown.code == 0
    assert shown.out.startswith(f"Usage: root {command}")


def test_the_module_is_the_program(desk: Desk) -> None:
    shown = desk.runs("--version")
    assert (shown.code, shown.out) == (0, f"wa-notify {__version__}\n")


def test_without_typer_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from wa_notify.cli import main; sys.exit(main())"
    )
    done = python("-I", "-S", "-c", script, cwd=tmp_path)
    assert done.returncode == 2
    assert "pip install 'wa-notify[service]'" in done.stderr
    assert done.stderr.count("\n") == 1


def test_wrong_usage_ends_with_2(desk: Desk) -> None:
    assert desk.types("tickets", "show", "first").code == 2
    assert desk.types("nonsense").code == 2
    assert main(["tickets", "list", "--state", "lost"]) == 2


def test_without_a_configuration_it_says_how_to_begin(desk: Desk) -> None:
    desk.config_path.unlink()
    answer = desk.types("tickets", "list")
    assert answer.code == 2
    assert answer.out == ""
    what, where, fix = answer.err.splitlines()
    assert what == "✗ There is no configuration wa-notify.yaml."
    assert str(desk.folder) in where
    assert "wa-notify demo" in fix
    assert "examples/wa-notify.yaml" in fix


def test_the_configuration_may_be_named_by_the_environment(desk: Desk) -> None:
    elsewhere = desk.config_path.rename(desk.folder / "elsewhere.yaml")
    assert desk.types("check").code == 2
    assert desk.types("check", environ={"WA_NOTIFY_CONFIG": str(elsewhere)}).code == 0
    assert desk.types("check", "--config", str(elsewhere)).code == 0


def test_a_reader_that_goes_early_is_no_trouble(desk: Desk) -> None:
    piped = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m wa_notify.cli outbox list --help | true"],
        cwd=desk.folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert piped.stderr == ""


def test_a_terminal_without_our_signs_gets_question_marks(desk: Desk) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "wa_notify.cli", "check"],
        cwd=desk.folder,
        env={**ENVIRONMENT, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "? wa-notify.yaml is in order" in done.stdout


@pytest.mark.parametrize("group", ["", "optin", "tickets", "silence", "outbox", "schedule"])
def test_a_list_of_commands_says_each_in_one_whole_line_of_a_small_terminal(desk: Desk, group: str) -> None:
    shown = desk.types(*group.split(), "--help", environ={"COLUMNS": "80"}).out
    assert "..." not in shown.partition("Commands:")[2]
    assert max(map(len, shown.splitlines())) <= 80
