-- What candidates agreed to, purpose by purpose.

CREATE TABLE IF NOT EXISTS {database}.consents
(
    v UInt8 COMMENT 'version of the event type',
    session String COMMENT 'session id',
    question UInt32 COMMENT 'always 0',
    attempt UInt32 COMMENT 'always 0',
    epoch UInt32 COMMENT 'always 0',
    seq UInt64 COMMENT 'counts the consents of the session: the highest stands',
    at DateTime64(3, 'UTC') COMMENT 'when it was given',
    language LowCardinality(String) COMMENT 'of the text that was shown, ISO 639-1',
    text_version LowCardinality(String) COMMENT 'version of the text that was shown',
    audio Bool COMMENT 'sound may be recorded and transcribed',
    video Bool COMMENT 'pictures of the camera may be analysed',
    precedence UInt64 COMMENT 'bitwise complement of the record offset: the lowest offset stands',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'when the row arrived',
    id String ALIAS concat(session, ':', toString(question), ':', toString(attempt), ':', toString(epoch), ':consent.given:', toString(seq))
        COMMENT 'deterministic event id'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY (session, question, attempt, epoch, seq)
TTL toDateTime(inserted_at, 'UTC') + INTERVAL 2 YEAR
COMMENT 'What candidates agreed to';

ALTER TABLE {database}.session_events
    ADD COLUMN IF NOT EXISTS video Bool DEFAULT true
        COMMENT 'whether pictures of the camera are analysed; calibration.started' AFTER reason;
