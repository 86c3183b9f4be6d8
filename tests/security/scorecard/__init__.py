"""What the access matrix opens of the scorecard: one module a family.

Each has ``make(world)``, which makes its things once, and ``address(name, what, world)``, which fills in an address
of its space for a row of the table ("what is opened" may be anything that ``make`` has put into ``world.scorecard``).
"""

from tests.security.scorecard import board, improvement, indicators, kinds, lenses, quarterly, reports, returns

FAMILIES = {
    # First: others hang on its reports.
    "scorecard": reports,
    "board": board,
    "indicators": indicators,
    "returns": returns,
    "lenses": lenses,
    "improvement": improvement,
    # Opened under "scorecard" too; only made here.
    "kinds": kinds,
    "quarterly": quarterly,
}
