"""A message made from a template."""

from .rows import FAIR, FIELD, FIRM, GUESS, LATER, META, OPENAPI, OURS, answer, late

TEMPLATE = "test_refusals.py::test_a_template_is_refused"

# fmt: off
TEMPLATE_UNKNOWN = answer(132001, 404, "Template does not exist",
    "No approved template has this name in this language.", META, FIRM,
    arises="POST a template of an unknown name, or of another language.", proof=TEMPLATE)
TEMPLATE_PAUSED = answer(132015, 400, "Template is Paused", "The template is paused.", META, FIRM,
    retry=LATER, arises="POST the template ops_paused.", proof=TEMPLATE)
TEMPLATE_DISABLED = answer(132016, 400, "Template is Disabled", "The template is disabled.", META, FIRM,
    arises="Review a template with the status DISABLED, and POST it.",
    proof="test_refusals.py::test_a_disabled_template_is_refused")
PARAMETER_COUNT = answer(132000, 400, "Template Param Count Mismatch",
    "There are more or fewer parameters than variables.", META, FIRM,
    arises="POST a template with a parameter too few.", proof=TEMPLATE)
PARAMETER_EMPTY = answer(131008, 400, "Required parameter is missing",
    "The text of a template parameter is empty, or a button's parameter is missing.", FIELD, FAIR,
    arises="POST a template with an empty parameter.", proof=TEMPLATE)
PARAMETER_UNNAMED = answer(100, 400, "Invalid parameter",
    "The template's variables are named and a parameter is not.", FIELD, FAIR,
    arises="POST the template ops_alert_named with parameters that have no names.", proof=TEMPLATE)
PARAMETER_FORMAT = answer(132012, 400, "Template Parameter Format Mismatch",
    "A parameter has another kind, name or place than the template's variable.", META, FIRM,
    arises="POST a template with a picture where a text belongs.", proof=TEMPLATE)
PARAMETER_TEXT = answer(132018, 400, "Template validation failed",
    "A parameter contains a newline, a tab or more than four spaces running (since v23.0).", FIELD, FAIR,
    http_sure=GUESS, seen_as=(132000, 132012),
    arises="POST a template with a newline in a parameter, to v23.0 or later.",
    proof="test_refusals.py::test_bad_characters_have_another_code_before_version_23")
PARAMETER_TEXT_OLD = answer(100, 400, "Invalid parameter",
    "A parameter contains a newline, a tab or more than four spaces running (before v23.0).", FIELD, FAIR,
    arises="POST a template with a newline in a parameter, to v22.0.",
    proof="test_refusals.py::test_bad_characters_have_another_code_before_version_23")
TEMPLATE_GENERATED = answer(132018, 400, "Template validation failed",
    "An ordinary message names a template that Direct Send made.", META, FAIR, http_sure=GUESS,
    arises="Send a message with Direct Send, and POST the template that it made.",
    proof="test_direct_send.py::test_the_template_behind_it_is_nobodys_to_use_edit_or_delete")
PAUSED_LATER = late(132015, "Template is Paused",
    "The template was paused, which the answer told by its message_status.", OPENAPI, GUESS, sent=False,
    retry=LATER, arises="Let the account answer paused templates (/_sandbox/sending), and POST ops_paused.",
    proof="test_envelope.py::test_a_paused_template_may_be_answered_as_paused_and_fail_later")
HYDRATED_TOO_LONG = answer(132005, 400, "Template Hydrated Text Too Long",
    "With its parameters the template exceeds 1024 characters (header 60).", META, FIRM,
    arises="POST a template with 1000 characters in a parameter.", proof=TEMPLATE)
TEMPLATE_CHARACTERS = answer(132007, 400, "Template Format Character Policy Violated",
    "What fills the template violates a policy about characters.", META, FIRM,
    arises="POST a template with the character U+0007 in a parameter.",
    proof="test_parameters.py::test_each_fault_of_a_parameter_has_its_own_code")
PARAMETER_VALUE = answer(132008, 400, "Template parameter value invalid",
    "A parameter has a value that the template does not take.", META, FAIR, http_sure=GUESS,
    arises="POST a template with a currency whose code is not three capitals.",
    proof="test_parameters.py::test_each_fault_of_a_parameter_has_its_own_code")
CODE_TOO_LONG = answer(131009, 400, "Parameter value is not valid",
    "The code of an authentication template has more than 15 characters.", META, GUESS,
    arises="POST an authentication template with a code of 16 characters.",
    proof="test_codes.py::test_a_code_has_at_most_15_characters_and_is_the_same_twice")
DIRECT_SEND_NAME = late(132021, "Template name conflict",
    "Direct Send: the template name belongs to another template.", META, FAIR, sent=False,
    arises="Use Direct Send with the template_name ops_alert.",
    proof="test_direct_send.py::test_a_name_that_is_taken_and_a_text_like_a_variable_fail_later")
DIRECT_SEND_BLOCKED = answer(139200, 403, "Direct Send blocked",
    "The account misused Direct Send, and may not use it.", META, FAIR, http_sure=GUESS,
    arises="Block Direct Send (/_sandbox/sending), and POST a text with the category UTILITY.",
    proof="test_direct_send.py::test_whether_it_may_be_used_is_a_matter_of_the_account")
FLOW_BLOCKED = answer(132068, 400, "Flow is blocked", "The flow behind a button is blocked.", META, FIRM)
FLOW_THROTTLED = answer(132069, 400, "Flow is throttled",
    "The flow behind a button may be sent ten times an hour.", META, FIRM, retry=LATER)
TEMPLATE_NEW_CODE = answer(132999, 400, "Template error",
    "A code of this range that nobody knows yet, to try a client with.", OURS, GUESS, http_sure=GUESS)
HELD_BY_PACING = late(132015, "Template is Paused",
    "The template was paused while the message was held for quality assessment.", META, FIRM, sent=False,
    retry=LATER,
    arises="POST a template that is paced, and judge it bad (/_sandbox/templates/{name}/{language}/pacing).",
    proof="test_troubles.py::test_held_messages_are_released_or_dropped")
