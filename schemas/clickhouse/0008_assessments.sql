-- What answers show of a rubric, with the candidate's own words. Apart from the behaviour score.

CREATE TABLE IF NOT EXISTS {database}.assessment_requests
(
    v UInt8 COMMENT 'version of the event type',
    session String COMMENT 'session id',
    question UInt32 COMMENT 'number of the question, from 1',
    attempt UInt32 COMMENT 'the attempt that stands',
    epoch UInt32 COMMENT 'counts accepted offers of the session',
    seq UInt64 COMMENT 'always 0',
    at DateTime64(3, 'UTC') COMMENT 'event time',
    language LowCardinality(String) COMMENT 'ISO 639-1',
    position String COMMENT 'position applied for',
    company String COMMENT 'company applied to',
    text String COMMENT 'the question',
    rubric Array(Tuple(name String, meaning String)) COMMENT 'what to look for',
    utterances Array(Tuple(text String, start_ms UInt32, end_ms UInt32)) COMMENT 'all that was heard, ms from the first sample',
    precedence UInt64 COMMENT 'bitwise complement of the record offset: the lowest offset stands',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'when the row arrived',
    id String ALIAS concat(session, ':', toString(question), ':', toString(attempt), ':', toString(epoch), ':assessment.requested:', toString(seq))
        COMMENT 'deterministic event id'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY (session, question, attempt, epoch, seq)
TTL toDateTime(inserted_at, 'UTC') + INTERVAL 2 YEAR
COMMENT 'What an assessment was made from';

CREATE TABLE IF NOT EXISTS {database}.assessments
(
    v UInt8 COMMENT 'version of the event type',
    session String COMMENT 'session id',
    question UInt32 COMMENT 'number of the question, from 1',
    attempt UInt32 COMMENT 'the attempt that stands',
    epoch UInt32 COMMENT 'counts accepted offers of the session',
    seq UInt64 COMMENT 'always 0',
    at DateTime64(3, 'UTC') COMMENT 'event time',
    language LowCardinality(String) COMMENT 'ISO 639-1',
    engine LowCardinality(String) COMMENT 'what made it: openai, or none',
    model LowCardinality(String) COMMENT 'language model, or empty',
    prompt_version LowCardinality(String) COMMENT 'version of the texts the model was given',
    rubric_version LowCardinality(String) COMMENT 'follows from the criteria and their meanings',
    judgements Array(Tuple(criterion String, level Nullable(UInt8), reason String, quote String, start_ms UInt32, end_ms UInt32, gap String))
        COMMENT 'by criterion: level 1 to 5 with a verbatim quote, or why there is none',
    took_ms UInt32 COMMENT 'milliseconds the engine worked',
    precedence UInt64 COMMENT 'bitwise complement of the record offset: the lowest offset stands',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'when the row arrived',
    id String ALIAS concat(session, ':', toString(question), ':', toString(attempt), ':', toString(epoch), ':answer.assessed:', toString(seq))
        COMMENT 'deterministic event id'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY (session, question, attempt, epoch, seq)
TTL toDateTime(inserted_at, 'UTC') + INTERVAL 2 YEAR
COMMENT 'Assessments of answers; no part of the behaviour score, and no decision';

CREATE OR REPLACE VIEW {database}.judgements AS
SELECT
    session,
    question,
    attempt,
    epoch,
    language,
    judgement.1 AS criterion,
    judgement.2 AS level,
    judgement.3 AS reason,
    judgement.4 AS quote,
    judgement.5 AS start_ms,
    judgement.6 AS end_ms,
    judgement.7 AS gap,
    engine,
    model,
    prompt_version,
    rubric_version,
    at
FROM {database}.assessments FINAL
ARRAY JOIN judgements AS judgement
COMMENT 'One row an answer and criterion; NULL means insufficient evidence, gap says why';
