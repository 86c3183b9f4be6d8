"""The synthetic authority: invented people, cases and half a year of audits, for demonstrations and tests.

Everything is done by the workflow's own functions, in the order of its days, so that what one sees could have
happened. Two things are bent, and only here: the clock (``clock.py``) and the e-mails, which count as sent.
"""
