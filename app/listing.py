"""What the library lists as files: trial actions, recommendations, measures and topics, in Word or CSV."""

from collections.abc import Sequence

from app import examples, export
from app.guidance import rests_on
from app.suggestions import suggestion
from app.texts import pages_named, texts
from app.wire_cards import record_out, topic_out, trial_action_out
from corpus.errors import BadRequest
from corpus.schema import TrialAction
from retrieval.library import Library


def listing(found: Sequence[TrialAction], library: Library, kind: str, language: str) -> bytes:
    """Return trial actions as a file, `docx` or `csv`. Raises BadRequest for another kind."""
    if kind == "csv":
        rows = [_row(action, library, language) for action in found]
        columns = list(_row(library.catalogue.trial_actions[0], library, language))
        return export.list_csv(columns, rows)
    _must_be_docx(kind)
    words = texts(language)
    cards = [
        (
            f"{action.name}: {action.title}",
            [*_facts(action, library, language), *_blocks(action, library, language)],
        )
        for action in found
    ]
    intro = words["examples"]["each" if found else "none"]
    return export.list_docx(examples.counted(len(found), words["examples"]), intro, cards, language)


def items_file(kind: str, ids: Sequence[str], library: Library, file: str, language: str) -> bytes:
    """Return recommendations, measures or topics as a file, `docx` or `csv`. Raises BadRequest for another."""
    words, tell = texts(language), _told_topic if kind == "topics" else _told_record
    heads = words["columns"]
    told = [(name, *tell(name, library, language)) for name in ids]
    if file == "csv":
        rows = [
            {heads["id"]: name, heads["title"]: title} | {heading: " ".join(text) for heading, text in blocks}
            for name, title, blocks in told
        ]
        columns = dict.fromkeys(column for row in rows for column in row)
        return export.list_csv(list(columns) or [heads["id"], heads["title"]], rows)
    _must_be_docx(file)
    intro = words["library"]["our_words" if kind == "topics" else "own_words"]
    shown = [(title, [(heading, text) for heading, text in blocks if any(text)]) for _, title, blocks in told]
    return export.list_docx(words["kinds"][kind], intro, shown, language)


def _must_be_docx(kind: str) -> None:
    if kind != "docx":
        raise BadRequest(f".{kind} er ingen kendt filtype.", "Brug .docx eller .csv.")


def _told_record(name: str, library: Library, language: str) -> tuple[str, list[tuple[str, list[str]]]]:
    """Return a record's title, and what is told of it by headings."""
    words, shown = texts(language), record_out(library.records[name], library, language)
    named = {**words["facets"], "actors": words["library"]["actors"]}
    details = [(named[one], value) for one, value in shown.details.items() if one in named]
    return shown.title, [
        (
            words["library"]["text"],
            [text if title == shown.title else f"{title}: {text}" for title, text in shown.fields.items()],
        ),
        *((heading, [value] if isinstance(value, str) else [", ".join(value)]) for heading, value in details),
        (words["facets"]["municipalities"], [shown.local or ""]),
        (words["facets"]["evidence"], [f"{shown.evidence.label} {shown.evidence.name}"]),
        (words["facets"]["documents"], [library.documents[shown.document].short_title]),
        (words["library"]["page"], [", ".join(map(str, shown.pages))]),
    ]


def _told_topic(name: str, library: Library, language: str) -> tuple[str, list[tuple[str, list[str]]]]:
    """Return a topic's title, its statements, and where they stand."""
    words, shown = texts(language), topic_out(library.topics[name], library)
    cited = [citation for statement in shown.statements for citation in statement.citations]
    places = [
        ", ".join(
            [
                library.documents[one.document].short_title,
                *([pages_named(one.pages[:1], language)] if one.pages else []),
            ]
        )
        for one in cited
    ]
    return shown.title, [
        (words["library"]["text"], [statement.text for statement in shown.statements]),
        (words["facets"]["documents"], ["; ".join(dict.fromkeys(places))]),
    ]


def _row(action: TrialAction, library: Library, language: str) -> dict[str, str]:
    """Return a trial action as a row: what it is, its facets by name, and its fields as text."""
    shown = trial_action_out(action, library, language)
    heads, facets = texts(language)["columns"], texts(language)["facets"]
    row = {
        heads["id"]: action.id,
        heads["name"]: action.name,
        heads["title"]: action.title,
        heads["page"]: str(action.pages[0]),
    }
    row |= {
        facets[facet]: ", ".join(value.name for value in shown.facets[facet])
        for facet in ("themes", "grades", "participants", "situations", "outcomes")
    }
    row[facets["evidence"]] = f"{shown.evidence.label} {shown.evidence.name}"
    row[facets["documents"]] = library.documents[action.document].short_title
    return row | {heading: " ".join(text) for heading, text in _blocks(action, library, language)}


def _facts(action: TrialAction, library: Library, language: str) -> list[tuple[str, str]]:
    """Return how a trial action went, what its description rests on, and where it stands."""
    words = texts(language)
    page = pages_named(action.pages[:1], language)
    return [
        (words["facets"]["outcomes"], examples.outcome(action, library.catalogue, language)),
        (words["facets"]["evidence"], rests_on(library.catalogue.mark(action.id), language)),
        (words["facets"]["documents"], f"{library.documents[action.document].short_title}, {page}"),
    ]


def _blocks(action: TrialAction, library: Library, language: str) -> list[tuple[str, list[str]]]:
    words = texts(language)
    told = suggestion(action, None, library, language)
    return [
        (
            words["fields"][name],
            [part.text for part in told.field(name)] or [words["suggestion"]["absent"]],
        )
        for name in ("problem", "steps", "who", "resources", "changes", "learned", "caveats")
    ]
