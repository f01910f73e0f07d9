"""The program for pywa in the guide of the sandbox, run as it stands there."""

import subprocess

from tests.sandbox.guide import ADDRESS, OF_PYWA, block_with
from wa_notify.sandbox import Status
from wa_notify.sandbox.testing import SandboxServer

from .stage import PATIENCE, PYTHON, require_environment


def test_pywa_reaches_the_sandbox_as_the_guide_says(whatsapp_sandbox_server: SandboxServer) -> None:
    require_environment()
    program = block_with(OF_PYWA).replace(ADDRESS, whatsapp_sandbox_server.url)
    done = subprocess.run(
        [PYTHON, "-c", program], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr
    whatsapp_sandbox_server.wait_for(
        lambda sandbox: [
            message.text
            for message in sandbox.phone("+447700900123").messages
            if (message.text, message.status) == ("Is anybody there?", Status.FAILED)
        ]
    )
