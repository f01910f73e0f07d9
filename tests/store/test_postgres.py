"""What a server can do to us, and what we then do: it goes, comes back, refuses, and others use it too."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from tests.postgres import Cluster, cluster
from tests.store.contract import NOW, an_item, do, see, stored
from wa_notify.core.consent import ConsentAct, ConsentRecord
from wa_notify.core.errors import StoreError
from wa_notify.core.pace import Bucket
from wa_notify.core.recipient import Recipient
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.ports import Transaction
from wa_notify.store import postgres_session
from wa_notify.store.address import address_of
from wa_notify.store.examination import examine
from wa_notify.store.location import HEAD, SchemaOutdated
from wa_notify.store.migrate import migrate
from wa_notify.store.opening import AnyStore, open_store
from wa_notify.store.postgres import PostgresScribe, PostgresStore
from wa_notify.store.postgres_locks import TAKE_PEN
from wa_notify.store.postgres_session import PostgresSession
from wa_notify.store.tables import metadata


@pytest.fixture
def server() -> Cluster:
    return cluster()


@pytest.fixture
def url(server: Cluster) -> str:
    return server.database()


@pytest.fixture
def store(url: str) -> Iterator[PostgresStore]:
    opened = open_store(url)
    assert isinstance(opened, PostgresStore)
    yield opened
    opened.close()


def keys(store: AnyStore) -> list[str]:
    return [item.key for item in see(store, lambda views: views.items(limit=100))]


def writing_session(store: PostgresStore) -> PostgresSession:
    scribe = store._writer._scribe
    assert isinstance(scribe, PostgresScribe)
    return scribe._session


def cut(url: str, purpose: str) -> None:
    """End our session of that purpose from outside, as a failing network or an administrator does."""
    with closing(psycopg.connect(url, autocommit=True)) as outside:
        (found,) = outside.execute(
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name LIKE %s",
            [f"wa-notify {purpose}%"],
        ).fetchone() or (0,)
    assert found == 1


# losing the server ----------------------------------------------------------------------------------------


def test_a_connection_that_was_cut_between_two_works_is_made_anew(store: PostgresStore, url: str) -> None:
    stored(store, an_item("before"))
    cut(url, "writer")
    cut(url, "reader")
    stored(store, an_item("after"))
    assert keys(store) == ["after", "before"]


def test_a_batch_of_which_nothing_was_committed_runs_once_more(store: PostgresStore, url: str) -> None:
    runs: list[int] = []

    def work(tx: Transaction) -> None:
        tx.enqueue(an_item("a"))
        runs.append(1)
        if len(runs) == 1:
            cut(url, "writer")
        tx.enqueue(an_item("b"))

    do(store, work)
    assert len(runs) == 2
    assert keys(store) == ["b", "a"]


def test_what_is_cut_off_twice_is_told_and_the_store_works_on(store: PostgresStore, url: str) -> None:
    def work(tx: Transaction) -> None:
        cut(url, "writer")
        tx.enqueue(an_item("never"))

    with pytest.raises(StoreError, match="Nothing of this was stored"):
        do(store, work)
    stored(store, an_item("later"))
    assert keys(store) == ["later"]


def test_a_commit_whose_answer_was_lost_is_told_to_be_uncertain(
    store: PostgresStore, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = writing_session(store)
    execute = session.execute

    def losing(text: str, *values: Any) -> Any:
        answer = execute(text, *values)
        if text == "COMMIT":  # the server has committed; what it says of it does not reach us
            session._line.finish()
            raise psycopg.OperationalError("server closed the connection unexpectedly")
        return answer

    monkeypatch.setattr(session, "execute", losing)
    with pytest.raises(StoreError, match="not known whether this was stored"):
        stored(store, an_item("a"))
    monkeypatch.undo()
    assert keys(store) == ["a"]
    assert do(store, lambda tx: tx.enqueue(an_item("a"))) is None, "asked again, it is not doubled"


def test_a_query_that_was_cut_off_is_asked_once_more(store: PostgresStore, url: str) -> None:
    stored(store, an_item("a"))
    cuts: list[int] = []

    def query(views: Any) -> int:
        if not cuts:
            cuts.append(1)
            cut(url, "reader")
        return len(views.items(limit=10))

    assert see(store, query) == 1


def test_while_the_server_is_down_all_fails_with_a_sentence_and_then_goes_on(server: Cluster) -> None:
    address = server.database()
    with closing(open_store(address)) as store:
        stored(store, an_item("before"))
        server.stop(gently=False)
        try:
            for failing in (
                store.transact(lambda tx: tx.enqueue(an_item("x"))),
                store.read(lambda v: v.counts()),
            ):
                error = failing.exception(timeout=30)
                assert isinstance(error, StoreError)
                assert "cannot be reached" in str(error) or "being stopped" in str(error)
        finally:
            server.start()
        stored(store, an_item("after"))
        assert [item.key for item in see(store, lambda views: views.items(limit=9))] == ["after", "before"]


# sharing it -----------------------------------------------------------------------------------------------


def test_whoever_hangs_with_the_pen_loses_it_and_others_write_on(
    store: PostgresStore, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(psycopg.connect(url)) as hanging:
        hanging.execute("SET idle_in_transaction_session_timeout = '300ms'")
        hanging.commit()
        hanging.execute(TAKE_PEN.encode())
        stored(store, an_item("a"))
        with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
            hanging.execute("SELECT 1")
    assert keys(store) == ["a"]


def test_every_session_gives_up_what_it_hangs_with(store: PostgresStore, url: str) -> None:
    def settings(tx: Transaction) -> list[str]:
        asked = (
            "SELECT current_setting('idle_in_transaction_session_timeout'), current_setting('lock_timeout')"
        )
        rows: list[list[str]] = writing_session(store).execute(asked, {}).fetchall()
        return rows[0]

    assert do(store, settings) == ["10s", "15s"]


def test_a_pen_that_is_never_put_down_is_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        postgres_session, "SETTINGS", (*postgres_session.SETTINGS, "SET lock_timeout = '200ms'")
    )
    with closing(open_store(url)) as store, closing(psycopg.connect(url)) as other:
        other.execute(TAKE_PEN.encode())
        with pytest.raises(StoreError, match="held by another process"):
            stored(store, an_item("a"))
        other.rollback()
        stored(store, an_item("a"))


def test_two_processes_take_turns_and_each_sees_all_that_came_before(url: str) -> None:
    """Counting in Python is only right when nobody else writes between the question and the answer."""

    def count(tx: Transaction) -> None:
        tx.enqueue(an_item(str(len(tx.due_items(NOW, 1000)) + 1)))

    def many(store: PostgresStore) -> None:
        for _ in range(40):
            do(store, count)

    with closing(open_store(url, exclusive=False)) as one, closing(open_store(url, exclusive=False)) as other:
        assert isinstance(one, PostgresStore)
        assert isinstance(other, PostgresStore)
        threads = [threading.Thread(target=many, args=(store,)) for store in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(map(int, keys(one))) == list(range(1, 81))


def test_what_another_process_wrote_is_noticed_once(store: PostgresStore, url: str) -> None:
    heard = threading.Semaphore(0)
    store.hear_others(heard.release)
    with closing(open_store(url, exclusive=False)) as beside:
        assert store.changed_elsewhere().result(30) is False
        do(beside, lambda tx: tx.enqueue(an_item("a")))
        assert heard.acquire(timeout=10)
        assert store.changed_elsewhere().result(30) is True
        assert store.changed_elsewhere().result(30) is False
        beside.rehearse(lambda tx: tx.enqueue(an_item("b"))).result(30)
        do(beside, lambda tx: tx.due_items(NOW, 1))
        do(store, lambda tx: tx.enqueue(an_item("c")))
        assert not heard.acquire(timeout=0.5), "nobody is woken by what changes nothing, nor by themselves"


def test_a_listener_that_fails_deafens_nobody(store: PostgresStore, url: str) -> None:
    heard = threading.Semaphore(0)

    def fails() -> None:
        heard.release()
        raise RuntimeError("poison")

    store.hear_others(fails)
    with closing(open_store(url, exclusive=False)) as beside:
        for key in ("a", "b"):
            stored(beside, an_item(key))
            assert heard.acquire(timeout=10)


def save(person: Recipient, tx: Transaction) -> None:
    tx.save_recipient(person)


def test_what_was_remembered_is_forgotten_when_another_process_wrote(store: PostgresStore, url: str) -> None:
    alice = Recipient(id="alice", name="Alice", phone="+447700900123")
    do(store, lambda tx: tx.save_recipient(alice))
    with closing(open_store(url, exclusive=False)) as tool:
        for name in ("Alison", "Alix"):  # each as soon as it was written, however often they take turns
            do(tool, partial(save, replace(alice, name=name)))
            found = do(store, lambda tx: tx.recipient("alice"))
            assert found
            assert found.name == name


def test_after_a_lost_connection_it_is_assumed_that_others_wrote(store: PostgresStore, url: str) -> None:
    heard = threading.Semaphore(0)
    store.hear_others(heard.release)
    cut(url, "service")
    assert heard.acquire(timeout=10)
    assert store.changed_elsewhere().result(30) is True
    with closing(open_store(url, exclusive=False)) as beside:
        do(beside, lambda tx: tx.enqueue(an_item("a")))
    assert heard.acquire(timeout=10), "it listens again"


def test_one_service_works_on_a_database_and_the_next_may_when_it_is_gone(
    store: PostgresStore, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wa_notify.store.postgres_locks.TAKE_OVER", 0.2)
    with pytest.raises(StoreError, match=r"Another service works on .* already: wa-notify service"):
        open_store(url)
    open_store(url, exclusive=False).close()
    store.close()
    open_store(url).close()


def test_an_examination_tells_who_is_at_work_and_whose_clock_is_off(store: PostgresStore, url: str) -> None:
    def late() -> datetime:
        return datetime.now(UTC) - timedelta(minutes=2)

    address = address_of(url)
    (right,) = examine(address)
    assert "At work on it: wa-notify service " in right.found
    store.close()
    (alone, clock) = examine(address, clock=late)
    assert "At work" not in alone.found
    assert clock.found == "Our clock is 2 min behind the database server's."


def test_several_services_share_a_database_and_none_may_while_one_has_it_alone(
    store: PostgresStore, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wa_notify.store.postgres_locks.TAKE_OVER", 0.2)
    with pytest.raises(StoreError, match="Another service works on"):
        open_store(url, shared=True)
    store.close()
    with closing(open_store(url, shared=True)) as first, closing(open_store(url, shared=True)) as second:
        assert (first.alone, second.alone) == (True, False)
        with pytest.raises(StoreError, match=r"wa-notify service .* and wa-notify service"):
            open_store(url)
        with pytest.raises(StoreError, match="while services of another version work on it"):
            migrate_from_the_one_before(url)


def migrate_from_the_one_before(url: str) -> None:
    with closing(psycopg.connect(url, autocommit=True)) as outside:
        outside.execute("DROP TABLE buckets")
        outside.execute("UPDATE alembic_version SET version_num = '0004'")
    migrate(url)


def test_numbers_may_share_a_database_each_in_a_schema_of_its_own(server: Cluster) -> None:
    url = server.empty()
    with closing(psycopg.connect(url, autocommit=True)) as outside:
        for schema in ("first", "second"):
            outside.execute(f"CREATE SCHEMA {schema}".encode())
    addresses = [f"{url}&options=-csearch_path%3D{schema}" for schema in ("first", "second")]
    assert [migrate(address) for address in addresses] == [True, True]
    with closing(open_store(addresses[0])) as first, closing(open_store(addresses[1])) as second:
        assert (first.keeps_house, second.keeps_house) == (True, True)
        stored(first, an_item("a"))
        stored(second, an_item("b"))
        assert [keys(store) for store in (first, second)] == [["a"], ["b"]]


def test_a_database_of_the_version_before_is_brought_up(url: str) -> None:
    migrate_from_the_one_before(url)
    with closing(open_store(url)) as store:
        bucket = Bucket(taken=((NOW, 3),))
        do(store, lambda tx: tx.save_bucket("n1", bucket))
        assert see(store, lambda views: views.bucket("n1")) == bucket


def test_a_work_that_passes_over_a_fault_fails_and_its_neighbours_are_kept(store: PostgresStore) -> None:
    def heedless(tx: Transaction) -> None:
        tx.enqueue(an_item("heedless"))
        with suppress(psycopg.Error):
            tx.note(Entry(ticket_id=999, at=NOW, kind=EntryKind.OPENED, text="no such ticket"))

    gate = threading.Event()
    store.transact(lambda _: gate.wait(30))
    works = [
        store.transact(work)
        for work in (
            lambda tx: tx.enqueue(an_item("before")),
            heedless,
            lambda tx: tx.enqueue(an_item("after")),
        )
    ]
    gate.set()
    errors = [work.exception(timeout=30) for work in works]
    assert [type(error) for error in errors if error] == [StoreError]
    assert keys(store) == ["after", "before"]


# what is kept ---------------------------------------------------------------------------------------------


def test_the_ledger_refuses_to_be_changed_or_emptied(store: PostgresStore, url: str) -> None:
    do(store, lambda tx: tx.save_recipient(Recipient(id="alice")))
    said = ConsentRecord(recipient_id="alice", act=ConsentAct.GRANTED, source="test", actor="Anna", at=NOW)
    do(store, lambda tx: tx.record_consent(said))
    with closing(psycopg.connect(url, autocommit=True)) as outside:
        for words in (
            "UPDATE consents SET source = 'x'",
            "DELETE FROM consents",
            "TRUNCATE consents CASCADE",
        ):
            with pytest.raises(psycopg.DatabaseError, match="only ever added to"):
                outside.execute(words.encode())


def test_texts_are_ordered_by_their_code_points_whatever_the_server_thinks(url: str) -> None:
    with closing(psycopg.connect(url)) as outside:
        loose = outside.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C' "
            "AND table_name != 'alembic_version'"
        ).fetchall()
    assert loose == []


def test_a_nul_is_kept_as_the_sign_for_what_cannot_be_kept(store: PostgresStore) -> None:
    stored(store, an_item("a\0b"))
    assert keys(store) == ["a\ufffdb"]
    assert do(store, lambda tx: tx.enqueue(an_item("a\0b"))) is None


def test_numbers_beyond_32_bits_are_kept(store: PostgresStore, url: str) -> None:
    with closing(psycopg.connect(url, autocommit=True)) as outside:
        outside.execute("ALTER SEQUENCE outbox_id_seq RESTART WITH 5000000000")
    (item,) = stored(store, an_item("a"))
    assert do(store, lambda tx: tx.item(item.id)) == item
    assert do(store, lambda tx: tx.forget_words(NOW, 10)) == 0


# making it ------------------------------------------------------------------------------------------------


def test_a_new_database_is_told_made_and_from_then_on_left_alone(server: Cluster) -> None:
    address = server.empty()
    with pytest.raises(SchemaOutdated, match=r"empty. Run `wa-notify migrate`"):
        open_store(address)
    migrate(address)
    with closing(open_store(address)) as store:
        stored(store, an_item("a"))
        migrate(address)
        stored(store, an_item("b"))


def test_a_new_database_has_exactly_our_tables(server: Cluster) -> None:
    engine = create_engine(server.database().replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == HEAD
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_two_processes_may_make_a_new_database_at_once(server: Cluster) -> None:
    address = server.empty()
    faults: list[BaseException] = []

    def make() -> None:
        try:
            migrate(address)
        except StoreError as error:
            faults.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    open_store(address).close()


@pytest.mark.parametrize("use", [open_store, migrate], ids=["open", "migrate"])
def test_databases_of_others_and_of_the_future_are_left_alone(
    server: Cluster, use: Callable[[str], Any]
) -> None:
    foreign = server.empty()
    with closing(psycopg.connect(foreign, autocommit=True)) as outside:
        outside.execute("CREATE TABLE theirs (id bigint)")
    with pytest.raises(StoreError, match="another program"):
        use(foreign)
    newer = server.database()
    with closing(psycopg.connect(newer, autocommit=True)) as outside:
        outside.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer than this wa_notify"):
        use(newer)


def test_a_database_that_cannot_hold_every_sign_is_refused(server: Cluster) -> None:
    server.ask("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(StoreError, match=r"LATIN1, which has no emoji. Create one with"):
        migrate(server.url("latin"))
    server.ask("DROP DATABASE latin")


# naming it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("use", [open_store, migrate], ids=["open", "migrate"])
def test_what_is_wrong_with_an_address_is_told_without_its_password(
    server: Cluster, use: Callable[[str], Any]
) -> None:
    secret = "s3cret-word"
    wrong = {
        server.url_with_password("postgres", secret): "refuses this role or its password",
        server.url_with_password("nowhere"): r"does not exist. Create it with `createdb",
        server.url_with_password("postgres", secret, user="nobody"): "refuses this role or its password",
        f"postgresql://wa:{secret}@127.0.0.1:1/x": "cannot be reached",
        f"postgresql://wa:{secret}@no-such-host.invalid/x": "cannot be reached",
        f"postgresql://wa:{secret}@localhost:70000/x": "cannot be read",
        f"postgresql://wa:{secret}@b@localhost/x": "cannot be read",
        f"postgresql://wa:{secret}/b@localhost/x": "cannot be read",
        f"postgresql://wa:{secret}@localhost/": "names no database",
        f"postgresql://wa:{secret}@localhost/x?colour=red": 'cannot be read.*"colour"',
    }
    for address, told in wrong.items():
        with pytest.raises(StoreError, match=told) as refused:
            use(address)
        assert secret not in str(refused.value)
        assert "the tests' own" not in str(refused.value)


def test_a_role_without_rights_is_told_what_to_ask_for(server: Cluster) -> None:
    name = server.empty().split("?")[0].rpartition("/")[2]
    server.ask("CREATE ROLE guest LOGIN PASSWORD 'guest'")
    with pytest.raises(StoreError, match="ALTER DATABASE name OWNER TO role"):
        migrate(server.url_with_password(name, "guest", user="guest"))


def test_an_address_is_shown_without_its_secrets() -> None:
    shown = {
        "postgresql://wa:p%40ss@db.example.net/alerts": "postgresql://db.example.net/alerts",
        "postgres://wa@[::1]:5433/alerts?sslmode=require": "postgresql://[::1]:5433/alerts",
        "postgresql:///alerts?host=/run/postgresql": "postgresql:///run/postgresql/alerts",
    }
    assert {url: str(address_of(url)) for url in shown} == shown
    assert all("p%40ss" not in repr(address_of(url)) for url in shown)
