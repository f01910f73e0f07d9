"""Templates handed in, edited and deleted; where no subcode is documented there is none."""

from .rows import FAIR, FIELD, FIRM, GUESS, META, OURS, answer, managed

# fmt: off
TEMPLATE_FIELD = managed(None, "Invalid parameter",
    "A field of the template is missing, unknown, or has the wrong type or value.", OURS, GUESS)
TEMPLATE_NAME = managed(None, "Invalid name",
    "A name has a-z, 0-9 and `_`, and at most 512 of them.", META, FAIR)
TEMPLATE_EXISTS = managed(2388024, "Content in This Language Already Exists",
    "The account has a template of this name in this language.", META, FIRM)
TEMPLATE_NAME_BLOCKED = managed(None, "Name not available",
    "A deleted template's name is blocked for 30 days.", META, FAIR)
TEMPLATE_LIMIT = managed(2388019, "Template limit exceeded",
    "The account has as many templates as it may.", META, FIRM)
VARIABLE_AT_EDGE = managed(2388299, "Leading or trailing variables",
    "A body neither begins nor ends with a variable.", META, FIRM)
TOO_MANY_VARIABLES = managed(2388293, "Too many variables for the length",
    "Few words around the variables (the formula is not published; ours: 6 characters each).",
    FIELD, GUESS)
TEMPLATE_TOO_LONG = managed(2388040, "Too many characters",
    "A text is longer than it may be: body 1024, header and footer 60, button 25, link 2000.", META, FIRM)
TEMPLATE_HEADER = managed(2388047, "Header format incorrect",
    "A header has one variable at most, no line break and no markdown.", META, FIRM)
TEMPLATE_BODY = managed(2388072, "Body format incorrect",
    "Variables are malformed, side by side, or not numbered from 1 without gaps.", META, FIRM)
TEMPLATE_FOOTER = managed(2388073, "Footer format incorrect",
    "A footer has no variable and no line break.", META, FIRM)
TEMPLATE_BUTTONS = managed(None, "Invalid buttons",
    "There are too many buttons of a kind, quick replies apart from each other, or a wrong link.",
    META, FAIR)
EXAMPLE_MISSING = managed(None, "Missing example",
    "Every variable needs an example, and a media header the handle of an uploaded file.", META, FAIR)
EDIT_STATUS = managed(2388039, "Template cannot be edited",
    "Only approved, rejected and paused templates can be edited.", META, FIRM)
EDIT_LIMIT = managed(None, "Edited too often",
    "An approved template is edited once in 24 hours, and ten times in 30 days.", META, FAIR)
EDIT_CATEGORY = managed(None, "Category cannot be edited",
    "The category of an approved template cannot be edited.", META, FAIR)
TEMPLATE_GONE = managed(None, "Template not found",
    "The account has no template of that name, or none with that id and name.", OURS, GUESS)
DELETE_DISABLED = managed(None, "Template cannot be deleted",
    "A disabled template cannot be deleted.", META, FAIR)
UPLOAD_WRONG = managed(None, "Upload failed",
    "The file's length, type or offset is not as announced, or the session is over.", OURS, GUESS)
MANAGEMENT_FIRST = answer(2388000, 400, "Template management error", "First of its range.", META, GUESS)
MANAGEMENT_LAST = answer(2388999, 400, "Template management error", "Last of its range.", META, GUESS)
