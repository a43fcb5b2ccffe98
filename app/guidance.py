"""A situation to an answer: suggestions, the recommendations behind, and what to look into first."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app import learned
from app.answer import source_line
from app.attributes import not_told
from app.examples import name_of
from app.grades import CLASS
from app.intents import FEW_WORDS
from app.naming import name_of_place
from app.render import escape
from app.roles import role_in
from app.situation import Situation
from app.suggestions import MOST, choose, pointed, suggestion
from app.texts import pages_named, texts
from app.turn import Part, PartKind, Suggestion
from app.verify import verify
from corpus.schema import EvidenceLabel, EvidenceMark
from retrieval.library import Catalogue, Library
from retrieval.search import Query
from retrieval.suggest import RankedAction

UNTRIED, WITHOUT_REASON, SURELY_UNTRIED = 0.0, -1.0, 1.2
"""The log odds from which no trial action is about what a description tells, the same where no card has a reason, and
those from which none is shown; set on the development items."""

TELLS_SOMETHING = 3
"""How many different words of content tell of something."""

REASONS = 2
FULL_STEPS = 4
SHORT_STEPS = 2
BEHIND = 2
COMPARED = ("steps", "who", "resources", "changes", "learned", "caveats")
MOST_COMPARED = 3


@dataclass(frozen=True)
class Guidance:
    """Suggestions with the parts of the answer that shows them; `far` says that surely none is about what is told."""

    suggestions: tuple[Suggestion, ...]
    parts: list[Part]
    far: bool = False


def guide(
    ranked: Sequence[RankedAction], described: Situation, query: Query, library: Library, language: str
) -> Guidance:
    """Return at most three suggestions for a description, searched for by `query`, and the answer that shows them."""
    chosen = choose(ranked, library)
    made = (suggestion(one.action, described, library, language, query) for one in chosen)
    found = tuple(replace(one, note=_other_ages(one, described, library, language)) for one in made)
    words = texts(language)["suggestion"]
    parts: list[Part] = []
    far = False
    if found:
        began = words["began_with"]
        leads = [part.lead for one in found for part in reasons(one)]
        has_reason = any(lead != began and not CLASS.search(lead) for lead in leads)
        odds = _untried(query, described, library)
        far = odds > SURELY_UNTRIED
        intro = "intro_one" if len(found) == 1 else "intro" if has_reason else "intro_unmatched"
        intro = "intro_far" if odds > (UNTRIED if has_reason else WITHOUT_REASON) else intro
        parts.append(Part(PartKind.NOTE, words[intro]))
    for number, one in enumerate(found, start=1):
        parts += short(one, number, language)
    return Guidance(found, [*parts, *around(found, described, library, language)], far)


def instead(library: Library, language: str) -> Guidance:
    """Return what stands instead of suggestions: recommendations that fit any situation, and questions to the team."""
    words = texts(language)
    told = verify([pointed(pointer, library, language) for pointer in library.catalogue.anywhere], library)[0]
    behind = _under(words["suggestion"]["behind"], told)
    return Guidance(
        (), [*behind, *_asked_first((), language), Part(PartKind.NOTE, words["answer"]["always"])], far=True
    )


def _untried(query: Query, described: Situation, library: Library) -> float:
    """Return the log odds that no trial action is about what a description tells, though some come nearest.

    A few words that name a theme tell nothing that a trial action could be about otherwise.
    """
    few = len(set(query.terms)) < TELLS_SOMETHING or len(described.text.split()) <= FEW_WORDS
    if query.named or (described.names_something and few):
        return -math.inf
    odds = learned.odds(learned.Kind.UNTRIED, query.text)
    if learned.knows(library.catalogue.embedder):
        odds += learned.odds_by_vector(learned.Kind.UNTRIED, query.dense)
    return odds


def _other_ages(one: Suggestion, described: Situation, library: Library, language: str) -> str:
    """Return that a trial action names its grades, and none of those described; empty where that is not so."""
    catalogue = library.catalogue
    own, told = catalogue.facet_values(one.action.id, "grades"), described.values("grades")
    if not own or not told or set(own) & set(told):
        return ""
    named, asked = (ages(values, catalogue, language) for values in (own, told))
    return str(texts(language)["suggestion"]["other_ages"].format(named=named, asked=asked))


def ages(values: Sequence[str], catalogue: Catalogue, language: str) -> str:
    """Return how grades are named to a reader: those in a row by the first and the last."""
    words = texts(language)["suggestion"]
    runs: list[list[str]] = []
    for value in sorted(values, key=lambda one: (not one.isdigit(), int(one) if one.isdigit() else 0)):
        follows = runs and value.isdigit() and runs[-1][-1].isdigit() and int(value) == int(runs[-1][-1]) + 1
        runs[-1].append(value) if follows else runs.append([value])
    ends = [dict.fromkeys((run[0], run[-1])) for run in runs]
    named = [f" {words['up_to']} ".join(name_of("grades", one, catalogue, language) for one in run) for run in ends]
    return f" {words['and']} ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def short(one: Suggestion, number: int, language: str) -> Iterator[Part]:
    """Yield a suggestion as it stands in an answer: why it fits, what they did, what to be aware of, and its label.

    The first one tells more.
    """
    words = texts(language)
    yield heading(one, language, f"{number}. ")
    yield from reasons(one)[: REASONS if number == 1 else 1]
    yield from own_words(one)[: None if number == 1 else 1]
    if one.note:
        yield Part(PartKind.NOTE, one.note)
    yield Part(PartKind.NOTE, f"{words['fields']['steps']}:")
    yield from map(_as_item, one.field("steps")[: FULL_STEPS if number == 1 else SHORT_STEPS])
    if number == 1:
        yield from _titled("changes", one, language)
        yield from _titled("learned", one, language)
    yield from _titled("caveats", one, language, most=2 if number == 1 else 1)
    yield label(one, language)


def reasons(one: Suggestion) -> list[Part]:
    """Return why a suggestion may fit, without the source's own words."""
    return [part for part in one.field("why") if part.kind is not PartKind.QUOTE]


