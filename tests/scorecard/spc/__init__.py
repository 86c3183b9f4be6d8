"""The rules of XmR charts, and the drawings of their verdicts."""
