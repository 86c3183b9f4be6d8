"""The kinds that can stand alone; rows are made of them."""

from audits.kloe.kinds.base import Kind
from audits.kloe.kinds.choices import (
    ChangeScale,
    FrequencyScale,
    Judgement,
    OneChoice,
    Scale0To10,
    SeveralChoices,
)
from audits.kloe.kinds.commented import RecordState, YesNo
from audits.kloe.kinds.dates import Date, Signature
from audits.kloe.kinds.numbers import Number
from audits.kloe.kinds.texts import Evidence, LongText, Person, ShortText

SIMPLE: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        ShortText(),
        LongText(),
        Date(),
        Number(),
        OneChoice(),
        SeveralChoices(),
        YesNo(),
        RecordState(),
        Scale0To10(),
        FrequencyScale(),
        ChangeScale(),
        Evidence(),
        Judgement(),
        Person(),
        Signature(),
    )
}
COLUMNS: dict[str, Kind] = {name: kind for name, kind in SIMPLE.items() if kind.in_rows}
