"""Guidance over HTTP: from a situation to suggestions, and from a suggestion to a plan."""

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from app import examples, export
from app.api import PROBLEMS, AskIn, EngineDependency, messages
from app.engine import Engine
from app.openapi import file_response
from app.plan import Plan, draft, gaps, written
from app.suggestions import suggestion
from app.wire_cards import TurnOut, places, turn_out
from app.wire_plan import PersonalOut, PlanOut

SHARED_KINDS = frozenset({"klasse"})
"""What is masked in questions but belongs in a plan: it says which class it is for."""

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)


class PlanIn(BaseModel):
    """What a plan is made of: a trial action or none, and a description; or a plan to be checked."""

    trial_action: str | None = Field(
        default=None, description="Prøvehandlingens id; null for en plan fra bunden.", examples=["kl-odense"]
    )
    description: str = Field(
        default="",
        max_length=4000,
        description="Situationen; personoplysninger skjules.",
        examples=["Vi har en 2. klasse med mange konflikter efter frokost."],
    )
    plan: Plan | None = Field(default=None, description="En plan, der skal tjekkes; så bruges de andre felter ikke.")
    lang: str = Field(default="da", pattern="^(da|en)$")


class ExportIn(BaseModel):
    """A plan, and the kind of file."""

    plan: Plan = Field(
        description="Planen; tomme felter er tilladt og vises som mangler.",
        examples=[{"title": "Ro efter frokost", "goals": ["Flere er med i legen"], "review_date": "2027-03-09"}],
    )
    format: str = Field(default="docx", pattern="^(docx|md)$", description="Word eller Markdown.")
    lang: str = Field(default="da", pattern="^(da|en)$")


@router.post("/suggest")
async def suggest(described: AskIn, engine: EngineDependency) -> TurnOut:
    """Få op til tre prøvehandlinger, der ligner en situation, som kort med citater."""
    turn = await run_in_threadpool(engine.suggest, described.query, messages(described), described.lang)
    return turn_out(turn, engine.library, described.lang)


@router.post("/plans")
async def plans(wanted: PlanIn, engine: EngineDependency) -> PlanOut:
    """Lav et udkast til en plan ud fra en prøvehandling, eller tjek, hvad en plan mangler."""
    return await run_in_threadpool(_checked, wanted, engine)


def _checked(wanted: PlanIn, engine: Engine) -> PlanOut:
    """Return the plan with what it lacks, what looks like personal data in it, and whether it speaks of danger."""
    plan = wanted.plan if wanted.plan is not None else _draft(wanted, engine)
    told = written(plan) if wanted.plan is not None else {"context": wanted.description}
    masked = engine.mask_all(list(told.values()))
    missing = gaps(plan, wanted.lang)
    return PlanOut(
        plan=plan,
        ready=not missing,
        gaps=missing,
        personal=[
            PersonalOut(field=path, found=found, text=one.text)
            for path, one in zip(told, masked, strict=True)
            if (found := list(dict.fromkeys(hit.placeholder for hit in one.found if hit.kind not in SHARED_KINDS)))
        ],
        concern=engine.concern((one.text for one in masked), wanted.lang),
    )


def _draft(wanted: PlanIn, engine: Engine) -> Plan:
    library = engine.library
    described = engine.mask(wanted.description) if wanted.description.strip() else ""
    if wanted.trial_action is None:
        return draft(None, described, {}, wanted.lang)
    one = suggestion(examples.get(wanted.trial_action, library), None, library, wanted.lang)
    return draft(one, described, places(one, library, wanted.lang), wanted.lang)


@router.post("/plans/export", response_class=Response, responses=file_response(export.DOCX, export.MARKDOWN))
def export_plan(wanted: ExportIn) -> Response:
    """Hent en plan som Word-dokument eller Markdown; det, der mangler, kan ses. Intet bliver gemt her."""
    if wanted.format == "md":
        content, kind = export.plan_markdown(wanted.plan, wanted.lang).encode(), export.MARKDOWN
    else:
        content, kind = export.plan_docx(wanted.plan, wanted.lang), export.DOCX
    headers = {"Content-Disposition": f'attachment; filename="plan.{wanted.format}"', "Cache-Control": "no-store"}
    return Response(content, media_type=kind, headers=headers)
