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
    "The access token has expired.", META, FIRM, plain=True, subcode=463, http_sure=FIRM,
    arises="End the token as expired (/_sandbox/tokens).",
    proof="test_tokens.py::test_a_token_ends_at_its_instant_for_its_reason")
TOKEN_PASSWORD_CHANGED = answer(190, 401, "Error validating access token: the password was changed.",
    "The person to whom the access token belongs changed the password.", META, FIRM,
    plain=True, subcode=460, http_sure=FIRM,
    arises="End the token as password_changed (/_sandbox/tokens).",
    proof="test_tokens.py::test_a_token_ends_at_its_instant_for_its_reason")
TOKEN_INVALIDATED = answer(190, 401, "Error validating access token: the session was invalidated.",
    "The access token was taken back.", META, FIRM, plain=True, subcode=467, http_sure=FIRM,
    arises="End the token as invalidated (/_sandbox/tokens).",
    proof="test_tokens.py::test_a_token_ends_at_its_instant_for_its_reason")
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
PARAMETER_MISSING = answer(100, 400, "A required parameter is missing.",
    "A call that is no message lacks a parameter.", GRAPH, FAIR, plain=True,
    arises="GET /debug_token without input_token.",
    proof="test_debug_token.py::test_without_a_token_to_look_at_it_is_refused")
PARAMETER_INVALID = answer(100, 400, "Invalid parameter", "A call that is no message has a wrong value.",
    GRAPH, FAIR, arises="Set a PIN that has five digits.",
    proof="test_registration.py::test_a_pin_has_six_digits")
PROOF_WRONG = answer(100, 400, "Invalid appsecret_proof provided in the API argument.",
    "The proof is not the token's HMAC-SHA256 under the app secret.", GRAPH, FAIR, plain=True,
    kind=Kind.METHOD, arises="Send an appsecret_proof that was made with another secret.",
    proof="test_tokens.py::test_a_proof_that_was_given_must_be_right")
APP_TOKEN_NEEDED = answer(15, 400, "This method must be called with an app access token.",
    "The subscriptions of an app are managed with its own token, `app id|app secret`.", GRAPH, FAIR,
    plain=True, arises="GET the subscriptions of the app with the account's token.",
    proof="test_subscriptions.py::test_the_subscriptions_of_an_app_need_its_own_token")
CLIENT_WRONG = answer(101, 400, "Error validating application.",
    "The app's id or secret is wrong.", GRAPH, FAIR, plain=True,
    arises="Ask for an app's token with a wrong secret.",
    proof="test_subscriptions.py::test_the_token_of_an_app_is_given_for_its_secret")
AUTH_EXCEPTION = answer(0, 401, "AuthException", "The app user cannot be authenticated.", META, FIRM)
API_METHOD = answer(3, 500, "API Method", "A capability or permission of the app is missing.", META, FIRM)
PERMISSION_DENIED = answer(10, 403, "Permission Denied",
    "A permission was not granted, or was taken away.", META, FIRM,
    arises="Send with a token that may only manage.",
    proof="test_tokens.py::test_without_the_permission_to_message_nothing_is_sent")
NUMBER_UNKNOWN = answer(33, 400, "Parameter value is not valid",
    "The business number was deleted, or never was.", META, FIRM)
PROOF_MISSING = answer(104, 401, "Missing or incorrect access token",
    "The token is missing or wrong, or the app asks for an `appsecret_proof`.", META, FAIR, http_sure=GUESS,
    arises="Let the app require a proof (/_sandbox/tokens), and send none.",
    proof="test_tokens.py::test_an_app_may_require_a_proof")
API_PERMISSION = answer(200, 403, "API Permission",
    "A permission was not granted; some reads without a token answer so too.", META, FIRM, upto=299,
    arises="Read templates with a token that may only message.",
    proof="test_tokens.py::test_without_the_permission_to_manage_templates_are_not_read")
API_PERMISSION_LAST = answer(299, 403, "API Permission", "The last code of the range 200.", META, FIRM)
OBJECT_MISSING = answer(803, 404, "Some of the aliases do not exist",
    "The id that was asked for does not exist.", META, FAIR, http_sure=GUESS)
ACCESS_DENIED = answer(131005, 403, "Access denied",
    "A permission was not granted, or was taken away.", META, FIRM)
