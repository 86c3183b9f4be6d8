"""What reports can be about: the kinds, agencies, services, pieces of work and years that somebody chooses from."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet

from audits.access.coverage import services_led_by
from audits.cycles import programme_year
from audits.models import Work, WorkAgency, WorkState
from audits.models.programme import VISITS, WorkQuerySet
from qaf.people.models import Agency, Service, User
from scorecard.access.reports import agencies_to_report_on, may_make, may_make_for
from scorecard.kinds import KINDS
from scorecard.models import Report

# What is about the partnership as a whole.
WHOLE_ONLY = (Report.Kind.PROGRAMME, Report.Kind.ANNUAL, Report.Kind.SCORECARD)
ANALYSED = (
    WorkState.ANALYSIS,
    WorkState.SIGNED_OFF,
    WorkState.CONSIDERED,
    WorkState.PRESENTED,
    WorkState.CLOSED,
)
YEARS_OFFERED = 5


def kinds_for(user: User) -> list[Report.Kind]:
    """The kinds of report a person may have made about something, in the order in which they are offered."""
    if not may_make(user):
        return []
    whole = may_make_for(user, None)
    return [kind for kind in Report.Kind if kind in KINDS and (whole or kind not in WHOLE_ONLY)]


def works_to_report_on(user: User) -> WorkQuerySet:
    """The audits of the programme whose fieldwork is over, of which a person's posts cover all agencies.

    What one agency found is nobody else's before the fieldwork is closed (Coventry QA framework 2025-27, 6.2.1).
    """
    if not may_make(user):
        return Work.objects.none()
    works = Work.objects.filter(state__in=ANALYSED).exclude(kind__in=VISITS)
    works = works.filter(Q(type=None) | Q(type__confidential=False)).order_by("-fieldwork_until", "-pk")
    if may_make_for(user, None):
        return works
    own = [agency.pk for agency in agencies_to_report_on(user)]
    others = WorkAgency.objects.exclude(agency__in=own).values("work")
    return works.filter(agencies__agency__in=own).exclude(pk__in=others).distinct()


def agency_of_work(work: Work) -> Agency | None:
    """The one agency that takes part in a piece of work; None when several do, or none is named."""
    agencies = [one.agency for one in WorkAgency.objects.filter(work=work).select_related("agency")[:2]]
    return agencies[0] if len(agencies) == 1 else None


def services_to_report_on(user: User) -> QuerySet[Service]:
    """The services whose clinic a person may have made: those whose sheet they may have, and whose QA they are of."""
    services = services_led_by(user).select_related("agency").order_by("name")
    if may_make_for(user, None):
        return services
    return services.filter(agency__in=[agency.pk for agency in agencies_to_report_on(user)])


def years_to_report_on(today: date) -> list[int]:
    """The years of the programme that are offered, by the calendar year in which each begins, the latest first."""
    running = programme_year(today, starts_month=settings.SCHEDULE_YEAR_STARTS_MONTH)
    return [running - place for place in range(YEARS_OFFERED)]
