"""The platform is in trouble itself."""

from .rows import FIRM, GUESS, META, answer

# fmt: off
API_UNKNOWN = answer(1, 400, "API Unknown", "Bad request or server fault.", META, FIRM)
API_SERVICE = answer(2, 503, "API Service", "Down or overloaded.", META, FIRM)
SOMETHING_WRONG = answer(131000, 500, "Something went wrong", "Unknown fault of the platform.", META, FIRM)
UNAVAILABLE = answer(131016, 500, "Service unavailable", "Temporarily unavailable.", META, FIRM)
MAINTENANCE = answer(131057, 500, "Account in maintenance mode", "Throughput upgrade.", META, FIRM)
SERVER_UNAVAILABLE = answer(133004, 503, "Server Temporarily Unavailable", "Down.", META, FIRM)
MIGRATING = answer(2494100, 500, "Account in maintenance mode", "The number is moved.", META, GUESS)
