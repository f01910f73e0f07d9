"""Constants of the tests: the account that the sandbox plays."""

from typing import Final

from wa_notify.sandbox import Account

ACCOUNT: Final = Account()
ENTRY_DATA: Final = {
    "access_token": ACCOUNT.access_token,
    "app_secret": ACCOUNT.app_secret,
    "phone_number_id": ACCOUNT.phone_number_id,
}
START: Final = "2026-11-23T09:00:00+00:00"
WEBHOOK_ID: Final = "0123456789abcdef"
