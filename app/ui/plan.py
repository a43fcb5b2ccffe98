"""The plan page: a plan in the SMTTE form that is filled in, checked and fetched; it stays in the browser.

The page holds the form alone. `static/plan.js` asks the API for a draft, for what is missing and for the files, so that
the rules of a plan stand in one place.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from markdown_it import MarkdownIt

from app import triage
from app.engine import Engine
from app.plan import MOST_LINES, Decision
from app.texts import texts
from app.ui.library import unknown
from app.ui.pages import Language, calls, render

router = APIRouter(include_in_schema=False)

SCRIPT_WORDS = (
    "untitled", "now", "saved", "not_saved", "not_kept", "unreachable", "ready", "missing", "missing_one",
    "deleted", "found", "hidden", "too_long", "too_many", "malformed", "fetched", "nothing_tried",
    "row", "loading", "not_here",
)  # fmt: skip
"""The texts that the script on the page shows."""


@router.get("/plan")
def plan(
    request: Request,
    lang: Language,
    fra: str = "",
    kept: Annotated[str, Query(alias="plan")] = "",
) -> HTMLResponse:
    """Show the form; `fra` is the trial action whose card the plan is drafted from, `plan` one kept in the browser.

    A kept plan can be opened even when its trial action is no longer in the library.
    """
    engine: Engine = request.app.state.engine
    library = engine.library
    if fra and not kept and fra not in library.trial_actions:
        return unknown(request, "trial_actions", fra, library, lang, "/plan?fra={id}")
    words = texts(lang)
    return render(
        "plan.html",
        language=lang,
        query=request.query_params.multi_items(),
        at=request.url.path,
        action=library.trial_actions.get(fra),
        decisions=[(decision.value, words["plan"][decision.value]) for decision in Decision],
        most_lines=MOST_LINES,
        script_words={name: words["plan_page"][name] for name in SCRIPT_WORDS},
        urgent=calls(MarkdownIt("js-default").render(triage.urgent_text(lang, engine.config.local_numbers))),
    )
