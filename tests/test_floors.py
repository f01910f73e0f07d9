"""The house rules that no linter knows: floors, budgets and names. A failure names the file and line."""

import ast
import re
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
TOLD_IN_FULL = ("core", "ports", "pipeline", "store", "config")  # rooms whose order names every module
EACH_LEANS_ON_THOSE_BEFORE = "each file leans only on those before it"  # what an order may promise
VOCABULARY = ("Reason", "EntryKind", "Occasion")  # enums of words that are stored, logged and translated
SENTENCES = ("SENTENCES", "SPOKEN")  # tables that say them to people, which is no use of a word
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
    source = path.read_text(encoding="utf-8")
    if path.is_relative_to(INTEGRATION):  # the Python of Home Assistant says more than the oldest of ours
        source = re.sub(r"^type (\w+) = ", r"\1 = ", source, flags=re.MULTILINE)
        source = re.sub(r"except (\w+(?:, \w+)+)( as \w+)?:", r"except (\1)\2:", source)
    return ast.parse(source, filename=str(path))


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


@pytest.mark.parametrize("room", TOLD_IN_FULL)
def test_the_order_to_read_a_room_in_names_each_of_its_modules_once(room: str) -> None:
    package = LIBRARY / room / "__init__.py"
    named = words_in_docstring(package)
    none_of(
        (
            f"{place(package)} names {module} {named.count(module)} times"
            for module in modules_beside(package)
            if named.count(module) != 1
        ),
        "Whoever reads a room in its order meets every module once:",
    )


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: str(package.parent.relative_to(ROOT)))
def test_an_order_that_promises_it_leans_only_backwards(package: Path) -> None:
    if EACH_LEANS_ON_THOSE_BEFORE not in (ast.get_docstring(tree(package)) or ""):
        return
    order = [word for word in words_in_docstring(package) if word in modules_beside(package)]
    none_of(
        (
            f"{place(package.parent / f'{module}.py')} leans on {needed}, which comes later"
            for module in order
            for needed in leans_on(package.parent / f"{module}.py")
            if needed in order and order.index(needed) > order.index(module)
        ),
        f"In {place(package)} {EACH_LEANS_ON_THOSE_BEFORE}:",
    )


def test_no_word_of_the_vocabulary_is_unused() -> None:
    used = {word for path in SOURCES for word in vocabulary_used(path)}
    none_of(
        (
            f"{place(path, member.lineno)} {name} is not used"
            for path in SOURCES
            for node in tree(path).body
            if isinstance(node, ast.ClassDef) and node.name in VOCABULARY
            for member in node.body
            if isinstance(member, ast.Assign) and isinstance(member.targets[0], ast.Name)
            if (name := f"{node.name}.{member.targets[0].id}") not in used
        ),
        "What nothing ever says is no word:",
    )


def vocabulary_used(path: Path) -> Iterator[str]:
    """The words that a file names, where it does not only say them to people."""
    module = tree(path)
    said = {
        id(key)
        for node in ast.walk(module)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        if node.target.id in SENTENCES and isinstance(node.value, ast.Dict)
        for key in node.value.keys
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and id(node) not in said:
            yield f"{node.value.id}.{node.attr}"


def words_in_docstring(package: Path) -> list[str]:
    """What stands between backticks, single or double, in the order of the text."""
    return re.findall(r"`+(\w+)`+", ast.get_docstring(tree(package)) or "")


def leans_on(path: Path) -> set[str]:
    """The neighbours in its room that a file imports."""
    room = ".".join(path.relative_to(ROOT).parent.parts)
    names = (name for node in ast.walk(tree(path)) for name in imported(node))
    return {name.removeprefix(f"{room}.").split(".")[0] for name in names if name.startswith(f"{room}.")}


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
