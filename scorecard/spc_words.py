"""What charts' verdicts mean, in words that need no statistics. Pure; the words of *Making Data Count*, made plain."""

from __future__ import annotations

from scorecard.spc import Assurance, Cause, Settings, Variation, Verdict

_VARIATION = {
    Variation.IMPROVING_HIGH: "Improving: higher than usual",
    Variation.IMPROVING_LOW: "Improving: lower than usual",
    Variation.CONCERNING_HIGH: "Concerning: higher than usual",
    Variation.CONCERNING_LOW: "Concerning: lower than usual",
    Variation.NEUTRAL_HIGH: "Higher than usual",
    Variation.NEUTRAL_LOW: "Lower than usual",
    Variation.COMMON: "Common cause, no real change",
    Variation.TOO_FEW: "Too few points to tell",
}
_ASSURANCE = {
    Assurance.PASSES: "Consistently meets the target",
    Assurance.HIT_AND_MISS: "Hit and miss: meets the target by chance",
    Assurance.FAILS: "Consistently fails the target",
    Assurance.NONE: "Not judged against a target",
}
_CAUSE = {
    Cause.COMMON: "Common cause",
    Cause.ABOVE: "Above the upper limit",
    Cause.BELOW: "Below the lower limit",
    Cause.RISING: "Part of a rising trend",
    Cause.FALLING: "Part of a falling trend",
    Cause.NEAR_UPPER: "One of two in three near the upper limit",
    Cause.NEAR_LOWER: "One of two in three near the lower limit",
    Cause.SHIFT_UP: "Part of a run above the mean",
    Cause.SHIFT_DOWN: "Part of a run below the mean",
}


def variation_words(variation: Variation) -> str:
    """The verdict on the last point."""
    return _VARIATION[variation]


def assurance_words(assurance: Assurance) -> str:
    """Whether the target is met as a matter of course."""
    return _ASSURANCE[assurance]


def cause_words(cause: Cause) -> str:
    """What one point is."""
    return _CAUSE[cause]


def limits_words(verdict: Verdict, settings: Settings) -> str:
    """A warning about limits that rest on few points; nothing when they are firm."""
    if verdict.too_few:
        return f"No limits yet: they need {settings.fewest} points or more."
    if verdict.trial:
        return f"Trial limits: with fewer than {settings.trial_below} points they may still move a good deal."
    return ""
