"""What is not imitated yet. Whoever adds it moves its line to its area, with the test that proves it."""

from .facts import not_yet

# fmt: off
COMING = {
    "messages": (
        not_yet("voice note", "OGG with Opus only; the status `played`"),
        not_yet("further interactive kinds", "flow, products, carousel, address, calls, contact information"),
        not_yet("one-time passwords", "the code in body and button, at most 15 characters"),
        not_yet("131062", "no one-time password to a business-scoped id"),
        not_yet("Direct Send",
        "a category instead of a template: 1024, 60, 60, 20; 10 buttons, 2 of them links"),
        not_yet("marketing_messages", "an endpoint for marketing templates; 131055, 131063"),
        not_yet("identity key", "recipient_identity_key_hash, 137000"),
    ),
    "templates": (
        not_yet("authentication in bulk", "upsert_message_templates, one-time password buttons"),
        not_yet("GIF header", "for the Marketing Messages API"),
        not_yet("further buttons", "flow, catalogue, product, voice call, contact information"),
        not_yet("library", "templates taken from Meta's library"),
        not_yet("summary", "message_template_count and message_template_limit"),
        not_yet("automatic pause", "RED: 3 hours, 6 hours, then disabled"),
        not_yet("automatic pacing", "new, unpaused and not green templates"),
        not_yet("unpause", "by hand, 5 minutes after pacing"),
        not_yet("archive and unarchive", "deleted after 28 days"),
        not_yet("automatic change of category", "done a day after the notice"),
        not_yet("appeal", "IN_APPEAL, answered within 24 hours"),
        not_yet("deletion under way", "messages in flight are tried for 30 days"),
    ),
    "money": (
        not_yet("payment method", "without one service messages stop: 131042"),
    ),
    "limits": (
        not_yet("registrations", "10 in 72 hours, then 133016"),
        not_yet("test number", "5 verified recipients, else 131030"),
        not_yet("block list", "64,000 people, then 139101"),
        not_yet("marketing opt-out", "131050 after the person said stop"),
        not_yet("misclassification", "131064 and restrictions"),
        not_yet("storms", "5xx and time-outs for a while"),
    ),
    "callbacks": (
        not_yet("skipped delivered", "read alone, where the chat is open"),
        not_yet("number visible again", "within 30 days of an exchange; usernames in contacts"),
        not_yet("identity change", "customer_identity_changed"),
        not_yet("first contact", "request_welcome"),
        not_yet("restrictions", "ACCOUNT_RESTRICTION and bans that have consequences"),
        not_yet("subscriptions", "of an app, to chosen fields"),
        not_yet("large bodies", "up to 3 MB"),
        not_yet("message_history", "a history to debug with"),
    ),
    "numbers": (
        not_yet("business profile", "read and written"),
        not_yet("registration", "PIN, codes, deregistration, and their codes"),
        not_yet("token life", "463 expired, 460 password, 467 invalidated; permissions"),
        not_yet("debug_token", "what a token may do"),
        not_yet("appsecret_proof", "asked for by a setting of the app"),
        not_yet("360dialog", "its paths and its key in the header"),
        not_yet("webhook of a number", "webhook_configuration"),
    ),
}
