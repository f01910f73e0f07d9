"""What opens a door: 256 random bits, of which only a digest is kept.

A digest without salt is enough, since nobody can try all of them; passwords are another matter.
"""

import hashlib
import hmac
import secrets

KEY_PREFIX = "wan_"  # so that scanners of leaked secrets, and people, recognise a key


def new_proof() -> str:
    """What a session cookie or a link carries."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """A key for a program."""
    return f"{KEY_PREFIX}{secrets.token_urlsafe(32)}"


def digest_of(proof: str) -> str:
    """What is kept of it."""
    return hashlib.sha256(proof.encode()).hexdigest()


def form_token(proof: str) -> str:
    """What every form of a session carries, so that no other site can send one in somebody's name."""
    return hmac.new(proof.encode(), b"wa_notify form", hashlib.sha256).hexdigest()


def is_form_token(proof: str, given: str) -> bool:
    """Whether a form belongs to the session, compared in constant time."""
    return hmac.compare_digest(form_token(proof).encode(), given.encode())
