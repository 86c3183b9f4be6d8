"""Draws every ``{{ form }}`` of our own pages in the design system's markup."""

from django.forms.renderers import TemplatesSetting


class GovukRenderer(TemplatesSetting):
    """Forms and fields come from our components; widgets stay Django's own, so the admin is not disturbed."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
