"""The addresses of the form builder, which ``audits.form_urls`` takes in."""

from django.urls import path

from audits.views import (
    builder,
    builder_columns,
    builder_conditions,
    builder_library,
    builder_preview,
    builder_questions,
    builder_scale,
    builder_sections,
    builder_steps,
)

SECTION = "<slug:key>/draft/sections/<slug:section>/"
QUESTION = f"{SECTION}questions/<slug:question>/"
COLUMN = f"{QUESTION}columns/<slug:column>/"
DESCRIPTOR = "<slug:key>/draft/descriptors/<slug:descriptor>/"

urlpatterns = [
    path("new/", builder.new, name="new"),
    path("<slug:key>/draft/", builder.outline, name="draft"),
    path("<slug:key>/draft/start/", builder.start, name="draft_start"),
    path("<slug:key>/draft/arrange/", builder.arrange, name="draft_arrange"),
    path("<slug:key>/draft/title/", builder.head, name="draft_head"),
    path("<slug:key>/draft/scale/", builder_scale.scale, name="draft_scale"),
    path("<slug:key>/draft/descriptors/", builder_scale.descriptors, name="draft_descriptors"),
    path("<slug:key>/draft/add-descriptor/", builder_scale.descriptor_add, name="draft_descriptor_add"),
    path(DESCRIPTOR, builder_scale.descriptor, name="draft_descriptor"),
    path(f"{DESCRIPTOR}remove/", builder_scale.descriptor_remove, name="draft_descriptor_remove"),
    path("<slug:key>/draft/add-section/", builder_sections.add, name="draft_section_add"),
    path(SECTION, builder_sections.change, name="draft_section"),
    path(f"{SECTION}move/", builder_sections.move, name="draft_section_move"),
    path(f"{SECTION}remove/", builder_sections.remove, name="draft_section_remove"),
    path(f"{SECTION}when/", builder_conditions.when, name="draft_section_when"),
    path(f"{SECTION}when/add/", builder_conditions.add, name="draft_section_when_add"),
    path(f"{SECTION}when/change/", builder_conditions.change, name="draft_section_when_change"),
    path(f"{SECTION}add/", builder_questions.choose_kind, name="draft_kind"),
    path(f"{SECTION}add/<slug:kind>/", builder_questions.add, name="draft_question_add"),
    path(QUESTION, builder_questions.change, name="draft_question"),
    path(f"{QUESTION}kind/", builder_questions.change_kind, name="draft_question_kind"),
    path(f"{QUESTION}move/", builder_questions.move, name="draft_question_move"),
    path(f"{QUESTION}remove/", builder_questions.remove, name="draft_question_remove"),
    path(f"{QUESTION}when/", builder_conditions.when, name="draft_question_when"),
    path(f"{QUESTION}when/add/", builder_conditions.add, name="draft_question_when_add"),
    path(f"{QUESTION}when/change/", builder_conditions.change, name="draft_question_when_change"),
    path(f"{QUESTION}add-column/", builder_columns.choose_kind, name="draft_column_kind"),
    path(f"{QUESTION}add-column/<slug:kind>/", builder_columns.add, name="draft_column_add"),
    path(COLUMN, builder_columns.change, name="draft_column"),
    path(f"{COLUMN}move/", builder_columns.move, name="draft_column_move"),
    path(f"{COLUMN}remove/", builder_columns.remove, name="draft_column_remove"),
    path("<slug:key>/draft/library/", builder_library.library, name="draft_library"),
    path("<slug:key>/draft/preview/", builder_preview.whole, name="draft_preview"),
    path("<slug:key>/draft/preview/<slug:section>/", builder_preview.section, name="draft_preview_section"),
    path("<slug:key>/draft/preview/<slug:section>/live/", builder_preview.live, name="draft_preview_live"),
    path("<slug:key>/draft/publish/", builder_steps.publish, name="draft_publish"),
    path("<slug:key>/draft/undo/", builder_steps.undo, name="draft_undo"),
    path("<slug:key>/draft/history/", builder_steps.history, name="draft_history"),
    path("<slug:key>/draft/discard/", builder_steps.discard, name="draft_discard"),
    path("<slug:key>/draft/export/", builder_steps.export, name="draft_export"),
    path("<slug:key>/draft/import/", builder_steps.replace, name="draft_import"),
]
