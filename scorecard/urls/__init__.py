"""The addresses of reports and of the scorecard: one module a family."""
