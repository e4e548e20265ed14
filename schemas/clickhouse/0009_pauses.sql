-- How an answer was said: silences between words.

ALTER TABLE {database}.question_scores
    ADD COLUMN IF NOT EXISTS pauses UInt32
        COMMENT 'silences between words of half a second and more' AFTER confidence,
    ADD COLUMN IF NOT EXISTS pause_ms UInt32
        COMMENT 'milliseconds of all pauses' AFTER pauses,
    ADD COLUMN IF NOT EXISTS longest_pause_ms UInt32
        COMMENT 'milliseconds of the longest pause' AFTER pause_ms;

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
    started_at,
    ended_at,
    (toUnixTimestamp64Milli(ended_at) - toUnixTimestamp64Milli(started_at)) / 1000 AS duration_s,
    inserted_at
FROM {database}.question_scores FINAL
COMMENT 'One row an answer and formula; NULL means insufficient evidence, never zero';
