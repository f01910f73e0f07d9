"""Opening and bringing up database files: new, present, older, newer, foreign, damaged."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Table, create_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from tests.store.contract import an_item, stored
from wa_notify.core.errors import StoreError
from wa_notify.store import pages_messages, pages_people, pages_sums, statements, views
from wa_notify.store.connection import Statement, prepare
from wa_notify.store.location import HEAD, REVISIONS, SchemaOutdated, database_path
from wa_notify.store.migrate import config_for, migrate
from wa_notify.store.sqlite import open_store
from wa_notify.store.tables import metadata


def schema(path: Path) -> dict[str, str]:
    """Everything the database consists of, by name, without its layout."""
    with closing(sqlite3.connect(path)) as driver:
        rows = driver.execute(
            "SELECT name, sql FROM sqlite_master WHERE name != 'alembic_version'"
        ).fetchall()
    return {name: " ".join(sql.split()).replace('"', "") for name, sql in rows if sql}


def parts(sql: str) -> set[str]:
    """What a statement says, whatever the order of its clauses."""
    return {part.strip() for part in sql.replace(")", ",").replace("(", ",").split(",")}


def test_the_migrations_make_exactly_the_tables(database: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.db"
    engine = create_engine(f"sqlite:///{made}")
    metadata.create_all(engine)
    engine.dispose()
    migrated, declared = schema(database), schema(made)
    assert migrated.keys() == declared.keys()
    for name, sql in declared.items():
        assert parts(migrated[name]) == parts(sql), name


def test_alembic_sees_no_difference_either(database: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", COMPARE, str(database)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "[]", done.stderr


COMPARE = """
import sys
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from wa_notify.store.tables import metadata
with create_engine("sqlite:///" + sys.argv[1]).connect() as connection:
    print(compare_metadata(MigrationContext.configure(connection), metadata))
