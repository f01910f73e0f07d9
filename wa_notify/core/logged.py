"""What the service writes into its log: one vocabulary of events, so that programs can tell them apart.

The value is what a JSON line says under ``event``; it never changes once released, whatever becomes of the
sentence beside it. The part before the dot says what it is about. Fields beside it are ids, names and counts;
never a token, a number or a text.
"""

from enum import StrEnum, unique
from typing import Any

FIXED = ("at", "level", "event", "message", "error")  # keys of every line, which no field may take


@unique
class Logged(StrEnum):
    """Something that is worth a line. ``extra=Logged.CHORE_FAILED.of(chore=name)`` gives it to a logger."""

    # the service and its configuration
    SERVICE_STOPPED = "service.stopped"
    SERVICE_CRASHED = "service.crashed"
    THREAD_CRASHED = "thread.crashed"
    CHORE_FAILED = "chore.failed"
    CONFIG_READ = "config.read"
    CONFIG_REFUSED = "config.refused"
    CONFIG_NOT_READ = "config.not_read"
    CONFIG_NEEDS_RESTART = "config.needs_restart"
    RULE_REFUSED = "rule.refused"
    RULE_KEPT = "rule.kept"
    PERSON_WITHOUT_NUMBER = "person.without_number"
    # the way in
    ALERTS_CUT_BY_SOURCE = "alerts.cut_by_source"
    ALERTS_UNMATCHED = "alerts.unmatched"
    REQUEST_NOT_KEPT = "request.not_kept"
    HEARTBEAT_MISSING = "heartbeat.missing"
    HEARTBEAT_FAILED = "heartbeat.failed"
    # what WhatsApp calls
    HANDSHAKE_REFUSED = "webhook.handshake_refused"
    SIGNATURE_REFUSED = "webhook.signature_refused"
    WEBHOOK_UNREADABLE = "webhook.unreadable"
    CALLBACK_FAILED = "callback.failed"
    # the ways out
    WHATSAPP_SILENT = "whatsapp.silent"
    WHATSAPP_BACK = "whatsapp.back"
    WHATSAPP_READ_MARK_LOST = "whatsapp.read_mark_lost"
    CHANNEL_REFUSES = "channel.refuses"
    SOURCE_UNREACHABLE = "source.unreachable"
    SOURCE_BACK = "source.back"
    SILENCE_FAILED = "silence.failed"
    LIMIT_UNKNOWN = "limit.unknown"
    TROUBLE_BEGAN = "trouble.began"
    TROUBLE_OVER = "trouble.over"
    TROUBLE_UNHEARD = "trouble.unheard"
    TROUBLE_FAILED = "trouble.failed"
    CANARY_FAILED = "canary.failed"
    # who watches over the service
    OUTCRY_BEGAN = "outcry.began"
    OUTCRY_OVER = "outcry.over"
    OUTCRY_UNHEARD = "outcry.unheard"
    DEAD_MAN_SILENT = "dead_man.silent"
    DEAD_MAN_UNTOLD = "dead_man.untold"
    DEAD_MAN_TOLD = "dead_man.told"
    # the outbox and its tickets
    OUTBOX_PAUSED = "outbox.paused"
    OUTBOX_UNFINISHED = "outbox.unfinished"
    OUTBOX_ITEM_FAILED = "outbox.item_failed"
    OUTBOX_LEASE_OVER = "outbox.lease_over"
    OUTBOX_OUTCOME_LOST = "outbox.outcome_lost"
    OUTBOX_OUTCOME_WAITS = "outbox.outcome_waits"
    TICKET_NOBODY_ON_CALL = "ticket.nobody_on_call"
    TICKET_TIMERS_FAILED = "ticket.timers_failed"
    SHIFT_UNANSWERED = "shift.unanswered"
    SHIFT_FAILED = "shift.failed"
    # templates, and how people take them
    TEMPLATES_READ = "templates.read"
    TEMPLATES_NOT_READ = "templates.not_read"
    TEMPLATES_MISFIT = "templates.misfit"
    TEMPLATES_FIT = "templates.fit"
    QUALITY_WARNED = "quality.warned"
    QUALITY_FAILED = "quality.failed"
    # people, and what they send
    PERSON_RENAMED = "person.renamed"
    PERSON_MOVED = "person.moved"
    PERSON_MOVED_ONTO_OTHER = "person.moved_onto_other"
    IMPORT_CUT_OFF = "import.cut_off"
    ANSWER_KEPT_BACK = "answer.kept_back"
    COMMAND_REFUSED = "command.refused"
    FILE_UPLOADED = "file.uploaded"
    FILE_REFUSED = "file.refused"
    FILE_GIVEN_UP = "file.given_up"
    FILE_NOT_DELETED = "file.not_deleted"
    # what is kept
    LEDGER_BROKEN = "ledger.broken"
    LISTENER_FAILED = "listener.failed"
    # what is measured and traced
    METRICS_INCOMPLETE = "metrics.incomplete"
    TRACES_EXPORTED = "traces.exported"
    TRACES_NOT_INSTALLED = "traces.not_installed"
    TRACE_INCOMPLETE = "trace.incomplete"
    # what a library says
    LIBRARY = "library"

    def of(self, **fields: object) -> dict[str, Any]:
        """What a logger takes as ``extra``: the event, and what a program may want to know of it."""
        return {"event": self, "fields": fields}
