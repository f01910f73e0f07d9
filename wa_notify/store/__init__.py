"""Durable memory: one SQLite file or one PostgreSQL database, one thread that writes, one that reads.

Read in this order; each file leans only on those before it:

1. ``enclosed``, ``rows``: values and the rows that keep them
2. ``columns``, ``dialects``, ``account_tables``, ``access_tables``, ``page_tables``, ``tables``: how each
   kind of column is stored, the tables, which index answers which question
3. ``memory``, ``connection``: what the writer remembers; SQLAlchemy writes the statements, the driver runs
   them
4. ``clauses``, ``statements``: the forms that statements take, and the statements behind the verbs;
   ``numbered``: tickets and items as values; ``searching``, ``directory``: how people and tickets are found
   among very many
5. ``lookups``, ``ledger``, ``reach``, ``conditions``, ``receipts``, ``charges``, ``people``, ``erasure``,
   ``retention``, ``copies``, ``kept_back``, ``canary``, ``media``, ``silences``, ``templates``, ``watches``,
   ``quality``, ``access``, ``overrides``: parts of the transaction, by what they are about
6. ``pages_people``, ``gauges``, ``pages_messages``, ``pages_sums``, ``transaction``, ``views``: the verbs
   that change things, and the questions that do not
7. ``writer``: many callers, one commit
8. ``location``, ``lock``, ``sqlite``: the file, who may serve it, and the `SqliteStore` that puts it together
9. ``address``: which store is meant; ``postgres_faults``, ``postgres_session``, ``postgres_locks``,
   ``postgres_schema``, ``postgres_ears``, ``postgres``: the database at a server, how services agree there,
   what they hear of one another, and the `PostgresStore` that puts it together; ``opening``: the store of an
   address, whichever it is
10. ``migrate``, ``postgres_migrate``: bringing a database to the present schema (they alone need Alembic);
    ``copying``: all of it from one into the other; ``postgres_examination``, ``examination``: what a doctor
    says of it
"""