"""


def test_every_table_is_strict(database: Path) -> None:
    with closing(sqlite3.connect(database)) as driver:
        loose = driver.execute(
            "SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict"
        ).fetchall()
    assert {name for (name,) in loose if not name.startswith("sqlite_")} == {"alembic_version"}


def test_the_known_revisions_are_those_of_the_migrations() -> None:
    scripts = ScriptDirectory.from_config(config_for())
    found = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(found)) == REVISIONS
    assert scripts.get_current_head() == HEAD


def test_a_migrated_database_bears_the_newest_revision(database: Path) -> None:
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == HEAD
    engine.dispose()


def test_migrating_again_changes_nothing(database: Path) -> None:
    with closing(open_store(str(database))) as store:
        stored(store, an_item("a"))
        migrate(str(database))
        assert stored(store, an_item("b"))


def test_a_new_file_may_be_read_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    migrate(str(path))
    with closing(open_store(str(path))) as store:
        stored(store, an_item("a"))
        modes = {file.name: oct(file.stat().st_mode & 0o777) for file in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("new.db", "new.db-wal", "new.db-shm", "new.db.lock"), "0o600")


def test_a_missing_database_is_told_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(SchemaOutdated, match="wa-notify migrate"):
        open_store(str(tmp_path / "missing.db"))
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_a_new_database(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(SchemaOutdated, match="empty"):
        open_store(str(path))
    migrate(str(path))
    open_store(str(path)).close()


def set_revision(path: Path, revision: str) -> None:
    with closing(sqlite3.connect(path)) as driver, driver:
        driver.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def test_an_older_database_is_outdated(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wa_notify.store.location.REVISIONS", (*REVISIONS, "9999"))
    monkeypatch.setattr("wa_notify.store.location.HEAD", "9999")
    with pytest.raises(SchemaOutdated, match=f"older schema {HEAD}"):
        open_store(str(database))


@pytest.mark.parametrize("use", [open_store, migrate], ids=["open", "migrate"])
def test_a_newer_database_is_refused(database: Path, use: object) -> None:
    assert callable(use)
    set_revision(database, "9999")
    with pytest.raises(StoreError, match="newer") as refused:
        use(str(database))
    assert not isinstance(refused.value, SchemaOutdated)


@pytest.mark.parametrize("use", [open_store, migrate], ids=["open", "migrate"])
def test_the_database_of_another_program_is_left_alone(tmp_path: Path, use: object) -> None:
    assert callable(use)
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as driver, driver:
        driver.execute("CREATE TABLE states (x)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        use(str(path))
    assert path.read_bytes() == before


@pytest.mark.parametrize("use", [open_store, migrate], ids=["open", "migrate"])
def test_a_file_that_is_no_database_is_told(tmp_path: Path, use: object) -> None:
    assert callable(use)
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader, " * 200)
    with pytest.raises(StoreError, match="no SQLite database"):
        use(str(path))


def test_a_place_that_cannot_be_written_is_told() -> None:
    with pytest.raises(StoreError, match="cannot be created"):
        migrate("/proc/wa-notify.db")


def test_a_damaged_database_is_told(database: Path) -> None:
    with closing(open_store(str(database))) as store:
        for number in range(50):
            stored(store, an_item(f"{number}{'x' * 2000}"))
    content = bytearray(database.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    database.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"), closing(open_store(str(database))) as store:
        stored(store, an_item("a"))


@pytest.mark.parametrize(
    "url", ["", ":memory:", "sqlite://", "sqlite:///", "postgresql://localhost/x", "sqlite:///a.db?mode=ro"]
)
def test_what_names_no_file_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="names no database file"):
        open_store(url)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="folder"):
        open_store(str(tmp_path))
    with pytest.raises(StoreError, match="no folder"):
        migrate(str(tmp_path / "none" / "store.db"))


def test_urls_and_paths_name_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    expected = tmp_path.resolve() / "a b%.db"
    for name in ("sqlite:///a b%.db", f"sqlite:///{expected}", str(expected), "a b%.db"):
        assert database_path(name) == expected
    migrate("sqlite:///a b%.db")
    with closing(open_store(str(expected))) as store:
        assert stored(store, an_item("a"))


BEGIN_TOGETHER = """
import sys
from wa_notify.store.migrate import migrate
from wa_notify.store.sqlite import open_store
print(flush=True)
sys.stdin.readline()
"""


def all_at_once(program: str, *arguments: object, processes: int = 4) -> list[int]:
    """Start several processes, let all of them begin at the same moment; how they ended."""
    source = f"{BEGIN_TOGETHER}\n{program}"
    command = [sys.executable, "-c", source, *map(str, arguments)]
    children = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for child in children:
        assert child.stdout
        child.stdout.readline()
    for child in children:
        assert child.stdin
        child.stdin.write("\n")
        child.stdin.flush()
    for child in children:
        child.communicate(timeout=60)
    return [child.returncode for child in children]


def test_several_processes_may_migrate_and_open_a_new_database_at_once(tmp_path: Path) -> None:
    program = "migrate(sys.argv[1])\nopen_store(sys.argv[1], exclusive=False).close()"
    assert all_at_once(program, tmp_path / "new.db") == [0, 0, 0, 0]


def test_opening_a_store_does_not_cost_alembic() -> None:
    program = "import sys, wa_notify.store.sqlite; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0


def everything_said() -> Iterator[tuple[str, Statement]]:
    for module in (statements, views, pages_messages, pages_people, pages_sums):
        for name, value in vars(module).items():
            if name.isupper() and hasattr(value, "exported_columns"):
                yield name, value


@pytest.mark.parametrize(("name", "statement"), list(everything_said()))
def test_every_statement_can_be_said_to_postgresql(name: str, statement: Statement) -> None:
    assert prepare(statement, postgresql.dialect()).text, name  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_can_be_made_by_postgresql(table: Table) -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    made = str(CreateTable(table).compile(dialect=dialect))
    of_people = ("recipients", "aliases", "former_names", "subjects", "directory", "person_words")
    of_words = (*of_people, "templates", "meta", "buckets")
    assert "BIGINT" in made or table.name in of_words
    for index in table.indexes:
        assert str(CreateIndex(index).compile(dialect=dialect))
