"""The state of the account and of its number."""

from .rows import FAIR, FIRM, GUESS, META, Timing, answer

# fmt: off
POLICY_BLOCK = answer(368, 403, "Temporarily blocked for policies violations", "Violations.", META, FIRM)
ACCOUNT_LOCKED = answer(131031, 403, "Business Account locked", "Violation or wrong data.", META, FIRM)
NAME_UNAPPROVED = answer(131037, 400, "Display name approval needed", "Name not approved.", META, FIRM)
PAYMENT_ISSUE = answer(131042, 400, "Business eligibility payment issue", "No payment method.", META, FAIR)
CALL_PAYMENT = answer(131044, 400, "Business eligibility payment issue", "Calls.", META, GUESS)
CERTIFICATE = answer(131045, 500, "Incorrect certificate", "Number not properly registered.", META, FIRM)
MISCLASSIFICATION = answer(131064, 400, "Messaging limit because of misclassification",
    "Templates were filed under the wrong category, or Direct Send was misused.", META, FAIR,
    also=(Timing.INSTEAD_OF_SENT,), http_sure=GUESS,
    arises="Limit Direct Send (/_sandbox/sending), and POST a text with the category UTILITY.",
    proof="test_direct_send.py::test_whether_it_may_be_used_is_a_matter_of_the_account")
MARKETING_OFF = answer(131063, 400, "Marketing templates are disabled",
    "The account sends marketing through the Marketing Messages API only.", META, FAIR, http_sure=GUESS,
    arises="Set disable_marketing_messages_on_cloud_api of the account, and POST ops_newsletter.",
    proof="test_marketing_endpoint.py::test_an_account_may_keep_marketing_off_the_ordinary_endpoint")
METHOD_NOT_ALLOWED = answer(131055, 400, "Method not allowed",
    "The Marketing Messages API does not take this message.", META, FAIR, http_sure=GUESS,
    arises="POST a text to /{phone_number_id}/marketing_messages.",
    proof="test_marketing_endpoint.py::test_it_takes_marketing_templates_only")
