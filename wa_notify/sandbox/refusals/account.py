"""The state of the account and of its number."""

from .rows import FAIR, FIRM, GUESS, META, answer

# fmt: off
POLICY_BLOCK = answer(368, 403, "Temporarily blocked for policies violations", "Violations.", META, FIRM)
ACCOUNT_LOCKED = answer(131031, 403, "Business Account locked", "Violation or wrong data.", META, FIRM)
NAME_UNAPPROVED = answer(131037, 400, "Display name approval needed", "Name not approved.", META, FIRM)
PAYMENT_ISSUE = answer(131042, 400, "Business eligibility payment issue", "No payment method.", META, FAIR)
CALL_PAYMENT = answer(131044, 400, "Business eligibility payment issue", "Calls.", META, GUESS)
CERTIFICATE = answer(131045, 500, "Incorrect certificate", "Number not properly registered.", META, FIRM)
MISCLASSIFICATION = answer(131064, 400, "Messaging limit because of misclassification",
    "Templates were filed under the wrong category.", META, FAIR)
MARKETING_OFF = answer(131063, 400, "Marketing templates are disabled", "By another API.", META, GUESS)
METHOD_NOT_ALLOWED = answer(131055, 400, "Method not allowed", "Marketing Messages API only.", META, GUESS)
