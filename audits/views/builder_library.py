"""The library: questions that other forms ask already, to be looked at and added."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from audits.forms.builder_library import PickForm, SearchForm
from audits.forms.builder_words import kind_short
from audits.kloe.drawing import DrawnQuestion, draw_section
from audits.kloe.editing import AddQuestion, adopted, piece
from audits.kloe.questions import FormDefinition
from audits.models import FormVersion
from audits.queries.library import LibraryQuestion, search
from audits.views.builder_common import builders_only, draft_of, get_or_post, page, posted, save, to_outline
from audits.views.builder_sections import back_to
from audits.workflow import drafts
from qaf.requests import SignedInRequest

Json = dict[str, Any]
SHOWN = 30
MOST_AT_ONCE = 50


@dataclass(frozen=True)
class Shown:
    """A question of the library as the page shows it."""

    found: LibraryQuestion
    name: str
    kind: str
    drawn: DrawnQuestion | None
    picked: bool


@get_or_post
@builders_only
def library(request: SignedInRequest, key: str) -> HttpResponse:
    """Look for questions; tick those wanted; add them to a section."""
    draft = draft_of(key)
    looked_for = SearchForm(request.GET)
    pick = PickForm(posted(request), document=draft.definition, initial={"section": request.GET.get("section", "")})
    picked = request.POST.getlist("pick")[:MOST_AT_ONCE]
    if request.method == "POST" and pick.is_valid():
        if not picked:
            pick.add_error(None, "Tick the questions to add")
        elif (place := _add(request, draft, pick.cleaned_data["section"], picked)) is not None:
            return to_outline(draft, place)
    searched = bool(request.GET.keys() - {"section", "after"})
    results = search(**looked_for.chosen(), limit=SHOWN + 1) if searched else []
    after = {name: request.GET[name] for name in ("section", "after") if name in request.GET}
    context = {
        "search": looked_for,
        "form": pick,
        "searched": searched,
        "results": _shown(results[:SHOWN], picked),
        "more": len(results) > SHOWN,
        "shown": SHOWN,
        "kept": after,
        "action": f"{request.path}?{urlencode(request.GET, doseq=True)}",
        "back": _back(draft, request.GET.get("section", "")),
    }
    return page(request, draft, "library", context, status=422 if pick.errors else 200)


def _back(draft: FormVersion, section: str) -> str:
    if piece(draft.definition, "section", section) is None:
        return back_to(draft)
    return reverse("forms:draft_kind", args=[draft.form.key, section])


def _shown(results: list[LibraryQuestion], picked: list[str]) -> list[Shown]:
    shown = []
    for number, one in enumerate(results):
        name = f"{one.version}:{one.section}:{one.question['key']}"
        form = FormVersion.parsed_by_pk(one.version)
        drawn = _drawn(form, one, number)
        shown.append(Shown(one, name, kind_short(one.question["kind"]), drawn, name in picked))
    return shown


def _drawn(form: FormDefinition, one: LibraryQuestion, number: int) -> DrawnQuestion | None:
    """The question as an auditor sees it, under a name of its own: two forms may ask under the same."""
    section = form.section(one.section)
    question = replace(section.question(one.question["key"]), when=None)
    alone = replace(section, key=f"found-{number}", when=None, questions=(question,))
    return draw_section(form, alone, None).questions[0]


def _add(request: SignedInRequest, draft: FormVersion, section: str, picked: list[str]) -> tuple[str, ...] | None:
    """Add each question in turn; gives where the last one stands, or None when none could be added."""
    place: tuple[str, ...] | None = None
    after = request.GET.get("after") if request.GET.get("section") == section else None
    added = 0
    for name in picked:
        question = _question(name)
        if question is None:
            continue
        edit = AddQuestion(section, adopted(draft.definition, section, question), after=after or None)
        done, clash = save(request, draft, edit)
        if done is None or clash is not None:
            break
        draft = done
        place = drafts.landing(done, edit)
        after, added = place[2], added + 1
    if added:
        messages.success(
            request,
            f"{added} question{'s were' if added > 1 else ' was'} added. Conditions were left out, because they look "
            "at questions of the other form.",
        )
    else:
        messages.warning(request, "Nothing was added: the questions are not in use any more. Search again.")
    return place


def _question(name: str) -> Json | None:
    """A question of a published form by the name that the page gave it."""
    pk, _, rest = name.partition(":")
    section, _, key = rest.partition(":")
    if not pk.isdecimal() or len(pk) > 12:
        return None
    version = FormVersion.objects.filter(pk=int(pk), state=FormVersion.State.PUBLISHED).first()
    found: Json | None = piece(version.definition, "question", section, key) if version else None
    return found
