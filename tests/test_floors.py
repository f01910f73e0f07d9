"""The house rules that no linter knows: floors, budgets and names. A failure names the file and line."""

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "wa_notify"
INTEGRATION = ROOT / "custom_components"
CORE = LIBRARY / "core"
COMMAND_LINE = LIBRARY / "cli"  # its start-up time pays for imports inside functions
REVISIONS = LIBRARY / "store" / "migrations"  # laid out as Alembic wants it, which is no package
FACE_MUST_NOT_IMPORT = {f"wa_notify.{room}" for room in ("pipeline", "web", "service", "cli", "sandbox")}

MOST_LINES = 400
MOST_BODY_LINES = 40
MOST_UNORDERED_MODULES = 3
FEWEST_IN_ORDER = 3  # the order names those that tell the story; all of them where they are few
MEANINGLESS = {"manager", "helper", "util", "utils", "common", "misc", "base"}
FORBIDDEN: tuple[str, ...] = ()  # words that no text of the project may contain, in lower case
CODE = {".py", ".pyi", ".js", ".css", ".html", ".sh", ".sql", ".mako"}
WORDS = {".md", ".toml", ".yaml", ".yml", ".json", ".ini", ".cfg", ".txt"}
TEXTS = CODE | WORDS | {""}  # scripts and licences have no ending
NOT_OURS = {"__pycache__", "node_modules", "build", "dist", ".git", ".cache", ".hypothesis"}

SOURCES = sorted(
    path for top in (LIBRARY, INTEGRATION) for path in top.rglob("*.py") if not NOT_OURS & {*path.parts}
)
PACKAGES = [path for path in SOURCES if path.name == "__init__.py" and not path.is_relative_to(REVISIONS)]


def place(path: Path, line: int = 1) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From the first statement to the last line, the docstring apart."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def imported(node: ast.AST) -> list[str]:
    """What an import statement names, in full; nothing for a relative one, which stays in its room."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def texts() -> Iterator[Path]:
    """Every text of the project, except this file, which has to name what it forbids."""
    for top in sorted(ROOT.iterdir()):
        if top.name.startswith((".venv", ".coverage")) or top.name.endswith("_cache"):
            continue
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            ours = path != Path(__file__) and not NOT_OURS & {*path.parts}
            if ours and path.is_file() and path.suffix in TEXTS:
                yield path


def none_of(offenders: Iterable[str], rule: str) -> None:
    found = list(offenders)
    if found:
        pytest.fail("\n".join([rule, *found]), pytrace=False)


def test_imports_only_go_down() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode:
        pytest.fail(done.stdout + done.stderr, pytrace=False)


def test_the_core_imports_no_library() -> None:
    allowed = {*sys.stdlib_module_names, "wa_notify.core"}
    none_of(
        (
            f"{place(path, node.lineno)} imports {name}"
            for path in SOURCES
            if path.is_relative_to(CORE)
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in imported(node)
            if not {name.split(".")[0], ".".join(name.split(".")[:2])} & allowed
        ),
        "The core may import the standard library and itself, nothing else:",
    )


def test_the_integration_is_a_face_and_leaves_the_rules_to_the_library() -> None:
    none_of(
        (
            f"{place(path, node.lineno)} imports {name}"
            for path in SOURCES
            if path.is_relative_to(INTEGRATION)
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in imported(node)
            if ".".join(name.split(".")[:2]) in FACE_MUST_NOT_IMPORT
        ),
        "The integration imports none of the rooms where the flow, the service or the sandbox live:",
    )


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    none_of(
        (
            f"{place(path, length)} is its last line"
            for path, length in lengths.items()
            if length > MOST_LINES
        ),
        f"A file has at most {MOST_LINES} lines:",
    )


def test_no_function_is_longer_than_a_screen() -> None:
    none_of(
        (
            f"{place(path, function.lineno)} {function.name} has {body_lines(function)} lines"
            for path in SOURCES
            for function in functions(path)
            if body_lines(function) > MOST_BODY_LINES
        ),
        f"The body of a function has at most {MOST_BODY_LINES} lines:",
    )


def test_imports_stand_at_the_head_of_a_file() -> None:
    none_of(
        sorted(
            {
                f"{place(path, node.lineno)} imports inside {function.name}"
                for path in SOURCES
                if not path.is_relative_to(COMMAND_LINE)
                for function in functions(path)
                for node in ast.walk(function)
                if isinstance(node, ast.Import | ast.ImportFrom)
            }
        ),
        "No import stands inside a function:",
    )


def test_every_module_is_named_for_what_it_does() -> None:
    none_of(
        (
            place(path)
            for path in SOURCES
            if MEANINGLESS & {part.strip("_") for part in path.relative_to(ROOT).with_suffix("").parts}
        ),
        f"No module or package is called {', '.join(sorted(MEANINGLESS))}:",
    )


def test_every_package_says_what_it_is() -> None:
    none_of(
        (place(path) for path in PACKAGES if not ast.get_docstring(tree(path))),
        "The __init__.py of a package has a docstring:",
    )


def test_every_folder_of_modules_is_a_package() -> None:
    none_of(
        sorted(
            {
                f"{place(path)} stands in a folder without __init__.py"
                for path in SOURCES
                if not path.is_relative_to(REVISIONS) and not (path.parent / "__init__.py").exists()
            }
        ),
        "A folder of modules is a package and says what it is:",
    )


def test_every_large_package_says_in_which_order_to_read_it() -> None:
    none_of(
        (
            f"{place(path)} names {', '.join(named) or 'none'} of its {len(modules)} modules"
            for path in PACKAGES
            if path.is_relative_to(LIBRARY)
            if len(modules := modules_beside(path)) > MOST_UNORDERED_MODULES
            if len(named := named_in_docstring(path, modules)) < FEWEST_IN_ORDER
        ),
        f"A package with more than {MOST_UNORDERED_MODULES} modules names them in the order to read them:",
    )


def modules_beside(package: Path) -> list[str]:
    return [path.stem for path in SOURCES if path.parent == package.parent and not path.stem.startswith("__")]


def named_in_docstring(package: Path, modules: list[str]) -> list[str]:
    docstring = ast.get_docstring(tree(package)) or ""
    return [module for module in modules if f"`{module}`" in docstring or f"`{module}.py`" in docstring]


def test_no_text_contains_a_forbidden_word() -> None:
    none_of(
        (
            f"{place(path, number)} contains '{word}'"
            for path in texts()
            for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
            for word in FORBIDDEN
            if word in line.lower()
        ),
        "Forbidden words:",
    )
