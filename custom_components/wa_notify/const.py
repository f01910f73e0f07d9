"""Constants for the WhatsApp Notify integration."""

from typing import Final

DOMAIN: Final = "wa_notify"

API_VERSION: Final = "v26.0"

CONF_ALERT_TEMPLATE: Final = "alert_template"
CONF_APP_ID: Final = "app_id"
CONF_APP_SECRET: Final = "app_secret"
CONF_BASE_URL: Final = "base_url"
CONF_CLOUDHOOK_URL: Final = "cloudhook_url"
CONF_FALLBACK: Final = "fallback"
CONF_LANGUAGE: Final = "language"
CONF_MESSAGE_TEMPLATE: Final = "message_template"
CONF_OPT_IN: Final = "opt_in"
CONF_PERSON: Final = "person"
CONF_PHONE: Final = "phone"
CONF_PHONE_NUMBER_ID: Final = "phone_number_id"
CONF_QUIET_FROM: Final = "quiet_from"
CONF_QUIET_TO: Final = "quiet_to"
CONF_RECIPIENT_ID: Final = "recipient_id"
CONF_REMIND_AFTER: Final = "remind_after"
CONF_REMIND_EVERY: Final = "remind_every"
CONF_REMIND_TIMES: Final = "remind_times"
CONF_SILENCE_MINUTES: Final = "silence_minutes"
CONF_VERIFY_TOKEN: Final = "verify_token"
CONF_WABA_ID: Final = "waba_id"

# Names of the starter pack, which every account may have
CHECK_IN_TEMPLATE: Final = "ops_check_in"
DEFAULT_ALERT_TEMPLATE: Final = "ops_alert"
DEFAULT_MESSAGE_TEMPLATE: Final = "ops_notice"
NUDGE_TEMPLATE: Final = "ops_nudge"
REMINDER_TEMPLATE: Final = "ops_reminder"
RESOLVED_TEMPLATE: Final = "ops_resolved"

DEFAULT_SILENCE_MINUTES: Final = 60

SUBENTRY_TYPE_RECIPIENT: Final = "recipient"
