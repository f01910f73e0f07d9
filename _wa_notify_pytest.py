"""pytest fixtures of wa_notify: a simulated WhatsApp for the tests of any project.

A module of its own at the top, and without imports of the library, because pytest loads it at its start: the
library must not slow down tests that do not use it, nor be loaded before coverage is measured.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from wa_notify.sandbox.testing import LocalSandbox, SandboxServer


@pytest.fixture
def whatsapp_sandbox() -> "LocalSandbox":
    """A simulated WhatsApp in this process, without sockets, in virtual time."""
    from wa_notify.sandbox.testing import LocalSandbox

    return LocalSandbox()


@pytest.fixture
def whatsapp_sandbox_server() -> "Iterator[SandboxServer]":
    """A simulated WhatsApp on a port of this machine, for clients of any kind."""
    from wa_notify.sandbox.testing import SandboxServer

    with SandboxServer() as server:
        yield server
