"""All operations of the Graph, joined from the tables of their topics."""

from . import accounts, apps, files, messages, numbers, profiles, registration, templates, tokens
from .call import Operations

OPERATIONS: Operations = {
    **messages.OPERATIONS,
    **numbers.OPERATIONS,
    **registration.OPERATIONS,
    **profiles.OPERATIONS,
    **accounts.OPERATIONS,
    **apps.OPERATIONS,
    **tokens.OPERATIONS,
    **templates.OPERATIONS,
    **files.OPERATIONS,
}
