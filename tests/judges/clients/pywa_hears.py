"""A webhook of pywa that registers itself at the sandbox, and tells what it makes of each notification."""

from typing import Any

from deeds import told
from fastapi import FastAPI
from listening import open_port, serve, tell
from pywa import WhatsApp
from pywa import handlers as on
from pywa.types import (
    AccountUpdate,
    CallbackButton,
    CallbackSelection,
    DeletedMessage,
    EditedMessage,
    Message,
    MessageStatus,
    PhoneNumberChange,
    RawUpdate,
    TemplateCategoryUpdate,
    TemplateComponentsUpdate,
    TemplateQualityUpdate,
    TemplateStatusUpdate,
    UserMarketingPreferences,
)
from pywa.utils import CallbackURLScope
from pywa_client import connect


def message(wa: WhatsApp, heard: Message) -> None:
    kind = heard.type.value
    part = getattr(heard, kind, None)
    more: dict[str, Any] = {"text": heard.text, "caption": heard.caption, "quotes": None}
    if heard.reply_to_message is not None:
        more["quotes"] = heard.reply_to_message.id
    if heard.media is not None:
        more["content"] = wa.get_media_bytes(wa.get_media_url(heard.media.id).url).decode("latin-1")
        more["mime_type"] = heard.media.mime_type
    if heard.reaction is not None:
        more["emoji"], more["quotes"] = heard.reaction.emoji, heard.reaction.message_id
    if heard.location is not None:
        more["place"] = [heard.location.latitude, heard.location.longitude, heard.location.name]
    if heard.contacts is not None:
        more["cards"] = [card.name.formatted_name for card in heard.contacts if card.name]
    if heard.order is not None:
        more["products"] = [product.sku for product in heard.order.products]
    if heard.error is not None:
        more["error"] = heard.error.code
    person = heard.from_user
    tell(
        f"message {kind}", id=heard.id, sender=person.wa_id, user_id=person.bsuid, name=person.name,
        username=person.username, part=type(part).__name__, **more,
    )  # fmt: skip


def tapped(_wa: WhatsApp, heard: CallbackButton[str]) -> None:
    quoted = heard.reply_to_message.id if heard.reply_to_message else None
    tell(f"tap {heard.type.value}", id=heard.id, data=heard.data, title=heard.title, quotes=quoted)


def picked(_wa: WhatsApp, heard: CallbackSelection[str]) -> None:
    quoted = heard.reply_to_message.id
    tell(
        "pick", id=heard.id, data=heard.data, title=heard.title, description=heard.description, quotes=quoted
    )


def status(_wa: WhatsApp, heard: MessageStatus[str]) -> None:
    price = heard.pricing
    tell(
        f"status {heard.status.value}", id=heard.id, tracker=heard.tracker, sender=heard.from_user.wa_id,
        error=type(heard.error).__name__ if heard.error else None,
        price=[price.billable, price.model, price.type, price.category] if price else None,
    )  # fmt: skip


def edited(_wa: WhatsApp, heard: EditedMessage) -> None:
    tell("edited", id=heard.original_message_id, text=heard.message.text)


def deleted(_wa: WhatsApp, heard: DeletedMessage) -> None:
    tell("deleted", id=heard.original_message_id)


def moved(_wa: WhatsApp, heard: PhoneNumberChange) -> None:
    tell(f"moved {heard.sys_type.value}", old=heard.old_wa_id, new=heard.new_wa_id, user_id=heard.new_user_id)


def preference(_wa: WhatsApp, heard: UserMarketingPreferences) -> None:
    tell(f"preference {heard.value.value}", sender=heard.from_user.wa_id, category=heard.category.value)


def template_status(_wa: WhatsApp, heard: TemplateStatusUpdate) -> None:
    tell(
        f"template {heard.new_status.value}",
        name=heard.template_name, language=heard.template_language.value,
        reason=heard.reason.value if heard.reason else None,
        advice=heard.rejection_info.recommendation if heard.rejection_info else None,
    )  # fmt: skip


def template_category(_wa: WhatsApp, heard: TemplateCategoryUpdate) -> None:
    tell("category", now=heard.new_category, before=heard.previous_category, tomorrow=heard.correct_category)


def template_quality(_wa: WhatsApp, heard: TemplateQualityUpdate) -> None:
    tell("quality", now=heard.new_quality_score, before=heard.previous_quality_score)


def template_words(_wa: WhatsApp, heard: TemplateComponentsUpdate) -> None:
    tell("words", body=heard.template_element, header=heard.template_title, footer=heard.template_footer)


def account(_wa: WhatsApp, heard: AccountUpdate) -> None:
    tell(f"account {heard.event.value}", restrictions=[info.type for info in heard.restriction_info])


def anything(_wa: WhatsApp, heard: RawUpdate) -> None:
    """The last to be called for each notification, whatever pywa made of it."""
    tell("notification", field=heard.field)


if __name__ == "__main__":
    known = told()
    port, url = open_port()
    app = FastAPI()
    client = connect(
        known,
        server=app,
        webhook_endpoint="/webhook",
        business_portfolio_id=known["business_id"],
        callback_url=url,
        callback_url_scope=CallbackURLScope[known["scope"]],
        webhook_challenge_delay=0,
    )
    client.add_handlers(
        on.MessageHandler(message),
        on.CallbackButtonHandler(tapped),
        on.CallbackSelectionHandler(picked),
        on.MessageStatusHandler(status),
        on.EditedMessageHandler(edited),
        on.DeletedMessageHandler(deleted),
        on.PhoneNumberChangeHandler(moved),
        on.UserMarketingPreferencesHandler(preference),
        on.TemplateStatusUpdateHandler(template_status),
        on.TemplateCategoryUpdateHandler(template_category),
        on.TemplateQualityUpdateHandler(template_quality),
        on.TemplateComponentsUpdateHandler(template_words),
        on.AccountUpdateHandler(account),
        on.RawUpdateHandler(anything),
    )
    serve(app, port, f"{url}/webhook")
