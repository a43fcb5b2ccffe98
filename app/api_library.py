"""The library over HTTP: trial actions, recommendations, measures, topics, and what comes before a referral."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from app import examples, export
from app.api import PROBLEMS, EngineDependency
from app.examples import Filters
from app.listing import listing
from app.openapi import file_response
from app.shelves import shelf
from app.suggestions import suggestion
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
from corpus.schema import Record
from retrieval.library import Library

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)
Language = Annotated[str, Query(pattern="^(da|en)$", description="Sproget på vores egne tekster.")]
Documents = Annotated[
    tuple[str, ...], Query(max_length=20, description="Kun fra disse dokumenter.", examples=[["stuk"]])
]
Places = Annotated[
    tuple[str, ...], Query(max_length=20, description="Kun fra disse dokumenter.", examples=[["haderslev"]])
]
Values = Annotated[list[str], Field(max_length=20)]


class FiltersIn(BaseModel):
    """What trial actions are narrowed by: any value of a facet, all facets that have some."""

    model_config = ConfigDict(extra="forbid")

    themes: Values = Field(default=[], description="Temaer.", examples=[["teaching"]])
    grades: Values = Field(default=[], description="Klassetrin, som beskrivelsen nævner.", examples=[["2"]])
    participants: Values = Field(default=[], description="Hvem der var med.", examples=[["teachers"]])
    situations: Values = Field(default=[], description="Slags situation.", examples=[["class"]])
    outcomes: Values = Field(default=[], description="Hvordan det gik.", examples=[["went_well"]])
    municipalities: Values = Field(default=[], description="Kommuner, som trykt.", examples=[["Egedal Kommune"]])
    documents: Values = Field(default=[], description="Dokumenternes id'er.", examples=[["kl"]])
    evidence: Values = Field(default=[], description="Evidensmærker, A til E.", examples=[["D"]])
    lang: str = Field(default="da", pattern="^(da|en)$", description="Sproget på vores egne tekster.")

    def filters(self) -> Filters:
        """Return the filters alone."""
        return Filters(**{facet: tuple(dict.fromkeys(getattr(self, facet))) for facet in examples.FACETS})


class ListIn(FiltersIn):
    """Filters, with the order and the part of the list that is wanted."""

    sort: str = Field(
        default="municipality", pattern=f"^({'|'.join(examples.SORTS)})$", description="Hvad listen er ordnet efter."
    )
    offset: int = Field(default=0, ge=0, description="Hvor mange af listen der springes over.")
    limit: int = Field(default=50, ge=1, le=100, description="Hvor mange der højst vises.")


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
    document: Places = (),
    lang: Language = "da",
) -> list[RecordOut]:
    """Vis kommunernes egne indsatser; de gælder lokalt."""
    return _records(engine.library.catalogue.measures, document, engine.library, lang)


@router.get("/topics")
def topics(
    engine: EngineDependency,
    document: Documents = (),
    offset: Annotated[int, Query(ge=0, description="Hvor mange af listen der springes over.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="Hvor mange der højst vises.")] = 1000,
) -> list[TopicOut]:
    """Vis emnerne: korte svar på det, der oftest bliver spurgt om, eventuelt fra bestemte dokumenter."""
    library = engine.library
    _must_be_known(document, library)
    found = [item.id for item in shelf("topics", library) if not document or set(document) & set(item.documents)]
    return [topic_out(library.topics[name], library) for name in found[offset : offset + limit]]


@router.get("/referral-paths")
def referral_paths(engine: EngineDependency) -> list[PathOut]:
    """Vis, hvad kilderne siger, der sker før en henvisning, sted for sted."""
    return [path_out(path, engine.library) for path in engine.library.catalogue.paths]


def _records(
    records: tuple[Record, ...], documents: tuple[str, ...], library: Library, language: str
) -> list[RecordOut]:
    _must_be_known(documents, library)
    return [record_out(one, library, language) for one in records if not documents or one.document in documents]


def _must_be_known(documents: tuple[str, ...], library: Library) -> None:
    """Raise UnknownDocument for an id that no document has."""
    for document in documents:
        library.document(document)


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
