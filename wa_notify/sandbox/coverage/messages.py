"""What the business sends."""

from .facts import Area, imitated, missing

LENGTHS = "test_lengths.py::test_a_message_holds_so_much_and_no_more"
REFUSED = "test_refusals.py::test_a_message_is_refused"
INTERACTIVE = "test_refusals.py::test_an_interactive_message_is_refused"
ILL_FORMED = "test_content.py::test_ill_formed_content_is_refused"
TEMPLATE = "test_refusals.py::test_a_template_is_refused"
FILLED = "test_content.py::test_media_money_dates_and_codes_fill_a_template"
SHOWN = "test_content.py::test_free_form_content_arrives_and_is_shown"

# fmt: off
MESSAGES = Area(name="messages", title="Messages that the business sends", facts=(
    imitated("accepted", "200 and a wamid say accepted, nothing more",
        "test_messages.py::test_an_accepted_template_answers_in_the_platforms_shape"),
    imitated("message_status", "accepted or held, with templates only",
        "test_messages.py::test_only_templates_carry_a_message_status",
        "`paused`, which is in the OpenAPI, never comes."),
    imitated("unknown fields", "a misspelt field is refused", REFUSED),
    imitated("text", "1 to 4096 characters", LENGTHS, "Counted in Unicode code points; Meta does not say."),
    missing("link preview", "the app draws a card for the first address",
        "preview_url is taken, and nothing is fetched."),
    imitated("caption", "1024 characters", LENGTHS),
    imitated("id or link", "a medium has exactly one of them", REFUSED),
    imitated("dead link", "accepted, then failed with 131053",
        "test_messages.py::test_a_medium_that_cannot_be_fetched_fails_later",
        "Links are never fetched: a host that ends in .invalid is dead, any other is not."),
    missing("cached link", "a link is fetched at most every 10 minutes", "Links are never fetched."),
    imitated("location", "latitude and longitude, name and address if given", SHOWN),
    imitated("contacts", "at most 5", LENGTHS),
    imitated("contact", "a formatted name, and one more part of a name", ILL_FORMED,
        "The other fields of a card are not checked."),
    imitated("reaction", "on a message of the same chat, not on a reaction", REFUSED,
        "That the message is older than 30 days is not refused."),
    imitated("statuses of a reaction", "sent, and no more",
        "test_messages.py::test_reactions_of_the_business_are_sent_and_no_more"),
    imitated("reply buttons", "1 to 3; id 256, title 20, both unique", LENGTHS,
        "Markdown in a title is not refused."),
    imitated("unique buttons", "no two titles or ids alike", INTERACTIVE),
    imitated("list", "opener 20, 10 sections, 10 rows in all", LENGTHS),
    imitated("section", "title 24, needed when there is more than one", INTERACTIVE),
    imitated("list row", "id 200, title 24, description 72", LENGTHS),
    imitated("link button", "label 20, one http address", INTERACTIVE),
    imitated("location request", "a button that asks for the place",
        "test_content.py::test_interactive_content_shows_header_footer_and_buttons"),
    imitated("interactive body", "1024, of a list 4096", LENGTHS),
    imitated("interactive header", "text of 60, or an image, video or document", LENGTHS),
    imitated("header of a list", "text only", "test_content.py::test_a_list_takes_no_picture"),
    imitated("interactive footer", "60", LENGTHS),
    imitated("opaque data", "512 characters, echoed in every status",
        "test_messages.py::test_a_message_climbs_from_accepted_to_read"),
    imitated("quote", "an unknown message is not quoted, and the answer goes out",
        "test_messages.py::test_a_reply_quotes_and_an_unknown_quote_is_dropped_silently"),
    imitated("mark as read", "that message and all before it; typing for 25 s",
        "test_messages.py::test_the_business_can_mark_messages_as_read_and_show_that_it_types"),
    missing("groups", "recipient_type group", "A message to a group is refused with 131009."),
    imitated("to itself", "131021", REFUSED),
    imitated("business-scoped id", "`recipient` instead of `to`; the answer has no wa_id",
        "test_phones.py::test_a_person_who_hides_the_number_appears_by_user_id_alone"),
    imitated("template language", "exact: en is not en_US", TEMPLATE),
    imitated("parameters", "as many as variables, of the right kind and name", TEMPLATE),
    imitated("parameter text", "no newline, tab, or more than 4 spaces",
        "test_refusals.py::test_bad_characters_have_another_code_before_version_23"),
    imitated("filled template", "body 1024, header 60, else 132005",
        "test_lengths.py::test_a_filled_template_holds_so_much_and_no_more"),
    imitated("header of a template", "its file or place comes with each send",
        "test_content.py::test_a_template_with_a_medium_is_refused"),
    imitated("money and dates", "the fallback value is shown", FILLED, "Money is not localised."),
    imitated("button payload", "without one, the button's text",
        "test_messages.py::test_a_template_is_shown_filled_with_its_buttons"),
    imitated("template name", "512 characters", LENGTHS),
    imitated("lost answer", "a POST that times out may have been accepted",
        "test_callbacks.py::test_a_timeout_after_acceptance_leaves_the_message_on_its_way"),
))
