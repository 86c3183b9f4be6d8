"""What the trail says of indicators, requests to change them, priorities, benchmarks and figures from before."""

SENTENCES = {
    "indicator.change_requested": "Change asked for",
    "indicator.change_withdrawn": "Request withdrawn",
    "indicator.change_approved": "Approved by the subgroup on {on}: {present} members present",
    "indicator.change_refused": "Refused by the subgroup on {on}",
    "indicator.benchmark_entered": "Benchmark entered",
    "indicator.benchmark_corrected": "Benchmark corrected",
    "indicator.benchmark_removed": "Benchmark taken out",
    "indicator.figures_brought_in": "Figures from before QAF brought in: {number}",
    "priorities.reset": "Priorities set anew from {on}: {kept} kept, {ended} ended, {added} added",
}
