"""The second factor: six digits that change every half minute (TOTP, RFC 6238), as authenticators show."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp

ISSUER = "wa_notify"
STEP = 30  # seconds
TOLERATED = (0, -1, 1)  # clocks of telephones are a little off
HALF = 10  # bytes of a secret that are chance; the other half proves that it is one of ours


def new_secret(password: str) -> str:
    """A secret for an authenticator, for the account whose password is kept as this."""
    chance = secrets.token_bytes(HALF)
    return base64.b32encode(chance + _proof(chance, password)).decode()


def is_ours(secret: str, password: str) -> bool:
    """Whether `new_secret` made it for this account, and its password is still the same."""
    try:
        known = base64.b32decode(secret)
    except ValueError:
        return False
    return hmac.compare_digest(known[HALF:], _proof(known[:HALF], password))


def _proof(chance: bytes, password: str) -> bytes:
    return hmac.digest(password.encode(), chance, hashlib.sha256)[:HALF]


def uri(secret: str, account: str) -> str:
    """What the QR code of the secret says."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def step_of(secret: str, code: str, last_step: int, now: datetime) -> int | None:
    """The half minute to which a code belongs; nothing when it is wrong, or was used already."""
    present = int(now.timestamp()) // STEP
    digits = code.replace(" ", "")
    totp = pyotp.TOTP(secret)
    for offset in TOLERATED:
        step = present + offset
        if (
            step > last_step
            and digits.isascii()
            and totp.verify(digits, for_time=step * STEP, valid_window=0)
        ):
            return step
    return None
