"""A message made from a template."""

from .rows import FAIR, FIELD, FIRM, GUESS, META, OURS, answer, late

# fmt: off
TEMPLATE_UNKNOWN = answer(132001, 404, "Template does not exist",
    "No approved template has this name in this language.", META, FIRM)
TEMPLATE_PAUSED = answer(132015, 400, "Template is Paused", "The template is paused.", META, FIRM)
TEMPLATE_DISABLED = answer(132016, 400, "Template is Disabled", "The template is disabled.", META, FIRM)
PARAMETER_COUNT = answer(132000, 400, "Template Param Count Mismatch",
    "There are more or fewer parameters than variables.", META, FIRM)
PARAMETER_EMPTY = answer(131008, 400, "Required parameter is missing",
    "The text of a template parameter is empty, or a button's parameter is missing.", FIELD, FAIR)
PARAMETER_UNNAMED = answer(100, 400, "Invalid parameter",
    "The template's variables are named and a parameter is not.", FIELD, FAIR)
PARAMETER_FORMAT = answer(132012, 400, "Template Parameter Format Mismatch",
    "A parameter has another kind, name or place than the template's variable.", META, FIRM)
PARAMETER_TEXT = answer(132018, 400, "Template validation failed",
    "A parameter contains a newline, a tab or more than four spaces running (since v23.0).", FIELD, FAIR)
PARAMETER_TEXT_OLD = answer(100, 400, "Invalid parameter",
    "A parameter contains a newline, a tab or more than four spaces running (before v23.0).", FIELD, FAIR)
HYDRATED_TOO_LONG = answer(132005, 400, "Template Hydrated Text Too Long",
    "With its parameters the template exceeds 1024 characters (header 60).", META, FIRM)
TEMPLATE_CHARACTERS = answer(132007, 400, "Template Format Character Policy Violated", "Text.", META, FIRM)
PARAMETER_VALUE = answer(132008, 400, "Template parameter value invalid", "A value.", META, GUESS)
DIRECT_SEND_NAME = late(132021, "Template name conflict", "Direct Send.", META, GUESS, sent=False)
DIRECT_SEND_BLOCKED = answer(139200, 403, "Direct Send blocked", "The account misused it.", META, GUESS)
FLOW_BLOCKED = answer(132068, 400, "Flow is blocked", "The flow is blocked.", META, FIRM)
FLOW_THROTTLED = answer(132069, 400, "Flow is throttled", "Ten messages an hour.", META, FIRM)
TEMPLATE_NEW_CODE = answer(132999, 400, "Template error", "A code that nobody knows yet.", OURS, GUESS)
HELD_BY_PACING = late(132015, "Template is Paused",
    "The template was paused while the message was held for quality assessment.", META, FIRM, sent=False)
