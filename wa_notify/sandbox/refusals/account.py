"""The state of the account and of its number."""

from .rows import FAIR, FIRM, GUESS, INSTEAD, META, OPENAPI, answer, health

HEALTH = "test_troubles.py::test_the_health_is_that_of_the_worst_entity"
CONTROL = "POST /_sandbox/health with entity, state and this error_code, and read health_status."

# fmt: off
POLICY_BLOCK = answer(368, 403, "Temporarily blocked for policies violations",
    "The account violated policies.", META, FIRM)
ACCOUNT_LOCKED = answer(131031, 403, "Business Account locked",
    "The account violated a policy, or its data cannot be verified.", META, FIRM, also=INSTEAD)
NAME_UNAPPROVED = answer(131037, 400, "Display name approval needed",
    "The number's display name is not approved.", META, FIRM, also=INSTEAD)
PAYMENT_ISSUE = answer(131042, 400, "Business eligibility payment issue",
    "The account has no payment method, or a problem with it.", META, FAIR, also=INSTEAD)
CALL_PAYMENT = answer(131044, 400, "Business eligibility payment issue",
    "Calls: the account has no payment method, or a problem with it.", META, FAIR, http_sure=GUESS)
CERTIFICATE = answer(131045, 500, "Incorrect certificate",
    "The number was not registered properly.", META, FIRM)
MISCLASSIFICATION = answer(131064, 400, "Messaging limit because of misclassification",
    "Templates were filed under the wrong category, or Direct Send was misused.", META, FAIR,
    also=INSTEAD, http_sure=GUESS)
MARKETING_OFF = answer(131063, 400, "Marketing templates are disabled",
    "The account sends marketing through the Marketing Messages API only.", META, FAIR, http_sure=GUESS)
METHOD_NOT_ALLOWED = answer(131055, 400, "Method not allowed",
    "The Marketing Messages API does not take this message.", META, FAIR, http_sure=GUESS)

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
