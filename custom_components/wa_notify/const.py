"""Constants for the WhatsApp Notify integration."""

from typing import Final

DOMAIN: Final = "wa_notify"

CONF_APP_SECRET: Final = "app_secret"
CONF_BASE_URL: Final = "base_url"
CONF_PHONE_NUMBER_ID: Final = "phone_number_id"
