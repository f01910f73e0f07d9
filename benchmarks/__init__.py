"""How fast it is, always as a ratio to a floor that is measured beside it, in turns, on the same machine.

    python -m benchmarks.send         alerts out: durable alert -> accepted by the platform
    python -m benchmarks.webhook      statuses in: signed notification -> applied and durable
    python -m benchmarks.sandbox      the simulated platform, and its size after a million messages

All take ``--quick``, ``--json FILE`` and ``--help``. Figures of one run may be compared with each other,
never with those of another machine or day. Nothing here is a test: only that the programs run is tested.
"""
