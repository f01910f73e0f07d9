"""News of templates, numbers and account: the management fields of the webhook.

Source: Meta's webhook reference. ``template_category_update`` with ``correct_category`` announces a change a
day ahead, while ``new_category`` is still the present one; without it, ``new_category`` is the new truth.
Some sample payloads and the documentation differ (a limit as word or number), so values are kept as text.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from wa_notify.core.inbound import AccountNews, Raw, TemplateNews, TemplateWords, Unknown
from wa_notify.core.template import ButtonShape
from wa_notify.whatsapp.reading import piece, pieces, required, text, word
from wa_notify.whatsapp.signs import account_signs, template_signs


def read_news(field: str, value: Raw, at: datetime | None = None) -> TemplateNews | AccountNews | Unknown:
    """Read the value of a management field; `Unknown` for a field that we do not follow.

    ``at`` is the time that stands beside it. Raises `OddItem` when it is not shaped as documented.
    """
    if field in TEMPLATE_FIELDS:
        return _template_news(field, value, at)
    event = ACCOUNT_FIELDS.get(field)
    if event is None:
        return Unknown(kind=field, raw=value)
    signs = account_signs(field, value)
    limit = _limit(value) if field in LIMIT_FIELDS else ""
    return AccountNews(kind=field, event=event(value), limit=limit, signs=signs, raw=value)


def read_error(error: Raw) -> AccountNews:
    """Read one of ``value.errors``: the platform's own trouble with something a person sent.

    Raises `OddItem` when it is not shaped as documented.
    """
    title = text(error, "title") or text(error, "message")
    return AccountNews(kind="errors", event=f"{title} ({text(error, 'code')})".strip(), raw=error)


def _template_news(field: str, value: Raw, at: datetime | None) -> TemplateNews:
    return TemplateNews(
        kind=field,
        name=required(value, "message_template_name"),
        language=required(value, "message_template_language"),
        at=at,
        status=text(value, "event").upper() if field == STATUS_FIELD else "",
        why_rejected=_why_rejected(value) if field == STATUS_FIELD else "",
        category=(text(value, "message_template_category") or text(value, "new_category")).upper(),
        upcoming_category=text(value, "correct_category").upper(),
        quality=text(value, "new_quality_score").upper(),
        words=_words(value) if field == COMPONENTS_FIELD else None,
        signs=template_signs(field, value),
        raw=value,
    )


def _why_rejected(value: Raw) -> str:
    """The reason, and behind it what the reviewer wrote, if anything."""
    reason, info = word(value, "reason").upper(), value.get("rejection_info")
    told = info if isinstance(info, dict) else {}
    said = " ".join(filter(None, (word(told, "reason"), word(told, "recommendation"))))
    return ": ".join(filter(None, ("" if reason == "NONE" else reason, said)))


def _words(value: Raw) -> TemplateWords:
    """Source: Meta's reference of this webhook; buttons are only told when one is a link or a number."""
    return TemplateWords(
        header=text(value, "message_template_title"),
        body=required(value, "message_template_element"),
        footer=text(value, "message_template_footer"),
        buttons=tuple(
            ButtonShape(
                kind=word(button, "message_template_button_type").upper(),
                text=word(button, "message_template_button_text"),
                target=word(button, "message_template_button_url")
                or word(button, "message_template_button_phone_number"),
            )
            for button in pieces(value, "message_template_buttons")
        ),
    )


def _event(value: Raw) -> str:
    return text(value, "event")


def _decision(value: Raw) -> str:
    return text(value, "decision")


def _alert(value: Raw) -> str:
    # Older payloads had the keys flat, without alert_info.
    info = piece(value, "alert_info") or value
    return text(info, "alert_type")


def _limit(value: Raw) -> str:
    """The messaging limit as word or number. Which of the fields tells it changed over the years."""
    return next(filter(None, (text(value, name) for name in LIMITS)), "")


LIMITS = ("max_daily_conversations_per_business", "max_daily_conversation_per_phone", "current_limit")
LIMIT_FIELDS = ("business_capability_update", "phone_number_quality_update")
STATUS_FIELD = "message_template_status_update"
COMPONENTS_FIELD = "message_template_components_update"
TEMPLATE_FIELDS = frozenset(
    {
        STATUS_FIELD,
        "message_template_quality_update",
        COMPONENTS_FIELD,
        "template_category_update",
        "template_correct_category_detection",
    }
)
# How to name what happened, for each field of number and account.
ACCOUNT_FIELDS: Mapping[str, Callable[[Raw], str]] = {
    "phone_number_quality_update": _event,
    "phone_number_name_update": _decision,
    "account_update": _event,
    "account_review_update": _decision,
    "account_alerts": _alert,
    "business_capability_update": _limit,
    "security": _event,
}
