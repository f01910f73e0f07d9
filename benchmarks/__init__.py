"""How fast it is, always as a ratio to a floor that is measured beside it, in turns, on the same machine.

    python -m benchmarks.send         alerts out: durable alert -> accepted by the platform
    python -m benchmarks.webhook      statuses in: signed notification -> applied and durable
    python -m benchmarks.rivals       the same beside pywa and Apprise's own plugin, with and without TLS
    python -m benchmarks.growth       what a message costs with ever more people and messages before it
    python -m benchmarks.rules        which rules answer an alert, among ten and among a thousand
    python -m benchmarks.backlog      critical alerts, starts and reminders while very much waits
    python -m benchmarks.services     several services on one PostgreSQL database, against one on a file
    python -m benchmarks.capacity     what a hundred numbers need, and what gives out first (simulated)
    python -m benchmarks.home         the command line, the imports, and a service that is idle
    .venv-ha/bin/python -m benchmarks.home_assistant
                                      what the integration takes of Home Assistant's loop
    python -m benchmarks.soak         a week in virtual time, and what it leaves in memory
    python -m benchmarks.sandbox      the simulated platform, and its size after a million messages
    scripts/bench                     all of them, with the goals, against the run that is kept

All take ``--quick``, ``--rounds N``, ``--json FILE`` and ``--help``. Figures of one run may be compared with
each other, never with those of another machine or day. Nothing here is a test: only that the programs run is
tested.

Beside these stand what several share: ``options``, ``goals``, ``rounds``, ``cores``, ``contestant``;
``house`` (the house that is measured), ``stub`` (the platform), ``sending``, ``caller`` and ``receiver``;
``sharing`` and ``worker`` for services on one database; ``costs``, ``virtual``, ``partition`` and ``region``
for the plan; ``heap`` and ``copies`` for what is large; ``household`` and ``week`` for what is lived through;
``run``, ``kept`` and ``summary`` for all of it together.
"""
