"""How fast the pages are, as ratios against bare Django, on a PostgreSQL full of synthetic audits."""
