"""Who moderates, as packs write it: each mistake by its line, and what the seeds' rules say."""

from pathlib import Path

import pytest

from audits.kloe.moderators import ROLES, SCOPES, ModeratorRule
from audits.kloe.packs import PackErrors, read_pack
from moderation.models import Scope
from qaf.people.roles import Role
from tests.audits.small_pack import rewrite, write_pack

PACKS = Path(__file__).parents[2] / "fixtures" / "packs"
FILE = """\
moderators:
  - auditor: service_manager
    type: small-form-type
    moderator: qa_manager
  - moderator: moderator
    scope: service
    alternate: moderator
    alternate_scope: nearest
    share: false
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = write_pack(tmp_path, "small")
    (folder / "moderators.yaml").write_text(FILE)
    return folder


def test_it_works(pack: Path) -> None:
    assert read_pack(pack).moderators == (
        ModeratorRule("qa_manager", auditor="service_manager", type="small-form-type"),
        ModeratorRule("moderator", "service", alternate="moderator", share=False),
    )


def test_roles_and_scopes_are_those_of_the_site() -> None:
    assert (list(ROLES), list(SCOPES)) == (Role.values, Scope.values)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("auditor: service_", "auditor: servise_", 2, "rule 1: auditor ‘servise_manager’ is not one of auditor, moder"),
        ("type: small-form", "type: smal-form", 3, "rule 1: there is no type ‘smal-form-type’ in the pack; did you "),
        ("    moderator: qa_manager\n", "", 2, "rule 1: moderator is missing"),
        ("scope: service", "scope: borough", 6, "rule 2: scope ‘borough’ is not one of nearest, team, service, agency"),
        ("    alternate: moderator\n", "", 7, "rule 2: alternate_scope is of use only with an alternate"),
        ("alternate_scope: nearest", "alternate_scope: service", 7, "rule 2: the alternate is the same as the moder"),
        ("share: false", "share: perhaps", 9, "rule 2: share must be true or false, not ‘perhaps’"),
        ("share: false", "shares: false", 9, "rule 2: unknown key ‘shares’; did you mean share?"),
        ("  - moderator: moderator",
         "  - type: small-form-type\n    auditor: service_manager\n    moderator: moderator",
         5, "rule 2: rule 1 is for the same role and type"),
        ("moderators:\n", "moderators:\n  - moderator: moderator\n", 3, "rule 2: is never reached: rule 1 fits all th"),
        ("moderators:", "moderator:", 1, "moderators is missing or empty"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_line_and_reason(pack: Path, old: str, new: str, line: int, reason: str) -> None:
    rewrite(pack, "moderators.yaml", old, new)
    with pytest.raises(PackErrors) as caught:
        read_pack(pack)
    assert any(str(error).startswith(f"moderators.yaml:{line}: {reason}") for error in caught.value.errors), str(
        caught.value
    )


def test_a_type_that_is_not_moderated_needs_no_rule(pack: Path) -> None:
    rewrite(pack, "types.yaml", "moderation: true", "moderation: false")
    with pytest.raises(PackErrors, match=r"moderators\.yaml:3: rule 1: the type small-form-type is not moderated"):
        read_pack(pack)


def test_bristol_says_what_its_framework_says() -> None:
    rules = [
        (one.auditor, one.type, one.moderator, one.scope, one.alternate, one.alternate_scope)
        for one in read_pack(PACKS / "bristol").moderators
    ]
    assert rules == [
        ("qa_manager", "lado-audit", "moderator", "agency", "moderator", "nearest"),
        ("", "iro-cp-chair-audit", "qa_manager", "nearest", "moderator", "service"),
        ("service_manager", "", "qa_manager", "nearest", "", "nearest"),
        ("", "", "moderator", "service", "moderator", "nearest"),
    ]


def test_the_deep_dive_of_a_director_goes_to_the_qa_manager() -> None:
    rules = read_pack(PACKS / "deep-dive").moderators
    assert [(one.auditor, one.type, one.moderator) for one in rules] == [
        ("service_manager", "deep-dive-audit", "qa_manager"),
        ("panel_member", "deep-dive-audit", "qa_manager"),
    ]
