"""How the timeline tells what was done to the schedule of expectations, and when people are away."""

SENTENCES: dict[str, str] = {
    "schedule.row_added": "Added from {first_day}: {row}",
    "schedule.row_changed": "Changed: {row}",
    "schedule.row_replaced": "Changed from {first_day} on: {row}",
    "schedule.row_ended": "Ended on {last_day}: {row}",
    "schedule.row_removed": "Removed: {row}",
    "schedule.service_chosen": "“{service_name}” is {service} here; rows: {number}",
    "schedule.opening_on": "Cycles open by themselves: {row}",
    "schedule.opening_off": "Cycles no longer open by themselves: {row}",
    "schedule.loaded": "Rows of the schedule taken over from the pack {pack}: {number}",
    "schedule.exported": "Schedule of expectations taken as a {format} file",
    "absence.noted": "Away {days}",
    "absence.removed": "No longer away {days}",
}
