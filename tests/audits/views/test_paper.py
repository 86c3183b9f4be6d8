"""An audit as a document: who may take it, what is refused on its way back, and what is looked over and saved."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audits.documents.answers import stored_fields
from audits.kloe.filling import read_section
from audits.models import Audit, Form, FormVersion, PaperAnswers, RejectedSave, SectionAnswers, SectionRevision
from audits.workflow import submission
from audits.workflow.filling import save_section
from audits.workflow.versions import retire
from qaf.people.models import User
from qaf.trail.models import Entry
from tests.audits import walk
from tests.audits.documents.word import Word, changed, repacked
from tests.audits.setting import Authority, make_authority

pytestmark = pytest.mark.django_db
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXT = "improvement__what_would_it_take"


@pytest.fixture
def authority(db: None) -> Authority:
    return make_authority()


@pytest.fixture
def audit(authority: Authority) -> Audit:
    return authority.audit()


@pytest.fixture
def client(authority: Authority, client_for: Callable[[User], Client]) -> Client:
    return client_for(authority.auditor)


def save(audit: Audit, answers: dict[str, Any], seen: int = 0, section: str = "improvement") -> None:
    save_section(audit, section=section, document={"answers": answers, "raw": {}}, seen_revision=seen, by=audit.auditor)


def download(client: Client, audit: Audit, kind: str = "docx") -> bytes:
    response = client.get(f"/audits/{audit.reference}/paper/{kind}/")
    assert response.status_code == 200
    return bytes(response.content)


def upload(client: Client, audit: Audit, data: bytes, name: str = "audit.docx") -> Any:
    file = SimpleUploadedFile(name, data, content_type=DOCX)
    return client.post(reverse("audits:paper", args=[audit.reference]), {"file": file})


def look_over(client: Client, audit: Audit) -> Any:
    return client.get(reverse("audits:paper_look_over", args=[audit.reference]))


def confirm(client: Client, audit: Audit, page: Any, **choices: str) -> HttpResponse:
    """Press the button of the page with what it has chosen, and ``choices`` by section."""
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    data |= {f"section-{key}": choice for key, choice in choices.items()}
    answer: HttpResponse = client.post(  # type: ignore[assignment]
        reverse("audits:paper_look_over", args=[audit.reference]), data | {"answer": "save"}
    )
    return answer


def stored(audit: Audit, section: str = "improvement") -> dict[str, Any]:
    document: dict[str, Any] = SectionAnswers.objects.get(audit=audit, section=section).document
    return document


def test_it_works(client: Client, audit: Audit) -> None:
    save(audit, {"what_would_it_take": "Before."})
    word = Word(download(client, audit))
    word.write(TEXT, "After.\nIn two lines.")
    response = upload(client, audit, word.save())
    assert response.status_code == 302
    page = look_over(client, audit)
    text = page.content.decode()
    assert "Before." in text
    assert "After.<br>In two lines." in text
    assert stored(audit)["answers"] == {"what_would_it_take": "Before."}
    response = confirm(client, audit, page)
    assert response.headers["Location"] == f"/audits/{audit.reference}/"
    assert stored(audit)["answers"] == {"what_would_it_take": "After.\nIn two lines."}
    assert SectionRevision.objects.get().document["answers"] == {"what_would_it_take": "Before."}
    kept = PaperAnswers.objects.get()
    assert kept.applied_at is not None
    assert kept.sections == {}


def test_a_document_that_nobody_changed_changes_nothing(client: Client, audit: Audit) -> None:
    walk.fill(audit, part="audit", by=audit.auditor)
    for row in SectionAnswers.objects.filter(audit=audit):
        # As the section's own page would have saved it.
        section = audit.form.section(row.section)
        document = read_section(audit.form, section, stored_fields(section, row.document)).document
        save_section(audit, section=row.section, document=document, seen_revision=row.revision, by=audit.auditor)
    before = {row.section: row.document for row in SectionAnswers.objects.filter(audit=audit)}
    for data in (download(client, audit), changed(download(client, audit), "no tags", "split runs")):
        response = upload(client, audit, data)
        assert response.headers["Location"] == f"/audits/{audit.reference}/paper/", PaperAnswers.objects.get().sections
    assert not PaperAnswers.objects.exists()
    assert {row.section: row.document for row in SectionAnswers.objects.filter(audit=audit)} == before


def test_a_blank_form_can_be_filled_in_and_brought_to_an_audit(client: Client, audit: Audit) -> None:
    path = reverse("forms:paper", args=[audit.form.key, audit.form_version.number, "docx"])
    response = client.get(path)
    assert response.headers["Content-Disposition"] == 'attachment; filename="child-case-audit-version-1.docx"'
    word = Word(response.content)
    word.write(TEXT, "Written on a train.")

    assert upload(client, audit, word.save()).status_code == 302
    confirm(client, audit, look_over(client, audit))
    assert stored(audit)["answers"] == {"what_would_it_take": "Written on a train."}


def test_text_that_stands_already_meets_a_blank_form_as_a_clash(client: Client, audit: Audit) -> None:
    save(audit, {"what_would_it_take": "Typed in the browser."})
    path = reverse("forms:paper", args=[audit.form.key, audit.form_version.number, "docx"])
    word = Word(client.get(path).content)
    word.write(TEXT, "Written on a train.")
    upload(client, audit, word.save())
    page = look_over(client, audit)
    assert [change.effect for change in page.context["form"].changes] == ["clashes"]


def test_a_section_saved_in_the_browser_since_has_to_be_decided(client: Client, audit: Audit) -> None:
    save(audit, {"what_would_it_take": "Before."})
    word = Word(download(client, audit))
    save(audit, {"what_would_it_take": "In the browser."}, seen=1)
    word.write(TEXT, "In the document.")
    upload(client, audit, word.save())
    page = look_over(client, audit)
    assert "after the document had been downloaded" in page.content.decode()
    response = confirm(client, audit, page)
    assert response.status_code == 422
    assert "Choose what shall stand in" in response.content.decode()
    assert stored(audit)["answers"] == {"what_would_it_take": "In the browser."}
    confirm(client, audit, page, improvement="take")
    assert stored(audit)["answers"] == {"what_would_it_take": "In the document."}
    assert SectionRevision.objects.filter(answers__section="improvement").count() == 2


def test_what_the_document_did_not_change_never_goes_back_on_the_browser(client: Client, audit: Audit) -> None:
    save(audit, {"what_would_it_take": "Before."})
    data = download(client, audit)
    save(audit, {"what_would_it_take": "In the browser."}, seen=1)
    assert upload(client, audit, data).headers["Location"] == f"/audits/{audit.reference}/paper/"
    assert stored(audit)["answers"] == {"what_would_it_take": "In the browser."}


def test_an_empty_section_empties_nothing_unless_it_is_chosen(client: Client, audit: Audit) -> None:
    save(audit, {"what_would_it_take": "Before."})
    word = Word(download(client, audit))
    word.write(TEXT, "")
    for choice, left in (({}, {"what_would_it_take": "Before."}), ({"improvement": "take"}, {})):
        upload(client, audit, word.save())
        page = look_over(client, audit)
        assert "leaves this section empty" in page.content.decode()
        confirm(client, audit, page, **choice)
        assert stored(audit)["answers"] == left


def test_somebody_saving_while_it_is_looked_over_loses_nothing(client: Client, audit: Audit) -> None:
    save(audit, {"what_would_it_take": "Before."})
    word = Word(download(client, audit))
    word.write(TEXT, "In the document.")
    upload(client, audit, word.save())
    page = look_over(client, audit)
    save(audit, {"what_would_it_take": "In the browser."}, seen=1)
    response = client.post(
        reverse("audits:paper_look_over", args=[audit.reference]),
        {"section-improvement": "take", "revision-improvement": page.context["form"].changes[0].revision},
        follow=True,
    )
    assert "was saved by somebody else while you looked the document over" in response.content.decode()
    assert stored(audit)["answers"] == {"what_would_it_take": "In the browser."}
    assert RejectedSave.objects.get().document["answers"] == {"what_would_it_take": "In the document."}


def test_what_cannot_be_read_is_kept_as_it_was_typed(client: Client, audit: Audit) -> None:
    word = Word(download(client, audit))
    word.write("details__audit_date", "31/2/2026")
    upload(client, audit, word.save())
    page = look_over(client, audit)
    assert "1 answer could not be read" in page.content.decode()
    confirm(client, audit, page)
    assert set(stored(audit, "details")["raw"]) == {"audit_date"}


def test_it_can_be_thrown_away(client: Client, audit: Audit) -> None:
    word = Word(download(client, audit))
    word.write(TEXT, "In the document.")
    upload(client, audit, word.save())
    path = reverse("audits:paper_look_over", args=[audit.reference])
    assert client.post(path, {"answer": "discard"}).headers["Location"] == f"/audits/{audit.reference}/paper/"
    assert not PaperAnswers.objects.exists()
    assert client.get(path).status_code == 302


def test_after_a_week_it_is_gone(client: Client, audit: Audit) -> None:
    word = Word(download(client, audit))
    word.write(TEXT, "In the document.")
    upload(client, audit, word.save())
    PaperAnswers.objects.update(at=timezone.now() - timedelta(days=8))
    assert look_over(client, audit).status_code == 302
    assert client.post(reverse("audits:paper_look_over", args=[audit.reference]), {}).status_code == 302
    upload(client, audit, word.save())
    assert PaperAnswers.objects.count() == 1


def test_what_was_read_is_encrypted(client: Client, audit: Audit) -> None:
    word = Word(download(client, audit))
    word.write(TEXT, "zebrafinch")
    upload(client, audit, word.save())
    with connection.cursor() as cursor:
        cursor.execute("SELECT sections FROM audits_paperanswers")
        assert "zebrafinch" not in cursor.fetchone()[0]


def _other_form(client: Client, authority: Authority, audit: Audit) -> bytes:
    other = Form.objects.create(key="other", title="Another form")
    definition = {**audit.form_version.definition, "form": "other"}
    FormVersion.objects.create(
        form=other, number=1, state="published", definition=definition, published_at=timezone.now()
    )
    return bytes(client.get(reverse("forms:paper", args=["other", 1, "docx"])).content)


def _other_version(client: Client, authority: Authority, audit: Audit) -> bytes:
    data = download(client, audit)
    properties = Word(data).part("docProps/custom.xml")
    other = properties.replace(b"<vt:lpwstr>1</vt:lpwstr>", b"<vt:lpwstr>7</vt:lpwstr>", 1)
    return repacked(data, {"docProps/custom.xml": other})


def _other_audit(client: Client, authority: Authority, audit: Audit) -> bytes:
    return download(client, authority.audit(authority.another_case()))


def _without_marks(client: Client, authority: Authority, audit: Audit) -> bytes:
    return repacked(download(client, audit), {"docProps/custom.xml": None})


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda *_: b"Dear all,", "The file is not a Word document"),
        (_other_form, "document of another form"),
        (_other_version, "another version of the form; this audit is on version 1"),
        (_other_audit, "belongs to audit"),
        (_without_marks, "does not say which form it is"),
    ],
    ids=["no document", "other form", "other version", "other audit", "no marks"],
)
def test_what_does_not_belong_here_is_refused_with_what_to_do(
    client: Client, authority: Authority, audit: Audit, make: Callable[..., bytes], says: str
) -> None:
    response = upload(client, audit, make(client, authority, audit))
    assert response.status_code == 422
    assert says in response.content.decode()
    assert not PaperAnswers.objects.exists()


def test_a_form_without_a_file_is_asked_for_one(client: Client, audit: Audit) -> None:
    response = client.post(reverse("audits:paper", args=[audit.reference]), {})
    assert response.status_code == 422
    assert "Choose the Word document" in response.content.decode()


def test_only_the_auditor_brings_a_document_back_and_only_while_it_is_theirs(
    client: Client, authority: Authority, audit: Audit, client_for: Callable[[User], Client]
) -> None:
    word = Word(download(client, audit))
    word.write(TEXT, "In the document.")
    assert upload(client_for(authority.officer), audit, word.save()).status_code == 403
    upload(client, audit, word.save())
    page = look_over(client, audit)
    walk.submit(audit)
    assert upload(client, audit, word.save()).status_code == 409
    assert confirm(client, audit, page).status_code == 409
    assert "In the document." not in str(stored(audit))


def test_the_files_are_taken_by_those_who_may_read_and_the_trail_says_so(
    client: Client, authority: Authority, audit: Audit, client_for: Callable[[User], Client]
) -> None:
    save(audit, {"what_would_it_take": "Before."})
    for kind in ("pdf", "docx"):
        response = client_for(authority.officer).get(f"/audits/{audit.reference}/paper/{kind}/")
        assert response.headers["Content-Disposition"] == f'attachment; filename="{audit.reference}.{kind}"'
        assert "no-store" in response.headers["Cache-Control"]
        entry = Entry.objects.filter(verb="audit.downloaded").latest("sequence")
        assert (entry.actor, entry.subject_id, entry.details) == (authority.officer, audit.pk, {"format": kind})
    before = Entry.objects.filter(verb="audit.downloaded").count()
    assert client_for(authority.service_manager).get(f"/audits/{audit.reference}/paper/pdf/").status_code == 403
    assert client_for(authority.moderator).get(f"/audits/{audit.reference}/paper/pdf/").status_code == 404
    assert client.get(f"/audits/{audit.reference}/paper/odt/").status_code == 404
    assert Entry.objects.filter(verb="audit.downloaded").count() == before


def test_a_part_that_is_not_to_be_read_yet_is_not_in_the_file(
    authority: Authority, client_for: Callable[[User], Client]
) -> None:
    audit = walk.submit(authority.audit())
    for person, reads in ((authority.moderator, True), (authority.auditor, False)):
        word = Word(download(client_for(person), audit))
        headings = [one.text for one in word.document.paragraphs if one.style and one.style.name == "Heading 1"]
        assert ("Moderation" in headings) == reads


def test_nothing_of_the_child_is_in_headers_or_properties(client: Client, authority: Authority) -> None:
    case = authority.another_case(identifier="KESTREL-7741", initials="QZX")
    audit = authority.audit(case)
    save(audit, {"child": "QZX, 9"}, section="details")
    for kind in ("pdf", "docx"):
        response = client.get(f"/audits/{audit.reference}/paper/{kind}/")
        assert not [mark for mark in ("QZX", "KESTREL") if mark in str(response.headers).upper()]
    word = Word(response.content)
    properties = str(vars(word.document.core_properties._element)) + str(word.document.core_properties._element.xml)
    assert "QZX" not in properties


def test_a_draft_has_no_paper_and_a_retired_version_still_has(
    authority: Authority, audit: Audit, client: Client, client_for: Callable[[User], Client]
) -> None:
    version = audit.form_version
    path = reverse("forms:paper", args=[audit.form.key, version.number, "docx"])
    retire(version.form, by=authority.qa_manager)
    assert client.get(path).status_code == 200
    FormVersion.objects.create(form=version.form, number=2, definition=version.definition)
    path = reverse("forms:paper", args=[audit.form.key, 2, "docx"])
    assert client.get(path).status_code == 404
    assert client_for(authority.qa_manager).get(path).status_code == 404


def test_each_page_asks_a_fixed_number_of_questions(client: Client, authority: Authority) -> None:
    empty, full = authority.audit(), authority.audit(authority.another_case())
    walk.fill(full, part="audit", by=authority.auditor)
    client.get("/audits/")

    def queries(audit: Audit, page: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/audits/{audit.reference}/{page}").status_code == 200
        return len(seen)

    for page, most in (("paper/", 12), ("paper/docx/", 32)):
        counts = [queries(audit, page) for audit in (empty, full)]
        assert max(counts) <= most, (page, counts)
    for audit in (empty, full):
        word = Word(download(client, audit))
        for name in (TEXT, "details__child"):
            word.write(name, "Written anew.")
        upload(client, audit, word.save())
    counts = [queries(audit, "paper/look-over/") for audit in (empty, full)]
    assert max(counts) <= 14, counts
    assert abs(counts[0] - counts[1]) <= 2


def test_after_submission_the_document_can_be_read_but_not_written_in(client: Client, authority: Authority) -> None:
    audit = submission.Audit.objects.get(pk=walk.submit(authority.audit()).pk)
    assert 'w:val="sdtLocked"' not in Word(download(client, audit)).body.xml
    page = client.get(reverse("audits:paper", args=[audit.reference])).content.decode()
    assert "Upload what you filled in" not in page
