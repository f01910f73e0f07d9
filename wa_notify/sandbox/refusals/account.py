"""The state of the account and of its number."""

from .rows import FAIR, FIRM, GUESS, INSTEAD, META, OPENAPI, OURS, answer, health

HEALTH = "test_troubles.py::test_the_health_is_that_of_the_worst_entity"
CONTROL = "POST /_sandbox/health with entity, state and this error_code, and read health_status."

# fmt: off
POLICY_BLOCK = answer(368, 403, "Temporarily blocked for policies violations",
    "The account violated policies.", META, FIRM,
    arises="Take the measure POLICY_BLOCK (/_sandbox/standing), and POST.",
    proof="test_standing.py::test_some_measures_stop_everything_until_they_are_over")
ACCOUNT_LOCKED = answer(131031, 403, "Business Account locked",
    "The account violated a policy, or its data cannot be verified.", META, FIRM, also=INSTEAD,
    arises="Take the measure LOCKED or DISABLED (/_sandbox/standing), and POST.",
    proof="test_standing.py::test_some_measures_stop_everything_until_they_are_over")
NAME_UNAPPROVED = answer(131037, 400, "Display name approval needed",
    "The number's display name is not approved.", META, FIRM, also=INSTEAD,
    arises="Decline the display name (/_sandbox/numbers/{id}/standing), and POST.",
    proof="test_standing.py::test_a_display_name_is_declined_and_approved")
PAYMENT_ISSUE = answer(131042, 400, "Business eligibility payment issue",
    "The account has no payment method, or a problem with it.", META, FAIR, also=INSTEAD,
    arises="Take the measure NO_PAYMENT_METHOD (/_sandbox/standing), and POST a template.",
    proof="test_standing.py::test_who_cannot_pay_gets_through_as_long_as_it_costs_nothing")
CALL_PAYMENT = answer(131044, 400, "Business eligibility payment issue",
    "Calls: the account has no payment method, or a problem with it.", META, FAIR, http_sure=GUESS)
CERTIFICATE = answer(131045, 500, "Incorrect certificate",
    "The number was not registered properly.", META, FIRM)
MISCLASSIFICATION = answer(131064, 400, "Messaging limit because of misclassification",
    "Templates were filed under the wrong category, or Direct Send was misused.", META, FAIR,
    also=INSTEAD, http_sure=GUESS,
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
MAY_NOT_WRITE_FIRST = answer(368, 403, "Temporarily blocked for policies violations",
    "The account is restricted: it may only answer people who wrote within 24 hours.", OURS, GUESS,
    arises="Take the measure RESTRICTED_BIZ_INITIATED_MESSAGING (/_sandbox/standing), and POST a template.",
    proof="test_standing.py::test_an_account_that_may_not_write_first_may_answer")
MAY_NOT_ANSWER = answer(368, 403, "Temporarily blocked for policies violations",
    "The account is restricted: it may not answer people who wrote to it.", OURS, GUESS,
    arises="Take the measure RESTRICTED_CUSTOMER_INITIATED_MESSAGING, and POST a text in an open window.",
    proof="test_standing.py::test_an_account_that_may_not_answer_may_write_first")

# In the health status; the numbers are hardly documented
HEALTH_PAYMENT = health(141006, "Payment method problem", "The account is BLOCKED: no payment method.",
    OPENAPI, FAIR, arises=CONTROL, proof=HEALTH)
HEALTH_UNVERIFIED = health(141010, "Business not verified",
    "The business is LIMITED, as small senders are: nothing to worry about.", OPENAPI, FAIR,
    arises=CONTROL, proof=HEALTH)
HEALTH_BANNED = health(141014, "Account banned", "The account is BLOCKED: it was banned.",
    OPENAPI, FAIR, arises=CONTROL, proof=HEALTH)
HEALTH_CALLS = health(138024, "SIP calling not enabled",
    "The number is LIMITED, because it takes no calls: noise.", OPENAPI, FAIR, arises=CONTROL, proof=HEALTH)
