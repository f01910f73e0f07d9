"""A number is set up: registration, PIN, codes, block list, username."""

from .rows import FIRM, GUESS, META, OURS, answer

# fmt: off
DEREGISTRATION = answer(133000, 500, "Incomplete Deregistration", "Deregister again.", META, FIRM)
PIN_MISMATCH = answer(133005, 400, "Two step verification PIN mismatch", "Another PIN.", META, FIRM)
NOT_VERIFIED = answer(133006, 400, "Phone number re-verification needed", "Verify it.", META, FIRM)
PIN_GUESSES = answer(133008, 400, "Too many two step verification PIN guesses", "Wait.", META, FIRM)
PIN_TOO_FAST = answer(133009, 400, "Two step verification PIN guessed too fast", "Wait.", META, FIRM)
NOT_REGISTERED = answer(133010, 400, "Phone number Not Registered", "Number not registered.", META, FIRM)
JUST_DELETED = answer(133015, 400, "Please wait a few minutes", "The number was deleted.", META, FIRM)
REGISTERED_TOO_OFTEN = answer(133016, 400, "Account register deregister limit", "72 hours.", META, FIRM)
REGISTRATION_NEW_CODE = answer(133999, 400, "Registration error", "A code nobody knows yet.", OURS, GUESS)
CODE_REQUEST = answer(136024, 400, "Request code error", "Setup of a number only.", META, GUESS)
CODE_VERIFY = answer(136025, 400, "Verify code error", "Setup of a number only.", META, GUESS)
BLOCK_LIST_PARTLY = answer(139100, 400, "Failed to block some users", "Block lists only.", META, GUESS)
BLOCK_LIST_FULL = answer(139101, 400, "Block list limit reached", "Block lists only.", META, GUESS)
BLOCK_LIST_BUSY = answer(139102, 400, "Block list concurrent update", "Block lists only.", META, GUESS)
BLOCK_LIST_FAILED = answer(139103, 500, "Block list internal error", "Block lists only.", META, GUESS)
USERNAME_FIRST = answer(147001, 400, "Username error", "Setup of a username only.", META, GUESS)
USERNAME_LAST = answer(147005, 400, "Username error", "Setup of a username only.", META, GUESS)