def own_words(one: Suggestion) -> list[Part]:
    """Return the source's own words that are nearest to the description."""
    return [part for part in one.field("why") if part.kind is PartKind.QUOTE]


def whole(one: Suggestion, library: Library, language: str) -> Iterator[Part]:
    """Yield everything that is told of a trial action, and which fields its source does not give."""
    words = texts(language)
    yield heading(one, language)
    for field in one.fields:
        if field.parts and field.name not in ("why", "goal", "signs"):
            yield from _titled(field.name, one, language, most=len(field.parts))
    absent = [words["fields"][field.name].lower() for field in one.fields if not field.parts and field.name != "local"]
    if absent:
        yield Part(PartKind.NOTE, words["suggestion"]["lacking"].format(fields=", ".join(absent)))
    yield label(one, language)
    yield Part(PartKind.NOTE, words["answer"]["always"])


def brief(one: Suggestion, language: str) -> Iterator[Part]:
    """Yield a trial action among others of a place: what they did, what changed, what to be aware of, and its label."""
    yield heading(one, language)
    yield from _titled("steps", one, language, most=SHORT_STEPS)
    yield from _titled("changes", one, language)
    yield from _titled("caveats", one, language)
    yield label(one, language)


def only(one: Suggestion, name: str, library: Library, language: str, asked: str = "") -> Iterator[Part]:
    """Yield one field of a trial action; what its source does not give is said to be absent.

    Besides the fields of a card, `name` may be "evidence", what it rests on, or "source", where it stands. What is
    `asked` of time and resources and not among them is said to be absent as well; of what changed, those who are named
    in what is `asked` are heard alone.
    """
    words = texts(language)
    if name in ("evidence", "source"):
        yield heading(one, language)
        yield label(one, language) if name == "evidence" else _where(one, library, language)
        yield from _titled("changes" if name == "evidence" else "problem", one, language)
        return
    parts = one.field(name)
    if not parts:
        told = f"**{escape(one.action.name)}** · {words['fields'][name]}: {words['suggestion']['absent']}"
        yield Part(PartKind.NOTE, told)
        return
    yield heading(one, language)
    role = role_in(asked) if name == "changes" else None
    if role is not None:
        whose, tells_of = role
        heard = tuple(part for part in parts if tells_of.search(part.text))
        name, parts = ("changes", heard or parts)
        caveats = () if heard else tuple(part for part in one.field("caveats") if tells_of.search(part.text))
        if caveats:
            name, parts = "caveats", caveats
        elif not heard:
            yield Part(PartKind.NOTE, words["suggestion"]["not_heard"].format(who=escape(whose)))
    yield Part(PartKind.NOTE, f"{words['fields'][name]}:")
    yield from map(_as_item, parts)
    if name == "changes":
        yield label(one, language)
    if name == "resources":
        told = " ".join(part.text for part in parts)
        yield from (Part(PartKind.NOTE, words["suggestion"][absent]) for absent in not_told(asked, told))


def _where(one: Suggestion, library: Library, language: str) -> Part:
    """Return the document and the pages that a trial action stands on."""
    told_in = library.passages[library.passages_of[one.action.id][0]]
    return Part(PartKind.NOTE, escape(source_line(told_in, library, language)))


