"""The words people command with, in their languages, and how a text is read as words.

A word stands in one table only; `wa_notify.core.reply` gives it its meaning.
"""

import re
import unicodedata
from datetime import date, timedelta

# Words of 2026-11-21, in the languages of Meta's opt-out guidance and our own translations of them.
WORDS_OF = date(2026, 11, 21)
STOP_WORDS: dict[str, tuple[str, ...]] = {
    "ar": ("توقف", "إيقاف", "إلغاء"),
    "de": ("stopp", "abmelden"),
    "en": ("stop", "unsubscribe", "stopall", "stop all", "opt out", "optout", "opt-out"),
    "es": ("parar", "alto", "baja"),
    "fr": ("arrêt", "arret", "arrêter", "désabonner"),
    "hi": ("रोकें", "बंद"),
    "id": ("berhenti", "hentikan"),
    "it": ("ferma", "disiscrivimi"),
    "ja": ("停止", "配信停止"),
    "ko": ("중지", "수신거부"),
    "nl": ("afmelden", "stoppen"),
    "pl": ("zatrzymaj", "rezygnuję"),
    "pt": ("pare", "sair", "cancelar"),
    "ru": ("стоп", "отписаться"),
    "tr": ("dur", "durdur"),
    "zh": ("停止", "取消訂閱", "取消订阅"),
}
START_WORDS: dict[str, tuple[str, ...]] = {
    "ar": ("ابدأ", "اشتراك"),
    "de": ("starten", "anmelden"),
    "en": ("start", "unstop", "subscribe"),
    "es": ("empezar", "iniciar", "alta"),
    "fr": ("commencer", "démarrer"),
    "hi": ("शुरू",),
    "id": ("mulai",),
    "it": ("inizia", "iscrivimi"),
    "ja": ("開始", "再開"),
    "ko": ("시작",),
    "nl": ("beginnen", "aanmelden"),
    "pl": ("rozpocznij",),
    "pt": ("começar", "iniciar"),
    "ru": ("старт", "подписаться"),
    "tr": ("başla", "başlat"),
    "zh": ("開始", "开始", "訂閱", "订阅"),
}
ACKNOWLEDGE_WORDS: dict[str, tuple[str, ...]] = {
    "": ("👍", "✅", "✔", "👌"),
    "de": ("übernehmen", "übernommen", "bestätigen"),
    "en": ("ack", "acknowledge", "acknowledged", "on it", "taken", "mine"),
    "es": ("reconocer", "confirmar", "lo tomo", "me encargo"),
    "fr": ("confirmer", "je prends", "prendre en charge"),
    "hi": ("स्वीकार करें",),
    "id": ("terima", "konfirmasi", "saya tangani", "tangani"),
    "it": ("conferma", "prendo io"),
    "nl": ("bevestigen",),
    "pt": ("reconhecer", "confirmar", "assumir"),
    "zh": ("確認", "确认", "收到", "由我處理", "由我处理"),
}
DETAILS_WORDS: dict[str, tuple[str, ...]] = {
    "de": ("einzelheiten", "mehr"),
    "en": ("details", "detail", "more", "info"),
    "es": ("detalles", "más"),
    "fr": ("détails", "plus"),
    "hi": ("विवरण",),
    "id": ("rincian",),
    "it": ("dettagli",),
    "nl": ("bijzonderheden",),
    "pt": ("detalhes", "mais"),
    "zh": ("詳情", "详情", "詳細"),
}
RESOLVE_WORDS: dict[str, tuple[str, ...]] = {
    "de": ("erledigt", "behoben", "gelöst"),
    "en": ("resolve", "resolved", "done", "fixed", "solved"),
    "es": ("resolver", "resuelto", "hecho", "arreglado"),
    "fr": ("résoudre", "résolu", "réglé", "terminé"),
    "hi": ("हल", "हो गया"),
    "id": ("selesai", "beres"),
    "it": ("risolto", "fatto"),
    "nl": ("opgelost", "klaar"),
    "pt": ("resolver", "resolvido", "feito"),
    "zh": ("解決", "解决", "已解決", "已解决", "完成"),
}
ESCALATE_WORDS: dict[str, tuple[str, ...]] = {
    "de": ("eskalieren", "weitergeben"),
    "en": ("escalate", "escalation"),
    "es": ("escalar",),
    "fr": ("escalader", "escalade"),
    "hi": ("आगे भेजें",),
    "id": ("eskalasi", "teruskan"),
    "it": ("escalare",),
    "nl": ("escaleren",),
    "pt": ("escalar",),
    "zh": ("升級", "升级"),
}
SILENCE_WORDS: dict[str, tuple[str, ...]] = {
    "de": ("stummschalten", "stumm", "ruhe"),
    "en": ("silence", "mute", "snooze"),
    "es": ("silenciar",),
    "fr": ("silence", "sourdine"),
    "hi": ("मौन", "चुप"),
    "id": ("senyapkan", "bisukan"),
    "it": ("silenzia",),
    "nl": ("dempen",),
    "pt": ("silenciar",),
    "zh": ("靜音", "静音"),
}
ASSIGN_WORDS: dict[str, tuple[str, ...]] = {
    "de": ("zuweisen",),
    "en": ("assign",),
    "es": ("asignar",),
    "fr": ("assigner", "attribuer"),
    "hi": ("सौंपें",),
    "id": ("tugaskan",),
    "it": ("assegna",),
    "nl": ("toewijzen",),
    "pt": ("atribuir",),
    "zh": ("指派", "分配"),
}
RELEASE_WORDS: dict[str, tuple[str, ...]] = {
    "de": ("zurückgeben", "freigeben"),
    "en": ("unack", "unacknowledge", "release", "give back", "take back"),
    "es": ("liberar", "devolver"),
    "fr": ("libérer", "rendre"),
    "hi": ("छोड़ें",),
    "id": ("lepaskan",),
    "it": ("rilascia",),
    "nl": ("vrijgeven", "teruggeven"),
    "pt": ("liberar", "devolver"),
    "zh": ("釋放", "释放", "放棄", "放弃"),
}
COMMENT_WORDS: dict[str, tuple[str, ...]] = {
    "de": ("kommentar", "notiz"),
    "en": ("comment", "note"),
    "es": ("comentar", "comentario", "nota"),
    "fr": ("commenter", "commentaire", "note"),
    "hi": ("टिप्पणी",),
    "id": ("komentar", "catatan"),
    "it": ("commento", "nota"),
    "nl": ("opmerking",),
    "pt": ("comentar", "comentário", "nota"),
    "zh": ("備註", "备注", "評論", "评论"),
}
STATUS_WORDS: dict[str, tuple[str, ...]] = {
    "de": ("status", "stand", "liste", "offen"),
    "en": ("status", "list", "open", "tickets"),
    "es": ("estado", "lista", "abiertos"),
    "fr": ("statut", "état", "liste"),
    "hi": ("स्थिति", "सूची"),
    "id": ("status", "daftar"),
    "it": ("stato", "elenco"),
    "nl": ("status", "lijst"),
    "pt": ("situação", "lista", "abertos"),
    "zh": ("狀態", "状态", "列表"),
}
HELP_WORDS: dict[str, tuple[str, ...]] = {
    "de": ("hilfe", "befehle"),
    "en": ("help", "commands"),
    "es": ("ayuda",),
    "fr": ("aide",),
    "hi": ("मदद", "सहायता"),
    "id": ("bantuan",),
    "it": ("aiuto",),
    "nl": ("hulp",),
    "pt": ("ajuda",),
    "zh": ("幫助", "帮助", "說明", "说明"),
}
# What may stand between a verb and what it is about.
ME_WORDS: dict[str, tuple[str, ...]] = {
    "de": ("mir", "mich"),
    "en": ("me", "myself"),
    "es": ("a mí", "mí", "me"),
    "fr": ("moi", "à moi"),
    "hi": ("मुझे",),
    "id": ("saya",),
    "it": ("me", "a me"),
    "nl": ("mij",),
    "pt": ("a mim", "mim"),
    "zh": ("我",),
}
FILL_WORDS = frozenset(
    {"to", "for", "an", "für", "a", "por", "para", "à", "pour", "per", "voor", "aan", "ke"}
)
UNITS: dict[str, timedelta] = {
    **dict.fromkeys(("s", "sec", "seconds"), timedelta(seconds=1)),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "分鐘", "分钟"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "std", "小時", "小时"), timedelta(hours=1)),
    **dict.fromkeys(("d", "day", "days", "tag", "tage", "天"), timedelta(days=1)),
}
# The emoji that take a ticket when somebody reacts with them.
ACKNOWLEDGING_REACTIONS = frozenset({"👍", "✅", "✔", "👌"})

