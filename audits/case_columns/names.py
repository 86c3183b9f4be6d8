"""What the columns of each list may be called, and what its statuses may be called. Pure.

The Annex A reports of the Standard Safeguarding Dataset; real exports differ in spacing, case and order.
"""

import re

from audits.models.cases import LegalStatus

# What a field is called on pages.
FIELD_NAMES = {
    "identifier": "Child’s identifier",
    "initials": "Initials",
    "birth": "Date of birth",
    "age": "Age",
    "gender": "Gender",
    "ethnicity": "Ethnicity",
    "status": "Status",
    "team": "Team",
    "holder": "Worker",
    "opened": "Start date",
    "closed": "End date",
    "detail": "Category",
}
# How messages name a field's column that the list does not have.
USUAL_NAMES = {
    "identifier": "ChildUniqueID", "initials": "Initials", "birth": "DateOfBirth", "age": "Age", "gender": "Gender",
    "ethnicity": "Ethnicity", "status": "CaseStatus", "team": "AllocatedTeam", "holder": "AllocatedWorker",
    "opened": "Start date", "closed": "Closure date", "detail": "Category",
}  # fmt: skip

# Each field and the headings it is known by, in order of preference, with nothing but letters and digits.
COLUMNS: dict[str, tuple[str, ...]] = {
    "identifier": (
        "childuniqueid", "uniquechildid", "childid", "uniqueid", "identifier", "caseid", "casenumber", "clientid",
        "personid",
    ),
    "initials": ("initials", "childinitials", "childsinitials"),
    "birth": ("dateofbirth", "dob", "birthdate"),
    "age": ("age", "childage"),
    "gender": ("gender", "sex", "childgender"),
    "ethnicity": ("ethnicity", "ethnicorigin", "ethnicgroup"),
    "status": ("casestatus", "status", "legalstatus", "statusofcase"),
    "team": ("allocatedteam", "team", "teamname", "teamcode"),
    "holder": (
        "allocatedworker", "allocatedsocialworker", "caseholder", "socialworker", "keyworker", "worker",
        "allocatedpersonaladvisor", "allocatedpersonaladviser",
    ),
    "opened": (
        "casestartdate", "openedon", "opened", "startdate", "cinstartdate", "childprotectionplanstartdate",
        "loookedafterstartdate", "lookedafterstartdate", "referraldate",
    ),
    "closed": (
        "caseclosuredate", "closedon", "closed", "closuredate", "enddate", "cinclosuredate",
        "childprotectionplanenddate", "ceasedlookedafterdate",
    ),
    "detail": ("latestcategoryofabuse", "initialcategoryofabuse", "eligibilitycategory"),
}  # fmt: skip

# Where one list means something else by a heading, or has a heading of its own; these come first.
_CHILD = ("identifier", "initials", "birth", "age", "gender", "ethnicity")
OF_KIND: dict[str, dict[str, tuple[str, ...]]] = {
    # A contact has a day, and neither a team nor a worker yet.
    "contacts": {
        "opened": ("dateofcontact", "contactdate", "startdate"),
        "detail": ("contactsource", "sourceofcontact", "source"),
    },
    "cin": {"opened": ("cinstartdate",), "closed": ("cinclosuredate",), "detail": ()},
    "cp": {"opened": ("childprotectionplanstartdate",), "closed": ("childprotectionplanenddate",)},
    "cic": {
        "opened": ("loookedafterstartdate", "lookedafterstartdate"),
        "closed": ("ceasedlookedafterdate",),
        "detail": ("legalstatus",),
    },
    "care_leaver": {"holder": ("allocatedpersonaladvisor", "allocatedpersonaladviser"), "detail": (
        "eligibilitycategory",
    )},
}  # fmt: skip
# The fields that a list of each kind can have.
FIELDS_OF: dict[str, tuple[str, ...]] = {
    "mixed": (*_CHILD, "status", "team", "holder", "opened", "closed", "detail"),
    "contacts": (*_CHILD, "opened", "detail"),
    "cin": (*_CHILD, "status", "team", "holder", "opened", "closed"),
    "cp": (*_CHILD, "team", "holder", "opened", "closed", "detail"),
    "cic": (*_CHILD, "team", "holder", "opened", "closed", "detail"),
    "care_leaver": (*_CHILD, "team", "holder", "opened", "closed", "detail"),
}
STATUS_OF_KIND: dict[str, LegalStatus] = {
    "contacts": LegalStatus.CONTACT,
    "cin": LegalStatus.CIN,
    "cp": LegalStatus.CP,
    "cic": LegalStatus.CIC,
    "care_leaver": LegalStatus.CARE_LEAVER,
}
# The number of each list in Annex A, by which workbooks call their sheets.
NUMBER_OF_KIND = {"contacts": 1, "cin": 6, "cp": 7, "cic": 8, "care_leaver": 9}


def names_of(kind: str, field: str) -> tuple[str, ...]:
    """The headings a field of a list of this kind is known by, best first."""
    own = OF_KIND.get(kind, {}).get(field)
    if own is None:
        return COLUMNS[field]
    return own if kind == "contacts" or field == "detail" else tuple(dict.fromkeys((*own, *COLUMNS[field])))


# A mixed list without a column for the status is a list of one status; this column of it tells which.
STATUS_OF_LIST = {
    "childprotectionplanstartdate": LegalStatus.CP,
    "loookedafterstartdate": LegalStatus.CIC,
    "lookedafterstartdate": LegalStatus.CIC,
    "allocatedpersonaladvisor": LegalStatus.CARE_LEAVER,
    "allocatedpersonaladviser": LegalStatus.CARE_LEAVER,
    "eligibilitycategory": LegalStatus.CARE_LEAVER,
    "cinstartdate": LegalStatus.CIN,
}
STATUS_WORDS: dict[str, LegalStatus] = {
    **dict.fromkeys(
        ("cin", "childinneed", "childreninneed", "childinneedplan", "cinplan", "openassessment", "section17"),
        LegalStatus.CIN,
    ),
    **dict.fromkeys(("cp", "cpp", "childprotection", "childprotectionplan", "cpplan"), LegalStatus.CP),
    **dict.fromkeys(("plo", "publiclawoutline", "preproceedings"), LegalStatus.PLO),
    **dict.fromkeys(
        (
            "cic", "cla", "lac", "childincare", "childrenincare", "childlookedafter", "lookedafter",
            "lookedafterchild",
        ),
        LegalStatus.CIC,
    ),
    **dict.fromkeys(("careleaver", "careleavers", "leavingcare"), LegalStatus.CARE_LEAVER),
    # So that a list of cases taken from here can be imported again.
    "contact": LegalStatus.CONTACT,
}  # fmt: skip
# The codes of legal status of the return on children looked after (C2, E1, V2 …): each means looked after.
LOOKED_AFTER_CODE = re.compile(r"[cdejlv][1-4]")
