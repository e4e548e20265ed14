-- Questions as they are heard: a clip in the object store, or why there is none.

CREATE TABLE IF NOT EXISTS {database}.questions_spoken
(
    v UInt8 COMMENT 'version of the event type',
    session String COMMENT 'session id',
    question UInt32 COMMENT 'number of the question, from 1',
    attempt UInt32 COMMENT 'of the question that is spoken',
    epoch UInt32 COMMENT 'counts accepted offers of the session',
    seq UInt64 COMMENT 'of the question that is spoken',
    at DateTime64(3, 'UTC') COMMENT 'event time',
    language LowCardinality(String) COMMENT 'ISO 639-1',
    text String COMMENT 'what is said: the question',
    clip String COMMENT 'name of the object; empty: there is none',
    duration_ms UInt32 COMMENT 'length of the clip in milliseconds',
    engine LowCardinality(String) COMMENT 'kokoro, piper or coqui',
    voice LowCardinality(String) COMMENT 'voice of the engine',
    cached Bool COMMENT 'whether the clip was there already',
    took_ms UInt32 COMMENT 'milliseconds from reading the question to the clip in the store',
    failure String COMMENT 'why there is no clip; empty: there is one',
    precedence UInt64 COMMENT 'bitwise complement of the record offset: the lowest offset stands',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'when the row arrived',
    id String ALIAS concat(session, ':', toString(question), ':', toString(attempt), ':', toString(epoch), ':question.spoken:', toString(seq))
        COMMENT 'deterministic event id'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY (session, question, attempt, epoch, seq)
TTL toDateTime(inserted_at, 'UTC') + INTERVAL 2 YEAR
COMMENT 'Questions spoken';
