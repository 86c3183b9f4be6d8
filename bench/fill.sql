INSERT INTO people_user (id, password, email, name, is_active, is_superuser, date_joined)
SELECT %(first_person)s + n, '!', 'person' || n || '@bench.invalid', 'Person ' || n, true, false, now()
FROM generate_series(0, %(people)s - 1) n;

INSERT INTO people_post (person_id, role, team_id, starts_on)
SELECT %(first_person)s + n, %(role)s, %(team)s + n %% %(teams)s, current_date - 400
FROM generate_series(0, %(people)s - 1) n;

INSERT INTO audits_case (id, identifier, identifier_hash, initials, gender, ethnicity, age, legal_status,
                         case_holder_name, team_id, case_holder_id, listed_on)
SELECT n, %(secret)s, md5(n::text) || md5(n::text || 'x'), '', '', '', n %% 18,
       (ARRAY['cin', 'cp', 'plo', 'cic', 'care_leaver'])[1 + n %% 5], 'Person ' || n %% %(people)s,
       %(team)s + n %% %(teams)s, %(first_person)s + n %% %(people)s, current_date
FROM generate_series(1, %(cases)s) n;

-- One audit in ten is open, spread over all states and due within weeks of today; the others ended over the years.
-- The numbers are scattered by multiplication with primes, so that no column follows another.
INSERT INTO audits_audit (id, reference, type_id, form_version_id, case_id, auditor_id, state, case_holder_id,
                          legal_status, team_id, service_id, agency_id, selection, step, step_owner_id, due_on,
                          auditor_grade, final_grade, meets_standard, raises_alert, allocated_on, audit_due_on,
                          submitted_at, moderated_at, distributed_at, closed_at, cancelled_at, return_reasons,
                          cancel_reason, subject, confidential)
SELECT n, %(prefix)s || '-' || extract(year FROM allocated_on) || '-' || lpad(n::text, greatest(5, length(n::text)), '0'), %(type)s, %(version)s,
       1 + (n - 1) %% %(cases)s, auditor, state, holder, 'cin', team.id, team.service_id, service.agency_id, '',
       CASE state WHEN 'allocated' THEN 'audit' WHEN 'in_progress' THEN 'audit' WHEN 'submitted' THEN 'qa_check'
            WHEN 'checked' THEN 'moderation' WHEN 'moderating' THEN 'moderation' WHEN 'moderated' THEN 'distribution'
            WHEN 'distributed' THEN 'feedback' ELSE '' END,
       CASE WHEN state IN ('allocated', 'in_progress') THEN auditor WHEN state IN ('checked', 'moderating') THEN moderator
            WHEN state = 'distributed' THEN holder WHEN state IN ('closed', 'cancelled') THEN NULL ELSE auditor END,
       CASE WHEN state IN ('closed', 'cancelled') THEN NULL ELSE current_date - 10 + (n * 7919 %% 40)::int END,
       CASE WHEN state IN ('allocated', 'in_progress', 'cancelled') THEN '' ELSE grade END,
       CASE WHEN state IN ('moderated', 'distributed', 'closed') THEN grade ELSE '' END,
       CASE WHEN state IN ('allocated', 'in_progress', 'cancelled') THEN NULL ELSE grade IN ('O', 'G') END,
       state NOT IN ('allocated', 'in_progress', 'cancelled') AND grade = 'I', allocated_on, allocated_on + 14,
       CASE WHEN state IN ('allocated', 'in_progress', 'cancelled') THEN NULL ELSE allocated_on + 12 END,
       CASE WHEN state IN ('moderated', 'distributed', 'closed') THEN allocated_on + 24 END,
       CASE WHEN state IN ('distributed', 'closed') THEN allocated_on + 28 END,
       CASE WHEN state = 'closed' THEN allocated_on + 40 END, CASE WHEN state = 'cancelled' THEN allocated_on + 5 END,
       '', '', '', false
FROM (
    SELECT n, %(team)s + n * 104729 %% %(teams)s AS team_id, %(first_person)s + n * 15485863 %% %(people)s AS auditor,
           %(first_person)s + (n * 15485863 + 1) %% %(people)s AS moderator,
           %(first_person)s + (n * 15485863 + 2) %% %(people)s AS holder,
           (ARRAY['O', 'G', 'G', 'G', 'RI', 'RI', 'RI', 'RI', 'RI', 'I'])[1 + n * 1299709 %% 10] AS grade,
           -- The newest third of the audits are each the last of their case, and only these can be open.
           CASE WHEN n > %(audits)s * 2 / 3 + 1 AND n * 32452843 %% 10 < 3
                THEN (ARRAY['allocated', 'in_progress', 'submitted', 'checked', 'moderating', 'moderated',
                            'distributed'])[1 + n * 49979687 %% 7]
                WHEN n * 86028121 %% 50 = 0 THEN 'cancelled' ELSE 'closed' END AS state,
           current_date - 30 - ((%(audits)s - n)::bigint * 3000 / %(audits)s)::int AS allocated_on
    FROM generate_series(1, %(audits)s::bigint) n
) made
JOIN people_team team ON team.id = made.team_id
JOIN people_service service ON service.id = team.service_id;

INSERT INTO audits_audituserobjectpermission (user_id, permission_id, content_object_id)
SELECT auditor_id, %(fill)s, id FROM audits_audit
UNION ALL
SELECT %(first_person)s + (id * 15485863 + 1) %% %(people)s, %(moderate)s, id FROM audits_audit
WHERE state NOT IN ('allocated', 'in_progress', 'cancelled')
UNION ALL
SELECT case_holder_id, %(answer)s, id FROM audits_audit WHERE state IN ('distributed', 'closed');

INSERT INTO bench_barerow (id, reference, kind, place, person, state, task, due_on, grade)
SELECT n, 'ROW-2026-' || n, 'Child case audit', 'Team ' || n %% 200, 'Person ' || n, 'In progress',
       'Finish and submit the audit', current_date - 10 + (n * 7919 %% 400)::int, 'Good'
FROM generate_series(1, %(audits)s::bigint) n;

SELECT setval(pg_get_serial_sequence(name, 'id'), 2000000000)
FROM unnest(ARRAY['people_user', 'audits_case', 'audits_audit', 'bench_barerow']) name
