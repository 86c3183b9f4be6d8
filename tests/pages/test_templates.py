"""What holds for every template and every answer: no inline script or style, a strict policy."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.urls import reverse

FOLDER = Path(settings.BASE_DIR) / "templates"
PAGES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
# Documents that never reach a browser: reports are printed from them, and carry their style inside.
PRINTED = re.compile(r"(^|/)(pdf|print|printed)[^/]*(/|\.html$)")
BROWSED = [page for page in PAGES if not PRINTED.search(page)]


@pytest.mark.parametrize("page", BROWSED)
def test_no_template_has_inline_script_or_style(page):
    text = (FOLDER / page).read_text()
    assert re.findall(r"\sstyle\s*=", text) == []
    assert re.findall(r"<style\b", text) == []
    assert re.findall(r"\son[a-z]+\s*=\s*[\"']", text) == []
    assert re.findall(r"hx-on[:-]|javascript:", text) == []
    inline = [tag for tag in re.findall(r"<script\b[^>]*>", text) if "src=" not in tag]
    assert inline == []


@pytest.mark.parametrize("page", BROWSED)
def test_no_template_fetches_from_another_site(page):
    text = (FOLDER / page).read_text()
    assert re.findall(r"(?:src|href)=[\"'](?:https?:)?//[^\"']+", text) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_template_can_be_read(page):
    assert engines["django"].get_template(page).template.nodelist


def test_the_policy_allows_only_our_own_scripts_and_styles(client, db):
    policy = client.get(reverse("account_login"))["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["script-src"] == "'self'"
    assert directives["style-src"] == "'self'"
    assert directives["object-src"] == "'none'"
    assert directives["frame-ancestors"] == "'none'"
