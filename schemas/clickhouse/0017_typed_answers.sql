-- Answers that were written instead of spoken. Nothing of them is measured: no score has a value.

CREATE TABLE IF NOT EXISTS {database}.typed_answers
(
    v UInt8 COMMENT 'version of the event type',
    session String COMMENT 'session id',
    question UInt32 COMMENT 'number of the question, from 1',
    attempt UInt32 COMMENT 'counts attempts at the question',
    epoch UInt32 COMMENT 'counts accepted offers of the session',
    seq UInt64 COMMENT 'always 0',
    at DateTime64(3, 'UTC') COMMENT 'when the answer ended',
    language LowCardinality(String) COMMENT 'ISO 639-1',
    text String COMMENT 'the whole answer; empty where nothing was written in time',
    precedence UInt64 COMMENT 'bitwise complement of the record offset: the lowest offset stands',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'when the row arrived',
    id String ALIAS concat(session, ':', toString(question), ':', toString(attempt), ':', toString(epoch), ':answer.typed:', toString(seq))
        COMMENT 'deterministic event id'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY (session, question, attempt, epoch, seq)
TTL toDateTime(inserted_at, 'UTC') + INTERVAL 2 YEAR
COMMENT 'What candidates wrote, where they answer in writing';

ALTER TABLE {database}.consents
    ADD COLUMN IF NOT EXISTS text Bool DEFAULT false
        COMMENT 'what is typed may be kept; asked for where answers are typed' AFTER video;

ALTER TABLE {database}.answers
    ADD COLUMN IF NOT EXISTS typed Bool DEFAULT false
        COMMENT 'the answer is given in writing; answer.started' AFTER text;

ALTER TABLE {database}.question_scores
    ADD COLUMN IF NOT EXISTS typed Bool DEFAULT false
        COMMENT 'the answer was written: nothing was measured, transcript is its text' AFTER longest_pause_ms;

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
    pauses, pause_ms, longest_pause_ms,
    typed,
    started_at,
    ended_at,
    (toUnixTimestamp64Milli(ended_at) - toUnixTimestamp64Milli(started_at)) / 1000 AS duration_s,
    inserted_at
FROM {database}.question_scores FINAL
COMMENT 'One row an answer and formula; NULL means insufficient evidence or, where typed, not measured; never zero';

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
        arraySort(groupArrayIf((epoch, seq, text, speech_ms), kind IN ('segment', 'typed'))) AS parts,
        countIf(kind IN ('final', 'typed')) > 0 AS complete,
        sumIf(audio_ms, kind = 'final') AS audio_ms
    FROM
    (
        SELECT 'segment' AS kind, session, question, attempt, epoch, seq, text, speech_ms, 0 AS audio_ms
        FROM {database}.transcript_segments FINAL
        UNION ALL
        SELECT 'final' AS kind, session, question, attempt, epoch, seq, '' AS text, 0 AS speech_ms, audio_ms
        FROM {database}.transcript_finals FINAL
        UNION ALL
        SELECT 'typed' AS kind, session, question, attempt, epoch, seq, text, 0 AS speech_ms, 0 AS audio_ms
        FROM {database}.typed_answers FINAL
    )
    GROUP BY session, question, attempt
)
COMMENT 'One row an attempt: what was heard, in order, or written; complete once nothing more comes of it';
