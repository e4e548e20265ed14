-- Résumés that sessions name: their lines, each line's vector, and how a question's were chosen.

CREATE TABLE IF NOT EXISTS {database}.resumes
(
    v UInt8 COMMENT 'version of the event type',
    session String COMMENT 'session id',
    question UInt32 COMMENT 'always 0',
    attempt UInt32 COMMENT 'always 0',
    epoch UInt32 COMMENT 'always 0',
    seq UInt64 COMMENT 'always 0',
    at DateTime64(3, 'UTC') COMMENT 'event time',
    lines Array(Tuple(kind String, text String)) COMMENT 'kind of section and text, without contact details',
    precedence UInt64 COMMENT 'bitwise complement of the record offset: the lowest offset stands',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'when the row arrived',
    id String ALIAS concat(session, ':', toString(question), ':', toString(attempt), ':', toString(epoch), ':resume.attached:', toString(seq))
        COMMENT 'deterministic event id'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY (session, question, attempt, epoch, seq)
TTL toDateTime(inserted_at, 'UTC') + INTERVAL 2 YEAR
COMMENT 'Lines of the resumes that sessions may ask about';

CREATE TABLE IF NOT EXISTS {database}.resume_facts
(
    v UInt8 COMMENT 'version of the event type',
    session String COMMENT 'session id',
    question UInt32 COMMENT 'always 0',
    attempt UInt32 COMMENT 'always 0',
    epoch UInt32 COMMENT 'always 0',
    seq UInt64 COMMENT 'place of the line in the resume, from 0',
    at DateTime64(3, 'UTC') COMMENT 'event time',
    lines UInt16 COMMENT 'lines of the resume in all',
    kind LowCardinality(String) COMMENT 'kind of section the line is from',
    text String COMMENT 'the line',
    model LowCardinality(String) COMMENT 'what made the vector: only vectors of one model compare',
    vector Array(Float32) COMMENT 'of length 1',
    precedence UInt64 COMMENT 'bitwise complement of the record offset: the lowest offset stands',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'when the row arrived',
    id String ALIAS concat(session, ':', toString(question), ':', toString(attempt), ':', toString(epoch), ':resume.embedded:', toString(seq))
        COMMENT 'deterministic event id'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY (session, question, attempt, epoch, seq)
TTL toDateTime(inserted_at, 'UTC') + INTERVAL 2 YEAR
COMMENT 'Lines of resumes with their vectors: order by cosineDistance to find what fits';

ALTER TABLE {database}.questions
    ADD COLUMN IF NOT EXISTS retrieval LowCardinality(String)
        COMMENT 'how lines of the resume were chosen: clickhouse, memory, order, or empty; question.asked' AFTER took_ms,
    ADD COLUMN IF NOT EXISTS retrieval_ms UInt32
        COMMENT 'milliseconds that took, part of took_ms; question.asked' AFTER retrieval;