_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_SPAN_PART = re.compile(rf"(\d{{1,7}})\s*({_UNIT})(?![^\W\d_])")


def without_span(text: str) -> tuple[timedelta | None, str]:
    """The span of time in a text (``2h``, ``1h30m``, ``2 days``), if any, and what else stands there."""
    parts = list(_SPAN_PART.finditer(text))
    if not parts:
        return None, text
    span = sum((int(part[1]) * UNITS[part[2]] for part in parts), timedelta())
    return span, _SPAN_PART.sub(" ", text)


def bare(text: str) -> str:
    """The words alone: one way of writing each letter, no invisible marks, nothing around them."""
    normal = unicodedata.normalize("NFKC", text).casefold()
    seen = "".join(char for char in normal if not _is_decoration(char))
    start, end = 0, len(seen)
    while start < end and _is_around_words(seen[start]):
        start += 1
    while end > start and _is_around_words(seen[end - 1]):
        end -= 1
    return seen[start:end]


def unadorned(text: str) -> str:
    """The words without emoji around them and without the marks on their letters: ``arrêt 🛑`` is ``arret``.

    Nobody should fail to opt out because of how they spell it. Vowel signs of Hindi are no such marks.
    """
    letters = "".join(char for char in unicodedata.normalize("NFD", bare(text)) if not _is_mark(char))
    start, end = 0, len(letters)
    while start < end and _is_around_stop(letters[start]):
        start += 1
    while end > start and _is_around_stop(letters[end - 1]):
        end -= 1
    return letters[start:end]


def all_of(table: dict[str, tuple[str, ...]]) -> frozenset[str]:
    """The words of all languages, as `bare` leaves them."""
    return frozenset(bare(word) for words in table.values() for word in words)


def _is_decoration(char: str) -> bool:
    """Marks nobody sees, and the tones and styles of an emoji."""
    return (
        unicodedata.category(char) == "Cf" or char in "\ufe0e\ufe0f" or "\U0001f3fb" <= char <= "\U0001f3ff"
    )


def _is_mark(char: str) -> bool:
    return (
        "\u0300" <= char <= "\u036f" or "\u064b" <= char <= "\u0655"
    )  # Latin accents, Arabic hamza and vowels


def _is_around_stop(char: str) -> bool:
    return _is_around_words(char) or unicodedata.category(char)[0] == "S"


def _is_around_words(char: str) -> bool:
    """Punctuation, space, quotes and formatting marks of any script; a number sign waits for its number."""
    return char != "#" and (unicodedata.category(char)[0] in "PZC" or char in "~`^<>|=+$")
