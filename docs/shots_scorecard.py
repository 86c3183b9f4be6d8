"""The pages of the scorecard and of reports that ``docs/shots.py`` photographs."""

Page = tuple[str, str, str, tuple[str, ...]]
BOTH, DESKTOP = ("desktop", "phone"), ("desktop",)


def scorecard_pages(*, manager: str, board: str) -> list[Page]:
    """Name, person, path and widths of each picture; ``manager`` and ``board`` are addresses of people."""
    from django.urls import reverse  # noqa: PLC0415

    from scorecard.models import (  # noqa: PLC0415
        ChangeState,
        ImprovementAction,
        IndicatorChange,
        Report,
        Return,
        ReturnState,
        Stage,
    )
    from scorecard.queries.return_people import leads_of  # noqa: PLC0415

    found: list[Page] = [
        ("scorecard", manager, reverse("board:scorecard"), BOTH),
        ("indicator", manager, reverse("board:indicator", args=["cp-visits"]), BOTH),
        ("lenses", board, reverse("lenses:matrix"), BOTH),
        ("returns", manager, reverse("returns:list"), DESKTOP),
        ("indicators", manager, reverse("indicators:list"), DESKTOP),
        ("published", board, reverse("scorecard:published"), DESKTOP),
    ]
    if queried := Return.objects.filter(state=ReturnState.QUERIED).select_related("agency").first():
        lead = leads_of(queried.agency)[0].email
        found.append(("return", lead, reverse("returns:return", args=[queried.pk]), BOTH))
    if asked := IndicatorChange.objects.filter(state=ChangeState.REQUESTED).first():
        found.append(("indicator-change", manager, reverse("indicators:change", args=[asked.pk]), DESKTOP))
    quarterly = Report.objects.filter(kind=Report.Kind.QUARTERLY).order_by("-pk")
    if presented := quarterly.filter(stage=Stage.PRESENTED).first():
        found += [
            ("report", board, reverse("scorecard:report", args=[presented.pk]), BOTH),
            ("report-versions", manager, reverse("scorecard:versions", args=[presented.pk]), DESKTOP),
        ]
    if action := ImprovementAction.objects.order_by("pk").first():
        found.append(("improvement-action", manager, action.get_absolute_url(), DESKTOP))
    return found
