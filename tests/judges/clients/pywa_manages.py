"""Manages files, templates and the account with pywa, and tells what it was answered."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from deeds import deed, do_all, told
from pywa import WhatsApp
from pywa.types import Industry, Pagination
from pywa.types.templates import (
    BodyText,
    Buttons,
    CopyCodeOTPButton,
    FooterText,
    HeaderImage,
    HeaderText,
    ParamFormat,
    QuickReplyButton,
    Template,
    TemplateCategory,
    TemplateLanguage,
    TemplateStatus,
    URLButton,
)
from pywa_client import connect

Known = Mapping[str, Any]
GRAPH = b"\x89PNG\r\n\x1a\n-a-graph"
ENGLISH = TemplateLanguage.ENGLISH
# The smallest picture that is one: pywa looks into what it uploads as an example.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@deed
def medium_inspected(wa: WhatsApp, _known: Known) -> dict[str, Any]:
    node = wa.get_media_url(wa.upload_media(GRAPH, mime_type="image/png", filename="db7.png").id)
    right = node.sha256 == hashlib.sha256(GRAPH).hexdigest()
    return {"mime_type": node.mime_type, "file_size": node.file_size, "fingerprint_is_right": right}


@deed
def medium_loaded(wa: WhatsApp, _known: Known) -> bool:
    medium = wa.upload_media(GRAPH, mime_type="image/png", filename="db7.png")
    return wa.get_media_bytes(wa.get_media_url(medium.id).url) == GRAPH


@deed
def medium_deleted(wa: WhatsApp, _known: Known) -> bool:
    return wa.delete_media(wa.upload_media(GRAPH, mime_type="image/png", filename="db7.png").id).success


@deed
def medium_gone(wa: WhatsApp, _known: Known) -> str:
    medium = wa.upload_media(GRAPH, mime_type="image/png", filename="db7.png")
    wa.delete_media(medium.id)
    return wa.get_media_url(medium.id).url


@deed
def templates_listed(wa: WhatsApp, _known: Known) -> list[str]:
    return sorted({template.name for template in wa.get_templates(pagination=Pagination(limit=100))})


@deed
def templates_paged(wa: WhatsApp, _known: Known) -> dict[str, Any]:
    """Go by the cursors: `next()` of the result of templates raises TypeError in pywa 4.5 before it asks."""
    pages = [wa.get_templates(pagination=Pagination(limit=3))]
    while pages[-1].has_next:
        pages.append(wa.get_templates(pagination=Pagination(limit=3, after=pages[-1].after)))
    back = wa.get_templates(pagination=Pagination(limit=3, before=pages[1].before))
    return {
        "ids": [template.id for page in pages for template in page],
        "back": [template.id for template in back],
        "previous": [page.has_previous for page in pages],
    }


@deed
def templates_filtered(wa: WhatsApp, _known: Known) -> list[str]:
    found = wa.get_templates(
        statuses=[TemplateStatus.PAUSED, TemplateStatus.REJECTED], categories=[TemplateCategory.UTILITY]
    )
    return sorted(template.name for template in found)


@deed
def templates_counted(wa: WhatsApp, _known: Known) -> dict[str, Any]:
    found = wa.get_templates()
    return {
        "total": found.total_count,
        "templates": found.message_template_count,
        "most": found.message_template_limit,
    }


@deed
def template_read(wa: WhatsApp, _known: Known) -> dict[str, Any]:
    listed, _longer_name = wa.get_templates(name="ops_alert", languages=[ENGLISH])
    read = wa.get_template(listed.id)
    return {
        "components": [type(part).__name__ for part in read.components],
        "status": read.status,
        "category": read.category,
        "ttl": read.message_send_ttl_seconds,
        "quality": read.quality_score.score if read.quality_score else None,
        "format": read.parameter_format,
    }


@deed
def template_created(wa: WhatsApp, _known: Known) -> dict[str, Any]:
    components = [
        HeaderText("Incident on {{1}} reported", "db-7"),
        BodyText(
            "A {{1}} alert was raised for a system you are on call for: {{2}}. It is open.", "P1", "Disk 96%"
        ),
        FooterText(text="Sent by the operations desk"),
        Buttons(
            buttons=[
                QuickReplyButton(text="Acknowledge"),
                URLButton(
                    text="Open alert",
                    url="https://ops.example.net/{{1}}",
                    example="https://ops.example.net/alerts/7f1c",
                ),
            ]
        ),
    ]
    made = wa.create_template(
        Template(
            name="judge_incident", language=ENGLISH, category=TemplateCategory.UTILITY, components=components,
            parameter_format=ParamFormat.POSITIONAL, message_send_ttl_seconds=1800,
        )
    )  # fmt: skip
    return {"status": made.status, "category": made.category, "id": made.id}


@deed
def named_template_created(wa: WhatsApp, _known: Known) -> str:
    body = BodyText(
        "A {{severity}} alert was raised: {{summary}}. Reply for details.", severity="P1", summary="Disk"
    )
    return wa.create_template(
        Template(
            name="judge_named", language=ENGLISH, category=TemplateCategory.UTILITY, components=[body],
            parameter_format=ParamFormat.NAMED,
        )
    ).status  # fmt: skip


@deed
def picture_template_created(wa: WhatsApp, _known: Known) -> str:
    components = [
        HeaderImage(PICTURE, mime_type="image/png"),
        BodyText("The graph of the hour is here, have a look."),
    ]
    return wa.create_template(
        Template(
            name="judge_picture", language=ENGLISH, category=TemplateCategory.UTILITY, components=components
        )
    ).status


@deed
def template_created_twice(wa: WhatsApp, _known: Known) -> str:
    body = BodyText("The report of the night shift is ready for you.")
    template = Template(
        name="judge_twice", language=ENGLISH, category=TemplateCategory.UTILITY, components=[body]
    )
    wa.create_template(template)
    return wa.create_template(template).status


@deed
def template_edited(wa: WhatsApp, _known: Known) -> dict[str, Any]:
    (listed,) = wa.get_templates(name="ops_notice")
    body = BodyText("Your alerting needs attention today: {{1}} Please see to it.", "Bob did not answer.")
    edited = wa.update_template(listed.id, new_components=[body])
    return {"success": edited.success, "status": wa.get_template(listed.id).status}


@deed
def template_deleted(wa: WhatsApp, _known: Known) -> bool:
    (listed,) = wa.get_templates(name="ops_digest")
    return wa.delete_template("ops_digest", template_id=listed.id).success


@deed
def template_unpaused(wa: WhatsApp, _known: Known) -> bool:
    (listed,) = wa.get_templates(name="ops_paused")
    return wa.unpause_template(listed.id).success


@deed
def codes_upserted(wa: WhatsApp, _known: Known) -> list[str]:
    made = wa.upsert_authentication_template(
        name="judge_codes",
        languages=[ENGLISH, TemplateLanguage.GERMAN],
        otp_button=CopyCodeOTPButton(),
        add_security_recommendation=True,
        code_expiration_minutes=5,
    )
    return [template.status for template in made]


@deed
def number_read(wa: WhatsApp, _known: Known) -> dict[str, Any]:
    number = wa.get_business_phone_number()
    return {
        "display": number.display_phone_number,
        "name": number.verified_name,
        "quality": number.quality_rating,
        "status": number.status,
        "limit": number.whatsapp_business_manager_messaging_limit,
        "health": number.health_status,
    }


@deed
def numbers_listed(wa: WhatsApp, _known: Known) -> list[str | None]:
    return [number.display_phone_number for number in wa.get_business_phone_numbers()]


@deed
def account_read(wa: WhatsApp, _known: Known) -> dict[str, Any]:
    account = wa.get_business_account()
    health = account.health_status or {}
    return {"id": account.id, "name": account.name, "health": health.get("can_send_message")}


@deed
def profile_read(wa: WhatsApp, _known: Known) -> str:
    return wa.get_business_profile().industry


@deed
def profile_changed(wa: WhatsApp, _known: Known) -> str | None:
    wa.update_business_profile(about="On call, day and night", industry=Industry.PROF_SERVICES)
    return wa.get_business_profile().about


@deed
def people_blocked(wa: WhatsApp, known: Known) -> list[str | None]:
    wa.block_users([known["to"]])
    return [person.wa_id for person in wa.get_blocked_users()]


@deed
def people_unblocked(wa: WhatsApp, known: Known) -> int:
    wa.unblock_users([known["to"]])
    return len(wa.get_blocked_users())


@deed
def app_token(wa: WhatsApp, known: Known) -> bool:
    return bool(wa.get_app_access_token(int(known["app_id"]), known["app_secret"]))


@deed
def number_deregistered(wa: WhatsApp, _known: Known) -> bool:
    return wa.deregister_phone_number().success


@deed
def number_registered(wa: WhatsApp, _known: Known) -> bool:
    return wa.register_phone_number(pin="123456").success


if __name__ == "__main__":
    known = told()
    do_all(connect(known), known)