def compared(found: Sequence[Suggestion], language: str, asked_for: int) -> Iterator[Part]:
    """Yield trial actions field by field, beside each other; where more were asked for, how many can be compared."""
    words = texts(language)
    if asked_for > len(found):
        yield Part(PartKind.NOTE, words["suggestion"]["compared_first"].format(count=asked_for))
    yield Part(PartKind.NOTE, words["suggestion"]["compared"])
    for one in found:
        yield heading(one, language)
        yield from (replace(part, item=True) for part in one.field("problem")[:1])
        yield label(one, language)
    for field in COMPARED:
        told = [(one, one.field(field)[:MOST_COMPARED]) for one in found]
        if not any(parts for _, parts in told):
            continue
        yield Part(PartKind.NOTE, f"**{words['fields'][field]}**")
        for one, parts in told:
            name = one.action.school or one.action.municipality
            if not parts:
                yield Part(PartKind.NOTE, f"- {escape(name)}: {words['suggestion']['absent']}")
            yield from (replace(part, lead=f"{name}:", item=True) for part in parts)
    yield Part(PartKind.NOTE, words["answer"]["always"])


def heading(one: Suggestion, language: str, number: str = "") -> Part:
    """Return the line that names a trial action, with its page."""
    page = pages_named(one.action.pages[:1], language)
    return Part(PartKind.HEADING, f"{number}{one.action.name}: {one.action.title} ({page})")


def label(one: Suggestion, language: str) -> Part:
    """Return what a trial action rests on, in the wording of its evidence label."""
    return Part(PartKind.NOTE, f"*{rests_on(one.mark, language)}*")


def rests_on(mark: EvidenceMark, language: str) -> str:
    """Return an evidence label with its name and the sentence that says what it stands for."""
    words = texts(language)
    own = {EvidenceLabel.B: words["answer"]["evaluated"], EvidenceLabel.D: words["answer"]["practice"]}
    told = own.get(mark.label) or words["evidence"][f"told_{mark.label.lower()}"]
    return f"{mark.label} · {name_of_label(mark.label, language)}: {told}"


def name_of_label(label: EvidenceLabel, language: str) -> str:
    """Return how an evidence label is named to a reader."""
    return str(texts(language)["evidence"][f"name_{label.lower()}"])


def _titled(name: str, one: Suggestion, language: str, most: int = 1) -> Iterator[Part]:
    parts = one.field(name)[:most]
    if parts:
        yield Part(PartKind.NOTE, f"{texts(language)['fields'][name]}:")
        yield from map(_as_item, parts)


def _as_item(part: Part) -> Part:
    """Return a part as an item of a list."""
    if not part.citations:
        return replace(part, text=f"- {part.text}")
    return replace(part, item=True)


def _local(found: Sequence[Suggestion], described: Situation, library: Library) -> list[Part]:
    """Return measures of the places that a description names; where it names none, the first that fits of each."""
    measures = list({part.text: part for one in found for part in one.field("local")}.values())
    by_place: dict[str, list[Part]] = {}
    for part in measures:
        by_place.setdefault(library.documents[part.citations[0].document].local or "", []).append(part)
    named = [parts for place, parts in by_place.items() if name_of_place(place).search(described.text)]
    here = [part for parts in named for part in parts[:BEHIND]]
    return here or [parts[0] for parts in by_place.values()]


def around(found: Sequence[Suggestion], described: Situation, library: Library, language: str) -> Iterator[Part]:
    """Yield what stands around suggestions: recommendations, and questions to the team."""
    words = texts(language)
    behind = list({part.text: part for one in found for part in one.field("behind")}.values())[:BEHIND]
    yield from _under(words["suggestion"]["behind"], behind)
    yield from _under(words["suggestion"]["local"], _local(found, described, library))
    yield from _asked_first(found, language)
    yield Part(PartKind.NOTE, words["answer"]["always"])


def _under(title: str, parts: Sequence[Part]) -> Iterator[Part]:
    """Yield a title and the parts as a list under it; nothing where there are none."""
    if parts:
        yield Part(PartKind.NOTE, f"**{title}**")
        yield from map(_as_item, parts)


def _asked_first(found: Sequence[Suggestion], language: str) -> Iterator[Part]:
    """Yield what the team looks into first: the questions of the first suggestion, or those for any situation."""
    words = texts(language)
    asked = [part.text for one in found[:1] for part in one.field("ask_first")] or list(words["context"].values())
    yield Part(PartKind.NOTE, f"**{words['suggestion']['first']}**")
    yield from (Part(PartKind.NOTE, f"- {question}") for question in asked[:MOST])
