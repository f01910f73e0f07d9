"""A port for a client's webhook. The first line of output tells it, each further one what was heard."""

import json
import socket
from typing import Any

import uvicorn


def open_port() -> tuple[socket.socket, str]:
    """Take a free port of this machine; return it with its address. Whoever connects waits until `serve`."""
    port = socket.create_server(("127.0.0.1", 0))
    return port, f"http://127.0.0.1:{port.getsockname()[1]}"


def serve(app: Any, port: socket.socket, url: str) -> None:
    """Serve until the process is ended."""
    print(json.dumps({"listening": url}), flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none")).run(sockets=[port])


def tell(what: str, **heard: Any) -> None:
    print(json.dumps({"what": what, **heard}, default=str), flush=True)
