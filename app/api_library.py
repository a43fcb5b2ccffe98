"""The library over HTTP: trial actions, recommendations, measures, topics, and what comes before a referral."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from app import examples, export
from app.api import PROBLEMS, EngineDependency
from app.examples import Filters
from app.guidance import rests_on
from app.openapi import file_response
from app.suggestions import suggestion
from app.texts import texts
from app.wire_cards import (
    CardOut,
    CountOut,
    ListOut,
    PathOut,
    RecordOut,
    TogetherOut,
    TopicOut,
    card_out,
    path_out,
    record_out,
    topic_out,
    trial_action_out,
)
from corpus.errors import BadRequest
from corpus.schema import Record, TrialAction
from retrieval.library import Library

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)
Language = Annotated[str, Query(pattern="^(da|en)$", description="Sproget på vores egne tekster.")]
Documents = Annotated[
    tuple[str, ...], Query(max_length=20, description="Kun fra disse dokumenter.", examples=[["stuk"]])
]
Values = Annotated[list[str], Field(max_length=20)]


class FiltersIn(BaseModel):
    """What trial actions are narrowed by: any value of a facet, all facets that have some."""

    model_config = ConfigDict(extra="forbid")

    themes: Values = Field(default=[], examples=[["absence"]])
    grades: Values = Field(default=[], examples=[["2"]])
    participants: Values = Field(default=[], examples=[["ppr"]])
    situations: Values = Field(default=[], examples=[["class"]])
    outcomes: Values = Field(default=[], examples=[["went_well"]])
    municipalities: Values = Field(default=[], examples=[["Odense Kommune"]])
    documents: Values = Field(default=[], examples=[["kl"]])
    evidence: Values = Field(default=[], examples=[["B"]])
    lang: str = Field(default="da", pattern="^(da|en)$")

    def filters(self) -> Filters:
        """Return the filters alone."""
        return Filters(**{facet: tuple(dict.fromkeys(getattr(self, facet))) for facet in examples.FACETS})


class ListIn(FiltersIn):
    """Filters, with the order and the part of the list that is wanted."""

    sort: str = Field(default="municipality", pattern=f"^({'|'.join(examples.SORTS)})$")
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=50, ge=1, le=100)


class ExportIn(FiltersIn):
    """Filters or ids, and the kind of file."""

    format: str = Field(default="docx", pattern="^(docx|csv)$")
    ids: Values = Field(default=[], examples=[["kl-odense"]])


@router.get("/trial-actions")
def trial_actions(wanted: Annotated[ListIn, Query()], engine: EngineDependency) -> ListOut:
    """Vis prøvehandlingerne, filtreret og sorteret, med antal for hvert filter."""
    library = engine.library
    catalogue, filters = library.catalogue, wanted.filters()
    found = examples.sort(examples.select(filters, catalogue), wanted.sort, catalogue)
    return ListOut(
        total=len(found),
        offset=wanted.offset,
        items=[
            trial_action_out(action, library, wanted.lang)
            for action in found[wanted.offset : wanted.offset + wanted.limit]
        ],
        facets={
            facet: [
                CountOut(value=value, name=examples.name_of(facet, value, catalogue), count=count)
                for value, count in counted.items()
            ]
            for facet, counted in examples.counts(filters, catalogue).items()
        },
        loosen={} if found else examples.loosen(filters, catalogue),
        loosen_together=[] if found else _together(filters, library),
    )


def _together(filters: Filters, library: Library) -> list[TogetherOut]:
    options = examples.loosen_together(filters, library.catalogue)
    return [TogetherOut(filters=list(facets), count=count) for facets, count in options.items()]


@router.get("/trial-actions/export", response_class=Response, responses=file_response(export.DOCX, export.CSV))
def export_trial_actions(wanted: Annotated[ExportIn, Query()], engine: EngineDependency) -> Response:
    """Hent de valgte prøvehandlinger som Word-dokument eller CSV."""
    library = engine.library
    chosen = [examples.get(name, library) for name in wanted.ids]
    found = chosen or examples.select(wanted.filters(), library.catalogue)
    kind = export.CSV if wanted.format == "csv" else export.DOCX
    return _file(listing(found, library, wanted.format, wanted.lang), kind, f"proevehandlinger.{wanted.format}")


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
                *(words["answer"]["page"].format(page=page) for page in one.pages[:1]),
            ]
        )
        for one in cited
    ]
    return shown.title, [
        (words["library"]["text"], [statement.text for statement in shown.statements]),
        (words["facets"]["documents"], ["; ".join(dict.fromkeys(places))]),
    ]


@router.get("/trial-actions/{name}")
def trial_action(
    name: Annotated[str, Path(description="Prøvehandlingens id.", examples=["kl-odense"])],
    engine: EngineDependency,
    lang: Language = "da",
) -> CardOut:
    """Vis en prøvehandling med alle felter og citater."""
    library = engine.library
    return card_out(suggestion(examples.get(name, library), None, library, lang), library, lang)


@router.get("/compare")
def compare(
    ids: Annotated[
        list[str],
        Query(
            max_length=10,
            description="Ider på to til fire prøvehandlinger.",
            examples=[["kl-odense", "kl-egedal-baekkegaarden"]],
        ),
    ],
    engine: EngineDependency,
    lang: Language = "da",
) -> list[CardOut]:
    """Sammenlign to til fire prøvehandlinger."""
    library = engine.library
    return [card_out(suggestion(action, None, library, lang), library, lang) for action in examples.find(ids, library)]


@router.get("/recommendations")
def recommendations(
    engine: EngineDependency,
    document: Documents = (),
    lang: Language = "da",
) -> list[RecordOut]:
    """Vis anbefalingerne, eventuelt fra bestemte dokumenter."""
    return _records(engine.library.catalogue.recommendations, document, engine.library, lang)


@router.get("/measures")
def measures(
    engine: EngineDependency,
    document: Documents = (),
    lang: Language = "da",
) -> list[RecordOut]:
    """Vis kommunernes egne indsatser; de gælder lokalt."""
    return _records(engine.library.catalogue.measures, document, engine.library, lang)


@router.get("/topics")
def topics(engine: EngineDependency) -> list[TopicOut]:
    """Vis emnerne: korte svar på det, der oftest bliver spurgt om."""
    return [topic_out(topic, engine.library) for topic in engine.library.catalogue.topics]


@router.get("/referral-paths")
def referral_paths(engine: EngineDependency) -> list[PathOut]:
    """Vis, hvad kilderne siger, der sker før en henvisning, sted for sted."""
    return [path_out(path, engine.library) for path in engine.library.catalogue.paths]


def _records(
    records: tuple[Record, ...], documents: tuple[str, ...], library: Library, language: str
) -> list[RecordOut]:
    for document in documents:
        library.document(document)
    return [record_out(one, library, language) for one in records if not documents or one.document in documents]


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
    page = words["answer"]["page"].format(page=action.pages[0])
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


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
