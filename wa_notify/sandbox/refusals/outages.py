"""The platform is in trouble itself."""

from .rows import FAIR, FIRM, GUESS, INSTEAD, META, SOON, answer

# fmt: off
API_UNKNOWN = answer(1, 400, "API Unknown", "A bad request, or a fault of the platform.", META, FIRM,
    retry=SOON)
API_SERVICE = answer(2, 503, "API Service", "The platform is down or overloaded.", META, FIRM, retry=SOON)
SOMETHING_WRONG = answer(131000, 500, "Something went wrong", "Unknown fault of the platform.", META, FIRM,
    also=INSTEAD, retry=SOON)
UNAVAILABLE = answer(131016, 500, "Service unavailable", "The service is temporarily unavailable.",
    META, FIRM, also=INSTEAD, retry=SOON)
MAINTENANCE = answer(131057, 500, "Account in maintenance mode",
    "The number's throughput is being upgraded, which takes up to a minute.", META, FIRM, retry=SOON,
    arises="Upgrade the throughput (/_sandbox/limits), and POST within a minute.",
    proof="test_reach.py::test_the_upgrade_of_the_throughput_takes_a_minute_without_messages")
SERVER_UNAVAILABLE = answer(133004, 503, "Server Temporarily Unavailable",
    "The server is temporarily unavailable.", META, FIRM, retry=SOON)
MIGRATING = answer(2494100, 500, "Account in maintenance mode",
    "The number is being moved.", META, FAIR, http_sure=GUESS, retry=SOON)
