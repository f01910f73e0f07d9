"""Who is asking, and for what."""

from .rows import FAIR, FIELD, FIRM, GRAPH, GUESS, META, Kind, answer

# fmt: off
TOKEN_MISSING = answer(190, 401, "An access token is required to request this resource.",
    "The request carries no access token.", FIELD, FAIR, plain=True)
TOKEN_INVALID = answer(190, 401, "Invalid OAuth access token.",
    "The access token is not the account's.", META, FIRM, plain=True)
TOKEN_EXPIRED = answer(190, 401, "Error validating access token: the session has expired.",
    "The access token has expired.", META, FIRM, plain=True, subcode=463)
OBJECT_UNKNOWN = answer(100, 400, "Unsupported request: the object does not exist or may not be seen.",
    "The id in the path is neither the account's nor its number's.", FIELD, FAIR,
    plain=True, kind=Kind.METHOD, subcode=33)
VERB_UNSUPPORTED = answer(100, 400, "Unsupported request: this object does not support the operation.",
    "The path exists, the HTTP verb does not.", GRAPH, FAIR, plain=True, kind=Kind.METHOD, subcode=33)
PATH_UNKNOWN = answer(2500, 400, "Unknown path components.",
    "The version, or what follows the id in the path, does not exist.", GRAPH, FAIR, plain=True)
FIELD_NOT_READABLE = answer(100, 400, "Tried accessing a nonexisting field.",
    "`fields` or a filter of a GET names something the object does not have.", GRAPH, FAIR)
CALLBACK_UNVERIFIED = answer(2200, 400, "Callback verification failed.",
    "The override callback did not answer the challenge.", GRAPH, FAIR)
AUTH_EXCEPTION = answer(0, 401, "AuthException", "The app user cannot be authenticated.", META, FIRM)
API_METHOD = answer(3, 500, "API Method", "Capability or permission problem.", META, FIRM)
PERMISSION_DENIED = answer(10, 403, "Permission Denied", "A permission is missing.", META, FIRM)
NUMBER_UNKNOWN = answer(33, 400, "Parameter value is not valid", "The number was deleted.", META, FIRM)
PROOF_MISSING = answer(104, 401, "Missing or incorrect access token", "It asks for a proof.", META, GUESS)
API_PERMISSION = answer(200, 403, "API Permission", "A permission is missing.", META, FIRM)
API_PERMISSION_LAST = answer(299, 403, "API Permission", "The last code of the range 200.", META, FIRM)
OBJECT_MISSING = answer(803, 404, "Some of the aliases do not exist", "The id is unknown.", META, FAIR)
ACCESS_DENIED = answer(131005, 403, "Access denied", "A permission is missing.", META, FIRM)
