"""Templates handed in, edited and deleted; where no subcode is documented there is none."""

from .rows import FAIR, FIELD, FIRM, GUESS, LATER, META, OURS, answer, managed

WRONG = "test_management.py::test_what_the_platform_does_not_take_is_refused"
EDITED = "test_management.py::test_an_approved_template_is_edited_once_a_day_and_goes_back_to_review"

# fmt: off
TEMPLATE_FIELD = managed(None, "Invalid parameter",
    "A field of the template is missing, unknown, or has the wrong type or value.", OURS, GUESS,
    arises="Create a template with an unknown field.", proof=WRONG)
TEMPLATE_NAME = managed(None, "Invalid name",
    "A name has a-z, 0-9 and `_`, and at most 512 of them.", META, FAIR,
    arises="Create a template with a capital in its name.", proof=WRONG)
TEMPLATE_EXISTS = managed(2388024, "Content in This Language Already Exists",
    "The account has a template of this name in this language.", META, FIRM,
    arises="Create the template ops_alert in en.", proof=WRONG)
TEMPLATE_NAME_BLOCKED = managed(None, "Name not available",
    "A deleted template's name is blocked for 30 days.", META, FAIR, retry=LATER,
    arises="Create a template whose name was deleted.",
    proof="test_management.py::test_a_deleted_name_is_gone_and_blocked_for_thirty_days")
TEMPLATE_LIMIT = managed(2388019, "Template limit exceeded",
    "The account has as many templates as it may.", META, FIRM,
    arises="Create a template where the review policy allows no more.",
    proof="test_management.py::test_an_account_has_so_many_templates_and_creates_so_many_an_hour")
VARIABLE_AT_EDGE = managed(2388299, "Leading or trailing variables",
    "A body neither begins nor ends with a variable.", META, FIRM,
    arises="Create a template whose body begins with a variable.", proof=WRONG)
TOO_MANY_VARIABLES = managed(2388293, "Too many variables for the length",
    "Few words around the variables (the formula is not published; ours: 6 characters each).", FIELD, GUESS,
    arises="Create a template with the body `See {{1}}.`", proof=WRONG)
TEMPLATE_TOO_LONG = managed(2388040, "Too many characters",
    "A text is longer than it may be: body 1024, header and footer 60, button 25, link 2000.", META, FIRM,
    arises="Create a template with a body of 1025 characters.", proof=WRONG)
TEMPLATE_HEADER = managed(2388047, "Header format incorrect",
    "A header has one variable at most, no line break and no markdown.", META, FIRM,
    arises="Create a template with `*` in its header.", proof=WRONG)
TEMPLATE_BODY = managed(2388072, "Body format incorrect",
    "Variables are malformed, side by side, or not numbered from 1 without gaps.", META, FIRM,
    arises="Create a template whose first variable is {{2}}.", proof=WRONG)
TEMPLATE_FOOTER = managed(2388073, "Footer format incorrect",
    "A footer has no variable and no line break.", META, FIRM,
    arises="Create a template with a variable in its footer.", proof=WRONG)
TEMPLATE_BUTTONS = managed(None, "Invalid buttons",
    "There are too many buttons of a kind, quick replies apart from each other, or a wrong link.",
    META, FAIR, arises="Create a template with three links.", proof=WRONG)
EXAMPLE_MISSING = managed(None, "Missing example",
    "Every variable needs an example, and a media header the handle of an uploaded file.", META, FAIR,
    arises="Create a template with a variable that has no example.", proof=WRONG)
EDIT_STATUS = managed(2388039, "Template cannot be edited",
    "Only approved, rejected and paused templates can be edited.", META, FIRM, retry=LATER,
    arises="Edit a template that is in review.", proof=EDITED)
EDIT_LIMIT = managed(None, "Edited too often",
    "An approved template is edited once in 24 hours, and ten times in 30 days.", META, FAIR, retry=LATER,
    arises="Edit an approved template twice in a day.", proof=EDITED)
EDIT_CATEGORY = managed(None, "Category cannot be edited",
    "The category of an approved template cannot be edited.", META, FAIR,
    arises="Edit the category of an approved template.",
    proof="test_management.py::"
    "test_the_category_of_an_approved_template_cannot_be_edited_that_of_a_rejected_one_can")
EDIT_GENERATED = managed(2388318, "Template cannot be edited",
    "Direct Send made the template.", META, FAIR)
TEMPLATE_GONE = managed(None, "Template not found",
    "The account has no template of that name, or none with that id and name.", OURS, GUESS,
    arises="Delete a template of an unknown name.",
    proof="test_management.py::test_one_language_is_deleted_alone")
DELETE_DISABLED = managed(None, "Template cannot be deleted",
    "A disabled template cannot be deleted.", META, FAIR,
    arises="Delete a template that was disabled.",
    proof="test_management.py::test_a_rejected_template_leaves_its_name_free_and_a_disabled_one_stays")
DELETE_GENERATED = managed(2388330, "Template cannot be deleted",
    "Direct Send made the template.", META, FAIR)
UPLOAD_WRONG = managed(None, "Upload failed",
    "The file's length, type or offset is not as announced, or the session is over.", OURS, GUESS,
    arises="Open an upload for another length than that of the file.",
    proof="test_management.py::test_a_file_that_is_not_as_announced_is_refused")
MANAGEMENT_FIRST = answer(2388000, 400, "Template management error",
    "The numbers of this range stand in `error_subcode`, beside the code 100; here the first as a code.",
    META, GUESS, http_sure=GUESS, upto=2388999)
MANAGEMENT_LAST = answer(2388999, 400, "Template management error",
    "The last of the same range as a code.", META, GUESS, http_sure=GUESS)
