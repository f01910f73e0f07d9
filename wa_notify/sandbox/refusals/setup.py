"""A number is set up: registration, PIN, codes, block list, username."""

from .rows import FAIR, FIRM, GUESS, LATER, META, OURS, SOON, answer

# fmt: off
DEREGISTRATION = answer(133000, 500, "Incomplete Deregistration",
    "An earlier deregistration did not end: deregister again.", META, FIRM, retry=SOON)
PIN_MISMATCH = answer(133005, 400, "Two step verification PIN mismatch",
    "The number has another PIN.", META, FIRM,
    arises="Register with another PIN than the number's.",
    proof="test_registration.py::test_a_wrong_pin_does_not_register")
NOT_VERIFIED = answer(133006, 400, "Phone number re-verification needed",
    "The number must be verified before it is registered.", META, FIRM,
    arises="Register a number that was deleted and not verified again.",
    proof="test_registration.py::test_a_number_is_verified_before_it_is_registered")
PIN_GUESSES = answer(133008, 400, "Too many two step verification PIN guesses",
    "Too many wrong PINs.", META, FIRM, retry=LATER,
    arises="Register with a sixth wrong PIN within an hour.",
    proof="test_registration.py::test_a_pin_is_guessed_neither_often_nor_fast")
PIN_TOO_FAST = answer(133009, 400, "Two step verification PIN guessed too fast",
    "The PINs came too fast.", META, FIRM, retry=LATER,
    arises="Register with two wrong PINs within two seconds.",
    proof="test_registration.py::test_a_pin_is_guessed_neither_often_nor_fast")
NOT_REGISTERED = answer(133010, 400, "Phone number Not Registered",
    "The number is not registered.", META, FIRM,
    arises="Deregister the number, then send.",
    proof="test_registration.py::test_a_number_that_is_not_registered_does_not_send")
JUST_DELETED = answer(133015, 400, "Please wait a few minutes",
    "The number was deleted a moment ago; wait five minutes.", META, FIRM, retry=SOON,
    arises="Delete the number (/_sandbox/numbers/{id}, deleted), and register it within five minutes.",
    proof="test_registration.py::test_a_deleted_number_waits_five_minutes")
REGISTERED_TOO_OFTEN = answer(133016, 400, "Account register deregister limit",
    "The number was registered or deregistered ten times in 72 hours.", META, FIRM, retry=LATER,
    arises="Register for the eleventh time within 72 hours.",
    proof="test_registration.py::test_ten_times_in_72_hours_is_enough")
REGISTRATION_NEW_CODE = answer(133999, 400, "Registration error",
    "A code of this range that nobody knows yet, to try a client with.", OURS, GUESS, http_sure=GUESS)
CODE_REQUEST = answer(136024, 400, "Request code error",
    "No code is sent, because the number is verified already, for example.", META, FAIR, http_sure=GUESS,
    arises="Ask for a code for a number that is verified.",
    proof="test_registration.py::test_a_verified_number_needs_no_code")
CODE_VERIFY = answer(136025, 400, "Verify code error",
    "The code that came to the number was not taken.", META, FAIR, http_sure=GUESS,
    arises="Give a wrong code.",
    proof="test_registration.py::test_a_wrong_code_verifies_nothing")
BLOCK_LIST_PARTLY = answer(139100, 400, "Failed to block some users",
    "Some people could not be put on the block list or taken off.", META, FAIR, http_sure=GUESS,
    arises="Block somebody who is not on WhatsApp.",
    proof="test_block_list.py::test_nobody_of_them_could_be_blocked")
BLOCK_LIST_FULL = answer(139101, 400, "Block list limit reached",
    "64,000 people are on the block list.", META, FAIR, http_sure=GUESS,
    arises="Block one person more than 64,000.",
    proof="test_block_list.py::test_the_block_list_ends_at_64000_people")
BLOCK_LIST_BUSY = answer(139102, 400, "Block list concurrent update",
    "Somebody else changes the block list at the moment.", META, FAIR, http_sure=GUESS, retry=SOON)
BLOCK_LIST_FAILED = answer(139103, 500, "Block list internal error",
    "The platform failed with the block list.", META, FAIR, http_sure=GUESS, retry=SOON)
USERNAME_FIRST = answer(147001, 400, "Username error",
    "A business username cannot be set.", META, FAIR, http_sure=GUESS, upto=147005)
USERNAME_LAST = answer(147005, 400, "Username error",
    "The last code of business usernames.", META, FAIR, http_sure=GUESS)
