"""Which kind of answer a question asks for – a price, a telephone number, a name – and do the passages hold one?

Only what the sources hardly ever give is looked for. The kinds and their cues are in app/data/evidence.toml.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from app.entities import cues
from corpus.schema import Passage
from retrieval.analyse import is_english, stem, terms
from retrieval.library import Library
from retrieval.search import Hit

READ = 6
"""In how many hits an answer is looked for."""

CLAUSES = re.compile(
    r"[?!;]\s+|,?\s+(?:og|men|samt|and)\s+(?=(?:på |i |til |for |med )?"
    r"(?:hvad|hva|hvor|hvem|hvornår|hvilke[nt]?|hvordan|what|how|who|when|where)\b)",
    re.IGNORECASE,
)
COUNT = re.compile(r"\b(?:hvor mange|how many) ([^\W\d_]+)", re.IGNORECASE)
COUNTED = {
    "elever": "elev|børn", "børn": "elev|børn", "children": "elev|børn", "pupils": "elev|børn", "students": "elev|børn",
    "lærere": "lærer|undervise", "teachers": "lærer|undervise", "medarbejdere": "medarbejder", "pædagoger": "pædagog",
    "timer": "time|lektion", "lektioner": "time|lektion", "hours": "time|lektion", "sygedage": "sygedag",
    "uger": "uge", "weeks": "uge", "dage": "dag", "days": "dag", "måneder": "måned", "months": "måned",
    "millioner": "million|mio", "kroner": "kr", "minutter": "minut", "minutes": "minut", "møder": "møde",
    "meetings": "møde", "forældre": "forældre", "klasser": "klasse", "classes": "klasse",
}  # fmt: skip
"""What people ask the number of and call by few words, with how those words begin in the sources."""

PLACEHOLDER = re.compile(r"\[[^\]]*\]")

NUMBER = (
    r"(?:\d+(?![\d.]*\. )|\b(?:to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|flertallet|halvdelen|pct\.?|procent)\b)"
)
WHICH = re.compile(r"\b(?:hvilke[nt]?|hvor mange|which|how many) ([^\W\d_]{4,})", re.IGNORECASE)


@dataclass(frozen=True)
class Lacking:
    """What a question asks for and the passages do not hold.

    `kinds` are names in `[attributes]` of app/data/evidence.toml, `words` the question's own words for other things;
    `rest` are the clauses of the question that ask for something else, empty where nothing is lacking. `given` says
    that a kind of answer is asked for, and that a sentence gives it.
    """

    kinds: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    rest: str = ""
    given: bool = False

    def __bool__(self) -> bool:
        return bool(self.kinds or self.words)


def lacking(asking: str, named: AbstractSet[str], hits: Sequence[Hit], library: Library) -> Lacking:
    """Return what the asking part of a message asks for that the passages about what it names do not hold."""
    clauses = [clause for clause in CLAUSES.split(PLACEHOLDER.sub(" ", asking)) if clause.strip()]
    passages = _relevant(named, hits, library)
    text = "\n".join(passage.text for passage in passages)
    kinds: list[str] = []
    words: list[str] = []
    rest: list[str] = []
    given = False
    for clause in clauses:
        absent = _kinds(clause, passages, named=bool(named))
        other = [*(_counted(clause, text) if named else []), *_which(clause, library)]
        given = given or (not absent and not other and _asks_for_a_kind(clause, named=bool(named)))
        kinds += absent
        words += other if not absent else []
        if not absent and not other and terms(clause):
            rest.append(clause.strip())
    told = " ".join(rest) if kinds or words else ""
    return Lacking(tuple(dict.fromkeys(kinds)), tuple(dict.fromkeys(words)), told, given)


def _asks_for_a_kind(clause: str, *, named: bool) -> bool:
    counted = COUNT.search(clause) if named else None  # of what is not named, nothing is counted
    return bool(_wanted("attributes", clause)) or (counted is not None and counted[1].lower() in COUNTED)


def not_told(asked: str, told: str) -> list[str]:
    """Return the names of what is asked of a trial action's time and resources and not told of them, if anything."""
    return [name for name, holds in _wanted("of_card", asked) if not any(pattern.search(told) for pattern in holds)]


def _wanted(section: str, asked: str) -> list[tuple[str, Sequence[re.Pattern[str]]]]:
    """Return the kinds of a section that are asked for, each with what a text that gives it has one of."""
    kinds = cues(section).items()
    return [(name, kind["holds"]) for name, kind in kinds if any(cue.search(asked) for cue in kind["asks"])]


def _relevant(named: AbstractSet[str], hits: Sequence[Hit], library: Library) -> list[Passage]:
    """Return all passages of the records that are named, else those found, in the documents named if there are any."""
    of_records = [library.passages[p] for name in named for p in library.passages_of.get(name, ())]
    if of_records:
        return of_records
    found = [passage for hit in hits[:READ] for passage in (hit.context or (hit.passage,))]
    documents = named & library.documents.keys()
    return [passage for passage in found if not documents or passage.document in documents]


def _kinds(clause: str, passages: Sequence[Passage], *, named: bool) -> list[str]:
    """Return the kinds of answer that a clause asks for and no sentence gives.

    Where nothing is named, the sentence has to have a word of the clause as well.
    """
    asked = set(terms(clause))
    wanted = _wanted("attributes", clause)
    sentences = [s.text for passage in passages for s in passage.sentences] if wanted else []
    return [
        name
        for name, patterns in wanted
        if not any(p.search(s) and (named or asked & set(terms(s))) for s in sentences for p in patterns)
    ]


def _counted(clause: str, text: str) -> list[str]:
    """Return what a clause asks the number of where the passages give no number of it."""
    asked = COUNT.search(clause)
    if asked is None or asked[1].lower() not in COUNTED:
        return []
    given = re.search(rf"{NUMBER}(?:\W+\w+){{0,2}}?\W+\w*(?:{COUNTED[asked[1].lower()]})", text, re.IGNORECASE)
    return [] if given else [asked.group()]


def _which(clause: str, library: Library) -> list[str]:
    """Return what a clause asks which of, or how many of, where no passage has the word; none in English.

    The passages have none of the English words.
    """
    if is_english(clause):
        return []
    frequencies = library.catalogue.frequencies
    nouns = (match[1].lower() for match in WHICH.finditer(clause))
    return [noun for noun in nouns if stem(noun) not in frequencies and not any(t in frequencies for t in terms(noun))]
