"""Who is asking, and for what."""

from .rows import FAIR, FIELD, FIRM, GRAPH, GUESS, META, Kind, answer

TOKEN = "test_refusals.py::test_a_request_without_the_right_token_is_refused"  # noqa: S105 - a test's name
NOT_THERE = "test_refusals.py::test_what_does_not_exist_is_refused_in_the_platforms_shape"

# fmt: off
TOKEN_MISSING = answer(190, 401, "An access token is required to request this resource.",
    "The request carries no access token.", FIELD, FAIR, plain=True, http_sure=FIRM,
    arises="Leave out the header Authorization.", proof=TOKEN)
TOKEN_INVALID = answer(190, 401, "Invalid OAuth access token.",
    "The access token is not the account's.", META, FIRM, plain=True, http_sure=FIRM,
    arises="Send another token than the account's.", proof=TOKEN)
TOKEN_EXPIRED = answer(190, 401, "Error validating access token: the session has expired.",
    "The access token has expired.", META, FIRM, plain=True, subcode=463, http_sure=FIRM)
TOKEN_PASSWORD_CHANGED = answer(190, 401, "Error validating access token: the password was changed.",
    "The person to whom the access token belongs changed the password.", META, FIRM,
    plain=True, subcode=460, http_sure=FIRM)
TOKEN_INVALIDATED = answer(190, 401, "Error validating access token: the session was invalidated.",
    "The access token was taken back.", META, FIRM, plain=True, subcode=467, http_sure=FIRM)
OBJECT_UNKNOWN = answer(100, 400, "Unsupported request: the object does not exist or may not be seen.",
    "The id in the path is neither the account's nor its number's.", FIELD, FAIR,
    plain=True, kind=Kind.METHOD, subcode=33,
    arises="Ask for an id that is not the account's.",
    proof="test_refusals.py::test_an_unknown_number_is_a_graph_method_exception")
VERB_UNSUPPORTED = answer(100, 400, "Unsupported request: this object does not support the operation.",
    "The path exists, the HTTP verb does not.", GRAPH, FAIR, plain=True, kind=Kind.METHOD, subcode=33,
    arises="DELETE the path of messages.", proof=NOT_THERE)
PATH_UNKNOWN = answer(2500, 400, "Unknown path components.",
    "The version, or what follows the id in the path, does not exist.", GRAPH, FAIR, plain=True,
    arises="Ask for v27.0, or for what the object does not have.", proof=NOT_THERE)
FIELD_NOT_READABLE = answer(100, 400, "Tried accessing a nonexisting field.",
    "`fields` or a filter of a GET names something the object does not have.", GRAPH, FAIR,
    arises="GET the number with ?fields=colour.", proof=NOT_THERE)
CALLBACK_UNVERIFIED = answer(2200, 400, "Callback verification failed.",
    "The override callback did not answer the challenge.", GRAPH, FAIR,
    arises="Subscribe with an override address that does not answer the challenge.",
    proof="test_reads.py::test_an_answer_that_is_not_the_bare_challenge_fails_the_handshake")
AUTH_EXCEPTION = answer(0, 401, "AuthException", "The app user cannot be authenticated.", META, FIRM)
API_METHOD = answer(3, 500, "API Method", "A capability or permission of the app is missing.", META, FIRM)
PERMISSION_DENIED = answer(10, 403, "Permission Denied",
    "A permission was not granted, or was taken away.", META, FIRM)
NUMBER_UNKNOWN = answer(33, 400, "Parameter value is not valid",
    "The business number was deleted, or never was.", META, FIRM)
PROOF_MISSING = answer(104, 401, "Missing or incorrect access token",
    "The token is missing or wrong, or the app asks for an `appsecret_proof`.", META, FAIR, http_sure=GUESS)
API_PERMISSION = answer(200, 403, "API Permission",
    "A permission was not granted; some reads without a token answer so too.", META, FIRM, upto=299)
API_PERMISSION_LAST = answer(299, 403, "API Permission", "The last code of the range 200.", META, FIRM)
OBJECT_MISSING = answer(803, 404, "Some of the aliases do not exist",
    "The id that was asked for does not exist.", META, FAIR, http_sure=GUESS)
ACCESS_DENIED = answer(131005, 403, "Access denied",
    "A permission was not granted, or was taken away.", META, FIRM)
