-- What people read. Each view reads FINAL: one row a thing, whatever was written twice.

CREATE OR REPLACE VIEW {database}.scores AS
SELECT
    session,
    question,
    attempt,
    formula_version,
    stage,
    policy,
    language,
    question_text,
    gaze, voice, smile, posture, emotion, total,
    gaze_coverage, voice_coverage, smile_coverage, posture_coverage, emotion_coverage,
    total_coverage,
    evidence,
    transcript,
    arrayStringConcat(arraySlice(splitByWhitespace(transcript), 1, 8), ' ') AS first_words,
    words,
    words_per_minute,
    fillers,
    confidence,
    started_at,
    ended_at,
    (toUnixTimestamp64Milli(ended_at) - toUnixTimestamp64Milli(started_at)) / 1000 AS duration_s,
    inserted_at
FROM {database}.question_scores FINAL
COMMENT 'One row an answer and formula; NULL means insufficient evidence, never zero';

CREATE OR REPLACE VIEW {database}.transcripts AS
SELECT
    session,
    question,
    attempt,
    arrayStringConcat(arrayMap(s -> s.3, parts), ' ') AS text,
    length(parts) AS segments,
    arraySum(arrayMap(s -> s.4, parts)) AS speech_ms,
    complete,
    audio_ms
FROM
(
    SELECT
        session,
        question,
        attempt,
        arraySort(groupArrayIf((epoch, seq, text, speech_ms), kind = 'segment')) AS parts,
        countIf(kind = 'final') > 0 AS complete,
        sumIf(audio_ms, kind = 'final') AS audio_ms
    FROM
    (
        SELECT 'segment' AS kind, session, question, attempt, epoch, seq, text, speech_ms, 0 AS audio_ms
        FROM {database}.transcript_segments FINAL
        UNION ALL
        SELECT 'final' AS kind, session, question, attempt, epoch, seq, '' AS text, 0 AS speech_ms, audio_ms
        FROM {database}.transcript_finals FINAL
    )
    GROUP BY session, question, attempt
)
COMMENT 'One row an attempt: what was heard, in order; complete once the transcriber said so';

CREATE OR REPLACE VIEW {database}.answer_attempts AS
SELECT
    session,
    question,
    attempt,
    multiIf(countIf(type = 'answer.ended') > 0, 'ended',
            countIf(type = 'answer.abandoned') > 0, 'abandoned', 'open') AS state,
    anyIf(text, type = 'answer.started') AS question_text,
    anyIf(policy, type = 'answer.started') AS policy,
    anyIf(language, type = 'answer.started') AS language,
    minOrNullIf(at, type = 'answer.started') AS started_at,
    minOrNullIf(at, type IN ('answer.ended', 'answer.abandoned')) AS ended_at,
    anyIf(reason, type IN ('answer.ended', 'answer.abandoned')) AS reason,
    maxIf(arraySum(counts.frames), type = 'answer.ended') AS frames,
    maxIf(arraySum(counts.chunks), type = 'answer.ended') AS chunks
FROM {database}.answers FINAL
WHERE question > 0
GROUP BY session, question, attempt
COMMENT 'One row an attempt at a question: open, ended or abandoned';

CREATE OR REPLACE VIEW {database}.interviews AS
WITH
    latest AS
    (
        -- one row a question: a question answered again counts once, with its last attempt
        SELECT
            session,
            formula_version,
            question,
            argMax(
                (gaze, voice, smile, posture, emotion, total, total_coverage, started_at, ended_at, stage, policy, language),
                attempt
            ) AS last
        FROM {database}.question_scores FINAL
        GROUP BY session, formula_version, question
    ),
    lifecycle AS
    (
        SELECT
            session,
            maxIf(questions, type = 'session.started') AS questions_planned,
            anyIf(position, type = 'session.started') AS position,
            anyIf(company, type = 'session.started') AS company,
            minOrNullIf(at, type = 'session.started') AS created_at,
            minOrNullIf(at, type = 'session.connected') AS connected_at,
            maxOrNullIf(at, type = 'session.ended') AS closed_at,
            anyIf(reason, type = 'session.ended') AS end_reason
        FROM {database}.session_events FINAL
        GROUP BY session
    )
SELECT
    latest.session AS session,
    latest.formula_version AS formula_version,
    any(last.11) AS policy,
    any(last.12) AS language,
    any(lifecycle.position) AS position,
    any(lifecycle.company) AS company,
    count() AS questions,
    any(lifecycle.questions_planned) AS questions_planned,
    countIf(last.10 = 'final') AS questions_final,
    countIf(last.6 IS NOT NULL) AS questions_with_total,
    avg(last.1) AS gaze,
    avg(last.2) AS voice,
    avg(last.3) AS smile,
    avg(last.4) AS posture,
    avg(last.5) AS emotion,
    avg(last.6) AS total,
    avg(last.7) AS total_coverage,
    min(last.8) AS first_answer_at,
    max(last.9) AS last_answer_at,
    (toUnixTimestamp64Milli(max(last.9)) - toUnixTimestamp64Milli(min(last.8))) / 1000 AS duration_s,
    sum(toUnixTimestamp64Milli(last.9) - toUnixTimestamp64Milli(last.8)) / 1000 AS answering_s,
    any(lifecycle.created_at) AS created_at,
    any(lifecycle.connected_at) AS connected_at,
    any(lifecycle.closed_at) AS closed_at,
    any(lifecycle.end_reason) AS end_reason
FROM latest
LEFT JOIN lifecycle ON lifecycle.session = latest.session
GROUP BY session, formula_version
COMMENT 'One row an interview and formula: means over the questions that have a value, seconds from the first answer to the end of the last';

CREATE OR REPLACE VIEW {database}.scoring_lag AS
SELECT
    session,
    question,
    attempt,
    formula_version,
    stage,
    ended_at,
    visible_at,
    (toUnixTimestamp64Milli(visible_at) - toUnixTimestamp64Milli(ended_at)) / 1000 AS lag_s
FROM {database}.score_visibility FINAL
COMMENT 'Seconds from the end of an answer to its score being there to read, by stage';

CREATE OR REPLACE VIEW {database}.scoring_lag_by_stage AS
SELECT
    stage,
    count() AS scores,
    quantileExact(0.5)(lag_s) AS p50_s,
    quantileExact(0.95)(lag_s) AS p95_s,
    max(lag_s) AS max_s
FROM {database}.scoring_lag
GROUP BY stage
COMMENT 'Scoring lag in seconds by stage';
