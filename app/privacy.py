"""Masking of personal data, before retrieval, logging or a model sees a text.

Numbers, addresses, dates and classes are found here by their form; schools and the like by `institutions.py`, people by
`people.py`. Nothing here logs, and no error holds the text.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.institutions import institutions
from app.people import People, Reader, Span
from app.placeholders import as_shown
from app.wordlists import Allowed, word_lists
from corpus.text import normalise

HELPLINES = frozenset({"70201201", "116111"})
PICTURE = "\u2190-\u21ff\u2600-\u2775\u2794-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff"  # no letter, no digit
INVISIBLE = re.compile(
    f"[\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff]|(?<![{PICTURE}])(?<![{PICTURE}]\ufe0f)\u200d|\u200d(?![{PICTURE}])"
)
"""What is not seen. It is taken out, or it would hide a name; what joins two pictures to one emoji joins no letters."""
S = r"[ \t\u00a0.\-–—/_]{0,3}"  # what may stand between groups of digits
MONTH = (
    r"(?:jan(?:uar|uary)?|feb(?:ruar|ruary)?|mar(?:ts|ch)?|apr(?:il)?|maj|may|jun[ie]?|jul[iy]?|aug(?:ust)?|"
    r"sep(?:t|tember)?|o[kc]t(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
DATE = (
    r"(?:\d{4}-\d\d?-\d\d?|"
    rf"\d\d?(?:st|nd|rd|th)?(?:[\s./-]{{0,3}}(?:of\s)?{MONTH}|[\s./-]{{1,3}}\d\d?\b)(?:[\s.,/-]{{1,3}}(?:\d{{4}}|\d\d)\b)?|"
    rf"{MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?|{MONTH}\s(?:19|20)\d\d)"
)
ROAD = r"(?:vej|gade|stræde|vænge|allé|boulevard)(?:e?[nt])?"
PLACE = (
    rf"(?:{ROAD}|alle|plads(?:en)?|torvet?|toften?|park(?:en)?|haven?|bakken?|marken|engen|krogen|lunden|stien?|"
    r"kaj(?:en)?|vinget|vang(?:en)?|løkken|agrene|ageren|skoven|banen|broen|dalen|åsen|kilden)"
)
NO_ROAD = rf"(?:skole|motor|hoved|cykel|gang|side|ad|om|gen|ud|jern|stor|mellem)?{ROAD}\b"
STREET = (
    rf"(?:\b(?:[A-ZÆØÅ][\w.]{{0,30}}\s){{0,2}}(?:[A-ZÆØÅ][\w-]{{1,30}}{PLACE}|[A-ZÆØÅ][\w.]{{1,30}}\s(?i:{PLACE}))"
    rf"|\b(?!{NO_ROAD})[a-zæøå]{{3,30}}{ROAD})"
)
NUMBER = r"\s\d{1,3}(?!\d|\s?(?:km|m|min|minutter|timer|gange|elever|børn|skoler|klasser|dage|uger|år|lærere|%)\b)"
FLAT = (
    r"(?:\s?[A-Za-z]\b)?(?:,?\s*(?:(?:st|kl|\d{1,2})\b\.?,?\s*(?:sal\b\.?,?\s*)?(?:tv|th|mf)\b\.?|"
    r"\d{1,2}\.\s?sal\b|st\b\.?))?"
)
FLOOR = r"\s?[A-Za-z]?,?\s(?:st|kl|\d{1,2})\b\.?,?\s*(?:sal\b\.?,?\s*)?(?:tv|th|mf)\b\.?"
TOWN = r"(?:,?\s*(?:DK-?\s?)?[1-9]\d{3}\s+[A-ZÆØÅ][^\W\d_]+(?:\s[A-ZÆØÅ]{1,2}\b)?)"
FORMS: tuple[tuple[str, str], ...] = (
    ("e-mail", r"(?<![\w.+%-])[\w.+%-]{1,64}\s?(?:@|\(at\)|\[at\]|\(snabel-?a\))\s?[\w-]+(?:\.[\w-]+)+"),
    (
        "cpr",
        r"(?i:\b(?:cpr|personn)[a-zæøå.-]*[\s:=er]{0,6}(?P<hit>\d[\dx .\-–/]{4,14}[\dx]"
        r"(?:\sog[\sa-zæøå]{1,12}\d{4})?))",
    ),
    ("cpr", r"(?i:\b\d{6}\b.{0,40}?(?:sidste|last)\s(?:fire|4|four)\D{0,25}(?P<hit>\d{4})\b)"),
    ("cpr", rf"(?<![\d.])(?:\d{{6}}|\d{{8}}|\d{{4}}[ .-]\d\d){S}(?:\d{{4}}|[xX*?]{{4}}|\d\d{S}\d\d)(?!\d)"),
    ("cpr", r"(?<!\d)(?:\d[ .\-–]{1,3}){9}\d(?!\d)"),
    ("cpr", rf"(?<![\d.])\d\d(?P<sep>[ .\-–/])\d\d(?:(?P=sep)|-)\d\d(?:\d\d)?{S}(?:\d{{4}}|[xX]{{4}})(?!\d)"),
    ("cpr", r"(?<![\d.])\d\d(?P<sep>[ .-])\d\d(?:(?P=sep)\d\d){3}(?!\d)"),
    ("telefon", rf"(?:\(?\+|\b00)\d{{1,3}}\)?{S}(?:\(0\))?\d(?:{S}\d){{5,11}}\b"),
    ("telefon", r"(?i:\b(?:tlf|telefon\w*|mobil\w*|phone)[\s.:er]{1,6}(?P<hit>\d(?:[ .\-]?\d){5,10})\b)"),
    (
        "telefon",
        r"(?<![\d.,/-])(?!(?:19|20)\d\d\D{1,3}(?:19|20)\d\d\b)(?:\d{8}|\d{4}[ .\-–]\d{4}|\d\d(?:[ .\-–]\d\d){3}|"
        r"\d\d ?\(\d\d\) ?\d\d[ -]?\d\d|\d\d(?:[ -]\d{3}){2}|\d{3}[ -]\d\d[ -]\d{3}|(?:\d{3}[ -]){2}\d\d)"
        r"(?![\d%]|[.,/-]\d|\s?(?:kr|kroner|mio|elever|børn|personer|%))",
    ),
    ("brugernavn", r"\b[a-zæøå]{4}\d{4}\b"),
    (
        "brugernavn",
        r"(?i:\b(?:bruger(?:en|navn(?:et)?|(?=\s\w*_))|profil(?:en)?|uni-?login|login|user(?:name)?|snap(?:chat)?|insta(?:gram)?|tiktok)\b"
        r"(?:\s(?:er|is|hedder)|:)?\s['\"”»]?(?P<hit>(?=[\w.-]*[\d_])[\w.-]{4,40}))",
    ),
    (
        "brugernavn",
        r"(?<![\w.-])(?P<hit>(?=[\w.-]{0,40}[a-zæøå])(?=[\w.-]{0,40}(?:_|\d{3}))[\w.-]{3,40})(?=[\"”']?\spå\s"
        r"(?i:messenger|snap|insta|tiktok|discord|facebook|fb|teams)\w*\b)",
    ),
    ("nummer", r"(?i:\breg\.?(?:\s?nr\.?)?[\s:]{0,3}(?P<hit>\d{4})\b(?=[\s,;–-]{1,3}(?:konto|\d)))"),
    (
        "nummer",
        r"(?i:\b(?:medarbejder|ansættelses|sags|journal|patient|kunde|løn|lån\w*|konto)-?n(?:r\b\.?|ummer)[\s:]{0,3}|\bkonto[\s:]{1,3})"
        r"(?P<hit>\d[\d .-]{2,20}\d)",
    ),
    ("nummerplade", r"\b[A-ZÆØÅ]{2}\s?\d\d\s?\d{3}\b"),
    ("adresse", STREET + NUMBER + FLAT + TOWN + "?"),
    ("adresse", rf"\b(?:[A-ZÆØÅ][\w.-]{{0,30}}\s){{0,2}}[A-ZÆØÅ][\w-]{{3,30}}\s\d{{1,3}}{FLOOR}{TOWN}?"),
    (
        "adresse",
        r"\b(?:[Bb]or|boende|[Bb]opæl|[Aa]dressen?|flytte[rt]?|lives)\b[^.!?\n]{0,20}?"
        rf"(?:\b(?:på|i|til|at|on|in|er)|:)\s+(?P<hit>{STREET}\b{TOWN}?|(?:[A-ZÆØÅ][\w.-]{{0,30}}\s){{0,2}}[A-ZÆØÅ][\w-]{{1,30}}{NUMBER}{FLAT}{TOWN}?|{TOWN})",
    ),
    (
        "fødselsdato",
        r"(?i:(?:\bfødt?|fødselsdag(?:en)?|fødselsdato(?:en)?|\bf\.|\bborn|\bbirthday|\bdob|date of birth)"
        rf"[\s:,.(]*(?:(?:den|d|er|har|i|on|the|is|in)\b[\s.:]*){{0,3}}(?P<hit>{DATE}|\d{{6}}(?!\d)))",
    ),
    ("fødselsdato", r"(?<![\d/])\d{1,2}/\d{1,2}\s?[-–/]\s?(?:20)?(?:0[4-9]|1\d|2[0-2])(?![\d/-])"),
    (
        "navn",
        r"(?<![\w.])(?:[A-ZÆØÅ]\.\s?[A-ZÆØÅ](?:\.\s?[A-ZÆØÅ])?\b\.?(?!\w)|"
        r"[A-ZÆØÅ]{1,3}(?=,?\s(?:i|fra|in)\s\d{1,2}\.|\s\(f(?:ødt|\.)))",
    ),
    (
        "navn",
        r"(?<![\w.])(?!(?:[a-zæøå]\.\s?[vxlam]|p\.\s?t|d\.\s?d|i\.\s?e|e\.\s?g|s\.\s?u|t\.\s?h|f\.\s?[efo]|o\.\s?s)\.)[a-zæøå]\.\s?[a-zæøå]\."
        r"(?=\s(?:sagde|siger|har|havde|er|var|vil|kan|slår|slog|græder|løb|løber|blev|kom|kommer|gik|går|skal|sidder|bider|fra)\b)",
    ),
    ("navn", r"\b[A-ZÆØÅ]{2,4}(?=\s?\((?i:ref|referent|afbud|mødeleder|ordstyrer|formand|f?md|næstfmd|tovholder)\b)"),
    (
        "navn",
        r"\b[A-ZÆØÅ][a-zæøå]+(?:-[A-ZÆØÅ][a-zæøå]+)?\s[\"“”„»'](?P<hit>[A-ZÆØÅ][a-zæøå]{1,20})[\"“”«'](?=\s[A-ZÆØÅ][a-zæøå]+\b)",
    ),
    (
        "navn",
        r"\b(?i:dr|hr|frk)\.\s(?!(?:Formand|Borgmester|Minister|Direktør|Skoleleder|Phil|Med)\b)(?P<hit>[A-ZÆØÅ][a-zæøå-]{2,})\b",
    ),
    (
        "klasse",
        r"\b(?i:i|fra)\s(?P<hit>(?i:to|tre|fire|fem|seks|syv|otte|ni)\s[a-dA-D])\b(?![-.]|\s(?:\d|to|tre|fire))",
    ),
    ("navn", r"(?://|\b(?i:mvh|vh|kh|hilsen)[.,]?)\s{1,3}(?P<hit>[A-ZÆØÅ]{2,4})\s*$"),
)
PATTERNS = tuple((kind, re.compile(form)) for kind, form in FORMS)
MAIL_SIGN = re.compile(r"[@(\[]")
CLASS = re.compile(
    r"(?<![\w.,/§-])(?P<year>10|\d)(?:\.\s?(?!i\b)[a-hx-zA-HX-Z]|\.[j-wæøåJ-WÆØÅ]|[a-fuyøA-FUYØ]|[a-d]{2,3}|"
    r"(?:(?<=[if] \d)|(?<=fra \d)|(?<=klasse \d))\s[a-fA-F]|(?<=, \d)\s[a-hu-y](?=,)|"
    r"(?:(?<=\bi \d)|(?<=fra \d))[h-jln-zH-JLN-Z])"
    r"(?:\s?[/+&]\s?[a-hA-H]\b|\s(?:og|eller)\s[a-hA-H]\b(?!\.))?"
    r"(?:[- ]?klassen?s?\b|(?:['’]|(?<=[.\d][a-hx-zA-HX-Z]))(?:s|er|erne)\b|(?![\w-]|\.\w))"
)
SAYS_INITIALS, INITIALS = re.compile(r"(?i:\binitial(?:er|s)\b)"), re.compile(r"\b[A-ZÆØÅ]{2,4}\b")
NEAR = 80
"""How many characters before a class are looked at."""

LISTED = re.compile(r"(?:\b\d{1,3}[a-h]?(?:,? (?:og|and) |, ?))+$")


@dataclass(frozen=True)
class Found:
    """One masked stretch: its kind (`cpr`, `navn` ...), how long it was, and what stands there now."""

    kind: str
    original_length: int
    placeholder: str


@dataclass(frozen=True)
class Masked:
    """A text without personal data, and what was found in it. It never holds the original."""

    text: str
    found: tuple[Found, ...]


class Masker:
    """Masks personal data.

    `allowed` are names that may stand, such as the schools, municipalities and people of the corpus, and the words
    of its documents. A name of several words may stand as a whole; of its words, those that are people's names and
    nothing else may not stand alone.
    """

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = Allowed(allowed)

    def mask(self, text: str) -> Masked:
        """Return `text` without personal data."""
        return self.mask_conversation([text])[0]

    def mask_conversation(self, texts: Sequence[str], ours: Collection[int] = ()) -> tuple[Masked, ...]:
        """Return each text without personal data; the same person has the same placeholder in all of them.

        People are numbered as they turn up, those of the texts that are `ours`, by their places, after all others: what
        looks like a name in our own words changes no number that a person sees.
        """
        current = [INVISIBLE.sub("", normalise(text)) for text in texts]
        found: list[list[Found]] = [[] for _ in texts]
        people = People(current)
        while True:
            rounds = [self._mask_once(text, people) for text in current]
            if not any(new for _, new in rounds):
                break
            current = [text for text, _ in rounds]
            found = [before + new for before, (_, new) in zip(found, rounds, strict=True)]
        shown = as_shown(current, [text for place, text in enumerate(texts) if place not in ours], ours, people.before)
        return tuple(
            Masked(
                shown(text), tuple(Found(one.kind, one.original_length, shown(one.placeholder)) for one in all_found)
            )
            for text, all_found in zip(current, found, strict=True)
        )

    def reader(self, text: str) -> Reader:
        """Return what finds the people in a text by itself."""
        return self._look(text, People([text]))[1]

    def _look(self, text: str, people: People) -> tuple[list[Span], Reader]:
        """Return what is found by its form, and what finds the people around it."""
        allowed = self._allowed.spans(text)
        spans: list[Span] = []
        for span in (*_forms(text), *institutions(text, self._allowed.words, allowed)):
            if span.kind == "navn" and any(span.start < end and start < span.end for start, end in allowed):
                continue  # the initials of a name that may stand
            if not any(span.start < other.end and other.start < span.end for other in spans):
                spans.append(span)
        kept = [*allowed, *((span.start, span.end) for span in spans)]
        return spans, Reader(text, self._allowed.words, kept, people)

    def _mask_once(self, text: str, people: People) -> tuple[str, list[Found]]:
        """Return `text` after one pass, and what the pass masked; what it uncovers is left to the next."""
        found_by_form, reader = self._look(text, people)
        spans = sorted([*found_by_form, *reader.names()], key=lambda span: span.start)
        found: list[Found] = []
        parts: list[str] = []
        end = 0
        for span in spans:
            placeholder = people.placeholder(span.content) if span.kind == "navn" else span.content
            found.append(Found(span.kind, span.end - span.start, placeholder))
            parts += [text[end : span.start], placeholder]
            end = span.end
        return "".join(parts) + text[end:], found


def _forms(text: str) -> Iterator[Span]:
    """Yield a span for each number, address, date, pair of initials and class."""
    digits_in, mail_in = bool(re.search(r"\d", text)), bool(MAIL_SIGN.search(text))
    possible = {
        "e-mail": mail_in,
        "brugernavn": digits_in or mail_in or "_" in text,
        "navn": True,
        "adresse": True,
        "klasse": True,
    }
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text) if possible.get(kind, digits_in) else ():
            group = "hit" if "hit" in pattern.groupindex else 0
            digits = re.sub(r"\D", "", match[group])
            letters = re.sub(r"\W", "", match[group])
            if digits in HELPLINES or (kind == "navn" and letters in word_lists()["acronyms"]):
                continue
            yield Span(*match.span(group), kind, match[group] if kind == "navn" else f"[{kind}]")
    for match in INITIALS.finditer(text) if SAYS_INITIALS.search(text) else ():
        if match.group() not in word_lists()["acronyms"]:
            yield Span(*match.span(), "navn", match.group())
    for match in CLASS.finditer(text):
        before = LISTED.sub("", text[max(0, match.start() - NEAR) : match.start()]).lower()
        if before.rstrip().rpartition(" ")[2].rstrip(".:") not in word_lists()["not_classes"]:
            yield Span(*match.span(), "klasse", f"{match['year']}. klasse")
