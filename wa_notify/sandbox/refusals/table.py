"""The table: every row of the topics under the name by which the sandbox refuses."""

from enum import Enum, unique
from types import ModuleType

from . import (
    access,
    account,
    elsewhere,
    management,
    media,
    messages,
    old,
    outages,
    pace,
    people,
    setup,
    templates,
)

TOPICS: tuple[ModuleType, ...] = (
    access, messages, media, templates, management, pace, people, account, outages, setup, elsewhere, old,
)  # fmt: skip


@unique
class Refusal(Enum):
    """The ways of saying no. The value is the `Row`, which stands in the module of its topic."""

    # Who is asking, and for what
    TOKEN_MISSING = access.TOKEN_MISSING
    TOKEN_INVALID = access.TOKEN_INVALID
    TOKEN_EXPIRED = access.TOKEN_EXPIRED
    TOKEN_PASSWORD_CHANGED = access.TOKEN_PASSWORD_CHANGED
    TOKEN_INVALIDATED = access.TOKEN_INVALIDATED
    OBJECT_UNKNOWN = access.OBJECT_UNKNOWN
    VERB_UNSUPPORTED = access.VERB_UNSUPPORTED
    PATH_UNKNOWN = access.PATH_UNKNOWN
    FIELD_NOT_READABLE = access.FIELD_NOT_READABLE
    CALLBACK_UNVERIFIED = access.CALLBACK_UNVERIFIED
    AUTH_EXCEPTION = access.AUTH_EXCEPTION
    API_METHOD = access.API_METHOD
    PERMISSION_DENIED = access.PERMISSION_DENIED
    NUMBER_UNKNOWN = access.NUMBER_UNKNOWN
    PROOF_MISSING = access.PROOF_MISSING
    API_PERMISSION = access.API_PERMISSION
    API_PERMISSION_LAST = access.API_PERMISSION_LAST
    OBJECT_MISSING = access.OBJECT_MISSING
    ACCESS_DENIED = access.ACCESS_DENIED

    # The shape of a message
    JSON_MALFORMED = messages.JSON_MALFORMED
    PRODUCT_MISSING = messages.PRODUCT_MISSING
    FIELD_UNKNOWN = messages.FIELD_UNKNOWN
    TEXT_TOO_LONG = messages.TEXT_TOO_LONG
    OPAQUE_TOO_LONG = messages.OPAQUE_TOO_LONG
    DIRECT_SEND_OFF = messages.DIRECT_SEND_OFF
    REQUIRED_MISSING = messages.REQUIRED_MISSING
    VALUE_INVALID = messages.VALUE_INVALID
    TYPE_UNSUPPORTED = messages.TYPE_UNSUPPORTED
    UNSUPPORTED_INBOUND = messages.UNSUPPORTED_INBOUND
    SELF_SEND = messages.SELF_SEND
    NOT_ALLOWED_RECIPIENT = messages.NOT_ALLOWED_RECIPIENT
    USER_ID_UNSUPPORTED = messages.USER_ID_UNSUPPORTED
    GENERIC_USER = messages.GENERIC_USER

    # Files, uploaded and linked
    MEDIUM_UNKNOWN = media.MEDIUM_UNKNOWN
    MEDIUM_ID_INVALID = media.MEDIUM_ID_INVALID
    MEDIUM_TYPE = media.MEDIUM_TYPE
    MEDIUM_SIZE = media.MEDIUM_SIZE
    MEDIA_UNFETCHABLE = media.MEDIA_UNFETCHABLE
    INBOUND_MEDIA = media.INBOUND_MEDIA

    # A message made from a template
    TEMPLATE_UNKNOWN = templates.TEMPLATE_UNKNOWN
    TEMPLATE_PAUSED = templates.TEMPLATE_PAUSED
    TEMPLATE_DISABLED = templates.TEMPLATE_DISABLED
    PARAMETER_COUNT = templates.PARAMETER_COUNT
    PARAMETER_EMPTY = templates.PARAMETER_EMPTY
    PARAMETER_UNNAMED = templates.PARAMETER_UNNAMED
    PARAMETER_FORMAT = templates.PARAMETER_FORMAT
    PARAMETER_TEXT = templates.PARAMETER_TEXT
    PARAMETER_TEXT_OLD = templates.PARAMETER_TEXT_OLD
    TEMPLATE_GENERATED = templates.TEMPLATE_GENERATED
    HYDRATED_TOO_LONG = templates.HYDRATED_TOO_LONG
    TEMPLATE_CHARACTERS = templates.TEMPLATE_CHARACTERS
    PARAMETER_VALUE = templates.PARAMETER_VALUE
    DIRECT_SEND_NAME = templates.DIRECT_SEND_NAME
    DIRECT_SEND_BLOCKED = templates.DIRECT_SEND_BLOCKED
    FLOW_BLOCKED = templates.FLOW_BLOCKED
    FLOW_THROTTLED = templates.FLOW_THROTTLED
    TEMPLATE_NEW_CODE = templates.TEMPLATE_NEW_CODE
    HELD_BY_PACING = templates.HELD_BY_PACING

    # Templates handed in, edited and deleted; where no subcode is documented there is none
    TEMPLATE_FIELD = management.TEMPLATE_FIELD
    TEMPLATE_NAME = management.TEMPLATE_NAME
    TEMPLATE_EXISTS = management.TEMPLATE_EXISTS
    TEMPLATE_NAME_BLOCKED = management.TEMPLATE_NAME_BLOCKED
    TEMPLATE_LIMIT = management.TEMPLATE_LIMIT
    VARIABLE_AT_EDGE = management.VARIABLE_AT_EDGE
    TOO_MANY_VARIABLES = management.TOO_MANY_VARIABLES
    TEMPLATE_TOO_LONG = management.TEMPLATE_TOO_LONG
    TEMPLATE_HEADER = management.TEMPLATE_HEADER
    TEMPLATE_BODY = management.TEMPLATE_BODY
    TEMPLATE_FOOTER = management.TEMPLATE_FOOTER
    TEMPLATE_BUTTONS = management.TEMPLATE_BUTTONS
    EXAMPLE_MISSING = management.EXAMPLE_MISSING
    EDIT_STATUS = management.EDIT_STATUS
    EDIT_LIMIT = management.EDIT_LIMIT
    EDIT_CATEGORY = management.EDIT_CATEGORY
    EDIT_GENERATED = management.EDIT_GENERATED
    TEMPLATE_GONE = management.TEMPLATE_GONE
    DELETE_DISABLED = management.DELETE_DISABLED
    DELETE_GENERATED = management.DELETE_GENERATED
    UPLOAD_WRONG = management.UPLOAD_WRONG
    MANAGEMENT_FIRST = management.MANAGEMENT_FIRST
    MANAGEMENT_LAST = management.MANAGEMENT_LAST

    # Too much in too short a time
    THROUGHPUT = pace.THROUGHPUT
    PAIR_RATE = pace.PAIR_RATE
    APP_CALLS = pace.APP_CALLS
    CALLS_TOO_OFTEN = pace.CALLS_TOO_OFTEN
    ACCOUNT_RATE = pace.ACCOUNT_RATE
    SPAM_RATE = pace.SPAM_RATE
    REACH_AS_SPAM = pace.REACH_AS_SPAM
    REACH_AS_RATE = pace.REACH_AS_RATE

    # What a person did, or where the person cannot be reached
    WINDOW_CLOSED = people.WINDOW_CLOSED
    UNDELIVERABLE = people.UNDELIVERABLE
    USER_BLOCKED = people.USER_BLOCKED
    EXPERIMENT = people.EXPERIMENT
    MARKETING_CAP = people.MARKETING_CAP
    MARKETING_STOPPED = people.MARKETING_STOPPED
    IDENTITY_CHANGED = people.IDENTITY_CHANGED
    COUNTRY_RESTRICTED = people.COUNTRY_RESTRICTED

    # The state of the account and of its number
    POLICY_BLOCK = account.POLICY_BLOCK
    ACCOUNT_LOCKED = account.ACCOUNT_LOCKED
    NAME_UNAPPROVED = account.NAME_UNAPPROVED
    PAYMENT_ISSUE = account.PAYMENT_ISSUE
    CALL_PAYMENT = account.CALL_PAYMENT
    CERTIFICATE = account.CERTIFICATE
    MISCLASSIFICATION = account.MISCLASSIFICATION
    MARKETING_OFF = account.MARKETING_OFF
    METHOD_NOT_ALLOWED = account.METHOD_NOT_ALLOWED
    HEALTH_PAYMENT = account.HEALTH_PAYMENT
    HEALTH_UNVERIFIED = account.HEALTH_UNVERIFIED
    HEALTH_BANNED = account.HEALTH_BANNED
    HEALTH_CALLS = account.HEALTH_CALLS

    # The platform is in trouble itself
    API_UNKNOWN = outages.API_UNKNOWN
    API_SERVICE = outages.API_SERVICE
    SOMETHING_WRONG = outages.SOMETHING_WRONG
    UNAVAILABLE = outages.UNAVAILABLE
    MAINTENANCE = outages.MAINTENANCE
    SERVER_UNAVAILABLE = outages.SERVER_UNAVAILABLE
    MIGRATING = outages.MIGRATING

    # A number is set up: registration, PIN, codes, block list, username
    DEREGISTRATION = setup.DEREGISTRATION
    PIN_MISMATCH = setup.PIN_MISMATCH
    NOT_VERIFIED = setup.NOT_VERIFIED
    PIN_GUESSES = setup.PIN_GUESSES
    PIN_TOO_FAST = setup.PIN_TOO_FAST
    NOT_REGISTERED = setup.NOT_REGISTERED
    JUST_DELETED = setup.JUST_DELETED
    REGISTERED_TOO_OFTEN = setup.REGISTERED_TOO_OFTEN
    REGISTRATION_NEW_CODE = setup.REGISTRATION_NEW_CODE
    CODE_REQUEST = setup.CODE_REQUEST
    CODE_VERIFY = setup.CODE_VERIFY
    BLOCK_LIST_PARTLY = setup.BLOCK_LIST_PARTLY
    BLOCK_LIST_FULL = setup.BLOCK_LIST_FULL
    BLOCK_LIST_BUSY = setup.BLOCK_LIST_BUSY
    BLOCK_LIST_FAILED = setup.BLOCK_LIST_FAILED
    USERNAME_FIRST = setup.USERNAME_FIRST
    USERNAME_LAST = setup.USERNAME_LAST

    # Groups and calls: corners that the sandbox does not have, in case that a message ever meets them
    GROUP_ERROR = elsewhere.GROUP_ERROR
    GROUP_STATE = elsewhere.GROUP_STATE
    GROUP_GONE = elsewhere.GROUP_GONE
    GROUP_FIRST = elsewhere.GROUP_FIRST
    GROUP_LAST = elsewhere.GROUP_LAST
    CALL_FIRST = elsewhere.CALL_FIRST
    CALL_LAST = elsewhere.CALL_LAST

    # Codes of the On-Premises API and of early days, which some providers still use
    OLD_WINDOW = old.OLD_WINDOW
    OLD_SPAM = old.OLD_SPAM
    OLD_EXPERIMENT = old.OLD_EXPERIMENT
    OLD_IDENTITY = old.OLD_IDENTITY
    OLD_CONTACT = old.OLD_CONTACT
    OLD_USER = old.OLD_USER
    OLD_RATE = old.OLD_RATE
    OLD_RECEIVER = old.OLD_RECEIVER
    OLD_COUNT = old.OLD_COUNT
    OLD_TEMPLATE = old.OLD_TEMPLATE
    OLD_FETCH = old.OLD_FETCH
    OLD_PACK = old.OLD_PACK
