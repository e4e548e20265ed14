-- Questions drafted while the candidate speaks, the owner's own questions, and how long a turn takes.

ALTER TABLE {database}.questions
    ADD COLUMN IF NOT EXISTS fixed String
        COMMENT 'the owner''s own question; question.requested' AFTER history;

CREATE TABLE IF NOT EXISTS {database}.turns
(
    v UInt8 COMMENT 'version of the event type',
    session String COMMENT 'session id',
    question UInt32 COMMENT 'number of the question that was waited for',
    attempt UInt32 COMMENT 'always 0',
    epoch UInt32 COMMENT 'counts accepted offers of the session',
    seq UInt64 COMMENT 'always 0',
    at DateTime64(3, 'UTC') COMMENT 'end of the answer before',
    heard_ms Nullable(UInt32) COMMENT 'ms after at: all of that answer was transcribed',
    text_ms Nullable(UInt32) COMMENT 'ms after at: the question was there',
    clip_ms Nullable(UInt32) COMMENT 'ms after at: it could be heard',
    first_byte_ms Nullable(UInt32) COMMENT 'ms after at: first byte of the clip sent to the page',
    playing_ms Nullable(UInt32) COMMENT 'ms after at: the page said that it plays',
    answering_ms UInt32 COMMENT 'ms after at: the candidate began to answer',
    drafted Bool COMMENT 'whether the question was drafted while the candidate was speaking',
    precedence UInt64 COMMENT 'bitwise complement of the record offset: the lowest offset stands',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'when the row arrived',
    id String ALIAS concat(session, ':', toString(question), ':', toString(attempt), ':', toString(epoch), ':turn.measured:', toString(seq))
        COMMENT 'deterministic event id'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY (session, question, attempt, epoch, seq)
TTL toDateTime(inserted_at, 'UTC') + INTERVAL 2 YEAR
COMMENT 'Marks of each turn, from the end of an answer to the next question';

-- A reader's first question: how long do candidates wait? One row a day and kind of question.
CREATE OR REPLACE VIEW {database}.turn_latency AS
SELECT
    toDate(at) AS day,
    drafted,
    count() AS turns,
    quantile(0.5)(heard_ms) AS heard_p50_ms,
    quantile(0.95)(heard_ms) AS heard_p95_ms,
    quantile(0.5)(text_ms) AS text_p50_ms,
    quantile(0.95)(text_ms) AS text_p95_ms,
    quantile(0.5)(clip_ms) AS clip_p50_ms,
    quantile(0.95)(clip_ms) AS clip_p95_ms,
    quantile(0.5)(first_byte_ms) AS first_byte_p50_ms,
    quantile(0.95)(first_byte_ms) AS first_byte_p95_ms,
    quantile(0.5)(playing_ms) AS playing_p50_ms,
    quantile(0.95)(playing_ms) AS playing_p95_ms
FROM {database}.turns FINAL
GROUP BY day, drafted
COMMENT 'Milliseconds from the end of an answer to the marks of the next question, by day';
