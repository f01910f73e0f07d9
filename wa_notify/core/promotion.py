"""The words by which a reviewer takes a template for marketing, and those by which for utility.

Meta's rule: utility is not promotional, and either specific to the person or requested by them, or critical.
The words are ours: Meta publishes none. Only words of the template's own language count, so that the German
``Gift`` is not taken for a present. An unknown language is read as English.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

WORDS_OF = date(2026, 11, 22)
ENGLISH = "en"
PROMOTIONAL: dict[str, tuple[str, ...]] = {
    "en": (
        *("offer", "offers", "special offer", "discount", "discounts", "sale", "buy", "buy now"),
        *("purchase now", "order now", "shop now", "promo", "promotion", "promotional", "promo code"),
        *("coupon", "voucher", "exclusive", "exclusively", "congratulations", "congrats", "upgrade now"),
        *("deal", "deals", "limited time", "last chance", "don't miss", "do not miss", "hurry"),
        *("act now", "win", "winner", "prize", "gift", "free", "for free", "free of charge"),
        *("save up to", "cashback", "bargain", "subscribe now", "sign up now", "newsletter"),
        *("best price", "black friday", "loyalty", "welcome to", "thank you for choosing"),
        *("recommend us", "rate us", "tell your friends"),
    ),
    "es": (
        *("oferta", "ofertas", "descuento", "descuentos", "rebaja", "rebajas", "gratis", "gratuito"),
        *("compra ya", "compre", "promo", "promoción", "promociones", "cupón", "exclusivo"),
        *("exclusiva", "felicidades", "enhorabuena", "actualiza ahora", "mejora tu plan"),
        *("última oportunidad", "gana", "premio", "regalo", "ahorra", "aprovecha", "no te pierdas"),
        *("suscríbete", "tiempo limitado"),
    ),
    "pt": (
        *("oferta", "ofertas", "desconto", "descontos", "liquidação", "grátis", "gratuito", "compre"),
        *("promo", "promoção", "promoções", "cupom", "exclusivo", "exclusiva", "parabéns"),
        *("atualize agora", "ganhe", "prêmio", "brinde", "economize", "aproveite", "não perca"),
        *("última chance", "tempo limitado", "inscreva-se", "faça upgrade"),
    ),
    "de": (
        *("angebot", "angebote", "sonderangebot", "rabatt", "rabatte", "gratis", "kostenlos", "umsonst"),
        *("kaufen", "kaufen sie", "jetzt kaufen", "aktionspreis", "gutschein", "exklusiv"),
        *("herzlichen glückwunsch", "glückwunsch", "gratulation", "jetzt upgraden", "schnäppchen"),
        *("gewinnen", "gewinn", "geschenk", "sparen sie", "nur heute", "letzte chance"),
        *("nicht verpassen", "newsletter"),
    ),
    "fr": (
        *("offre", "offres", "remise", "réduction", "réductions", "rabais", "soldes", "gratuit"),
        *("gratuitement", "achetez", "acheter", "promo", "promotion", "promotions", "bon d'achat"),
        *("exclusif", "exclusive", "félicitations", "bravo", "mettez à niveau maintenant"),
        *("dernière chance", "gagnez", "cadeau", "économisez", "profitez", "ne manquez pas"),
        *("abonnez-vous", "durée limitée", "code promo"),
    ),
    "hi": (
        *("ऑफ़र", "ऑफर", "छूट", "मुफ़्त", "मुफ्त", "खरीदें", "ख़रीदें", "प्रोमो", "कूपन"),
        *("एक्सक्लूसिव", "बधाई", "अभी अपग्रेड", "उपहार", "इनाम", "पुरस्कार", "सीमित समय", "आख़िरी मौका"),
        *("बचत", "कैशबैक"),
    ),
    "id": (
        *("penawaran", "diskon", "gratis", "obral", "beli", "beli sekarang", "promo", "promosi", "kupon"),
        *("voucher", "eksklusif", "selamat", "upgrade sekarang", "tingkatkan sekarang", "hadiah"),
        *("menangkan", "hemat", "jangan lewatkan", "kesempatan terakhir", "waktu terbatas", "bonus"),
        *("cashback",),
    ),
    "zh": (
        *("優惠", "优惠", "折扣", "打折", "特價", "特价", "免費", "免费", "促銷", "促销", "購買", "购买"),
        *("搶購", "抢购", "獨家", "独家", "恭喜", "立即升級", "立即升级", "贈品", "赠品"),
        *("禮物", "礼物", "中獎", "中奖", "限時", "限时", "最後機會", "最后机会", "優惠券", "优惠券"),
        *("省錢",),
    ),
}
# Where such a word is meant otherwise, as operations speak: `free disk space` is no present.
MEANT_OTHERWISE: dict[str, tuple[str, ...]] = {
    "en": (
        *("free disk space", "free space", "free disk", "free memory", "free inodes", "free capacity"),
        *("toll-free", "feel free", "service offers", "point of sale", "deal with", "exclusive lock"),
    ),
    "hi": ("छूट गया", "छूट गई", "छूट गए"),
    "id": ("selamat pagi", "selamat siang", "selamat sore", "selamat malam"),
}
GREETINGS: dict[str, tuple[str, ...]] = {
    "en": ("hello", "hi", "hey", "dear", "good morning", "good evening", "how are you", "happy birthday"),
    "es": ("hola", "buenos días", "buenas tardes", "buenas noches", "qué tal", "estimado", "estimada"),
    "pt": ("olá", "oi", "bom dia", "boa tarde", "boa noite", "tudo bem", "prezado", "prezada"),
    "de": ("hallo", "guten tag", "guten morgen", "guten abend", "wie geht es ihnen", "liebe", "lieber"),
    "fr": ("bonjour", "bonsoir", "salut", "comment allez-vous", "cher", "chère"),
    "hi": ("नमस्ते", "नमस्कार", "सुप्रभात", "प्रिय"),
    "id": ("halo", "hai", "selamat pagi", "selamat siang", "selamat malam", "apa kabar"),
    "zh": ("您好", "你好", "早安", "晚安", "親愛的", "亲爱的"),
}
VAGUE: dict[str, tuple[str, ...]] = {
    "en": (
        *("we have an update", "we have news", "we have important news", "we have something"),
        *("important update for you", "click here to learn more", "find out more", "check this out"),
        *("stay tuned", "something new"),
    ),
    "es": ("tenemos una actualización", "tenemos novedades", "tenemos noticias", "descubre más"),
    "pt": ("temos uma atualização", "temos novidades", "saiba mais"),
    "de": ("wir haben neuigkeiten", "wir haben ein update", "es gibt neuigkeiten", "mehr erfahren"),
    "fr": (
        *("nous avons une mise à jour", "nous avons du nouveau", "nous avons des nouvelles"),
        *("en savoir plus",),
    ),
    "hi": ("हमारे पास एक अपडेट", "नया अपडेट है", "और जानें"),
    "id": ("kami punya kabar", "kami memiliki pembaruan", "ada kabar baru", "cari tahu lebih lanjut"),
    "zh": ("我們有更新", "我们有更新", "我們有新消息", "我们有新消息", "了解更多", "瞭解更多"),
}
# What shows that a text without any variable is about something the person asked for, or is critical.
REQUESTED: dict[str, tuple[str, ...]] = {
    "en": ("you asked", "you requested", "your", "you are on call", "alert", "outage", "maintenance"),
    "es": ("pidió", "solicitó", "pediste", "su", "tu", "alerta", "alertas", "avería", "mantenimiento"),
    "pt": ("pediu", "solicitou", "seu", "sua", "alerta", "alertas", "falha", "manutenção"),
    "de": ("sie haben", "ihr", "ihre", "ihren", "ihrem", "ihrer", "alarm", "alarme", "ausfall", "wartung"),
    "fr": ("vous avez demandé", "votre", "vos", "alerte", "alertes", "panne", "maintenance"),
    "hi": ("आपने", "आपके", "आपकी", "आपका", "अलर्ट", "रखरखाव"),
    "id": ("anda meminta", "anda", "peringatan", "gangguan", "pemeliharaan"),
    "zh": ("您要求", "您的", "你的", "警示", "警報", "故障", "維護", "告警"),
}
RUN_ON = ("hi", "zh")  # written without spaces, or with vowel signs that no word boundary of ours knows


def found_in(table: dict[str, tuple[str, ...]], text: str, language: str) -> Iterator[str]:
    """The words of a table that stand in the text, each once, in the order of the table."""
    plain = language.split("_", maxsplit=1)[0]
    known = plain if plain in PROMOTIONAL else ENGLISH
    said = unicodedata.normalize("NFC", text).casefold().replace("\u2019", "'")
    for harmless in MEANT_OTHERWISE.get(known, ()) if table is PROMOTIONAL else ():
        said = _without(said, harmless, known)
    for word in table[known]:
        if _stands(word, said, known):
            yield word


def without_words(table: dict[str, tuple[str, ...]], text: str, language: str) -> str:
    """The text without the words of a table, in lower case."""
    plain = language.split("_", maxsplit=1)[0]
    known = plain if plain in table else ENGLISH
    said = unicodedata.normalize("NFC", text).casefold()
    for word in sorted(table[known], key=len, reverse=True):
        said = _without(said, word, known)
    return said


def _stands(word: str, said: str, language: str) -> bool:
    return _pattern(word, language).search(said) is not None


def _without(said: str, word: str, language: str) -> str:
    return _pattern(word, language).sub(" ", said)


def _pattern(word: str, language: str) -> re.Pattern[str]:
    written = re.escape(unicodedata.normalize("NFC", word).casefold())
    return re.compile(written if language in RUN_ON else rf"(?<!\w){written}(?!\w)")
