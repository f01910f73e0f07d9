"""Groups and calls: corners that the sandbox does not have, in case that a message ever meets them."""

from .rows import GUESS, META, answer

# fmt: off
GROUP_ERROR = answer(131020, 400, "Group error", "Only groups produce this.", META, GUESS)
GROUP_STATE = answer(131041, 400, "Group error", "Only groups produce this.", META, GUESS)
GROUP_GONE = answer(131059, 400, "Group error", "Only groups produce this.", META, GUESS)
GROUP_FIRST = answer(131201, 400, "Group error", "The first code of the groups.", META, GUESS)
GROUP_LAST = answer(131215, 400, "Group error", "The last code of the groups.", META, GUESS)
CALL_FIRST = answer(138000, 400, "Calling error", "The first code of calls.", META, GUESS)
CALL_LAST = answer(138999, 400, "Calling error", "The last code of calls.", META, GUESS)
