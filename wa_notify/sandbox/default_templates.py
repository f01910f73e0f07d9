"""The templates of the ready-made account: five to alert with, and others to see every state."""

from typing import Any

OPEN_ALERT = "https://ops.example.net/{{1}}"
EXAMPLE = "https://ops.example.net/alerts/7f1c"

TEMPLATES: tuple[dict[str, Any], ...] = (
    {
        "name": "ops_alert",
        "language": "en",
        "category": "UTILITY",
        "message_send_ttl_seconds": 1800,
        "components": [
            {
                "type": "HEADER",
                "format": "TEXT",
                "text": "Alert: {{1}}",
                "example": {"header_text": ["db-7"]},
            },
            {
                "type": "BODY",
                "text": "A {{1}} alert was raised for a system you are on call for: {{2}}. "
                "It started at {{3}} and is still open.",
                "example": {"body_text": [["P1", "Disk usage 96%", "21 Nov 09:30 UTC"]]},
            },
            {"type": "FOOTER", "text": "Sent by the operations desk"},
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "QUICK_REPLY", "text": "Acknowledge"},
                    {"type": "QUICK_REPLY", "text": "Details"},
                    {"type": "URL", "text": "Open alert", "url": OPEN_ALERT, "example": [EXAMPLE]},
                ],
            },
        ],
    },
    {
        "name": "ops_alert",
        "language": "de",
        "category": "UTILITY",
        "message_send_ttl_seconds": 1800,
        "components": [
            {
                "type": "HEADER",
                "format": "TEXT",
                "text": "Alarm: {{1}}",
                "example": {"header_text": ["db-7"]},
            },
            {
                "type": "BODY",
                "text": "Ein Alarm der Stufe {{1}} betrifft ein System, für das Sie Bereitschaft haben: "
                "{{2}}. Er begann um {{3}} und ist noch offen.",
                "example": {"body_text": [["P1", "Festplatte 96 % voll", "21.11. 09:30 UTC"]]},
            },
            {"type": "FOOTER", "text": "Gesendet von der Leitstelle"},
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "QUICK_REPLY", "text": "Übernehmen"},
                    {"type": "QUICK_REPLY", "text": "Einzelheiten"},
                    {"type": "URL", "text": "Alarm öffnen", "url": OPEN_ALERT, "example": [EXAMPLE]},
                ],
            },
        ],
    },
    {
        "name": "ops_reminder",
        "language": "en",
        "category": "UTILITY",
        "components": [
            {
                "type": "BODY",
                "text": "Reminder {{1}}: the alert {{2}} is still waiting for an answer. "
                "Please tap a button to take it.",
                "example": {"body_text": [["2", "Disk usage 96% on db-7"]]},
            },
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "QUICK_REPLY", "text": "Acknowledge"},
                    {"type": "QUICK_REPLY", "text": "Details"},
                ],
            },
        ],
    },
    {
        "name": "ops_reminder",
        "language": "de",
        "category": "UTILITY",
        "components": [
            {
                "type": "BODY",
                "text": "Erinnerung {{1}}: Der Alarm {{2}} wartet noch auf eine Antwort. "
                "Bitte tippen Sie auf einen Knopf, um ihn zu übernehmen.",
                "example": {"body_text": [["2", "Festplatte 96 % voll auf db-7"]]},
            },
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "QUICK_REPLY", "text": "Übernehmen"},
                    {"type": "QUICK_REPLY", "text": "Einzelheiten"},
                ],
            },
        ],
    },
    {
        "name": "ops_resolved",
        "language": "en",
        "category": "UTILITY",
        "components": [
            {
                "type": "BODY",
                "text": "The alert {{1}} that you were told about has been resolved after {{2}}. "
                "Nothing more to do.",
                "example": {"body_text": [["Disk usage 96% on db-7", "42 minutes"]]},
            },
        ],
    },
    {
        "name": "ops_nudge",
        "language": "en",
        "category": "UTILITY",
        "components": [
            {
                "type": "BODY",
                "text": "There is more about the alert {{1}} for you. "
                "Reply to this message to receive the details.",
                "example": {"body_text": [["Disk usage 96% on db-7"]]},
            },
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Details"}]},
        ],
    },
    {
        "name": "ops_digest",
        "language": "en",
        "category": "UTILITY",
        "components": [
            {
                "type": "BODY",
                "text": "While you were not disturbed, {{1}} alerts came for you: {{2}}. "
                "Reply to this message to see all of them.",
                "example": {"body_text": [["5", "Disk usage 96% on db-7 and 4 more"]]},
            },
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Details"}]},
        ],
    },
    {
        "name": "ops_check_in",
        "language": "en",
        "category": "UTILITY",
        "components": [
            {
                "type": "BODY",
                "text": "Your on-call shift of {{1}} has begun and lasts until {{2}}. "
                "Please tap the button, so that we know you are there.",
                "example": {"body_text": [["primary", "30 Nov 09:00 UTC"]]},
            },
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "I am here"}]},
        ],
    },
    {
        "name": "ops_notice",
        "language": "en",
        "category": "UTILITY",
        "components": [
            {
                "type": "BODY",
                "text": "Your alerting needs attention: {{1}} Please see to it.",
                "example": {"body_text": [["Bob did not answer the check-in."]]},
            },
        ],
    },
    {
        "name": "ops_invite",
        "language": "en",
        "category": "UTILITY",
        "components": [
            {
                "type": "BODY",
                "text": "You asked to get operational alerts from us on WhatsApp. Do you agree? "
                "Tap Yes to confirm. You can reply STOP at any time.",
            },
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "QUICK_REPLY", "text": "Yes"},
                    {"type": "QUICK_REPLY", "text": "Stop"},
                ],
            },
        ],
    },
    {
        "name": "ops_alert_named",
        "language": "en",
        "category": "UTILITY",
        "parameter_format": "NAMED",
        "components": [
            {
                "type": "BODY",
                "text": "A {{severity}} alert was raised for a system you are on call for: {{summary}}. "
                "Reply to this message to get details.",
                "example": {
                    "body_text_named_params": [
                        {"param_name": "severity", "example": "P1"},
                        {"param_name": "summary", "example": "Disk usage 96%"},
                    ]
                },
            },
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Acknowledge"}]},
        ],
    },
    {
        "name": "ops_paused",
        "language": "en",
        "category": "UTILITY",
        "status": "PAUSED",
        "quality_score": {"score": "RED"},
        "components": [
            {"type": "BODY", "text": "Maintenance of {{1}} begins soon. You need not do anything."}
        ],
    },
    {
        "name": "ops_rejected",
        "language": "en",
        "category": "UTILITY",
        "status": "REJECTED",
        "rejected_reason": "INVALID_FORMAT",
        "components": [{"type": "BODY", "text": "{{1}}"}],
    },
    {
        "name": "ops_newsletter",
        "language": "en",
        "category": "MARKETING",
        "components": [
            {"type": "BODY", "text": "News of the month from the operations desk: {{1}}. Have a look!"}
        ],
    },
    {
        "name": "hello_world",
        "language": "en_US",
        "category": "UTILITY",
        "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Hello World"},
            {"type": "BODY", "text": "Welcome and congratulations! This message shows that you can send."},
            {"type": "FOOTER", "text": "Sample of the sandbox"},
        ],
    },
)
