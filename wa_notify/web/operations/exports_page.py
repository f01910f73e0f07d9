"""The proof of consent as one page that needs nothing else: to read, to print, to hand over."""

from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape

ACTS = {
    "granted": "✓ opted in",
    "revoked": "✗ opted out",
    "lapsed": "! new number",
    "invited": "! invited",
    "erased": "erased",
    "none": "! never asked",
}


def page_of(proof: dict[str, Any]) -> str:
    """Write the page. Everything foreign in it is escaped."""
    environment = Environment(
        loader=PackageLoader("wa_notify.web.operations", "."),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("proof.html").render(proof=proof, acts=ACTS) + "\n"
