"""A checked plan as it goes over the wire."""

from pydantic import BaseModel, Field

from app.plan import Gap, Plan


class PersonalOut(BaseModel):
    """A field of a plan with words that look like personal data."""

    field: str = Field(description="Feltets sti i planen, fx context eller tried.0.what.")
    found: list[str] = Field(description="Det, ordene ligner, fx [navn].")
    text: str = Field(description="Feltets tekst, hvor ordene er skjult; en liste har én linje for hver.")


class PlanOut(BaseModel):
    """A plan, what it lacks, and what should be looked at before it is shared."""

    plan: Plan
    ready: bool = Field(description="Sand: har mål, udgangspunkt, tegn, ansvarlig og dato for opfølgning.")
    gaps: list[Gap]
    personal: list[PersonalOut] = Field(
        description="Felter med det, der ligner personoplysninger. I et udkast er de allerede skjult."
    )
    concern: str | None = Field(description="Teksten om akut bekymring, når planen fortæller om en fare; ellers null.")
