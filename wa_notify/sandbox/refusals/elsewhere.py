"""Groups and calls: corners that the sandbox does not have, in case that a message ever meets them."""

from .rows import FAIR, GUESS, META, answer

# fmt: off
GROUP_ERROR = answer(131020, 400, "Group error", "Only groups produce this.", META, FAIR, http_sure=GUESS)
GROUP_STATE = answer(131041, 400, "Group error", "Only groups produce this.", META, FAIR, http_sure=GUESS)
GROUP_GONE = answer(131059, 400, "Group error", "Only groups produce this.", META, FAIR, http_sure=GUESS)
GROUP_FIRST = answer(131201, 400, "Group error", "Only groups produce this.", META, FAIR, http_sure=GUESS,
    upto=131215)
GROUP_LAST = answer(131215, 400, "Group error", "The last code of the groups.", META, FAIR, http_sure=GUESS)
CALL_FIRST = answer(138000, 400, "Calling error", "Only calls produce this.", META, FAIR, http_sure=GUESS,
    upto=138999)
CALL_LAST = answer(138999, 400, "Calling error", "The last code of calls.", META, FAIR, http_sure=GUESS)
