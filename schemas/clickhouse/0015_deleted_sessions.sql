-- Sessions whose rows were deleted. No lifetime: a recording of them may be replayed years later.

CREATE TABLE IF NOT EXISTS {database}.deleted_sessions
(
    v UInt8 COMMENT 'version of the event type',
    session String COMMENT 'session id',
    question UInt32 COMMENT 'always 0',
    attempt UInt32 COMMENT 'always 0',
    epoch UInt32 COMMENT 'always 0',
    seq UInt64 COMMENT 'always 0',
    at DateTime64(3, 'UTC') COMMENT 'when it was asked for',
    by LowCardinality(String) COMMENT 'who asked for it: candidate or owner',
    precedence UInt64 COMMENT 'bitwise complement of the record offset: the lowest offset stands',
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'when the row arrived',
    id String ALIAS concat(session, ':', toString(question), ':', toString(attempt), ':', toString(epoch), ':session.deleted:', toString(seq))
        COMMENT 'deterministic event id'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY (session, question, attempt, epoch, seq)
COMMENT 'Sessions of which nothing is stored any more: the sink drops what still comes of them';
