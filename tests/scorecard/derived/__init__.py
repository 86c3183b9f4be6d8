"""The indicators that QAF counts itself."""
