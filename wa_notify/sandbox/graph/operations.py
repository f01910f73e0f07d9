"""All operations of the Graph, joined from the tables of their topics."""

from . import accounts, files, messages, numbers, templates
from .call import Operations

OPERATIONS: Operations = {
    **messages.OPERATIONS,
    **numbers.OPERATIONS,
    **accounts.OPERATIONS,
    **templates.OPERATIONS,
    **files.OPERATIONS,
}
